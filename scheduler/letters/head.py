"""The head of a letter: issuer, number and symbol, place and date, kind and subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.letters.marks import (
    OFFICIAL_LETTER,
    is_address,
    is_base_opener,
    is_motto,
    is_rule,
    kind_of,
    starts_item,
    subject_after_mark,
    titled_kind,
)
from scheduler.letters.model import Line, PartialDate
from scheduler.rules.lint.orthography import bare, is_upper

MAX_HEAD_LINES = 60
MAX_SUBJECT_LINES = 8
_LONGEST_HEAD_LINE = 300
_NUMBER_MARK = re.compile(r"Số\s{0,3}[:.]?\s{0,3}(?=[\d/\-.…_\s]|$)", re.IGNORECASE)
_NUMBER = re.compile(r"[\s.…_]*(\d{1,9})?[\s.…_]*(?:[/\-]\s?(.*))?")
_BLANK = r"[\s.…_/]*"
_PLACE_DATE = re.compile(
    rf"(?P<place>[^,:;]{{2,60}}),\s?ngày{_BLANK}(?P<day>\d{{0,2}}){_BLANK}tháng{_BLANK}(?P<month>\d{{0,2}}){_BLANK}"
    rf"năm{_BLANK}(?P<year>\d{{0,6}})",
    re.IGNORECASE,
)
_PLACE_NUMERIC = re.compile(
    r"(?P<place>[^,:;]{2,60}),\s?(?:ngày\s)?(?P<day>\d{1,2})[/.\-](?P<month>\d{1,2})[/.\-](?P<year>\d{1,6})\.?$",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"(?:so|phong|ban|trung tam|chi cuc|cuc|van phong|dai|cong an|truong|vu|tong cuc|hat|tram|vien|quy|hoi|doan|to|doi"
    r"|bao|thanh tra)\b"
)
_SUPERIOR = re.compile(r"(?:uy ban nhan dan|ubnd|so|bo|tinh|huyen|tong cuc|cuc|dang bo|dang uy|huyen uy|tinh uy)\b")
_AUTHORITY = re.compile(
    r"(?:chu tich|uy ban|ubnd|hoi dong|giam doc|truong|thu truong|chanh|bo truong|ban|cuc truong)\b"
)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head says, and where.

    ``…_line`` are line numbers; ``subject_span`` (first, after the last) and ``body_start`` (the first line after the
    head) are indices.
    """

    kind: str
    issuer: str | None
    superior: str | None
    number: str | None
    symbol: str | None
    number_line: int | None
    place: str | None
    date: PartialDate
    date_text: str
    date_line: int | None
    subject: str | None
    subject_span: tuple[int, int]
    has_motto: bool
    body_start: int


def parse_head(lines: Sequence[Line]) -> Head:
    """The head of ``lines``, which stand in reading order with white space squeezed."""
    limit = min(len(lines), MAX_HEAD_LINES)
    end = next((i for i in range(limit) if _ends_head(lines[i].text)), limit)
    title = next((i for i in range(end) if kind_of(lines[i].text) or titled_kind(lines[i].text)), None)
    head = lines[: end if title is None else title]
    number_at = next((i for i, line in enumerate(head) if _NUMBER_MARK.match(line.text)), None)
    date_at, found = _find_date(head)
    kind, subject, subject_span = _subject(lines, title, end)
    superior, issuer = _issuer(head[: number_at if number_at is not None else len(head)])
    number, symbol = _number(head[number_at].text) if number_at is not None else (None, None)
    anchored = [i + 1 for i in (number_at, date_at) if i is not None] + [subject_span[1]]
    return Head(
        kind=kind,
        issuer=issuer,
        superior=superior,
        number=number,
        symbol=symbol,
        number_line=head[number_at].number if number_at is not None else None,
        place=_place(found["place"]) if found else None,
        date=_partial(found),
        date_text=found[0].strip() if found else "",
        date_line=head[date_at].number if date_at is not None else None,
        subject=subject,
        subject_span=subject_span,
        has_motto=sum(is_motto(line.text) for line in head) >= 1,
        body_start=end if end < limit and is_address(lines[end].text) else max([*anchored, _motto_end(head)]),
    )


def _ends_head(text: str) -> bool:
    return is_address(text) or is_base_opener(text) or starts_item(text)


def _motto_end(head: Sequence[Line]) -> int:
    return max((i + 1 for i, line in enumerate(head) if is_motto(line.text)), default=0)


def _number(text: str) -> tuple[str | None, str | None]:
    """Digits before the first "/" and the rest; "Số: 12-CV/HU" of a Party body parts at its dash."""
    mark = _NUMBER_MARK.match(text)
    rest = text[mark.end() : mark.end() + 80] if mark else ""
    found = _NUMBER.match(rest)
    if not found:
        return None, None
    symbol = "".join((found[2] or "").split()).strip(".,;…_")
    return found[1], symbol or None


def _find_date(head: Sequence[Line]) -> tuple[int | None, re.Match[str] | None]:
    """Where place and date stand, and the match; the date may go on in the next line."""
    for index, line in enumerate(head):
        text = line.text[:_LONGEST_HEAD_LINE]
        if ", ngày" not in text.casefold() and not _PLACE_NUMERIC.match(text):
            continue
        following = head[index + 1].text[:40] if index + 1 < len(head) else ""
        wrapped = f"{text} {following}" if re.match(r"\d{4}$|tháng|năm", following) else text
        found = _PLACE_DATE.search(wrapped) or _PLACE_NUMERIC.match(text)
        if found:
            return index, found
    return None, None


def _place(text: str) -> str | None:
    return text.strip(" -–.") or None


def _partial(found: re.Match[str] | None) -> PartialDate:
    if not found:
        return PartialDate(None, None, None)
    day, month, year = (int(found[part]) if found[part] else None for part in ("day", "month", "year"))
    return PartialDate(day, month, year if found["year"] and len(found["year"]) == 4 else None)


def _issuer(lines: Sequence[Line]) -> tuple[str | None, str | None]:
    """The superior body, when one stands above, and the issuing body."""
    names: list[str] = []
    for line in lines:
        if is_motto(line.text) or not is_upper(line.text) or len(line.text) > 120:
            if names:
                break
            continue
        names.append(line.text.strip(" -–*"))
    if not names:
        return None, None
    if len(names) > 1 and _SUPERIOR.match(bare(names[0])):
        own = next((i for i, name in enumerate(names) if i and _OWN_NAME.match(bare(name))), None)
        if own:
            return " ".join(names[:own]), " ".join(names[own:])
    return None, " ".join(names)


def _subject(lines: Sequence[Line], title: int | None, end: int) -> tuple[str, str | None, tuple[int, int]]:
    """The kind of document, its subject, and the span of the subject's lines."""
    if title is not None:
        named = titled_kind(lines[title].text)
        if named:
            parts, after = _gather(lines, title + 1, [named[1]])
            return named[0], _joined(parts), (title, after)
        parts, after = _gather(lines, title + 1, [])
        return kind_of(lines[title].text) or OFFICIAL_LETTER, _joined(parts), (title + 1, after)
    for index in range(end):
        first = subject_after_mark(lines[index].text)
        if first is not None:
            parts, after = _gather(lines, index + 1, [first] if first else [])
            return OFFICIAL_LETTER, _joined(parts), (index, after)
    return OFFICIAL_LETTER, None, (0, 0)


def _gather(lines: Sequence[Line], start: int, parts: list[str]) -> tuple[list[str], int]:
    """The lines of a subject: up to the next part of the letter, or to a paragraph that opens anew."""
    index = start
    while index < len(lines) and len(parts) < MAX_SUBJECT_LINES:
        line = lines[index]
        if _ends_subject(line, begun=bool(parts)):
            break
        if not is_rule(line.text):
            parts.append(line.text)
        index += 1
    return parts, index


def _ends_subject(line: Line, *, begun: bool) -> bool:
    text = line.text
    if _ends_head(text) or is_motto(text) or _NUMBER_MARK.match(text):
        return True
    if _PLACE_DATE.match(text) or _PLACE_NUMERIC.match(text) or ", ngày" in text[:80].casefold():
        return True
    if not begun:
        return False
    authority = is_upper(text) and _AUTHORITY.match(bare(text)) is not None
    return authority or is_rule(text) or ((line.gap or line.whole) and not text[:1].islower())


def _joined(parts: Sequence[str]) -> str | None:
    text = " ".join(part for part in parts if part).strip()
    without_mark = subject_after_mark(text)
    return (without_mark if without_mark is not None else text) or None
