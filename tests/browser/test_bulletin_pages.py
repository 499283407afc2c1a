"""From a starter to an approval in a real browser, playing the sound for real; and the same pages without script.

The browser's microphone hears a voice: a person's track is recorded, listened to, added and taken out.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

RENDERED_WITHIN_MS = 30_000
HEARD_WITHIN_MS = 60_000
MASTERED_WITHIN_MS = 30_000
SHORT = "Thưa bà con, cuộc họp lúc 8 giờ."
PHONE = {"width": 390, "height": 844}


def approve_button(page: Page):
    return page.locator('button[data-key="d"]')


def hear_everything(page: Page) -> None:
    """Play each track to its end, one after the other, as a person would."""
    players = page.locator("[data-player]")
    expect(players.first).to_be_visible(timeout=RENDERED_WITHIN_MS)
    for index in range(players.count()):
        player = players.nth(index)
        player.get_by_role("button").click()
        expect(player.locator("[data-player-share]")).to_have_text("100%", timeout=HEARD_WITHIN_MS)


def write_short(page: Page, title: str) -> str:
    """Write a bulletin that sounds only some seconds, let the page save it by itself; return its id."""
    page.goto("/ban-tin/moi")
    page.get_by_label("Tên bản tin").fill(title)
    page.get_by_role("textbox", name="Lời bản tin").fill(SHORT)
    page.wait_for_url(re.compile(r"/ban-tin/[0-9a-f-]{36}/sua$"))
    return page.url.split("/")[-2]


def submitted(page: Page, title: str) -> str:
    bulletin_id = write_short(page, title)
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url(f"**/ban-tin/{bulletin_id}")
    return bulletin_id


def test_an_editor_writes_from_a_starter_and_an_approver_hears_and_approves(sign_in):
    editor = sign_in("editor")
    editor.get_by_role("link", name="Từ bản mẫu").first.click()
    editor.get_by_role("link", name="Dùng bản mẫu này").first.click()
    editor.wait_for_load_state()
    said = editor.locator("#loa-se-noi")
    expect(said).to_contain_text("Thưa bà con")

    script = editor.get_by_role("textbox", name="Lời bản tin")
    hand_over = editor.get_by_role("button", name="Gửi duyệt")
    script.fill(f"{SHORT} Hỏi Trung tâm VH-TT-TH.")
    expect(said.locator("mark.loa-said").first).to_have_text("tám")
    expect(editor.locator(".loa-script__marks mark.loa-left")).to_have_text("VH-TT-TH")
    expect(hand_over).to_have_attribute("aria-disabled", "true")
    editor.locator("#viec-can-sua").get_by_role("button").first.click()
    expect(editor.locator("#viec-can-sua")).to_contain_text("Đọc được hết")
    expect(hand_over).not_to_have_attribute("aria-disabled", "true")

    script.fill(SHORT)
    expect(editor.locator("#da-luu")).to_contain_text("Đã tự lưu lúc")
    editor.wait_for_url(re.compile(r"/ban-tin/[0-9a-f-]{36}/sua$"))
    bulletin_id = editor.url.split("/")[-2]
    hand_over.click()
    editor.wait_for_url(f"**/ban-tin/{bulletin_id}")
    expect(editor.get_by_role("button", name="Nghe bản âm thanh")).to_be_visible(timeout=RENDERED_WITHIN_MS)

    answer = editor.goto(f"/cho-duyet/{bulletin_id}")
    assert answer is not None
    assert answer.status == 403

    approver = sign_in("approver")
    expect(approver.get_by_role("navigation", name="Chính").get_by_label("1 đang chờ").first).to_be_visible()
    approver.goto(f"/cho-duyet/{bulletin_id}")
    expect(approve_button(approver)).to_have_attribute("aria-disabled", "true")
    approver.keyboard.press("d")
    expect(approver).to_have_url(re.compile(f"/cho-duyet/{bulletin_id}$"))
    hear_everything(approver)
    expect(approve_button(approver)).not_to_have_attribute("aria-disabled", "true", timeout=HEARD_WITHIN_MS)
    expect(approver.locator("#duyet")).to_contain_text("Cả bản tin: đã nghe hết")
    approver.locator("#tieu-de").click()
    approver.keyboard.press("d")
    expect(approver.get_by_text("Đã duyệt. Bản tin được phát theo lịch.")).to_be_visible()
    approver.goto(f"/ban-tin/{bulletin_id}")
    expect(approver.get_by_text("đã nghe 100%")).to_be_visible()


def test_jumping_to_the_end_is_not_listening(sign_in):
    bulletin_id = submitted(sign_in("editor"), "Nhảy đến cuối")
    approver = sign_in("approver")
    approver.goto(f"/cho-duyet/{bulletin_id}")
    slider = approver.get_by_role("slider").first
    expect(slider).to_be_visible(timeout=RENDERED_WITHIN_MS)
    slider.press("End")
    expect(approver.locator("[data-player-time]").first).not_to_have_text("0:00")
    expect(approver.locator("[data-player-share]").first).to_have_text("0%")
    expect(approve_button(approver)).to_have_attribute("aria-disabled", "true")


def test_a_returned_bulletin_comes_back_with_its_reason(sign_in):
    editor = sign_in("editor")
    bulletin_id = submitted(editor, "Sẽ bị trả lại")
    approver = sign_in("approver")
    approver.goto(f"/cho-duyet/{bulletin_id}")
    approver.get_by_label("Quá dài").check(force=True)
    approver.get_by_label("Lời nhắn cho người viết").fill("Bỏ câu đầu.")
    approver.get_by_role("button", name="Trả lại").click()
    expect(approver.get_by_text("Đã trả lại cho người viết.")).to_be_visible()
    editor.goto("/")
    editor.get_by_role("link", name="Sẽ bị trả lại").click()
    expect(editor.get_by_text("Quá dài. Bỏ câu đầu.").first).to_be_visible()
    editor.get_by_role("link", name="Sửa").click()
    expect(editor.get_by_text("Lưu sẽ mở lần sửa 2")).to_be_visible()


def test_without_script_a_bulletin_is_still_written_and_handed_over(sign_in):
    editor = sign_in("editor", script=False)
    editor.goto("/ban-tin/moi")
    editor.get_by_label("Tên bản tin").fill("Không cần mã lệnh")
    editor.get_by_role("textbox", name="Lời bản tin").fill("Hỏi Trung tâm VH-TT-TH.")
    editor.get_by_role("button", name="Lưu nháp").click()
    expect(editor.get_by_text("Đã lưu nháp.")).to_be_visible()
    expect(editor.locator("#viec-can-sua")).to_contain_text("VH-TT-TH")
    editor.get_by_role("textbox", name="Lời bản tin").fill(SHORT)
    editor.get_by_role("button", name="Lưu nháp").click()
    editor.get_by_role("button", name="Gửi duyệt").click()
    expect(editor.get_by_text("Đã gửi duyệt lần sửa 1.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_fit_a_phone(dark, sign_in):
    editor = sign_in("editor", viewport=PHONE, dark=dark)
    title = "Một tên bản tin rất dài để thử xem trang trên điện thoại có bị tràn ngang hay không khi tên dài"
    bulletin_id = submitted(editor, f"{title} {dark}")
    seen = [(editor, path) for path in ("/", "/ban-tin", "/ban-tin/ban-mau", "/ban-tin/moi", "/van-ban")]
    seen += [(editor, f"/ban-tin/{bulletin_id}"), (editor, f"/ban-tin/{bulletin_id}/sua")]
    approver = sign_in("approver", viewport=PHONE, dark=dark)
    seen += [(approver, "/cho-duyet"), (approver, f"/cho-duyet/{bulletin_id}")]
    admin = sign_in("admin", viewport=PHONE, dark=dark)
    seen += [(admin, "/tai-khoan"), (admin, "/tai-khoan/moi")]
    too_wide = []
    for page, path in seen:
        page.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            too_wide.append((path, over))
    assert too_wide == []


def test_handing_over_waits_for_the_save_under_way(sign_in):
    editor = sign_in("editor")
    held = []

    def hold(route):
        if "HX-Request" in route.request.headers or "hx-request" in route.request.headers:
            held.append(route)
        else:
            route.continue_()

    editor.route("**/ban-tin/luu", hold)
    editor.goto("/ban-tin/moi")
    editor.wait_for_load_state()
    title = "Chỉ một bản tin dù lưu chậm"
    editor.get_by_label("Tên bản tin").fill(title)
    with editor.expect_request("**/ban-tin/luu"):
        editor.get_by_role("textbox", name="Lời bản tin").fill(SHORT)
    editor.get_by_role("button", name="Gửi duyệt").click()
    expect(editor).to_have_url(re.compile(r"/ban-tin/moi$"))
    for route in held:
        route.continue_()
    expect(editor.get_by_text("Đã gửi duyệt lần sửa 1.")).to_be_visible()
    editor.goto("/ban-tin")
    expect(editor.get_by_role("link", name=title)).to_have_count(1)


def draft(page: Page, title: str) -> None:
    """Write a draft and open its page."""
    page.goto(f"/ban-tin/{write_short(page, title)}")


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_editor_records_listens_and_adds_the_track_and_takes_it_out(sign_in):
    page = sign_in("editor", viewport=PHONE)
    page.context.grant_permissions(["microphone"])
    draft(page, "Thu bằng micrô")
    page.get_by_label("Tiếng của bản thu").select_option("hmn")
    page.get_by_role("button", name="Bắt đầu thu").press("Enter")
    stop = page.get_by_role("button", name="Dừng thu")
    expect(stop).to_be_focused()
    expect(page.locator("[data-recorder-time]")).to_have_text("0:03")
    assert page.locator("meter").evaluate("meter => meter.value") > 0
    stop.press("Enter")
    take = page.locator("[data-recorder-take]")
    expect(take).to_be_visible()
    expect(page.get_by_text("Đã thu xong")).to_be_visible()
    assert no_wider_than_the_screen(page)
    send = page.get_by_role("button", name="Thêm bản thu")
    page.get_by_role("button", name="Thu lại từ đầu").click()
    expect(stop).to_be_visible()
    expect(send).to_be_disabled()  # else the take before would be sent
    expect(page.get_by_label("Hoặc chọn tệp đã thu")).to_have_value("")
    expect(page.locator("[data-recorder-time]")).to_have_text("0:03")
    stop.click()
    expect(take).to_be_visible()
    send.click()
    expect(page.get_by_text("Đã thêm bản thu")).to_be_visible(timeout=MASTERED_WITHIN_MS)
    expect(page.locator("#am-thanh")).to_contain_text("Cả bản tin, tiếng Mông")
    assert no_wider_than_the_screen(page)
    page.get_by_text("Gỡ bản thu này").click()
    page.get_by_role("button", name="Đúng, gỡ bản thu").click()
    expect(page.get_by_text("Đã gỡ bản thu.")).to_be_visible()
    expect(page.locator("#am-thanh")).to_contain_text("Chưa có bản thu")


def test_what_is_refused_is_told_with_what_to_do_and_the_chosen_file_stays(sign_in):
    page = sign_in("editor")
    draft(page, "Không cho micrô")
    page.get_by_role("button", name="Bắt đầu thu").click()
    expect(page.get_by_text(re.compile("Trình duyệt chưa cho dùng micrô"))).to_be_visible()
    expect(page.get_by_role("button", name="Bắt đầu thu")).to_be_enabled()
    chooser = page.get_by_label("Hoặc chọn tệp đã thu")
    chooser.set_input_files({"name": "thu.mp3", "mimeType": "audio/mpeg", "buffer": b"MZ" + bytes(3_000)})
    page.get_by_role("button", name="Thêm bản thu").click()
    expect(page.locator("[data-upload-refused]")).to_contain_text("chương trình máy tính")
    assert chooser.evaluate("field => field.files.length") == 1
    expect(page.get_by_role("button", name="Thêm bản thu")).not_to_have_attribute("aria-busy", "true")
    plain = sign_in("editor", script=False)
    plain.goto(page.url)
    expect(plain.get_by_role("button", name="Bắt đầu thu")).to_be_hidden()
    plain.get_by_label("Hoặc chọn tệp đã thu").set_input_files(
        {"name": "thu.wav", "mimeType": "audio/wav", "buffer": "bản tin".encode()}
    )
    plain.get_by_role("button", name="Thêm bản thu").click()
    expect(plain.get_by_text("không phải tệp âm thanh")).to_be_visible()
