"""Texts in old encodings: told and turned into Unicode; Unicode texts are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.reading import from_legacy

MOTTO = "Cộng hòa xã hội chủ nghĩa Việt Nam"


@pytest.mark.parametrize(
    ("old", "text", "name"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", MOTTO, "TCVN3 (ABC)"),
        ("Uû ban nh©n d©n x· t\u00ad vÊn ®Êt ®ai", "Uỷ ban nhân dân xã tư vấn đất đai", "TCVN3 (ABC)"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", MOTTO, "VNI"),
        ("UÛY BAN NHAÂN DAÂN HUYEÄN MÖÔØNG AÛNG", "ỦY BAN NHÂN DÂN HUYỆN MƯỜNG ẢNG", "VNI"),
        ("Ñöôøng daây noùng cuûa tænh, ñaêng kyù", "Đường dây nóng của tỉnh, đăng ký", "VNI"),
        ("Cµ phª trång, c¸c x·", "Cà phê trồng, các xã", "TCVN3 (ABC)"),
        ("thÃ´ng bÃ¡o viá»‡c cÃ¡c xÃ£", "thông báo việc các xã", "UTF-8 bị đọc nhầm"),
    ],
)
def test_a_text_in_an_old_encoding_is_turned_into_unicode(old: str, text: str, name: str) -> None:
    assert from_legacy(old) == (text, name)


def test_viscii_bytes_are_turned_into_unicode() -> None:
    old = bytes([0x43, 0xB5, 0x6E, 0x67, 0x20, 0x68, 0xF2, 0x61, 0x20, 0x78, 0xE3, 0x20, 0x68, 0xB5, 0x69])
    old += b" Vi\xaet Nam, \xd0i\xaen Bi\xean"
    assert from_legacy(old.decode("latin-1")) == ("Cộng hòa xã hội Việt Nam, Điện Biên", "VISCII")


@pytest.mark.parametrize(
    "text",
    ["", "abc", MOTTO, MOTTO.upper(), "Hoà giải ở cơ sở", "Müller, Ångström", "“…”", "café Plzeň", "Привет мир", "ê"],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert from_legacy(text) is None


@given(st.text(max_size=80))
def test_any_text_is_judged(text: str) -> None:
    found = from_legacy(text)
    assert found is None or found[0]
