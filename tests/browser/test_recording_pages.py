"""Recording in a real browser whose microphone hears a voice, and sending a file with its refusals."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import Page, expect
from test_bulletin_pages import PHONE, pytestmark, write_short

__all__ = ["pytestmark"]
MASTERED_WITHIN_MS = 30_000
SHOTS = os.environ.get("LOA_TEST_SHOTS")


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for them."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS, f"{name}.png"), full_page=True)


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
    shot(page, "recording-phone")
    stop.press("Enter")
    take = page.locator("[data-recorder-take]")
    expect(take).to_be_visible()
    expect(page.get_by_text("Đã thu xong")).to_be_visible()
    shot(page, "recorded-phone")
    assert no_wider_than_the_screen(page)
    page.get_by_role("button", name="Thêm bản thu").click()
    expect(page.get_by_text("Đã thêm bản thu")).to_be_visible(timeout=MASTERED_WITHIN_MS)
    expect(page.locator("#am-thanh")).to_contain_text("Cả bản tin, tiếng Mông")
    shot(page, "added-phone")
    assert no_wider_than_the_screen(page)
    page.get_by_role("button", name="Gỡ bản thu này").click()
    expect(page.get_by_text("Đã gỡ bản thu.")).to_be_visible()
    expect(page.locator("#am-thanh")).to_contain_text("Chưa có bản thu")


def test_a_microphone_that_is_refused_is_told_with_what_to_do(sign_in):
    page = sign_in("editor")
    draft(page, "Không cho micrô")
    page.get_by_role("button", name="Bắt đầu thu").click()
    expect(page.get_by_text(re.compile("Trình duyệt chưa cho dùng micrô"))).to_be_visible()
    expect(page.get_by_role("button", name="Bắt đầu thu")).to_be_enabled()
    shot(page, "refused-wide")


def test_a_refused_file_stays_chosen_and_the_reason_is_read_out(sign_in):
    page = sign_in("editor")
    draft(page, "Tệp giả")
    chooser = page.get_by_label("Hoặc chọn tệp đã thu")
    chooser.set_input_files({"name": "thu.mp3", "mimeType": "audio/mpeg", "buffer": b"MZ" + bytes(3_000)})
    page.get_by_role("button", name="Thêm bản thu").click()
    refusal = page.locator("[data-upload-refused]")
    expect(refusal).to_contain_text("chương trình máy tính")
    assert chooser.evaluate("field => field.files.length") == 1
    expect(page.get_by_role("button", name="Thêm bản thu")).not_to_have_attribute("aria-busy", "true")
    shot(page, "disguised-wide")


def test_without_script_the_form_alone_sends_a_file_and_tells_the_refusal(sign_in):
    page = sign_in("editor")
    draft(page, "Không có script")
    plain = sign_in("editor", script=False)
    plain.goto(page.url)
    expect(plain.get_by_role("button", name="Bắt đầu thu")).to_be_hidden()
    plain.get_by_label("Hoặc chọn tệp đã thu").set_input_files(
        {"name": "thu.wav", "mimeType": "audio/wav", "buffer": "bản tin".encode()}
    )
    plain.get_by_role("button", name="Thêm bản thu").click()
    expect(plain.get_by_text("không phải tệp âm thanh")).to_be_visible()
