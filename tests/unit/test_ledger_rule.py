"""The chain's rule: any change, anywhere, is found, and the first bad line is named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.canonical import sha256_hex
from scheduler.ledger import GENESIS, Head, LedgerBroken, Line, make_line, verify_chain

NOW = datetime(2024, 5, 8, 10, 0, tzinfo=UTC)


def _chain(count: int) -> list[Line]:
    head, lines = Head(), []
    for number in range(count):
        line = make_line(head, at=NOW, kind="audit", body={"n": number})
        lines.append(line)
        head = Head(line.seq, line.hash)
    return lines


def _head(lines: list[Line]) -> Head:
    return Head(lines[-1].seq, lines[-1].hash) if lines else Head()


@given(st.integers(0, 12))
def test_a_whole_chain_holds(count: int) -> None:
    lines = _chain(count)
    assert verify_chain(lines, _head(lines)) == _head(lines)


def test_the_first_line_follows_nothing() -> None:
    assert _chain(1)[0].prev == GENESIS == "0" * 64


@given(st.integers(0, 9), st.sampled_from(["text", "hash", "prev", "at", "kind", "seq"]))
def test_a_changed_column_is_named(index: int, column: str) -> None:
    lines = _chain(10)
    changed = {"seq": 99} if column == "seq" else {column: getattr(lines[index], column)[:-1] + "~"}
    lines[index] = replace(lines[index], **changed)
    with pytest.raises(LedgerBroken) as refusal:
        verify_chain(lines, _head(_chain(10)))
    assert refusal.value.seq == index + 1


@given(st.integers(0, 9))
def test_a_rewritten_line_breaks_the_chain_behind_it(index: int) -> None:
    lines = _chain(10)
    text = lines[index].text.replace('"n"', '"m"')
    lines[index] = replace(lines[index], text=text, hash=sha256_hex(text.encode()))
    with pytest.raises(LedgerBroken) as refusal:
        verify_chain(lines, _head(_chain(10)))
    assert refusal.value.seq == min(index + 2, 10)


@given(st.integers(0, 9))
def test_a_missing_line_is_named(index: int) -> None:
    lines = _chain(10)
    recorded = _head(lines)
    del lines[index]
    with pytest.raises(LedgerBroken) as refusal:
        verify_chain(lines, recorded)
    assert refusal.value.seq == index + 1


def test_lines_beyond_the_recorded_head_are_found() -> None:
    lines = _chain(3)
    with pytest.raises(LedgerBroken) as refusal:
        verify_chain(lines, _head(_chain(2)))
    assert refusal.value.seq == 3
