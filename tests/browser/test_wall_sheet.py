"""The sheet for the wall, printed by a real browser: an ordinary week on one page of A4, a full day on as few as it
takes; and a make-good planned by one press."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from scheduler.canonical import sha256_hex
from scheduler.compose import Centre, open_centre
from scheduler.services import accounts, planning, stations, units
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import bulletin_page
from scheduler.services.settlement import settle
from tts.reading import read

pytestmark = pytest.mark.browser

WITH_CLOCK = False
ZONE = "Asia/Ho_Chi_Minh"
PHONE = {"width": 390, "height": 844}
A4_POINTS = (595, 842)
UNITS = {"units": [{"code": "03301", "kind": "xa", "name": "Xã Búng Lao", "parent": None, "valid_from": "2020-01-01"}]}
TITLES = (
    "Giữ an toàn tài khoản mạng xã hội",
    "Chia sẻ thông tin từ nguồn chính thống, đáng tin cậy",
    "Lịch tiêm phòng cho gia súc tại các bản trong tháng",
    "Vệ sinh môi trường sau mưa lũ",
    "Bảo vệ trẻ em trên không gian mạng",
    "Phòng chống cháy rừng mùa khô",
)
USUAL = (("05:00", "Chương trình sáng", 4), ("11:00", "Thông báo trưa", 2), ("17:00", "Chương trình chiều", 5))


@pytest.fixture(scope="module")
def opened(centre) -> Iterator[Centre]:
    """The running centre's database, with its unit."""
    with open_centre(centre.settings) as found:
        with found.writers.begin() as session:
            units.import_units(session, None, content=json.dumps(UNITS).encode(), now=datetime.now(UTC))
        yield found


@pytest.fixture(scope="module")
def bulletins(centre, opened) -> list[str]:
    """Approved bulletins with sounds that nobody plays; their ids."""
    return [approved(centre, opened, title) for title in TITLES]


def approved(centre, opened: Centre, title: str) -> str:
    now = datetime.now(UTC)
    with opened.writers.begin() as session:
        editor = accounts.actor(session, centre.people["editor"])
        today = now.astimezone(opened.settings.tz).date()
        made = writing.write(session, editor, title=title, script=f"Thưa bà con. {title}.", valid_from=today, now=now)
        writing.submit(session, editor, bulletin_id=made.bulletin_id, reader=read, now=now)
        work = recordings.claim_rendering(session, owner="test", now=now, lease=recordings.LONGEST_WAIT)
        sound = title.encode()
        facts = recordings.MediaFacts(sha256_hex(sound), len(sound), 72_000, -1620, -140, tuple([500] * 150))
        opened.media.put(sound)
        rendered = recordings.RenderedSound(facts, "espeak", "vi", False, ())
        recordings.record_rendering(session, work=work, owner="test", rendered=rendered, now=now)
    with opened.writers.begin() as session:
        approver = accounts.actor(session, centre.people["approver"])
        facts_of_page = {"bulletin_id": made.bulletin_id, "heard_needed_permille": 950}
        for track in bulletin_page(session, approver, **facts_of_page).tracks:
            recordings.listened(
                session, approver, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=now
            )
        shown = bulletin_page(session, approver, **facts_of_page).shown
        approvals.approve(
            session, approver, shown=shown, zone=ZONE, today=today, now=now - timedelta(hours=3), **facts_of_page
        )
    return made.bulletin_id


def station(opened: Centre, name: str) -> str:
    now = datetime.now(UTC)
    with opened.writers.begin() as session:
        return stations.make_station(
            session, None, name=name, unit_code="03301", today=now.date() - timedelta(days=9), now=now
        ).id


def session_at(
    centre, opened: Centre, station_id: str, starts_at: datetime, *, bulletins: list[str], title: str, minutes: int = 15
) -> str:
    with opened.writers.begin() as session:
        editor, approver = (accounts.actor(session, centre.people[name]) for name in ("editor", "approver"))
        now = min(datetime.now(UTC), starts_at - timedelta(hours=1))
        items = [("bulletin", each, "vi") for each in bulletins]
        programme = planning.make_programme(session, editor, title=title, items=items, now=now)
        (made,) = planning.plan_one_off(
            session,
            approver,
            station_ids=[station_id],
            programme_id=programme.id,
            title=title,
            starts_at=starts_at,
            start_rule="hard",
            grace_s=30,
            gain_cb=0,
            zone=ZONE,
            max_duration_s=minutes * 60,
            now=now,
        )
        return made.id


def at(opened: Centre, day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), tzinfo=opened.settings.tz).astimezone(UTC)


def tomorrow(opened: Centre) -> date:
    return datetime.now(opened.settings.tz).date() + timedelta(days=1)


@pytest.fixture(scope="module")
def ordinary(centre, opened, bulletins) -> str:
    """A station with three sessions a day, two to five items each, for a week from tomorrow on."""
    made = station(opened, "Cụm loa bản Búng")
    for day in range(7):
        for hour, title, count in USUAL:
            starts_at = at(opened, tomorrow(opened) + timedelta(days=day), hour)
            said = (bulletins[day % 6 :] + bulletins)[:count]
            session_at(centre, opened, made, starts_at, bulletins=said, title=title)
    return made


@pytest.fixture(scope="module")
def crowded(centre, opened, bulletins) -> str:
    """A station that sounds each half hour from five to ten in the evening, six items each time, tomorrow."""
    made = station(opened, "Cụm loa chợ")
    for half in range(34):
        starts_at = at(opened, tomorrow(opened), "05:00") + timedelta(minutes=30 * half)
        session_at(centre, opened, made, starts_at, bulletins=bulletins, title=f"Buổi {half + 1}")
    return made


@pytest.fixture(scope="module")
def busy(centre, opened) -> str:
    """A station of a long name with eight sessions tomorrow, each of six items of long names."""
    made = station(opened, "Cụm loa nhà văn hóa cộng đồng bản Co Muông và khu tái định cư Huổi Lóng")
    long = [approved(centre, opened, f"{title}, theo hướng dẫn của cơ quan chuyên môn cấp tỉnh") for title in TITLES]
    for number, hour in enumerate(("05:00", "06:30", "08:00", "11:00", "14:00", "16:00", "17:30", "19:00")):
        title = f"Chương trình phát thanh tổng hợp của xã và các bản vùng cao, buổi {number + 1}"
        session_at(centre, opened, made, at(opened, tomorrow(opened), hour), bulletins=long, title=title)
    return made


def printed(page: Page) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=False)))


def words(reader: PdfReader) -> str:
    """All that is printed, without spaces: letters with marks are set apart in a PDF's text."""
    return squeezed("".join(page.extract_text() for page in reader.pages))


def squeezed(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split()))


def test_an_ordinary_week_fits_one_page(opened, sign_in, ordinary):
    page = sign_in("operator", script=False)
    page.goto(f"/hom-nay/{ordinary}/to-dan-tuong?so-ngay=7&ngay={tomorrow(opened)}")
    expect(page.locator(".loa-sheet tbody")).to_have_count(7)
    reader = printed(page)
    assert len(reader.pages) == 1
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == A4_POINTS
    text = words(reader)
    for told in ("Cụm loa bản Búng", "05:00–05:04", "Chương trình chiều", "Vệ sinh môi trường sau mưa lũ", "Gọi ai"):
        assert squeezed(told) in text
    assert squeezed("Đăng xuất") not in text


def test_a_day_fits_one_page_with_every_item(opened, sign_in, ordinary):
    page = sign_in("operator", script=False)
    page.goto(f"/hom-nay/{ordinary}/to-dan-tuong?ngay={tomorrow(opened)}")
    reader = printed(page)
    assert len(reader.pages) == 1
    assert "17:01:12" in words(reader)


def test_a_day_of_eight_sessions_and_long_names_fits_one_page(opened, sign_in, busy):
    page = sign_in("operator", script=False)
    page.goto(f"/hom-nay/{busy}/to-dan-tuong?ngay={tomorrow(opened)}")
    reader = printed(page)
    assert len(reader.pages) == 1
    text = words(reader)
    for number in range(8):
        assert squeezed(f"các bản vùng cao, buổi {number + 1}") in text
    assert text.count(squeezed("cơ quan chuyên môn cấp tỉnh")) == 8 * len(TITLES)
    assert squeezed("Gọi ai") in text


def test_a_very_full_day_flows_on_and_loses_nothing(opened, sign_in, crowded):
    page = sign_in("operator", script=False)
    page.goto(f"/hom-nay/{crowded}/to-dan-tuong?ngay={tomorrow(opened)}")
    reader = printed(page)
    assert 2 <= len(reader.pages) <= 6
    assert {(round(each.mediabox.width), round(each.mediabox.height)) for each in reader.pages} == {A4_POINTS}
    text = words(reader)
    assert all(squeezed(f"Buổi {half + 1}") in text for half in range(34))
    assert squeezed("Gọi ai") in squeezed(reader.pages[-1].extract_text())


@pytest.mark.parametrize("week", ["", "&so-ngay=7"])
def test_it_is_read_on_a_phone_without_scrolling_sideways(opened, sign_in, ordinary, week):
    page = sign_in("operator", viewport=PHONE)
    page.goto(f"/hom-nay/{ordinary}/to-dan-tuong?ngay={tomorrow(opened)}{week}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_one_press_makes_good_what_its_station_never_spoke_of(centre, opened, sign_in, bulletins):
    made = station(opened, "Cụm loa bản xa")
    then = datetime.now(UTC) - timedelta(hours=2)
    session_at(centre, opened, made, then, bulletins=bulletins[:2], title="Buổi sáng")
    with opened.writers.begin() as session:
        settle(session, now=datetime.now(UTC), reporting_allowance=timedelta(minutes=15))
    page = sign_in("approver", viewport=PHONE)
    page.goto(f"/phat-bu?cum-loa={made}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="Phát bù buổi này").press("Enter")
    expect(page.get_by_text("Đã xếp phát bù lúc")).to_be_visible()
    expect(page.get_by_text("Không có buổi nào cần phát bù")).to_be_visible()
