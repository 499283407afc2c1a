"""The approver's desk: the queue, listening, four eyes, what was shown, approving and returning."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Bulletin
from scheduler.services.bulletins.house import HouseSound, HouseText, ensure_house_items
from scheduler.services.bulletins.recordings import MediaFacts
from tts.reading import read


def shown(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def approve_button(page: str) -> str:
    found = re.search(r'<button[^>]*data-key="d"[^>]*>', page)
    assert found
    return found[0]


@pytest.fixture
def waiting(stage) -> str:
    """A bulletin with its sound, waiting to be heard."""
    bulletin_id = stage.submitted()
    stage.render()
    return bulletin_id


class TestDesk:
    def test_the_button_opens_only_after_everything_was_heard(self, sign_in, stage, waiting):
        browser = sign_in("approver")
        before = browser.get(f"/cho-duyet/{waiting}").text
        assert 'aria-disabled="true"' in approve_button(before)
        assert "Bạn chưa nghe" in before
        track = stage.page(waiting).tracks[0]
        half = browser.post(f"/cho-duyet/nghe/{track.recording_id}", data={"share_permille": "500", "reached_end": "0"})
        assert half.status_code == 204
        decision = browser.get(f"/cho-duyet/{waiting}/quyet-dinh?shown={shown(before)}").text
        assert "Mới nghe" in decision
        assert "50%" in decision
        browser.post(f"/cho-duyet/nghe/{track.recording_id}", data={"share_permille": "1000", "reached_end": "1"})
        decision = browser.get(f"/cho-duyet/{waiting}/quyet-dinh?shown={shown(before)}").text
        assert "aria-disabled" not in approve_button(decision)

    def test_the_page_shows_figures_marks_and_the_whole_reading(self, sign_in, waiting):
        page = sign_in("approver").get(f"/cho-duyet/{waiting}").text
        for told in ("1:01", "−16,2 LUFS", "−1,4 dBTP", "không vỡ tiếng", '<mark class="loa-said">tám'):
            assert told in page

    def test_what_was_shown_is_what_is_approved(self, sign_in, stage, waiting):
        stage.hear(waiting)
        browser = sign_in("approver")
        digest = shown(browser.get(f"/cho-duyet/{waiting}").text)
        answer = browser.post(f"/cho-duyet/{waiting}/duyet", data={"shown": digest})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/cho-duyet")
        assert stage.page(waiting).approval.approver_name == "Người approver"

    def test_a_fine_is_approved_only_by_whoever_ticks_that_it_was_looked_up(self, sign_in, stage):
        fined = stage.submitted(script="Ai đưa tin giả bị phạt tiền đến mười triệu đồng.")
        stage.render()
        stage.hear(fined)
        browser = sign_in("approver")
        page = browser.get(f"/cho-duyet/{fined}").text
        assert "Tôi đã kiểm tra, còn hiệu lực" in page
        refused = browser.post(f"/cho-duyet/{fined}/duyet", data={"shown": shown(page)})
        assert refused.status_code == 422
        assert stage.page(fined).approval is None
        assert (
            browser.post(f"/cho-duyet/{fined}/duyet", data={"shown": shown(page), "confirmed": "yes"}).status_code
            == 303
        )
        assert stage.page(fined).approval is not None

    def test_a_bulletin_without_such_figures_asks_for_no_tick(self, sign_in, waiting):
        assert "Tôi đã kiểm tra" not in sign_in("approver").get(f"/cho-duyet/{waiting}").text

    @pytest.mark.parametrize("digest", ["", "0" * 64, "<script>"])
    def test_anything_else_is_refused_and_told(self, digest, sign_in, stage, waiting):
        stage.hear(waiting)
        answer = sign_in("approver").post(f"/cho-duyet/{waiting}/duyet", data={"shown": digest})
        assert answer.status_code == 422
        assert "Bản tin đã thay đổi sau khi bạn mở trang" in answer.text
        assert stage.page(waiting).approval is None

    def test_the_server_refuses_what_was_not_heard(self, sign_in, stage, waiting):
        browser = sign_in("approver")
        digest = shown(browser.get(f"/cho-duyet/{waiting}").text)
        assert browser.post(f"/cho-duyet/{waiting}/duyet", data={"shown": digest}).status_code == 422
        assert stage.page(waiting).approval is None

    def test_a_new_sound_must_be_heard_anew_and_an_older_page_is_loaded_again(self, sign_in, stage, waiting):
        stage.hear(waiting)
        browser = sign_in("approver")
        digest = shown(browser.get(f"/cho-duyet/{waiting}").text)
        assert browser.post(f"/cho-duyet/{waiting}/tao-lai").status_code == 303
        stage.render(sound=b"ID3 another sound")
        stale = browser.get(f"/cho-duyet/{waiting}/quyet-dinh?shown={digest}")
        assert stale.headers["HX-Redirect"] == f"/cho-duyet/{waiting}"
        assert browser.post(f"/cho-duyet/{waiting}/duyet", data={"shown": digest}).status_code == 422
        assert "Bạn chưa nghe" in browser.get(f"/cho-duyet/{waiting}").text

    def test_the_poll_brings_sound_and_decision_together(self, sign_in, stage):
        bulletin_id = stage.submitted()
        browser = sign_in("approver")
        assert "every 2s" in browser.get(f"/cho-duyet/{bulletin_id}/am-thanh").text
        stage.render()
        answer = browser.get(f"/cho-duyet/{bulletin_id}/am-thanh").text
        assert 'id="am-thanh"' in answer
        assert shown(answer) == stage.page(bulletin_id).shown

    def test_the_waiting_revision_is_shown_even_beside_a_newer_draft(self, sign_in, stage, waiting):
        seen = stage.page(waiting).revision.script_sha256
        sign_in("editor").post(
            "/ban-tin/luu",
            data={
                "bulletin": waiting,
                "seen": seen,
                "title": "Tên mới",
                "script": "Lời nháp chưa gửi.",
                "class": "normal",
                "language": "vi",
                "valid-from": "07/05/2024",
            },
        )
        page = sign_in("approver").get(f"/cho-duyet/{waiting}").text
        assert "Lời nháp chưa gửi" not in page
        assert "Lần sửa 1" in page

    def test_whoever_wrote_is_told_why_not(self, sign_in, stage):
        bulletin_id = stage.submitted(by="both")
        stage.render()
        stage.hear(bulletin_id, by="both")
        browser = sign_in("both")
        page = browser.get(f"/cho-duyet/{bulletin_id}").text
        assert "Bạn không duyệt được bản tin này" in page
        assert 'aria-disabled="true"' in approve_button(page)
        answer = browser.post(f"/cho-duyet/{bulletin_id}/duyet", data={"shown": shown(page)})
        assert answer.status_code == 422
        assert stage.page(bulletin_id).approval is None

    def test_what_no_longer_waits_leads_to_its_own_page(self, sign_in, stage):
        bulletin_id = stage.approved()
        browser = sign_in("approver")
        assert browser.get(f"/cho-duyet/{bulletin_id}").headers["Location"] == f"/ban-tin/{bulletin_id}"
        late = browser.post(f"/cho-duyet/{bulletin_id}/tra-lai", data={"message": "muộn"})
        assert (late.status_code, late.headers["Location"]) == (303, f"/ban-tin/{bulletin_id}")

    @pytest.mark.parametrize(
        "data", [{}, {"share_permille": "x"}, {"share_permille": "-1"}, {"share_permille": "1001"}]
    )
    def test_a_share_that_is_no_share_is_refused(self, data, sign_in, stage, waiting):
        track = stage.page(waiting).tracks[0]
        assert sign_in("approver").post(f"/cho-duyet/nghe/{track.recording_id}", data=data).status_code == 400


class TestReturning:
    def test_reasons_and_words_reach_the_writer(self, sign_in, stage, waiting):
        answer = sign_in("approver").post(
            f"/cho-duyet/{waiting}/tra-lai",
            data={"reason": ["Giọng chưa rõ", "Quá dài", "bịa ra"], "message": "Câu 2 <b>nghe</b> chưa rõ."},
        )
        assert answer.status_code == 303
        assert stage.page(waiting).revision.return_reason == "Giọng chưa rõ; Quá dài. Câu 2 <b>nghe</b> chưa rõ."
        page = sign_in("editor").get(f"/ban-tin/{waiting}").text
        assert "Câu 2 &lt;b&gt;nghe&lt;/b&gt; chưa rõ." in page

    def test_without_any_reason_it_is_refused(self, sign_in, stage, waiting):
        answer = sign_in("approver").post(f"/cho-duyet/{waiting}/tra-lai", data={"message": " "})
        assert answer.status_code == 422
        assert "Hãy ghi lý do" in answer.text
        assert stage.page(waiting).revision.state == "submitted"

    def test_a_refusal_keeps_what_was_written(self, sign_in, waiting):
        data = {"reason": "Quá dài", "message": "x" * 2001}
        answer = sign_in("approver").post(f"/cho-duyet/{waiting}/tra-lai", data=data)
        assert answer.status_code == 422
        assert "x" * 2001 in answer.text
        assert re.search(r'value="Quá dài" checked', answer.text)


class TestQueue:
    def test_after_a_decision_comes_the_next(self, sign_in, stage, waiting):
        other = stage.submitted(title="Bản tin thứ hai")
        stage.render(sound=b"ID3 the second")
        answer = sign_in("approver").post(f"/cho-duyet/{waiting}/tra-lai", data={"reason": "Quá dài"})
        assert answer.headers["Location"] == f"/cho-duyet/{other}"

    @pytest.mark.usefixtures("waiting")
    def test_the_bar_counts_what_this_person_may_decide(self, sign_in, stage):
        stage.submitted(title="Còn chờ máy")
        stage.submitted(by="both")
        page = sign_in("approver").get("/ban-tin").text
        assert '<span class="loa-count" aria-label="1 đang chờ">1</span>' in page
        assert "đang chờ" not in sign_in("editor").get("/ban-tin").text

    def test_an_empty_queue_says_so(self, sign_in):
        assert "Không còn bản tin chờ duyệt" in sign_in("approver").get("/cho-duyet").text


class TestHouseItems:
    @pytest.fixture
    def jingle(self, stage) -> str:
        """A jingle as it ships: submitted, with its sound, without words or author."""
        sound = b"ID3 a jingle"
        facts = MediaFacts(sha256_hex(sound), len(sound), 24_000, -1600, -150, tuple([300] * 150))
        with stage.centre.writers.begin() as session:
            ensure_house_items(
                session,
                sounds=[HouseSound("jingle", "Nhạc hiệu của đài", sound, facts)],
                texts=[HouseText("opening", "Lời xướng", "Kính chào bà con.")],
                reader=read,
                store=stage.centre.media,
                valid_from=date(2024, 5, 1),
                now=datetime(2024, 5, 1, tzinfo=UTC),
            )
            return session.scalars(select(Bulletin.id).where(Bulletin.kind == "jingle")).one()

    def test_they_wait_in_the_queue_like_all_else(self, sign_in, jingle):
        page = sign_in("approver").get("/cho-duyet").text
        assert "Nhạc hiệu của đài" in page
        assert f"/cho-duyet/{jingle}" in page
        assert "Lời xướng" in page

    def test_a_jingle_is_heard_and_approved_once(self, sign_in, stage, jingle):
        browser = sign_in("approver")
        page = browser.get(f"/cho-duyet/{jingle}").text
        assert "Âm thanh không lời" in page
        assert "Tạo lại giọng" not in page
        stage.hear(jingle)
        assert browser.post(f"/cho-duyet/{jingle}/duyet", data={"shown": shown(page)}).status_code == 303
        assert stage.page(jingle).revision.state == "approved"
        assert browser.get(f"/ban-tin/{jingle}").status_code == 200
        assert "Nhạc hiệu của đài" in browser.get("/ban-tin?muc=house").text

    def test_nobody_edits_the_words_of_a_sound(self, sign_in, jingle):
        browser = sign_in("editor")
        assert browser.get(f"/ban-tin/{jingle}/sua").status_code == 404
        assert "/sua" not in browser.get(f"/ban-tin/{jingle}").text
