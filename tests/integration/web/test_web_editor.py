"""Writing a bulletin through the pages: saving, reading beside the script, handing over, and every refusal."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from scheduler.db.bulletins import RenderRequest, Revision
from scheduler.services.bulletins import recordings, views
from scheduler.services.bulletins.manner import Manner, set_manner
from scheduler.services.bulletins.progress import Progress, note_progress

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
            ({"class": "emergency", "emergency-times": "0"}, "từ 1 đến 48 lần"),
            ({"class": "emergency", "emergency-every": "x"}, "số phút"),
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


def bulletins(stage) -> list[views.BulletinLine]:
    with stage.centre.readers() as session:
        return [line for line in views.bulletin_list(session) if line.house_key is None]


def choose(stage, bulletin_id: str, manner: Manner) -> None:
    """Choose a voice, whether it is at hand or not."""
    with stage.centre.writers.begin() as session:
        set_manner(session.scalars(select(Revision).where(Revision.bulletin_id == bulletin_id)).one(), manner)


def at_work(stage, progress: Progress) -> None:
    """Let somebody work on what waits, and be so far."""
    now = datetime.now(UTC)
    with stage.centre.writers.begin() as session:
        recordings.claim_rendering(session, owner="máy", now=now, lease=recordings.LONGEST_WAIT)
        request = session.scalars(select(RenderRequest)).one()
        note_progress(
            session,
            request_id=request.id,
            attempts=request.attempts,
            owner="máy",
            progress=progress,
            now=now,
            lease=recordings.LONGEST_WAIT,
        )


class TestManner:
    def test_voice_speed_and_pauses_are_kept_and_shown_again(self, sign_in, stage):
        browser = sign_in("editor")
        typed = {"speed": "850", "sentence_pause": "0,5", "paragraph_pause": "1,25"}
        bulletin_id = saved_id(browser.post("/ban-tin/luu", data=form(do="save", **typed)))
        assert stage.page(bulletin_id).revision.manner == Manner(None, 850, 500, 1250)
        page = browser.get(f"/ban-tin/{bulletin_id}/sua").text
        assert '<option value="850" selected>' in page
        assert re.search(r'name="sentence-pause"[^>]* value="0,5"', page)
        assert re.search(r'name="paragraph-pause"[^>]* value="1,25"', page)
        assert "Tốc độ 0,85, nghỉ giữa câu 0,5 giây" in browser.get(f"/ban-tin/{bulletin_id}").text

    def test_what_no_voice_can_do_is_refused_and_stays_typed(self, sign_in, stage):
        browser = sign_in("editor")
        for changes, told in (
            ({"voice": "espeak/vi"}, "không có trên máy"),
            ({"voice": HOSTILE}, "Giọng đọc đã chọn"),
            ({"speed": "2000"}, "từ 0,8 đến 1,2"),
            ({"speed": "nhanh"}, "Tốc độ đọc đã chọn"),
            ({"sentence_pause": "3,001"}, "từ 0 đến 3 giây"),
            ({"paragraph_pause": "lâu"}, "viết bằng giây"),
        ):
            answer = browser.post("/ban-tin/luu", data=form(do="save", title="Vẫn còn đây", **changes))
            assert answer.status_code == 422, changes
            assert told in answer.text
            assert "Vẫn còn đây" in answer.text
            assert HOSTILE not in answer.text
        assert bulletins(stage) == []

    def test_a_chosen_voice_that_is_gone_is_told_and_can_still_be_saved(self, sign_in, stage):
        bulletin_id = stage.draft()
        choose(stage, bulletin_id, Manner("piper/gone"))
        browser = sign_in("editor")
        page = browser.get(f"/ban-tin/{bulletin_id}/sua").text
        assert "piper/gone (không còn trên máy)" in page
        assert "Giọng này không còn trên máy" in page
        data = form(bulletin=bulletin_id, title="Tên mới", voice="piper/gone", do="save")
        assert browser.post("/ban-tin/luu", data=data).status_code == 303
        assert stage.page(bulletin_id).revision.manner == Manner("piper/gone")


class TestSoundOfWhatWasHandedOver:
    def test_the_editor_tells_how_far_the_rendering_is(self, sign_in, stage):
        bulletin_id = stage.submitted()
        browser = sign_in("editor")
        assert "Chờ máy tạo bản âm thanh" in browser.get(f"/ban-tin/{bulletin_id}/sua").text
        at_work(stage, Progress("google", 11, 40))
        for page in (f"/ban-tin/{bulletin_id}/sua", f"/ban-tin/{bulletin_id}/tien-do", f"/ban-tin/{bulletin_id}"):
            told = browser.get(page).text
            assert re.sub("<[^>]+>", "", told).count("Đang đọc câu 12/40 · giọng Google") == 1, page
            assert 'aria-label="Đã đọc 11 trên 40 câu"' in told
            assert '<rect x="0" width="27.5"' in told
        at_work(stage, Progress("google", 40, 40))
        assert "đang chỉnh độ to" in browser.get(f"/ban-tin/{bulletin_id}/tien-do").text

    def test_a_failure_tells_why_what_to_do_and_offers_another_try(self, sign_in, stage):
        bulletin_id = stage.submitted()
        stage.fail("Không giọng nào đọc được bản tin.")
        for username, page in (("editor", f"/ban-tin/{bulletin_id}/sua"), ("approver", f"/cho-duyet/{bulletin_id}")):
            told = sign_in(username).get(page).text
            assert "Không giọng nào đọc được bản tin." in told
            assert "Máy tự thử lại lúc" in told
            assert 'form="thu-lai"' in told
            assert told.count('<form id="thu-lai"') == 1

    @pytest.mark.parametrize("draft_voice", [True, False])
    def test_the_sound_that_came_is_told_with_its_mark(self, sign_in, stage, draft_voice):
        bulletin_id = stage.submitted()
        stage.render(draft_voice=draft_voice)
        told = sign_in("editor").get(f"/ban-tin/{bulletin_id}/tien-do").text
        assert "Lần sửa 1 đã có bản âm thanh" in told
        assert ("giọng dự phòng" in told) is draft_voice
        assert "hx-trigger" not in told
