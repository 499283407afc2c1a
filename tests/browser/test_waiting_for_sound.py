"""An approver's page that was open before the sound was there: it comes by itself, and so does the decision on it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect

from scheduler import compose
from scheduler.services import accounts
from scheduler.services.bulletins import recordings, writing
from scheduler.services.bulletins.progress import Progress, note_progress
from scheduler.ticks import RenderTick
from tts.rendering import engines_for

pytestmark = pytest.mark.browser

WITH_CLOCK = False  # the sound must not be there before the page is
POLLED_WITHIN_MS = 15_000


def _submitted(opened: compose.Centre, editor_id: str) -> str:
    now = datetime.now(UTC)
    with opened.writers.begin() as session:
        editor = accounts.actor(session, editor_id)
        assert editor is not None
        revision = writing.write(
            session, editor, title="Họp thôn", script="Mời bà con đi họp.", valid_from=date(2024, 5, 7), now=now
        )
        writing.submit(session, editor, bulletin_id=revision.bulletin_id, now=now)
        return revision.bulletin_id


def test_the_sound_and_the_decision_come_to_an_open_page(sign_in, centre):
    with compose.open_centre(centre.settings) as opened:
        bulletin_id = _submitted(opened, centre.people["editor"])
        approver = sign_in("approver")
        approver.goto(f"/cho-duyet/{bulletin_id}")
        expect(approver.get_by_text("Chờ máy tạo bản âm thanh")).to_be_visible()
        expect(approver.locator("#duyet")).to_contain_text("Chưa có bản âm thanh để nghe.")
        message = approver.get_by_label("Lời nhắn cho người viết")
        message.fill("Đang viết dở thì âm thanh đến.")

        with opened.writers.begin() as session:
            work = recordings.claim_rendering(session, owner="test", now=datetime.now(UTC), lease=recordings.FIRST_WAIT)
            assert work is not None
            note_progress(
                session,
                request_id=work.request_id,
                attempts=work.attempts,
                owner="test",
                progress=Progress("tone", 11, 40),
                now=datetime.now(UTC),
                lease=recordings.LONGEST_WAIT,
            )
        expect(approver.get_by_text("Đang đọc câu 12/40")).to_be_visible(timeout=POLLED_WITHIN_MS)
        with opened.writers.begin() as session:
            failed_at = datetime.now(UTC)
            recordings.record_failure(session, work=work, owner="test", failure="Giọng đọc đang bận.", now=failed_at)
        expect(approver.get_by_text("Giọng đọc đang bận.")).to_be_visible(timeout=POLLED_WITHIN_MS)

        tick = RenderTick(opened, engines_for("tone"), "test")
        assert tick.run(failed_at + recordings.LONGEST_WAIT)
        player = approver.locator("[data-player]").first
        expect(player).to_be_visible(timeout=POLLED_WITHIN_MS)
        expect(approver.get_by_text("Giọng đọc đang bận.")).to_have_count(0)
        expect(message).to_have_value("Đang viết dở thì âm thanh đến.")
        expect(approver.locator("#duyet")).to_contain_text("Nghe đến hết rồi mới duyệt được.")

        for each in approver.locator("[data-player]").all():
            each.get_by_role("button").click()
            expect(each.locator("[data-player-share]")).to_have_text("100%", timeout=60_000)
        button = approver.locator('button[data-key="d"]')
        expect(button).not_to_have_attribute("aria-disabled", "true", timeout=POLLED_WITHIN_MS)
        button.click()
        expect(approver.get_by_text("Đã duyệt. Bản tin được phát theo lịch.")).to_be_visible()
