"""A NUL in an address or a form, which PostgreSQL keeps in no text, is refused with words on every page."""

from __future__ import annotations

import pytest

WORDS = "ký tự không dùng được"


@pytest.mark.parametrize(
    "address", ["/dot-tuyen-truyen/%00", "/lich-phat?noi=%00", "/van-ban/a%00b", "/lich-phat/chuong-trinh/%00"]
)
def test_in_an_address(address, sign_in):
    answer = sign_in("editor").get(address)
    assert answer.status_code == 400
    assert WORDS in answer.text


@pytest.mark.parametrize("field", ["reason", "act", "seen", "unheard-of"])
def test_in_a_form(field, sign_in):
    answer = sign_in("approver").post("/dot-tuyen-truyen/khong-co", data={"act": "end", field: "vì\0thế"})
    assert answer.status_code == 400
    assert WORDS in answer.text


def test_nobody_learns_more_without_signing_in(client):
    assert client.get("/dot-tuyen-truyen/%00").status_code == 302
    assert client.post("/dang-nhap", data={"username": "a\0", "password": "x"}).status_code == 400
