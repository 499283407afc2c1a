"""One letter set in many ways: wrapped, indented, spaced, in columns, by tabs; the same is read from each."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from scheduler.letters.model import Letter, Line
from scheduler.letters.parse import letter_paragraphs, parse_letter
from scheduler.letters.plain import plain_lines

SAMPLE = Path(__file__).parents[3] / "scheduler/letters/samples/cong-van-mau.md"
BLOCKS = [block.strip() for block in SAMPLE.read_text(encoding="utf-8").replace("**", "").split("\n\n")]
FOOT = next(index for index, block in enumerate(BLOCKS) if block.startswith("Nơi nhận"))
BODY = [line for block in BLOCKS[5:FOOT] for line in block.split("\n")]
LEFT_HEAD, RIGHT_HEAD = [*BLOCKS[0].split("\n"), BLOCKS[2], BLOCKS[4]], [*BLOCKS[1].split("\n"), BLOCKS[3]]
LEFT_FOOT = [line for block in BLOCKS[FOOT : FOOT + 2] for line in block.split("\n")]
RIGHT_FOOT = [line for block in BLOCKS[FOOT + 2 :] for line in block.split("\n")]


def side_by_side(left: list[str], right: list[str]) -> str:
    """Two columns on shared lines, each centred in its own."""
    left = [part for line in left for part in textwrap.wrap(line, 32)]
    right = [part for line in right for part in textwrap.wrap(line, 40)]
    height = max(len(left), len(right))
    left += [""] * (height - len(left))
    right += [""] * (height - len(right))
    rows = (f"{a.center(34)}    {b.center(40)}" for a, b in zip(left, right, strict=True))
    return "\n".join(row.rstrip() for row in rows)


def set_in(width: int, *, indent: int = 0, between: str = "\n", leading: str = "\n") -> str:
    wrapped = [
        leading.join(textwrap.wrap(line, width, initial_indent=" " * indent, break_on_hyphens=False)) for line in BODY
    ]
    return "\n\n".join(
        [side_by_side(LEFT_HEAD, RIGHT_HEAD), between.join(wrapped), side_by_side(LEFT_FOOT, RIGHT_FOOT)]
    )


def content(letter: Letter) -> tuple[object, ...]:
    return (
        letter.issuer,
        letter.symbol,
        letter.place,
        letter.date,
        letter.subject,
        letter.recipients,
        [(base.symbol, base.date) for base in letter.bases],
        [(each.to, each.actions, each.deadlines) for each in letter.obligations],
        letter.signer,
        sorted(fault.code for fault in letter.faults),
    )


@pytest.fixture(scope="module")
def expected() -> tuple[object, ...]:
    return content(parse_letter(plain_lines("\n\n".join(BLOCKS))))


@pytest.mark.parametrize("width", [60, 72, 100, 140])
@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["tight", "gaps"])
@pytest.mark.parametrize("indent", [0, 6], ids=["flush", "indented"])
def test_hard_wraps_are_undone(width: int, between: str, indent: int, expected: tuple[object, ...]) -> None:
    assert content(parse_letter(plain_lines(set_in(width, indent=indent, between=between)))) == expected


def test_wide_spacing_with_indents(expected: tuple[object, ...]) -> None:
    text = set_in(72, indent=6, between="\n\n", leading="\n\n")
    assert content(parse_letter(plain_lines(text))) == expected


def test_pages_with_numbers(expected: tuple[object, ...]) -> None:
    lines = set_in(72, indent=6).split("\n")
    lines[30:30] = ["\f                2"]
    lines[45:45] = ["                3", "\f"]
    assert content(parse_letter(plain_lines("\n".join(lines)))) == expected


def test_columns_made_by_tabs(expected: tuple[object, ...]) -> None:
    head = [f"{left}\t{right}" for left, right in zip(LEFT_HEAD, RIGHT_HEAD, strict=False)] + LEFT_HEAD[
        len(RIGHT_HEAD) :
    ]
    foot = [f"{left}\t{right}" for left, right in zip(LEFT_FOOT, [*RIGHT_FOOT, "", ""], strict=False)]
    lines = [Line(text, number, whole=True) for number, text in enumerate([*head, *BODY, *foot], start=1)]
    assert content(parse_letter(lines)) == expected


def test_paragraphs_to_be_read_hold_each_column_by_itself_and_lose_nothing() -> None:
    lines = plain_lines(set_in(90))
    texts = [paragraph.text for paragraph in letter_paragraphs(lines)]
    squeezed = " ".join(texts)
    for whole in (*BODY, LEFT_HEAD[-1], *RIGHT_FOOT):
        assert " ".join(whole.split()) in squeezed
    assert sorted(squeezed.split()) == sorted(" ".join(line.text for line in lines).split())


@pytest.mark.parametrize("text", ["một dòng", "Họp dân bản\nlúc 19 giờ\n\nMời bà con", "Nơi nhận:\n- Như trên;", "./."])
def test_paragraphs_of_what_is_no_letter_are_its_lines(text: str) -> None:
    written = [line for line in text.split("\n") if line]
    assert [paragraph.text for paragraph in letter_paragraphs(plain_lines(text))] == written


def test_no_lines_make_no_paragraphs() -> None:
    assert letter_paragraphs([]) == []
