"""The faults of a letter: parts that are missing, dates that are damaged, sentences that are broken.

General rules, tied to no letter. A fault is flagged, never mended: what is read out stands as the letter has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from scheduler.letters.dates import find_deadlines, yearless_deadlines
from scheduler.letters.head import Head
from scheduler.letters.marks import END_MARK, NUMBERED, OFFICIAL_LETTER
from scheduler.letters.model import Base, Fault, Line, Obligation, Paragraph, PartialDate
from scheduler.letters.placenames import placename_faults
from scheduler.letters.references import find_references
from scheduler.letters.signature import Foot
from scheduler.letters.wording import fault_of, wording_faults
from scheduler.rules.lint.written_dates import as_written, date_flaws

MAX_FAULTS = 200
_BLANK = re.compile(r"\.{5,}|…{2,}|_{3,}|số:?\s{0,5}(?:\.{2,}|…)?\s?/(?=[A-ZĐ]{2})", re.IGNORECASE)
_TAIL = 40


@dataclass(frozen=True, slots=True)
class LetterParts:
    """A letter taken apart, for judging."""

    head: Head
    head_lines: Sequence[Line]
    body: Sequence[Paragraph]
    foot: Foot
    foot_lines: Sequence[Line]
    has_address: bool
    recipients: tuple[str, ...]
    bases: tuple[Base, ...]
    obligations: tuple[Obligation, ...]


def find_faults(parts: LetterParts, known_names: Sequence[str]) -> tuple[Fault, ...]:
    """The faults of a letter in the order of their lines, missing parts first; at most MAX_FAULTS."""
    everything = [*_head_paragraphs(parts), *parts.body, *map(_alone, parts.foot_lines)]
    faults = [
        *_missing(parts),
        *_broken(parts.body),
        *_numbering(parts.body),
        *placename_faults(everything, known_names),
    ]
    for paragraph in everything:
        faults += wording_faults(paragraph)
        faults += (fault_of(flaw, paragraph) for flaw in date_flaws(paragraph.text))
    faults += _blanks(parts.body)
    faults += _conflicts(everything)
    faults += _deadlines(parts)
    unique = dict.fromkeys(faults)
    return tuple(sorted(unique, key=lambda fault: fault.line or 0)[:MAX_FAULTS])


def _alone(line: Line) -> Paragraph:
    return Paragraph(line.text, ((0, line.number),))


def _head_paragraphs(parts: LetterParts) -> list[Paragraph]:
    """The head's lines, with those of the subject as one: a phrase may go on in its next line."""
    first, after = parts.head.subject_span
    subject = [_alone(line) for line in parts.head_lines[first:after]]
    before, behind = parts.head_lines[:first], parts.head_lines[after:]
    return [*map(_alone, before), *([Paragraph.joined(subject)] if subject else []), *map(_alone, behind)]


def _missing(parts: LetterParts) -> Iterator[Fault]:
    head, date_ = parts.head, parts.head.date
    if not head.has_motto:
        yield Fault("missing-motto", "", None, "Không thấy Quốc hiệu, Tiêu ngữ.")
    if not head.issuer:
        yield Fault("missing-issuer", "", None, "Không thấy tên cơ quan ban hành.")
    if not head.number:
        yield Fault("missing-number", head.symbol or "", head.number_line, "Văn bản chưa có số.")
    if not head.symbol:
        yield Fault("missing-symbol", head.number or "", head.number_line, "Văn bản chưa có ký hiệu.")
    yield from _missing_in_date(head, date_)
    if not head.subject:
        yield Fault("missing-subject", "", None, "Không thấy trích yếu (V/v …).")
    if not parts.recipients or (head.kind == OFFICIAL_LETTER and not parts.has_address):
        yield Fault("missing-recipients", "", None, "Không thấy nơi nhận văn bản (Kính gửi).")
    if not parts.foot.signer.name:
        text = parts.foot.signer.title or parts.foot.signer.capacity or ""
        yield Fault("missing-signer", text, None, "Không thấy họ tên người ký.")
    if parts.body and not any(paragraph.text.endswith(END_MARK) for paragraph in parts.body):
        last = parts.body[-1]
        yield Fault("missing-end-mark", _end(last.text), last.line_at(len(last.text)), "Thiếu dấu kết thúc “./.”.")
    if parts.foot.attachment_line:
        line = parts.foot.attachment_line
        yield Fault("attachment", "", line, "Có phụ lục hoặc văn bản kèm theo sau chữ ký: phần này chưa được đọc.")


def _missing_in_date(head: Head, date_: PartialDate) -> Iterator[Fault]:
    if head.date_line is None:
        yield Fault("missing-date", "", None, "Không thấy địa danh và ngày, tháng, năm ban hành.")
        return
    for code, value, name in (
        ("missing-day", date_.day, "ngày"),
        ("missing-month", date_.month, "tháng"),
        ("missing-year", date_.year, "năm"),
    ):
        if value is None:
            yield Fault(code, head.date_text, head.date_line, f"Ngày ban hành chưa ghi {name}: “{head.date_text}”.")


def _letter_day(written: PartialDate) -> date | None:
    try:
        return date(written.year or 0, written.month or 0, written.day or 1)
    except ValueError:
        return None


def _broken(body: Sequence[Paragraph]) -> Iterator[Fault]:
    for before, after in pairwise(body):
        if after.broken:
            span = f"{_end(before.text)} / {_beginning(after.text)}"
            yield Fault("broken-paragraph", span, after.line, f"Đoạn văn bị ngắt giữa câu: “{span}”.")


def _end(text: str) -> str:
    """The last whole words of ``text``, as many as fit."""
    return text if len(text) <= _TAIL else text[-_TAIL - 1 :].partition(" ")[2] or text[-_TAIL:]


def _beginning(text: str) -> str:
    """The first whole words of ``text``, as many as fit."""
    return text if len(text) <= _TAIL else text[: _TAIL + 1].rpartition(" ")[0] or text[:_TAIL]


def _numbering(body: Sequence[Paragraph]) -> Iterator[Fault]:
    """A gap in "1. 2. 4."; a smaller number opens a new list."""
    last = 0
    for paragraph in body:
        found = NUMBERED.match(paragraph.text)
        if not found or not found["number"]:
            continue
        number = int(found["number"].rstrip(".)"))
        if last and number > last + 1:
            span = _beginning(paragraph.text)
            yield Fault("numbering-gap", span, paragraph.line, f"Sau mục {last} là mục {number}: có thể thiếu mục.")
        last = number


def _blanks(body: Sequence[Paragraph]) -> Iterator[Fault]:
    for paragraph in body:
        for found in _BLANK.finditer(paragraph.text):
            span = paragraph.text[max(0, found.start() - 20) : found.end() + 15]
            yield Fault("blank-field", span, paragraph.line_at(found.start()), f"Chỗ để trống chưa điền: “{span}”.")


def _conflicts(paragraphs: Sequence[Paragraph]) -> Iterator[Fault]:
    """One document named with two different dates."""
    first: dict[str, date] = {}
    for paragraph in paragraphs:
        for reference in find_references(paragraph.text):
            day = reference.date.value if reference.date else None
            if day is None or reference.date is None:
                continue
            if first.setdefault(reference.symbol, day) != day:
                message = f"Văn bản {reference.symbol} được ghi với hai ngày khác nhau."
                span = f"{reference.symbol} … {reference.date.text}"
                yield Fault("conflicting-date", span, paragraph.line_at(reference.start), message)


def _deadlines(parts: LetterParts) -> Iterator[Fault]:
    day = _letter_day(parts.head.date)
    assigned = {deadline for obligation in parts.obligations for deadline in obligation.deadlines}
    for paragraph in parts.body:
        for deadline in find_deadlines(paragraph.text, parts.head.date):
            if deadline not in assigned:
                span = as_written(deadline)
                yield Fault(
                    "unassigned-deadline", span, paragraph.line, f"Hạn {span} không nằm trong việc giao cho ai."
                )
    for obligation in parts.obligations:
        for deadline in obligation.deadlines:
            if day and deadline < day:
                span = as_written(deadline)
                yield Fault("deadline-before-date", span, obligation.line, f"Hạn {span} sớm hơn ngày ban hành văn bản.")
        for action in obligation.actions:
            for found in yearless_deadlines(action):
                yield Fault("deadline-without-year", found[0], obligation.line, f"Thời hạn “{found[0]}” không ghi năm.")
