"""Encodings of Vietnamese text files: what is read, what is refused by its name."""

from __future__ import annotations

import codecs
import unicodedata

import pytest

from scheduler.letters.encodings import TCVN3, UNICODE, UNKNOWN, VNI, UndecodableText, decode, font_encoding

TEXT = "Kính gửi: Ủy ban nhân dân các xã, thị trấn; Căn cứ Quyết định ngày 17/6/2021; Nơi nhận: như trên."
TCVN3_TEXT = "Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc, ñy ban nh©n d©n huyÖn, ngµy th¸ng n¨m"
VNI_TEXT = "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM, Ñoäc laäp - Töï do - Haïnh phuùc, uûy ban nhaân daân"


def cp1258(text: str) -> bytes:
    """``text`` as Windows writes it: letters whole where the page has them, the tone as a mark of its own."""
    encoded = bytearray()
    for char in text:
        try:
            encoded += char.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = _apart(char)
            encoded += base.encode("cp1258") + tone.encode("cp1258")
    return bytes(encoded)


def _apart(char: str) -> tuple[str, str]:
    parts = unicodedata.normalize("NFD", char)
    tone = next(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", parts.replace(tone, "")), tone


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        cp1258(TEXT),
    ],
)
def test_unicode_and_cp1258_are_read(content: bytes) -> None:
    assert decode(content) == TEXT


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TCVN3_TEXT.encode("latin-1"), TCVN3),
        (VNI_TEXT.encode("latin-1"), VNI),
        ("我们的通知在这里。今天没有新的文件。".encode("gb18030"), UNKNOWN),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", UNKNOWN),
    ],
)
def test_what_is_not_sure_is_refused_by_name(content: bytes, encoding: str) -> None:
    with pytest.raises(UndecodableText) as refusal:
        decode(content)
    assert refusal.value.encoding == encoding


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(TEXT, UNICODE), ("plain words", UNICODE), ("", UNICODE), (TCVN3_TEXT, TCVN3), (VNI_TEXT, VNI)],
)
def test_a_font_encoding_shows_in_the_words(text: str, encoding: str) -> None:
    assert font_encoding(text) == encoding


def test_text_decoded_wrongly_before_is_not_taken_for_vietnamese() -> None:
    assert font_encoding(TEXT.encode().decode("latin-1")) != UNICODE
