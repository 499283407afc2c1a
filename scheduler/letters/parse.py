"""Lines of an official letter to what it says: the rules of Decree 30/2020/NĐ-CP, tolerant of real letters' faults.

Pure: the standard library and the package's other pure modules only.
"""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.letters.address import copy_recipients, take_recipients
from scheduler.letters.columns import in_reading_order
from scheduler.letters.head import parse_head
from scheduler.letters.layout import rejoin, without_furniture
from scheduler.letters.lint import LetterParts, find_faults
from scheduler.letters.marks import END_MARK, is_capacity, is_copies
from scheduler.letters.model import CountedIn, Letter, Line, Paragraph
from scheduler.letters.obligations import find_obligations
from scheduler.letters.references import take_bases
from scheduler.letters.signature import parse_foot


def parse_letter(lines: Sequence[Line], *, known_names: Sequence[str] = (), counted_in: CountedIn = "line") -> Letter:
    """The letter that ``lines`` make, with its faults; never raises on any text.

    ``known_names`` are names of units ("Huyện Mường Sáng"), against which place names are checked.
    """
    ordered = [line for line in in_reading_order(without_furniture(lines)) if line.text]
    head = parse_head(ordered)
    foot_start = _foot_start(ordered, head.body_start)
    body = rejoin(ordered[head.body_start : foot_start])
    foot = parse_foot(ordered[foot_start:])
    recipients, used = take_recipients(body)
    bases, based = take_bases(body[used:])
    obligations = find_obligations(body[used + based :], head.date)
    parts = LetterParts(
        head=head,
        head_lines=ordered[: head.body_start],
        body=body,
        foot=foot,
        foot_lines=ordered[foot_start : foot_start + foot.length],
        has_address=used > 0,
        recipients=recipients or copy_recipients(foot.copies),
        bases=bases,
        obligations=obligations,
    )
    return Letter(
        kind=head.kind,
        issuer=head.issuer,
        superior=head.superior,
        number=head.number,
        symbol=head.symbol,
        place=head.place,
        date=head.date,
        subject=head.subject,
        recipients=parts.recipients,
        bases=bases,
        obligations=obligations,
        signer=foot.signer,
        faults=find_faults(parts, known_names),
        counted_in=counted_in,
    )


def letter_paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """All that ``lines`` say, as one reads it: each column of head and foot by itself, wrapped lines joined again.

    The head's and the foot's lines stay apart, but for those of the subject; any text is accepted.
    """
    ordered = [line for line in in_reading_order(without_furniture(lines)) if line.text]
    head = parse_head(ordered)
    foot_start = _foot_start(ordered, head.body_start)
    first, after = head.subject_span
    subject = [Paragraph(line.text, ((0, line.number),)) for line in ordered[first:after]]
    return [
        *rejoin(ordered[:first]),
        *([Paragraph.joined(subject)] if subject else []),
        *rejoin(ordered[after : head.body_start]),
        *rejoin(ordered[head.body_start : foot_start]),
        *rejoin(ordered[foot_start:]),
    ]


def _foot_start(lines: Sequence[Line], body_start: int) -> int:
    """The first line of the foot: "Nơi nhận" or the signer's capacity, else what follows the end mark."""
    after_mark = None
    for index in range(body_start, len(lines)):
        text = lines[index].text
        if is_copies(text) or is_capacity(text):
            return index
        if after_mark is None and text.endswith(END_MARK):
            after_mark = index + 1
    return after_mark if after_mark is not None else len(lines)
