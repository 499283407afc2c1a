"""The glossary's pages: what each person sees and does, and how a bad entry or file is refused."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from scheduler.db.glossary import GlossaryEntry

ENTRY = {"written": "VH-TTH", "spoken": "văn hóa, truyền thanh", "place": "", "valid-from": "01/01/2024"}


def rows(stage):
    with stage.centre.readers() as session:
        return list(session.scalars(select(GlossaryEntry).order_by(GlossaryEntry.id)))


def add(browser, **changes):
    return browser.post("/tu-dien/moi", data=ENTRY | changes)


def bring_in(browser, content: bytes):
    return browser.post("/tu-dien/nhap", data={"file": (io.BytesIO(content), "tu-dien.tsv")})


def test_an_editor_adds_an_entry_and_finds_it_without_accents(sign_in, stage):
    editor = sign_in("editor")
    answer = add(editor, written="Nặm Cắm", spoken="Nậm Cắm", note="tên bản <b>")
    assert answer.status_code == 303
    page = editor.get("/tu-dien?tim=nam+cam").text
    assert "Nậm Cắm" in page
    assert "Đang dùng" in page
    assert "tên bản &lt;b&gt;" in page
    assert "Nậm Cắm" not in editor.get("/tu-dien?tim=khac").text
    assert "/co-san?tim=khac" in editor.get("/tu-dien?tim=khac").text


def test_a_place_beside_words_is_kept_and_shown_again(sign_in, stage):
    editor = sign_in("editor")
    add(editor, written="NC", spoken="nhà chờ", place="after", words="Bến xe, sân bay")
    assert [row.context for row in rows(stage)] == ["after=bến xe,sân bay"]
    assert "Đứng sau: bến xe, sân bay" in editor.get("/tu-dien").text
    form = editor.get(f"/tu-dien/{rows(stage)[0].id}").text
    assert 'value="bến xe, sân bay"' in form
    assert '<option value="after" selected>' in form


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"written": " "}, "Chữ viết cần từ 1"),
        ({"spoken": "tổ 5"}, "chữ số"),
        ({"place": "after", "words": " , "}, "không hiểu điều kiện"),
        ({"place": "after"}, "Hãy ghi các từ đứng cạnh"),
        ({"place": "đâu đó"}, "Hãy chọn nơi dùng"),
        ({"valid-from": "31/02/2024"}, "Dùng từ ngày"),
        ({"valid-from": ""}, "Dùng từ ngày"),
        ({"valid-to": "01/01/2023"}, "Ngày thôi dùng phải từ"),
    ],
)
def test_what_cannot_be_used_is_told_in_the_form_that_keeps_what_was_typed(sign_in, stage, changes, told):
    answer = add(sign_in("editor"), **({"note": "ghi chú đã gõ"} | changes))
    assert answer.status_code == 422
    assert told in answer.text
    assert "ghi chú đã gõ" in answer.text
    assert rows(stage) == []


def test_the_same_again_is_refused(sign_in, stage):
    editor = sign_in("editor")
    add(editor)
    answer = add(editor, spoken="văn hóa")
    assert answer.status_code == 422
    assert "đã có “VH-TTH”" in answer.text


def test_a_change_and_an_end_leave_the_old_to_be_seen(sign_in, stage):
    editor = sign_in("editor")
    add(editor)
    (first,) = rows(stage)
    assert editor.post(f"/tu-dien/{first.id}", data=ENTRY | {"spoken": "văn hóa"}).status_code == 303
    second = rows(stage)[1]
    assert editor.post(f"/tu-dien/{first.id}", data=ENTRY | {"spoken": "lại"}).status_code == 422
    assert editor.post(f"/tu-dien/{second.id}/thoi-dung").status_code == 303
    assert editor.post(f"/tu-dien/{second.id}/thoi-dung").status_code == 409
    assert "văn hóa" not in editor.get("/tu-dien").text
    page = editor.get("/tu-dien?ca-cu=1").text
    assert page.count("Đã thôi dùng") == 2
    assert f'href="/tu-dien/{first.id}"' not in page
    assert "Thôi dùng mục này" not in editor.get(f"/tu-dien/{first.id}").text
    assert editor.get("/tu-dien/99").status_code == 404


def test_the_form_begins_with_what_the_editor_came_from(sign_in):
    page = sign_in("editor").get("/tu-dien/moi?viet=ABCXY&doc=v%C4%83n+h%C3%B3a").text
    assert 'value="ABCXY"' in page
    assert 'value="văn hóa"' in page


def test_the_table_goes_out_and_in(sign_in, stage):
    editor = sign_in("editor")
    add(editor)
    out = editor.get("/tu-dien/tep")
    assert out.mimetype == "text/tab-separated-values"
    assert re.search(r'filename="tu-dien-\d{4}-\d\d-\d\d\.tsv"', out.headers["Content-Disposition"])
    answer = bring_in(editor, out.data + "NTM\tnông thôn mới\r\n".encode())
    assert answer.status_code == 303
    assert "1 mục mới, 0 mục thay đổi, 1 mục đã có như vậy" in editor.get("/tu-dien").text


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04", b"x" * 2_000_000])
def test_a_file_that_is_no_table_is_refused(sign_in, stage, content):
    assert bring_in(sign_in("editor"), content).status_code in {413, 422}
    assert rows(stage) == []


def test_bad_rows_are_told_and_nothing_is_kept(sign_in, stage):
    answer = bring_in(sign_in("editor"), "MTTQ\tmặt trận\n<i>\t5\n".encode())
    assert answer.status_code == 422
    assert "dòng 2:" in answer.text
    assert "<i>" not in answer.text
    assert rows(stage) == []


def test_the_packages_own_entries_are_there_to_be_read(sign_in):
    editor = sign_in("editor")
    first = editor.get("/tu-dien/co-san").text
    assert first.count('class="is-title"') == 100
    assert "Trang sau" in first
    found = editor.get("/tu-dien/co-san?tim=uy+ban+nhan+dan").text
    assert "UBND" in found
    assert editor.get("/tu-dien/co-san?trang=9999").status_code == 200
    assert "viet=kh%C3%B4ngc%C3%B3" in editor.get("/tu-dien/co-san?tim=khôngcó").text


@pytest.mark.parametrize("who", ["approver", "operator", "auditor", "admin"])
def test_others_read_the_glossary_and_change_nothing(sign_in, stage, who):
    add(sign_in("editor"))
    (entry,) = rows(stage)
    browser = sign_in(who)
    page = browser.get("/tu-dien").text
    assert "văn hóa, truyền thanh" in page
    assert "Thêm mục" not in page
    assert "Nhập tệp" not in page
    assert add(browser, written="X").status_code == 403
    assert browser.get("/tu-dien/moi").status_code == 403
    assert browser.post(f"/tu-dien/{entry.id}", data=ENTRY).status_code == 403
    assert browser.post(f"/tu-dien/{entry.id}/thoi-dung").status_code == 403
    assert bring_in(browser, b"a\tb").status_code == 403


def test_an_editor_finds_the_glossary_in_the_bar(sign_in):
    assert 'href="/tu-dien"' in sign_in("editor").get("/ban-tin").text
    assert 'href="/tu-dien"' not in sign_in("approver").get("/ban-tin").text


DRAFT = {"kind": "bulletin", "class": "normal", "language": "vi", "valid-from": "07/05/2024", "title": "Họp"}


def test_the_editor_reads_by_the_glossary_and_leads_to_it(sign_in, stage):
    editor = sign_in("editor")
    script = DRAFT | {"script": "Trung tâm ABCXY mời họp."}
    before = editor.post("/ban-tin/doc-thu", data=script).text
    assert "Ghi cách đọc" in before
    assert 'href="/tu-dien/moi?viet=ABCXY' in before
    add(editor, written="ABCXY", spoken="văn hóa")
    after = editor.post("/ban-tin/doc-thu", data=script).text
    assert "văn hóa" in after
    assert "Đọc được hết" in after
    answer = editor.post("/ban-tin/luu", data=script | {"do": "submit"})
    assert answer.status_code == 303
    assert "văn hóa" in editor.get(answer.location).text


def test_whoever_added_a_used_entry_is_told_why_he_cannot_approve(sign_in, stage):
    add(sign_in("both"), written="ABCXY", spoken="văn hóa")
    editor = sign_in("editor")
    answer = editor.post("/ban-tin/luu", data=DRAFT | {"script": "Trung tâm ABCXY mời họp.", "do": "submit"})
    bulletin_id = answer.location.split("/")[-1]
    stage.render()
    assert "Bạn không duyệt được bản tin này" in sign_in("both").get(f"/cho-duyet/{bulletin_id}").text
    assert "Bạn không duyệt được bản tin này" not in sign_in("approver").get(f"/cho-duyet/{bulletin_id}").text


def test_the_approver_sees_what_looks_wrong_and_what_to_confirm_first(sign_in, stage):
    bulletin_id = stage.submitted(script="Các các hộ lưu ý.\nAi đưa tin giả bị phạt tiền đến mười triệu đồng.")
    stage.render()
    page = sign_in("approver").get(f"/cho-duyet/{bulletin_id}").text
    assert "2 chỗ nên xem lại" in page
    assert page.index("Cần xác nhận.") < page.index("Từ bị lặp: “Các các”.")
    clean = stage.submitted(title="Khác")
    assert "Máy nhắc" not in sign_in("approver").get(f"/cho-duyet/{clean}").text
