"""Reads as-run lines strictly enough to keep them: what a column cannot hold is refused like what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from scheduler.canonical import media_sha256
from scheduler.protocol import AsRunEntry, DocumentRefused, line_hash, read_entry

LARGEST_INT = 2**31 - 1
# Unix seconds past 2038, and the milliseconds from a clock that stands at 1970 to now, need more than 32 bits.
LARGEST_BIG_INT = 2**53 - 1
LONGEST_LINE = 65_536
_LONGEST_ID = 36
_LONGEST_CHAIN = 64
_LONGEST_REASON = 2_000
_YEARS = range(2000, 2200)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def check_chain_name(chain: str) -> str:
    """Return a chain's name; raises :class:`~scheduler.protocol.DocumentRefused` for one that cannot be kept."""
    if not 1 <= len(chain) <= _LONGEST_CHAIN or not chain.isascii() or not chain.isprintable():
        raise DocumentRefused(reason="tên chuỗi nhật ký không hợp lệ")
    return chain


def read_line(line: str, chain: str) -> AsRunEntry:
    """Return the entry in ``line`` of ``chain``; raises :class:`~scheduler.protocol.DocumentRefused`."""
    if len(line) > LONGEST_LINE:
        raise DocumentRefused(reason=f"mục dài quá {LONGEST_LINE} ký tự")
    if not storable(line):
        raise DocumentRefused(reason="mục có ký tự không lưu được")
    try:
        entry = read_entry(line)
    except OverflowError as error:
        raise DocumentRefused(reason="số hoặc thời điểm quá lớn") from error
    if entry.chain != chain:
        raise DocumentRefused(reason="mục thuộc chuỗi nhật ký khác")
    _check_columns(entry)
    return entry


def _check_columns(entry: AsRunEntry) -> None:
    numbers = (entry.n, entry.item)
    if entry.n < 1 or any(number is not None and number > LARGEST_INT for number in numbers):
        raise DocumentRefused(reason="số thứ tự ngoài phạm vi")
    if entry.rundown is not None and entry.rundown > LARGEST_BIG_INT:
        raise DocumentRefused(reason="số thứ tự ngoài phạm vi")
    if entry.at.year not in _YEARS:
        raise DocumentRefused(reason="năm ngoài phạm vi")
    for text, longest in ((entry.airing, _LONGEST_ID), (entry.reason, _LONGEST_REASON)):
        if text is not None and (len(text) > longest or not storable(text)):
            raise DocumentRefused(reason="chữ trong mục quá dài hoặc không lưu được")
    if entry.media is not None:
        try:
            media_sha256(entry.media)
        except ValueError as error:
            raise DocumentRefused(reason="tên tệp âm thanh không hợp lệ") from error


def storable(text: str) -> bool:
    """Tell whether both databases keep ``text`` as it is: no NUL, no lone surrogate."""
    return _UNSTORABLE.search(text) is None


def shown(line: str) -> str:
    """Return ``line`` with what no database keeps written out, for evidence."""
    return line.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def columns_told(line: str, entry: AsRunEntry) -> dict[str, Any]:
    """Return the columns of an as-run row that are told from its ``line``."""
    return {
        "chain": entry.chain,
        "n": entry.n,
        "hash": line_hash(line),
        "line": line,
        "at": entry.at,
        "event": entry.event.value,
        "airing_id": entry.airing,
        "item": entry.item,
        "media_sha256": media_sha256(entry.media) if entry.media is not None else None,
        "reason": entry.reason,
        "rundown_sequence": entry.rundown,
    }


def ledger_body(station_id: str, columns: Mapping[str, Any]) -> dict[str, object]:
    """Return what the ledger keeps of an as-run row."""
    return {
        "station": station_id,
        "chain": columns["chain"],
        "n": columns["n"],
        "hash": columns["hash"],
        "line": columns["line"],
    }
