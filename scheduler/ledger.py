"""The chain's rule: how one ledger line is made, and how a whole chain is checked.

A line is the canonical JSON ``{"at", "body", "kind", "prev", "seq"}``; its hash is the SHA-256 of the line's UTF-8
bytes; ``prev`` is the hash of the line before, 64 zeros for the first. Lines are kept as they were hashed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from scheduler.canonical import canonical_bytes, format_instant, sha256_hex
from scheduler.errors import LoaError

GENESIS = "0" * 64


class LedgerBroken(LoaError):
    """Sổ không còn nguyên vẹn, sai từ mục số {seq}: {reason}."""

    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger: its number (from 1), the text that was hashed, and the columns told from it."""

    seq: int
    prev: str
    hash: str
    at: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain stands: the number and hash of its last line; 0 and zeros for an empty chain."""

    seq: int = 0
    hash: str = GENESIS


def make_line(head: Head, *, at: datetime, kind: str, body: Mapping[str, object]) -> Line:
    """Return the line that follows ``head``; ``body`` must have a canonical form."""
    seq = head.seq + 1
    moment = format_instant(at)
    content = canonical_bytes({"at": moment, "body": body, "kind": kind, "prev": head.hash, "seq": seq})
    return Line(seq=seq, prev=head.hash, hash=sha256_hex(content), at=moment, kind=kind, text=content.decode("utf-8"))


def check_line(head: Head, line: Line) -> Head:
    """Return the head after ``line``; raises :class:`LedgerBroken` when any column disagrees with the text or chain."""
    if line.seq != head.seq + 1:
        raise LedgerBroken(seq=head.seq + 1, reason=f"thiếu mục, mục có tiếp theo là {line.seq}")
    if sha256_hex(line.text.encode("utf-8", "surrogatepass")) != line.hash:
        raise LedgerBroken(seq=line.seq, reason="nội dung không khớp mã băm")
    if line.prev != head.hash:
        raise LedgerBroken(seq=line.seq, reason="không nối với mục trước")
    try:
        told = json.loads(line.text)
        columns = (told["seq"], told["prev"], told["at"], told["kind"])
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerBroken(seq=line.seq, reason="nội dung không đọc được") from error
    if columns != (line.seq, line.prev, line.at, line.kind):
        raise LedgerBroken(seq=line.seq, reason="cột trong cơ sở dữ liệu khác nội dung đã băm")
    return Head(line.seq, line.hash)


def verify_chain(lines: Iterable[Line], recorded: Head) -> Head:
    """Check ``lines`` from the first to the last, and that they end at the ``recorded`` head; return that head.

    Raises :class:`LedgerBroken` naming the first bad line; a cut tail is named by the number of the missing line.
    """
    head = Head()
    for line in lines:
        head = check_line(head, line)
    if head != recorded:
        first = head.seq + 1 if head.seq < recorded.seq else max(head.seq, 1)
        raise LedgerBroken(seq=first, reason="phần cuối sổ không khớp mốc đã ghi")
    return head
