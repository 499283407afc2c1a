"""A campaign of eight bulletins for four communes for a week, from the first page to the timetable, clicks counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from scheduler.canonical import sha256_hex
from scheduler.compose import Centre, open_centre
from scheduler.db.campaigns import GoalUnmet
from scheduler.db.planning import AiringItem
from scheduler.services import accounts, stations, units
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import bulletin_page
from scheduler.ticks import PlanTick
from tts.reading import read

pytestmark = pytest.mark.browser

WITH_CLOCK = False
PHONE = {"width": 390, "height": 844}
FEWER_THAN = 25
COMMUNES = ("Xã Búng Lao", "Xã Ẳng Tở", "Xã Mường Lạn", "Xã Nà Tấu")
UNITS = {
    "units": [
        {"code": "11", "kind": "tinh", "name": "Tỉnh thử", "parent": None, "valid_from": "2020-01-01"},
        *(
            {"code": f"0330{number}", "kind": "xa", "name": name, "parent": "11", "valid_from": "2020-01-01"}
            for number, name in enumerate(COMMUNES)
        ),
    ]
}


@dataclass
class Hand:
    """Whoever sits before the page: every click and every field that is typed counts one."""

    page: Page
    done: int = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.done += 1


@pytest.fixture(scope="module")
def opened(centre) -> Iterator[Centre]:
    """Four communes with two stations each, and eight approved bulletins; the database of the running centre."""
    now = datetime.now(UTC)
    with open_centre(centre.settings) as found:
        with found.writers.begin() as session:
            units.import_units(session, None, content=json.dumps(UNITS).encode(), now=now)
            for number, name in enumerate(COMMUNES):
                for place in ("trung tâm", "bản xa"):
                    stations.make_station(
                        session,
                        None,
                        name=f"{name}, {place}",
                        unit_code=f"0330{number}",
                        today=now.date() - timedelta(days=30),
                        now=now,
                    )
        for number in range(8):
            _approved(centre, found, f"Ứng xử trên mạng, bài {number + 1}", now)
        yield found


def _approved(centre, opened: Centre, title: str, now: datetime) -> None:
    with opened.writers.begin() as session:
        editor = accounts.actor(session, centre.people["editor"])
        bulletin_id = writing.write(
            session, editor, title=title, script="Thưa bà con.", valid_from=now.date(), now=now
        ).bulletin_id
        writing.submit(session, editor, bulletin_id=bulletin_id, reader=read, now=now)
        work = recordings.claim_rendering(session, owner="thử", now=now, lease=timedelta(minutes=1))
        content = title.encode()
        opened.media.put(content)
        facts = recordings.MediaFacts(sha256_hex(content), len(content), 58_000, -1600, -150, (500,) * 150)
        sound = recordings.RenderedSound(facts, "piper", "vi", draft_voice=False, causes=())
        recordings.record_rendering(session, work=work, owner="thử", rendered=sound, now=now)
    with opened.writers.begin() as session:
        approver = accounts.actor(session, centre.people["approver"])
        shown = bulletin_page(session, approver, bulletin_id=bulletin_id, heard_needed_permille=950)
        for track in shown.tracks:
            recordings.listened(
                session, approver, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=now
            )
        approvals.approve(
            session,
            approver,
            bulletin_id=bulletin_id,
            shown=bulletin_page(session, approver, bulletin_id=bulletin_id, heard_needed_permille=950).shown,
            heard_needed_permille=950,
            zone=opened.settings.zone,
            today=now.astimezone(opened.settings.tz).date(),
            now=now,
        )


def test_eight_bulletins_for_four_communes_for_a_week_in_few_clicks(sign_in, opened):
    editor = sign_in("editor")
    editor.goto("/")
    hand = Hand(editor)
    hand.click(editor.get_by_role("link", name="Đợt tuyên truyền").first)
    hand.click(editor.get_by_role("link", name="Lập đợt tuyên truyền").first)
    hand.click(editor.get_by_role("button", name="Chọn tất cả"))
    expect(editor.get_by_text("Bản tin đã duyệt (8/8)")).to_be_visible()
    for name in COMMUNES:
        hand.click(editor.get_by_label(f"{name} (2 cụm loa)"))
    hand.click(editor.locator("#nut-look"))
    expect(editor.get_by_role("heading", name="Đợt này sẽ phát")).to_be_visible()
    expect(editor.get_by_text("trong 896 lượt cần phát")).to_be_visible()
    expect(editor.get_by_text("8/8 cụm loa chưa có buổi phát nào có chỗ xoay vòng")).to_be_visible()
    hand.click(editor.get_by_role("button", name="Đề xuất"))
    expect(editor.get_by_text("Chờ công bố")).to_be_visible()
    approver = sign_in("approver")
    approver.goto("/")
    other = Hand(approver)
    other.click(approver.get_by_role("link", name="Đợt tuyên truyền").first)
    other.click(approver.get_by_role("link", name="Đợt tuyên truyền từ").first)
    other.click(approver.get_by_role("button", name="Công bố cả đợt và khung giờ"))
    expect(approver.get_by_text("Đang chạy")).to_be_visible()
    assert hand.done + other.done < FEWER_THAN
    PlanTick(opened).run(datetime.now(UTC))
    approver.reload()
    expect(approver.get_by_text("Mọi mục tiêu trong những ngày đã xếp đều đủ")).to_be_visible()
    with opened.readers() as session:
        assert session.scalar(select(func.count()).select_from(GoalUnmet)) == 0
        told = select(func.count()).select_from(AiringItem).where(AiringItem.why.is_not(None))
        # Two airings a day of each of eight bulletins at eight stations, on the days ahead that the campaign has.
        assert session.scalar(told) == 2 * 8 * 8 * (opened.settings.days_ahead - 1)


def test_the_form_works_on_a_phone_and_without_script(sign_in, opened):
    page = sign_in("editor", viewport=PHONE, script=False)
    page.goto("/dot-tuyen-truyen/moi")
    page.get_by_role("button", name="Chọn tất cả").click()
    page.get_by_label(f"{COMMUNES[0]} (2 cụm loa)").check()
    page.locator("#nut-look").click()
    expect(page.get_by_role("heading", name="Đợt này sẽ phát")).to_be_visible()
    assert page.locator("body").bounding_box()["width"] <= PHONE["width"]
