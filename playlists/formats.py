"""Playlists that players read: M3U8 and XSPF."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from datetime import timedelta
from urllib.parse import quote
from xml.sax.saxutils import escape

from playlists.model import Item, require

XSPF_NAMESPACE = "http://xspf.org/ns/0/"
URI_CHARACTERS = "%:/?#[]@!$&'()*+,;=~"
"""What stands in an address as it is (RFC 3986); everything else is percent-encoded."""
ONE_MILLISECOND = timedelta(milliseconds=1)
ONE_SECOND = timedelta(seconds=1)

Locate = Callable[[str], str]


def write_m3u8(items: Iterable[Item], locate: Locate) -> str:
    """Return an extended M3U playlist (UTF-8 by its name) of ``items``.

    ``locate`` turns a medium's SHA-256 into the path or address that the player opens. Raises
    :class:`~playlists.errors.InvalidPlan` for an item without media or an address with a line break.
    """
    lines = ["#EXTM3U"]
    for item in items:
        location = _location(item, locate)
        lines += [f"#EXTINF:{_whole_seconds(item.duration)},{_one_line(item.title)}", location]
    return "\n".join(lines) + "\n"


def write_xspf(items: Iterable[Item], locate: Locate, *, title: str) -> str:
    """Return an XSPF 1 playlist of ``items`` under ``title``; ``locate`` as for :func:`write_m3u8`.

    A track's identifier is its medium, ``urn:sha256:…``; its length is in milliseconds. What XML can't hold (control
    characters) is left out.
    """
    tracks = "".join(_track(item, _location(item, locate)) for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<playlist version="1" xmlns="{XSPF_NAMESPACE}">\n'
        f"  <title>{_xml(title)}</title>\n"
        f"  <trackList>\n{tracks}  </trackList>\n"
        "</playlist>\n"
    )


def _track(item: Item, location: str) -> str:
    return (
        "    <track>\n"
        f"      <location>{_xml(quote(location, safe=URI_CHARACTERS))}</location>\n"
        f"      <identifier>urn:sha256:{item.media}</identifier>\n"
        f"      <title>{_xml(_one_line(item.title))}</title>\n"
        f"      <duration>{item.duration // ONE_MILLISECOND}</duration>\n"
        "    </track>\n"
    )


def _location(item: Item, locate: Locate) -> str:
    require(that=item.media is not None, what=f"“{item.title}” chưa có tệp âm thanh nên không ghi vào danh sách được")
    location = locate(item.media or "")
    require(
        that=bool(location.strip()) and not location.startswith("#") and not any(map(_is_control, location)),
        what=f"Địa chỉ tệp âm thanh của “{item.title}” không dùng được trong danh sách phát",
    )
    return location


def _whole_seconds(duration: timedelta) -> int:
    return -(-duration // ONE_SECOND)


def _one_line(text: str) -> str:
    return " ".join("".join(" " if _is_control(each) else each for each in text).split())


def _is_control(character: str) -> bool:
    # Controls, lone surrogates, line and paragraph separators; the last two code points of a plane are no characters.
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or ord(character) & 0xFFFE == 0xFFFE


def _xml(text: str) -> str:
    return escape("".join(each for each in text if not _is_control(each)), {'"': "&quot;"})
