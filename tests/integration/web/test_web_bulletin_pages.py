"""The list of bulletins and the page of a revision: filters, sound, changes, withdrawal."""

from __future__ import annotations

import pytest


class TestList:
    def test_words_are_found_without_accents(self, sign_in, stage):
        stage.draft(title="Lịch tiêm phòng gia súc")
        stage.draft(title="Họp thôn tối thứ Bảy")
        page = sign_in("editor").get("/ban-tin?tim=tiem+phong").text
        assert "Lịch tiêm phòng gia súc" in page
        assert "Họp thôn tối thứ Bảy" not in page

    def test_state_narrows_the_list(self, sign_in, stage):
        stage.draft(title="Còn là nháp")
        stage.submitted(title="Đã gửi rồi")
        page = sign_in("editor").get("/ban-tin?trang-thai=submitted").text
        assert "Đã gửi rồi" in page
        assert "Còn là nháp" not in page

    def test_nothing_found_says_so_and_offers_the_way_back(self, sign_in):
        assert "Không có bản tin nào khớp" in sign_in("editor").get("/ban-tin?tim=khongco").text

    @pytest.mark.parametrize(
        "query", ["trang=0", "trang=-5", "trang=999", "trang=x", "trang-thai=la", "loai=la", "muc=x"]
    )
    def test_any_query_has_an_answer(self, query, sign_in, stage):
        stage.draft()
        assert sign_in("editor").get(f"/ban-tin?{query}").status_code == 200

    def test_many_are_shown_by_pages(self, sign_in, stage):
        for number in range(27):
            stage.draft(title=f"Bản tin số {number:02d}")
        browser = sign_in("editor")
        assert browser.get("/ban-tin").text.count("Bản tin số") == 25
        assert browser.get("/ban-tin?trang=2").text.count("Bản tin số") == 2


class TestSound:
    def test_the_page_asks_again_until_the_sound_is_there(self, sign_in, stage):
        bulletin_id = stage.submitted()
        browser = sign_in("editor")
        address = f"/ban-tin/{bulletin_id}/am-thanh"
        assert f'hx-get="{address}?lan=1"' in browser.get(f"/ban-tin/{bulletin_id}").text
        assert 'hx-trigger="every 2s"' in browser.get(address).text
        digest = stage.render()
        after = browser.get(address).text
        assert "every 2s" not in after
        assert f"/am-thanh/{digest}.mp3" in after
        assert 'hx-swap-oob="true"' in after

    def test_a_failure_is_told_with_its_message(self, sign_in, stage):
        bulletin_id = stage.submitted()
        stage.fail("Máy chủ giọng đọc không trả lời.")
        page = sign_in("editor").get(f"/ban-tin/{bulletin_id}").text
        assert "Chưa tạo được bản âm thanh, đã thử 1 lần" in page
        assert "Máy chủ giọng đọc không trả lời." in page

    def test_a_stand_in_voice_says_why(self, sign_in, stage):
        bulletin_id = stage.submitted()
        stage.render(draft_voice=True)
        page = sign_in("editor").get(f"/ban-tin/{bulletin_id}").text
        assert "Giọng máy dự phòng" in page
        assert "Giọng Google không trả lời (lỗi 429)." in page

    def test_the_rendering_is_asked_for_again_while_it_waits(self, sign_in, stage):
        bulletin_id = stage.submitted()
        stage.render()
        browser = sign_in("editor")
        assert browser.post(f"/ban-tin/{bulletin_id}/tao-lai").status_code == 303
        assert stage.page(bulletin_id).rendering is not None

    def test_the_sound_is_answered_whole_in_part_and_not_twice(self, sign_in, stage):
        stage.submitted()
        digest = stage.render(sound=b"0123456789")
        browser = sign_in("auditor")
        whole = browser.get(f"/am-thanh/{digest}.mp3")
        assert (whole.status_code, whole.data, whole.mimetype) == (200, b"0123456789", "audio/mpeg")
        assert "private" in whole.headers["Cache-Control"]
        part = browser.get(f"/am-thanh/{digest}.mp3", headers={"Range": "bytes=2-4"})
        assert (part.status_code, part.data) == (206, b"234")
        again = browser.get(f"/am-thanh/{digest}.mp3", headers={"If-None-Match": whole.headers["ETag"]})
        assert again.status_code == 304

    def test_a_file_of_the_store_that_the_database_does_not_know_is_not_answered(self, sign_in, stage):
        digest = stage.centre.media.put(b"planted")
        assert sign_in("editor").get(f"/am-thanh/{digest}.mp3").status_code == 404


class TestRevisions:
    def test_what_changed_is_shown_word_by_word(self, sign_in, stage):
        bulletin_id = stage.approved(script="Bà con cần chia sẻ tin có nguồn.")
        browser = sign_in("editor")
        seen = stage.page(bulletin_id).revision.script_sha256
        browser.post(
            "/ban-tin/luu",
            data={
                "bulletin": bulletin_id,
                "seen": seen,
                "title": "Giữ an toàn tài khoản",
                "script": "Bà con nên chia sẻ tin có nguồn.",
                "class": "normal",
                "language": "vi",
                "valid-from": "07/05/2024",
            },
        )
        page = browser.get(f"/ban-tin/{bulletin_id}").text
        assert "<del>cần</del>" in page
        assert "<ins>nên</ins>" in page
        assert "Lần sửa 1 đã duyệt, vẫn phát" in page
        earlier = browser.get(f"/ban-tin/{bulletin_id}?lan=1").text
        assert "Đang xem lần sửa 1" in earlier

    def test_an_unknown_revision_is_not_found(self, sign_in, stage):
        bulletin_id = stage.draft()
        assert sign_in("editor").get(f"/ban-tin/{bulletin_id}?lan=9").status_code == 404

    def test_an_editor_is_shown_no_way_to_decide(self, sign_in, stage):
        page = sign_in("editor").get(f"/ban-tin/{stage.approved()}").text
        assert "Thu hồi bản tin" not in page
        assert "Nghe và duyệt" not in page


class TestWithdrawal:
    def test_an_approver_takes_it_back_with_a_reason(self, sign_in, stage):
        bulletin_id = stage.approved()
        answer = sign_in("approver").post(f"/ban-tin/{bulletin_id}/thu-hoi", data={"reason": "Sai ngày họp"})
        assert answer.status_code == 303
        page = stage.page(bulletin_id)
        assert page.revision.state == "withdrawn"
        assert page.approval.end_reason == "Sai ngày họp"

    @pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
    def test_without_a_reason_it_stands(self, reason, sign_in, stage):
        bulletin_id = stage.approved()
        answer = sign_in("approver").post(f"/ban-tin/{bulletin_id}/thu-hoi", data={"reason": reason})
        assert answer.status_code == 422
        assert "Hãy ghi lý do" in answer.text
        assert stage.page(bulletin_id).revision.state == "approved"

    def test_what_does_not_stand_is_not_taken_back(self, sign_in, stage):
        answer = sign_in("approver").post(f"/ban-tin/{stage.submitted()}/thu-hoi", data={"reason": "Sai"})
        assert answer.status_code == 422
        assert "chờ duyệt" in answer.text
