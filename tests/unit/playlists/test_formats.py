from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_plans import an_item

from playlists.errors import InvalidPlan
from playlists.formats import XSPF_NAMESPACE, write_m3u8, write_xspf
from playlists.model import Item

A, B = an_item("Điểm tin", length=61.2), an_item("Thông báo", length=60)


def at_home(media: str) -> str:
    return f"media/{media}.mp3"


def tracks(document: str) -> list[dict[str, str | None]]:
    root = ET.fromstring(document)  # noqa: S314 - our own text
    named = {"x": XSPF_NAMESPACE}
    return [
        {child.tag.removeprefix(f"{{{XSPF_NAMESPACE}}}"): child.text for child in track}
        for track in root.iterfind("x:trackList/x:track", named)
    ]


def titled(title: str) -> Item:
    return replace(A, title=title)


def test_m3u8() -> None:
    assert write_m3u8([A, B], at_home) == (
        f"#EXTM3U\n#EXTINF:62,Điểm tin\nmedia/{A.media}.mp3\n#EXTINF:60,Thông báo\nmedia/{B.media}.mp3\n"
    )
    assert write_m3u8([], at_home) == "#EXTM3U\n"


def test_xspf() -> None:
    document = write_xspf([A, B], at_home, title="Buổi chiều <1> & “2”")
    assert document.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ET.fromstring(document)  # noqa: S314 - our own text
    assert root.tag == f"{{{XSPF_NAMESPACE}}}playlist"
    assert root.get("version") == "1"
    assert root.findtext(f"{{{XSPF_NAMESPACE}}}title") == "Buổi chiều <1> & “2”"
    assert tracks(document)[0] == {
        "location": f"media/{A.media}.mp3",
        "identifier": f"urn:sha256:{A.media}",
        "title": "Điểm tin",
        "duration": "61200",
    }
    assert tracks(write_xspf([], at_home, title="")) == []


def test_an_xspf_location_is_an_address_and_is_encoded_once() -> None:
    (found,) = tracks(write_xspf([A], lambda _: "loa phát/a&b%20c.mp3", title="t"))
    assert found["location"] == "loa%20ph%C3%A1t/a&b%20c.mp3"


@pytest.mark.parametrize("writer", [write_m3u8, lambda items, locate: write_xspf(items, locate, title="t")])
@pytest.mark.parametrize("location", ["", " ", "a\nb", "a\r#EXTINF:0,b", "#a", "a\u2028b", "a\0b", "\ud800"])
def test_an_address_that_would_break_the_list_is_refused(writer: object, location: str) -> None:
    with pytest.raises(InvalidPlan, match="không dùng được"):
        writer([A], lambda _: location)  # type: ignore[operator]  # one of the two writers


def test_an_item_without_media_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="chưa có tệp âm thanh"):
        write_m3u8([replace(A, media=None)], at_home)


def test_a_title_with_line_breaks_stays_on_its_line() -> None:
    title = "một\r\nhai\n#EXTINF:1,ba\x00\u2029bốn"
    lines = write_m3u8([titled(title)], at_home).splitlines()
    assert lines[1] == "#EXTINF:62,một hai #EXTINF:1,ba bốn"
    assert len(lines) == 3


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_any_title_makes_well_formed_lists(title: str, of_list: str) -> None:
    document = write_xspf([titled(title), B], at_home, title=of_list)
    assert len(tracks(document)) == 2
    document.encode("utf-8")
    lines = write_m3u8([titled(title), B], at_home).split("\n")
    assert len(lines) == 6
    assert lines[1].startswith("#EXTINF:62,")
