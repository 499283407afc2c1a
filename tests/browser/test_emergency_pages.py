"""An emergency in a real browser: ordered with the keyboard, confirmed by a number that listening doesn't wipe away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from scheduler import compose
from scheduler.services import stations, units

pytestmark = pytest.mark.browser

SOUND_WITHIN_MS = 60_000
PHONE = {"width": 390, "height": 844}
UNITS = (
    b'{"units": [{"code": "901", "kind": "xa", "name": "X\xc3\xa3 th\xe1\xbb\xad", "parent": null, '
    b'"valid_from": "2020-01-01"}]}'
)


@pytest.fixture(scope="module")
def network(centre) -> None:
    """Two stations in one commune."""
    now = datetime.now(UTC)
    with compose.open_centre(centre.settings) as opened, opened.writers.begin() as session:
        units.import_units(session, None, content=UNITS, now=now)
        for name in ("Cụm loa một", "Cụm loa hai"):
            stations.make_station(session, None, name=name, unit_code="901", today=now.date(), now=now)


@pytest.mark.usefixtures("network")
def test_from_the_order_to_the_withdrawal(sign_in: Callable[..., Page]) -> None:
    editor = sign_in("editor")
    editor.goto("/ban-tin/moi")
    order = editor.get_by_role("group", name="Lệnh phát khẩn cấp")
    expect(order).to_be_hidden()
    editor.get_by_label("Tên bản tin").fill("Lũ về")
    editor.get_by_role("textbox", name="Lời bản tin").fill("Lũ đang về. Bà con lên chỗ cao.")
    editor.get_by_label("Loại bản tin").select_option("emergency")
    expect(order).to_be_visible()
    order.get_by_label("Toàn mạng").focus()
    editor.keyboard.press("Space")
    order.get_by_label("Đây là diễn tập").check()
    editor.get_by_role("button", name="Gửi duyệt").click()
    expect(editor.get_by_text("Đã gửi duyệt lần sửa 1")).to_be_visible()

    approver = sign_in("approver", viewport=PHONE)
    approver.goto("/cho-duyet")
    approver.get_by_role("link", name="Lũ về").click()
    confirm = approver.get_by_label("Gõ số cụm loa ở trên để xác nhận")
    players = approver.locator("[data-player]")
    expect(players).to_have_count(2, timeout=SOUND_WITHIN_MS)  # the bulletin and its headline
    expect(approver.get_by_role("heading", name="DIỄN TẬP: duyệt là phát ngay")).to_be_visible()
    confirm.fill("2")
    for player in players.all():
        player.get_by_role("button").click()
        expect(player.locator("[data-player-share]")).to_have_text("100%", timeout=SOUND_WITHIN_MS)
    release = approver.get_by_role("button", name="Duyệt và phát ngay (diễn tập)")
    expect(release).not_to_have_attribute("aria-disabled", "true", timeout=SOUND_WITHIN_MS)
    expect(confirm).to_have_value("2")
    release.click()
    expect(approver.get_by_text("Đã duyệt và phát ngay tại 2 cụm loa")).to_be_visible()
    assert approver.evaluate("document.documentElement.scrollWidth <= innerWidth")

    approver.get_by_role("button", name="Thu hồi, dừng ngay").click()
    expect(approver.get_by_text("Đã thu hồi.", exact=False).first).to_be_visible()
    expect(approver.get_by_text("DIỄN TẬP KHẨN CẤP")).to_have_count(0)
