"""Directives through the pages: bringing a letter in, what it orders, its file, and beginning a bulletin for it."""

from __future__ import annotations

import io
import re

import pytest

LETTER = """ỦY BAN NHÂN DÂN
XÃ THỬ NGHIỆM
Số: /UBND-VH
Thử Nghiệm, ngày 07 tháng 5 năm 2024
V/v tăng cường tuyên truyền trên hệ thống truyền thanh

Kính gửi: Các thôn, bản trong xã.

Căn cứ Quyết định số 874/QĐ-BTTTT ngày 17/6/2021 của Bộ Thông tin và Truyền thông; Ủy ban nhân dân xã yêu cầu:

1. Các thôn, bản: phổ biến Bộ Quy tắc đến từng hộ, báo cáo kết quả trước ngày 13/5/2024.

2. Đài truyền thanh xã: tăng cường tin, bài về Bộ Quy tắc trên hệ thống truyền thanh của xã.

Nhận được công văn này, các đơn vị thực hiện nghiêm túc./.

Nơi nhận:
- Như trên;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Lò Văn Thử
"""


def upload(browser, content: bytes, name: str = "cong-van.txt"):
    return browser.post("/van-ban", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


@pytest.fixture
def directive(sign_in) -> str:
    """The address of a directive that the editor brought in."""
    answer = upload(sign_in("editor"), LETTER.encode())
    assert answer.status_code == 303
    return answer.headers["Location"]


class TestBringingIn:
    def test_a_letter_is_read_and_its_page_opens(self, directive, sign_in):
        page = sign_in("editor").get(directive).text
        for told in ("UBND-VH", "trước 13/5/2024", "có phần truyền thanh", "874/QĐ-BTTTT", "Lò Văn Thử", "để trống"):
            assert told in page

    def test_the_same_file_again_leads_to_the_same_directive(self, directive, sign_in):
        answer = upload(sign_in("second-editor"), LETTER.encode(), "ten-khac.txt")
        assert answer.headers["Location"] == directive

    @pytest.mark.parametrize(
        ("content", "name", "told"),
        [
            (b"", "trong.txt", "không có chữ nào"),
            (b"MZ\x90\x00 a program", "cong-van.exe", "không phải loại đọc được"),
            (b"%PDF-1.7 broken", "cong-van.pdf", "hỏng"),
            (b"PK\x03\x04 broken", "cong-van.docx", ""),
            (LETTER.encode(), "../../etc/cong-van.docx", "cong-van.docx"),
        ],
    )
    def test_a_refusal_stands_in_the_form(self, content, name, told, sign_in):
        answer = upload(sign_in("editor"), content, name)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert told in answer.text

    def test_no_file_is_told(self, sign_in):
        answer = sign_in("editor").post("/van-ban", data={}, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "Hãy chọn tệp công văn" in answer.text

    def test_a_letter_larger_than_other_forms_may_be_is_let_in(self, sign_in):
        answer = upload(sign_in("editor"), (LETTER + "\n" + "lời dài " * 300_000).encode())
        assert answer.status_code in {303, 422}
        assert "Tệp hoặc nội dung gửi lên quá lớn" not in answer.text

    def test_a_letter_over_20_megabytes_is_refused_in_the_form(self, sign_in):
        answer = upload(sign_in("editor"), b"x" * (20 * 1024 * 1024 + 10))
        assert answer.status_code == 422
        assert "lớn hơn 20 MB" in answer.text

    def test_far_larger_ones_are_not_even_read(self, sign_in):
        assert upload(sign_in("editor"), b"x" * (22 * 1024 * 1024)).status_code == 413

    def test_other_forms_stay_small(self, sign_in):
        answer = sign_in("editor").post("/ban-tin/luu", data={"script": "x" * (2 * 1024 * 1024)})
        assert answer.status_code == 413


class TestPage:
    def test_the_file_comes_back_as_it_was_and_is_never_shown(self, directive, sign_in):
        answer = sign_in("auditor").get(f"{directive}/tep")
        assert answer.data == LETTER.encode()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "application/octet-stream"

    def test_a_bulletin_begins_with_the_citation_filled_in(self, directive, sign_in):
        browser = sign_in("editor")
        page = browser.get(directive).text
        found = re.findall(r'href="(/ban-tin/moi\?van-ban=[^"]+nhiem-vu=\d+)"', page)
        assert len(found) == 2
        editor = browser.get(found[1].replace("&amp;", "&")).text
        chosen = {
            name: re.search(rf'name="{name}".*?value="([^"]*)" selected', editor, re.DOTALL)[1]
            for name in ("directive", "obligation")
        }
        assert chosen["directive"] == directive.rpartition("/")[2]
        assert chosen["obligation"] == re.search(r"nhiem-vu=(\d+)", found[1])[1]
        browser.post(
            "/ban-tin/luu",
            data={
                "kind": "bulletin",
                "title": "Đáp ứng nhiệm vụ hai",
                "script": "Thưa bà con.",
                "class": "normal",
                "language": "vi",
                "valid-from": "07/05/2024",
                **chosen,
            },
        )
        page = browser.get(directive).text
        assert "Đáp ứng nhiệm vụ hai" in page
        assert "1 nháp" in page

    def test_only_editors_are_offered_to_write(self, directive, sign_in):
        assert "Soạn bản tin" not in sign_in("auditor").get(directive).text
        assert "Nhập văn bản" not in sign_in("auditor").get("/van-ban").text

    def test_obligations_follow_the_chosen_directive(self, directive, sign_in):
        browser = sign_in("editor")
        directive_id = directive.rpartition("/")[2]
        assert "Đài truyền thanh xã" in browser.get(f"/ban-tin/nhiem-vu?directive={directive_id}").text
        assert "<select" not in browser.get("/ban-tin/nhiem-vu?directive=khong-co").text
        assert "<select" not in browser.get("/ban-tin/nhiem-vu").text

    def test_a_hostile_letter_is_only_text(self, sign_in):
        hostile = LETTER.replace("phổ biến Bộ Quy tắc", "<img src=x onerror=alert(1)> phổ biến")
        browser = sign_in("editor")
        page = browser.get(upload(browser, hostile.encode(), "<b>.txt").headers["Location"]).text
        assert "<img src=x" not in page
        assert "<b>.txt" not in page
