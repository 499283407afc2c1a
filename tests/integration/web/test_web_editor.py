"""Writing a bulletin through the pages: saving, reading beside the script, handing over, and every refusal."""

from __future__ import annotations

import re

import pytest

HOSTILE = "<script>alert(1)</script>\" onload='x' {{ 7*7 }}"
LEFT = "Báo ngay cho Trung tâm VH-TT-TH huyện."


def form(**changes: str) -> dict[str, str]:
    fields = {
        "bulletin": "",
        "seen": "",
        "kind": "bulletin",
        "title": "Giữ an toàn tài khoản",
        "script": "Thưa bà con, xin nhắc lại.",
        "class": "normal",
        "language": "vi",
        "valid-from": "09/05/2024",
        "valid-to": "12/05/2024",
        "directive": "",
        "obligation": "",
    }
    return fields | {name.replace("_", "-"): value for name, value in changes.items()}


def saved_id(answer) -> str:
    found = re.search(r"/ban-tin/([0-9a-f-]{36})", answer.headers.get("Location") or answer.headers["HX-Replace-Url"])
    assert found
    return found[1]


class TestSaving:
    def test_the_button_writes_a_draft_and_leads_back_to_it(self, sign_in, stage):
        answer = sign_in("editor").post("/ban-tin/luu", data=form(do="save", **{"class": "priority"}))
        assert answer.status_code == 303
        revision = stage.page(saved_id(answer)).revision
        assert (revision.title, revision.state, revision.bulletin_class) == (
            "Giữ an toàn tài khoản",
            "draft",
            "priority",
        )
        assert (str(revision.valid_from), str(revision.valid_to)) == ("2024-05-09", "2024-05-12")

    def test_saving_by_itself_makes_one_bulletin_and_then_edits_it(self, sign_in, stage):
        browser = sign_in("editor")
        first = browser.post("/ban-tin/luu", data=form(), headers={"HX-Request": "true"})
        bulletin_id = saved_id(first)
        seen = stage.page(bulletin_id).revision.script_sha256
        assert f'name="bulletin" value="{bulletin_id}"' in first.text
        assert f'name="seen" value="{seen}"' in first.text
        assert "Đã tự lưu" in first.text
        again = browser.post(
            "/ban-tin/luu", data=form(bulletin=bulletin_id, seen=seen, script="Lời mới."), headers={"HX-Request": "1"}
        )
        assert saved_id(again) == bulletin_id
        assert stage.page(bulletin_id).revision.script == "Lời mới."
        assert stage.page(bulletin_id).revision.number == 1

    def test_somebody_elses_words_are_not_written_over(self, sign_in, stage):
        bulletin_id = stage.draft()
        data = form(bulletin=bulletin_id, seen="0" * 64, script="Lời của tôi vẫn còn đây.")
        answer = sign_in("editor").post("/ban-tin/luu", data=data)
        assert answer.status_code == 422
        assert "Người khác vừa lưu" in answer.text
        assert "Lời của tôi vẫn còn đây." in answer.text
        assert stage.page(bulletin_id).revision.script != "Lời của tôi vẫn còn đây."

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"title": "  "}, "Tiêu đề"),
            ({"title": "x" * 201}, "Tiêu đề"),
            ({"script": ""}, "Lời bản tin"),
            ({"script": "x" * 20_001}, "Lời bản tin"),
            ({"script": "một\x00hai"}, "ký tự điều khiển"),
            ({"valid-from": "31/02/2024"}, "Phát từ ngày"),
            ({"valid-from": ""}, "Phát từ ngày"),
            ({"valid-to": "mai"}, "Đến hết ngày"),
            ({"valid-to": "08/05/2024"}, "Ngày hết hiệu lực"),
            ({"class": "emergency"}, "khẩn cấp"),
            ({"class": "lạ"}, "Loại bản tin"),
            ({"language": "xx"}, "Ngôn ngữ"),
            ({"kind": "jingle"}, "bản tin hoặc thông báo"),
            ({"directive": "khong-co"}, "văn bản chỉ đạo"),
            ({"obligation": "7"}, "văn bản chỉ đạo"),
            ({"obligation": "-1"}, "Nhiệm vụ"),
        ],
    )
    def test_a_mistake_is_told_beside_what_was_typed(self, changes, told, sign_in):
        data = form(**changes)
        answer = sign_in("editor").post("/ban-tin/luu", data=data)
        assert answer.status_code == 422
        assert told in answer.text
        assert 'name="do"' in answer.text
        by_itself = sign_in("editor").post("/ban-tin/luu", data=data, headers={"HX-Request": "true"})
        assert by_itself.status_code == 422
        assert "Chưa lưu" in by_itself.text

    def test_an_empty_request_is_refused_and_nothing_is_written(self, sign_in):
        browser = sign_in("editor")
        assert browser.post("/ban-tin/luu", data={}).status_code == 422
        assert "Chưa có bản tin nào" in browser.get("/ban-tin").text

    def test_editing_what_was_submitted_opens_the_next_revision(self, sign_in, stage):
        bulletin_id = stage.submitted()
        browser = sign_in("editor")
        page = browser.get(f"/ban-tin/{bulletin_id}/sua")
        assert "Lưu sẽ mở lần sửa 2" in page.text
        seen = stage.page(bulletin_id).revision.script_sha256
        browser.post("/ban-tin/luu", data=form(bulletin=bulletin_id, seen=seen, script="Lời khác hẳn."))
        shown = stage.page(bulletin_id)
        assert shown.revisions == ((1, "submitted"), (2, "draft"))

    def test_what_a_person_types_is_never_markup(self, sign_in):
        browser = sign_in("editor")
        answer = browser.post("/ban-tin/luu", data=form(title=HOSTILE, script=f"{HOSTILE} xin chào."))
        bulletin_id = saved_id(answer)
        for path in (f"/ban-tin/{bulletin_id}/sua", f"/ban-tin/{bulletin_id}", "/ban-tin", "/"):
            page = browser.get(path).text
            assert "<script>alert" not in page
            assert "{{ 7*7 }}" in page

    def test_a_saved_address_is_this_sites_own(self, sign_in):
        answer = sign_in("editor").post("/ban-tin/luu", data=form(bulletin="//evil.example"))
        assert answer.status_code == 422


class TestReading:
    def test_the_reading_and_what_is_to_be_mended_follow_the_script(self, sign_in):
        answer = sign_in("editor").post("/ban-tin/doc-thu", data=form(script=f"Ngày 17/6/2021. {LEFT}"))
        assert "mười bảy tháng sáu năm hai nghìn không trăm hai mươi mốt" in answer.text
        assert '<mark class="loa-left">VH-TT-TH</mark>' in answer.text
        assert "1 chỗ chưa đọc được" in answer.text
        assert 'data-token="VH-TT-TH"' in answer.text
        assert 'aria-disabled="true"' in answer.text

    def test_a_script_that_reads_whole_can_be_handed_over(self, sign_in):
        answer = sign_in("editor").post("/ban-tin/doc-thu", data=form())
        assert "Đọc được hết" in answer.text
        assert "aria-disabled" not in answer.text

    def test_a_language_that_no_machine_speaks_is_read_as_it_is_written(self, sign_in):
        answer = sign_in("editor").post("/ban-tin/doc-thu", data=form(script=LEFT, language="hmn"))
        assert "loa-left" not in answer.text

    def test_the_estimate_says_that_it_is_one(self, sign_in):
        answer = sign_in("editor").post("/ban-tin/doc-thu", data=form(script="một hai ba bốn năm sáu bảy " * 30))
        assert "khoảng" in answer.text
        assert "1:02" in answer.text
        assert "Ước tính" in answer.text

    @pytest.mark.parametrize("script", ["", "   \n\n", "\u200b", HOSTILE])
    def test_any_text_has_an_answer(self, script, sign_in):
        answer = sign_in("editor").post("/ban-tin/doc-thu", data=form(script=script))
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


class TestHandingOver:
    def test_a_draft_is_saved_and_submitted_at_once(self, sign_in, stage):
        answer = sign_in("editor").post("/ban-tin/luu", data=form(do="submit"))
        assert answer.status_code == 303
        page = stage.page(saved_id(answer))
        assert page.revision.state == "submitted"
        assert page.rendering is not None

    def test_leftovers_are_refused_by_name_and_the_words_are_kept(self, sign_in, stage):
        browser = sign_in("editor")
        answer = browser.post("/ban-tin/luu", data=form(do="submit", script=LEFT))
        assert answer.status_code == 422
        assert "Chưa gửi duyệt được" in answer.text
        assert "VH-TT-TH" in answer.text
        found = re.search(r'name="bulletin" value="([^"]+)"', answer.text)
        assert found
        assert stage.page(found[1]).revision.state == "draft"
        assert stage.page(found[1]).revision.script == LEFT


class TestStartingPoints:
    def test_there_are_eight_starters_and_each_opens_in_the_editor(self, sign_in):
        browser = sign_in("editor")
        keys = re.findall(r"/ban-tin/moi\?mau=([a-z-]+)", browser.get("/ban-tin/ban-mau").text)
        assert len(keys) == 8
        for key in keys:
            page = browser.get(f"/ban-tin/moi?mau={key}").text
            assert "Đọc được hết" in page, key

    def test_an_unknown_directive_in_the_address_is_no_fault(self, sign_in):
        assert sign_in("editor").get("/ban-tin/moi?van-ban=khong-co&nhiem-vu=x").status_code == 200
