"""A station enrolled from the page that made it, a session on its way to the loudspeaker, and its trace in the log."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from scheduler.compose import Centre, open_centre
from scheduler.services import accounts, planning, units
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import BulletinPage, bulletin_page
from tts.reading import read

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
TITLE = "Giữ an toàn tài khoản"
SHORT = "Thưa bà con, cuộc họp lúc 8 giờ."
RENDERED_WITHIN_S = 30
# The station polls each second and prepares ten seconds before the start; the operator's page looks every fifteen.
AHEAD = timedelta(seconds=40)
SETTLED_WITHIN_S = 90
IN_TIME = timedelta(minutes=10)
UNITS = {"units": [{"code": "03301", "kind": "xa", "name": "Xã Búng thử", "parent": None, "valid_from": "2020-01-01"}]}


@pytest.fixture(scope="module")
def opened(centre) -> Iterator[Centre]:
    """The running centre's database, for what a test does not do through pages."""
    with open_centre(centre.settings) as found:
        with found.writers.begin() as session:
            units.import_units(session, None, content=json.dumps(UNITS).encode(), now=datetime.now(UTC))
        yield found


@pytest.fixture(scope="module")
def approved(centre, opened) -> str:
    """A bulletin with a real sound, approved long enough ago to stand for a session that is soon; returns its id."""
    now = datetime.now(UTC)
    with opened.writers.begin() as session:
        editor = accounts.actor(session, centre.people["editor"])
        made = writing.write(session, editor, title=TITLE, script=SHORT, valid_from=now.date(), now=now)
        writing.submit(session, editor, bulletin_id=made.bulletin_id, reader=read, now=now)
        bulletin_id = made.bulletin_id
    page = spoken(centre, opened, bulletin_id)
    with opened.writers.begin() as session:
        approver = accounts.actor(session, centre.people["approver"])
        for track in page.tracks:
            recordings.listened(
                session, approver, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=now
            )
    shown = seen(centre, opened, bulletin_id).shown
    with opened.writers.begin() as session:
        approvals.approve(
            session,
            approver,
            bulletin_id=bulletin_id,
            shown=shown,
            heard_needed_permille=950,
            zone=opened.settings.zone,
            today=now.astimezone(opened.settings.tz).date(),
            now=now - IN_TIME,
        )
    return bulletin_id


def seen(centre, opened: Centre, bulletin_id: str) -> BulletinPage:
    with opened.readers() as session:
        approver = accounts.actor(session, centre.people["approver"])
        return bulletin_page(session, approver, bulletin_id=bulletin_id, heard_needed_permille=950)


def spoken(centre, opened: Centre, bulletin_id: str) -> BulletinPage:
    """The bulletin's page as soon as the clock has given it its voice."""
    until = time.monotonic() + RENDERED_WITHIN_S
    while not (page := seen(centre, opened, bulletin_id)).tracks:
        assert time.monotonic() < until, "the clock did not render the bulletin"
        time.sleep(0.2)
    return page


def enrol_by_page(admin: Page, directory: Path) -> str:
    """Make a station on the admin's pages and enrol it with the command that they show; return its id."""
    admin.goto("/cum-loa/moi")
    admin.get_by_label("Tên cụm loa").fill("Cụm loa thử")
    admin.get_by_label("Đơn vị").select_option("03301")
    admin.get_by_role("button", name="Thêm cụm loa").click()
    expect(admin.get_by_role("heading", level=1)).to_have_text("Cụm loa thử")
    station_id = admin.url.rsplit("/", 1)[-1]
    admin.get_by_role("button", name="Tạo mã ghi danh").click()
    typed = shlex.split(admin.locator("code.loa-command").inner_text())
    assert typed[:3] == ["loa", "station", "enrol"]
    run_loa(*typed[1:], "--dir", str(directory), "--player", "mute")
    return station_id


def loa(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "scheduler.cli", *arguments]


def run_loa(*arguments: str) -> None:
    told = subprocess.run(loa(*arguments), cwd=REPOSITORY, env=outside(), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def outside() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LOA_")}


@contextmanager
def station_running(directory: Path) -> Iterator[None]:
    with (directory / "station.txt").open("wb") as output:
        station = subprocess.Popen(
            loa("station", "run", "--dir", str(directory), "--poll-s", "1"),
            cwd=REPOSITORY,
            env=outside(),
            stdout=output,
            stderr=output,
        )
    try:
        yield
    finally:
        station.terminate()
        station.wait(timeout=20)


def plan(centre, opened: Centre, bulletin_id: str, station_id: str) -> None:
    now = datetime.now(UTC)
    with opened.writers.begin() as session:
        editor = accounts.actor(session, centre.people["editor"])
        approver = accounts.actor(session, centre.people["approver"])
        items = [("bulletin", bulletin_id, "vi")]
        programme = planning.make_programme(session, editor, title="Chương trình thử", items=items, now=now)
        planning.plan_one_off(
            session,
            approver,
            station_ids=[station_id],
            programme_id=programme.id,
            title="Buổi thử",
            starts_at=now + AHEAD,
            start_rule="hard",
            grace_s=30,
            gain_cb=0,
            zone=centre.settings.zone,
            now=now,
        )


def test_a_session_is_seen_by_the_operator_aired_and_found_in_the_log(sign_in, centre, opened, approved, tmp_path):
    directory = tmp_path / "station"
    station_id = enrol_by_page(sign_in("admin"), directory)
    with station_running(directory):
        plan(centre, opened, approved, station_id)
        operator = sign_in("operator", viewport=PHONE)
        operator.goto("/hom-nay")
        expect(operator.get_by_role("heading", level=1)).to_have_text("Cụm loa thử")
        expect(operator.locator(".loa-play-list")).to_contain_text(TITLE)
        # Nobody reloads: the page looks by itself until the station has said that it holds all.
        expect(operator.locator(".loa-answer__a")).to_have_text(re.compile("SẴN SÀNG|ĐANG PHÁT"), timeout=35_000)

        auditor = sign_in("auditor")
        until = time.monotonic() + SETTLED_WITHIN_S
        auditor.goto("/nhat-ky")
        in_ledger = auditor.locator("td[data-label='Số mục trong sổ']:not(.is-empty)")
        aired = auditor.locator("tbody tr", has_text=TITLE).filter(has_text="Đã phát")
        while not (row := aired.filter(has=in_ledger)).count():
            assert time.monotonic() < until, auditor.locator("main").inner_text()
            auditor.wait_for_timeout(1000)
            auditor.reload()
    row.get_by_role("link", name=TITLE).click()
    expect(auditor.get_by_role("heading", level=1)).to_have_text(TITLE)
    story = auditor.get_by_role("list", name="Lịch sử lượt phát, theo thời gian")
    for step in ("Duyệt", "Bắt đầu phát mục này", "Phát xong mục này", "Ghi sổ"):
        expect(story.get_by_role("heading", name=step).first).to_be_visible()
    expect(auditor.get_by_text("Khớp từ đầu đến cuối")).to_be_visible()
    auditor.get_by_role("button", name="Kiểm lại bây giờ").click()
    expect(auditor.get_by_role("status").filter(has_text="Sổ nguyên vẹn")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_an_editor_builds_a_programme_with_and_without_script(script, sign_in, approved):
    editor = sign_in("editor", script=script)
    editor.goto("/lich-phat/chuong-trinh/moi")
    chosen = editor.get_by_label("Mục muốn thêm")
    option = editor.locator("option", has_text=TITLE).first.get_attribute("value")
    items = editor.locator(".loa-order > li")
    for count in (1, 2):
        chosen.select_option(option)
        editor.get_by_role("button", name="Thêm vào chương trình").click()
        expect(items).to_have_count(count)
    items.nth(1).get_by_role("button", name=re.compile("^Đưa lên")).click()
    expect(items).to_have_count(2)
    items.first.get_by_role("button", name=re.compile("^Bỏ")).click()
    expect(items).to_have_count(1)
    name = f"Chương trình {'có' if script else 'không'} script"
    editor.get_by_label("Tên chương trình").fill(name)
    editor.get_by_label("Tên chương trình").press("Enter")
    expect(editor.get_by_role("link", name=name)).to_be_visible()


def test_a_programme_is_heard_whole_and_the_list_jumps_to_an_item(sign_in, centre, opened, approved):
    with opened.writers.begin() as session:
        editor = accounts.actor(session, centre.people["editor"])
        items = [("bulletin", approved, "vi")] * 3
        programme = planning.make_programme(session, editor, title="Nghe trước", items=items, now=datetime.now(UTC)).id
    page = sign_in("operator", viewport=PHONE)
    page.goto(f"/lich-phat/chuong-trinh/{programme}")
    page.get_by_role("link", name="Nghe thử cả chương trình").click()
    entries = page.locator("[data-seek-s]")
    expect(entries).to_have_count(3, timeout=15_000)  # nobody reloads: the page asks until the preview is made
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    starts_s = [float(entry.get_attribute("data-seek-s") or "") for entry in entries.all()]
    assert starts_s[0] == 0
    assert starts_s[2] == pytest.approx(2 * starts_s[1], abs=1e-5)
    audio = page.locator("audio")
    entries.nth(1).click()
    expect(entries.nth(1)).to_have_attribute("aria-current", "true")
    assert starts_s[1] <= audio.evaluate("sound => sound.currentTime") < starts_s[2]
    assert audio.evaluate("sound => sound.duration") == pytest.approx(3 * starts_s[1], abs=1e-4)
    expect(entries.nth(2)).to_have_attribute("aria-current", "true", timeout=15_000)  # it plays on into the next


@pytest.mark.parametrize("path", ["/lich-phat", "/hom-nay", "/cum-loa", "/don-vi", "/nhat-ky", "/lich-phat?xem=ngay"])
def test_no_page_scrolls_sideways_on_a_phone(path, sign_in, opened):
    page = sign_in("auditor", viewport=PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
