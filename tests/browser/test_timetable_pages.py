"""The timetable in a browser: a session moved by keys and by hand, proposed, published by somebody else; on a phone."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from playlists.calendar import Calendar
from playlists.changes import Add
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.compose import open_centre
from scheduler.services import accounts, planning, stations, units
from scheduler.services.bulletins import writing
from scheduler.services.timetable import change_views, changes
from scheduler.services.timetable.effects import Outlook

pytestmark = pytest.mark.browser

WITH_CLOCK = False
PHONE = {"width": 390, "height": 844}
UNITS = {"units": [{"code": "03301", "kind": "xa", "name": "Xã Búng thử", "parent": None, "valid_from": "2020-01-01"}]}
PLACES = (("Buổi sáng", time(5)), ("Buổi chiều", time(17)))


@pytest.fixture(scope="module")
def monday(centre) -> date:
    """The Monday of next week, with two slots that stand at a station; every session of that week lies ahead."""
    now = datetime.now(UTC)
    today = now.astimezone(centre.settings.tz).date()
    with open_centre(centre.settings) as found, found.writers.begin() as session:
        editor, approver = (accounts.actor(session, centre.people[name]) for name in ("editor", "approver"))
        units.import_units(session, None, content=json.dumps(UNITS).encode(), now=now)
        stations.make_station(session, None, name="Cụm loa thử", unit_code="03301", today=today, now=now)
        bulletin = writing.write(session, editor, title="Tin", script="Thưa bà con.", valid_from=today, now=now)
        items = [("bulletin", bulletin.bulletin_id, "vi")]
        programme = planning.make_programme(session, editor, title="Chương trình thử", items=items, now=now)
        steps = [Add(a_slot(title, at, today, programme.id, centre.settings.zone)) for title, at in PLACES]
        outlook = Outlook(centre.settings.zone, 7)
        told = {"now": now, "outlook": outlook}
        change_id = changes.propose(session, editor, title="Lịch đầu", steps=steps, **told)
        seen = change_views.change_view(session, change_id, **told).seen
        changes.publish(session, approver, change_id=change_id, seen=seen or "", **told)
    return today + timedelta(days=7 - today.weekday())


def a_slot(title: str, at: time, first: date, programme_id: str, zone: str) -> Slot:
    return Slot(
        id=uuid.UUID(changes.new_slot_id()),
        title=title,
        scope=Scope(everyone=True),
        calendar=Calendar(first),
        start=at,
        max_duration=timedelta(minutes=15),
        zone=zone,
        programme_id=uuid.UUID(programme_id),
    )


def shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def cell(page: Page, day: date, hour: str):
    return page.locator(f'[data-cell-day="{day}"][data-cell-hour="{hour}"]')


def clear(page: Page) -> None:
    page.goto("/lich-phat/thay-doi/dang-soan")
    page.get_by_text("Bỏ các thay đổi này").click()
    page.get_by_role("button", name="Đúng, bỏ cả bản nháp").click()


def test_a_session_is_moved_by_keys_proposed_and_published_by_somebody_else(sign_in, monday):
    editor, tuesday = sign_in("editor"), monday + timedelta(days=1)
    editor.goto(f"/lich-phat?ngay={monday}")
    card = cell(editor, monday, "17:00").get_by_role("link", name="Buổi chiều")
    card.focus()
    for key in (
        "m",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowDown",
        "ArrowUp",
        "ArrowRight",
        "ArrowRight",
        "ArrowLeft",
    ):
        editor.keyboard.press(key)
    expect(editor.locator("#loa-dang-doi")).to_contain_text(f"thứ Ba {tuesday:%d/%m}, 17:15")
    expect(card).to_contain_text(f"thứ Ba {tuesday:%d/%m}, 17:15")
    editor.keyboard.press("Escape")
    expect(card).not_to_contain_text("thứ Ba")
    for key in ("m", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        editor.keyboard.press(key)
    expect(editor.get_by_label("Giờ bắt đầu")).to_have_value("17:15")
    expect(editor.get_by_label("Sang ngày")).to_have_value(shown(monday))
    editor.get_by_role("button", name="Xem ảnh hưởng").click()
    expect(editor.get_by_text("Dời 1 buổi phát ở 1 cụm loa")).to_be_visible()
    editor.get_by_label("Tên đề xuất").fill("Dời vì chợ phiên")
    editor.get_by_role("button", name="Đề xuất").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text("Dời vì chợ phiên")
    approver = sign_in("approver")
    approver.goto(f"/lich-phat?ngay={monday}")
    expect(cell(approver, monday, "17:00")).to_contain_text("dời từ 17:00")
    approver.get_by_role("link", name="Dời vì chợ phiên").click()
    approver.get_by_role("button", name="Công bố").click()
    expect(approver.get_by_text("Đã công bố: dời 1 buổi phát ở 1 cụm loa")).to_be_visible()
    approver.goto(f"/lich-phat?ngay={monday}")
    expect(cell(approver, monday, "17:00")).to_contain_text("17:15–17:30")


def test_a_session_is_dragged_to_another_day_and_to_another_part_of_the_day(sign_in, monday):
    editor, wednesday, thursday = sign_in("editor"), monday + timedelta(days=2), monday + timedelta(days=3)
    editor.goto(f"/lich-phat?ngay={monday}")
    cell(editor, wednesday, "05:00").get_by_role("link", name="Buổi sáng").drag_to(cell(editor, thursday, "05:00"))
    expect(editor.get_by_label("Sang ngày")).to_have_value(shown(thursday))
    expect(editor.get_by_label("Giờ bắt đầu")).to_have_value("05:00")
    editor.go_back()
    cell(editor, wednesday, "05:00").get_by_role("link", name="Buổi sáng").drag_to(cell(editor, wednesday, "11:30"))
    expect(editor.get_by_label("Giờ bắt đầu")).to_have_value("11:30")
    editor.get_by_label("Mọi buổi của khung giờ").check()
    editor.get_by_role("button", name="Xem ảnh hưởng").click()
    expect(editor.get_by_text("Sửa khung giờ “Buổi sáng”: 05:00 → 11:30")).to_be_visible()
    clear(editor)
    expect(editor.get_by_text("Đã bỏ bản nháp")).to_be_visible()


def test_without_script_a_slot_is_added_on_a_phone(sign_in, monday):
    editor = sign_in("editor", viewport=PHONE, script=False)
    editor.goto("/lich-phat")
    editor.get_by_role("link", name="Thêm khung giờ").first.click()
    editor.get_by_label("Tên buổi phát").fill("Buổi trưa")
    editor.get_by_label("Chương trình").select_option(index=1)
    editor.get_by_label("Giờ bắt đầu").first.fill("11h30")
    editor.get_by_label("Xã Búng thử (1 cụm loa)").check()
    editor.get_by_role("button", name="Xem ảnh hưởng").click()
    expect(editor.get_by_text("Thêm khung giờ “Buổi trưa”: 11:30; hằng ngày")).to_be_visible()
    assert editor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    clear(editor)


PATHS = ("/lich-phat", "/lich-phat?xem=ngay", "/lich-phat/khung-gio", "/lich-phat/khung-gio/moi", "/lich-phat/thay-doi",
         "/lich-phat/thay-doi/dang-soan", "/lich-phat/gio-va-ngay-le")  # fmt: skip
CONTROLS = "main input:not([type=hidden]), main select, main textarea, main button, main a"
NAMELESS = """controls => [...document.querySelectorAll(controls)]
    .filter(each => !(each.labels?.length || each.getAttribute('aria-label') || each.textContent.trim()))
    .map(each => each.outerHTML)"""


@pytest.mark.parametrize("path", PATHS)
def test_pages_fit_a_phone_name_their_controls_and_show_the_focus(path, sign_in, monday):
    page = sign_in("editor", viewport=PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(NAMELESS, CONTROLS) == []
    page.locator("main a, main summary").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
