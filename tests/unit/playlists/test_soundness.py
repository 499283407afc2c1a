"""Dated units make a tree on every day, or say why not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.network import Network, Stay, Unit
from playlists.soundness import Part, first_uncovered, stay_faults, unit_faults

Y = [date(2000 + number, 1, 1) for number in range(12)]


def unit(code: str, first: int, last: int | None = None, parent: str | None = None) -> Unit:
    """A unit of whole years: ``last`` is the year that it no longer sees."""
    return Unit(code, f"Đơn vị {code}", Y[first], None if last is None else Y[last] - timedelta(days=1), parent)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], []),
        ([unit("1", 0)], []),
        ([unit("1", 0), unit("2", 1, 3, "1"), unit("2", 3, None, "1")], []),
        ([unit("1", 0, 2), unit("1", 2), unit("2", 1, None, "1")], []),  # a parent whose code passes on
        ([unit("2", 0, 4), unit("2", 3)], [("2", 3, Part.FIRST_DAY)]),
        ([unit("2", 0), unit("2", 3)], [("2", 3, Part.FIRST_DAY)]),
        ([unit("2", 0), unit("2", 1, 2), unit("2", 5)], [("2", 1, Part.FIRST_DAY), ("2", 5, Part.FIRST_DAY)]),
        ([unit("2", 0), unit("2", 0)], [("2", 0, Part.FIRST_DAY)]),
        ([unit("2", 0, None, "9")], [("2", 0, Part.PARENT)]),
        ([unit("1", 1), unit("2", 0, None, "1")], [("2", 0, Part.PARENT)]),
        ([unit("1", 0, 5), unit("2", 0, None, "1")], [("2", 0, Part.PARENT)]),
        ([unit("1", 0, 5), unit("2", 0, 5, "1")], []),
        ([unit("1", 0, 2), unit("1", 3), unit("2", 0, None, "1")], [("2", 0, Part.PARENT)]),  # a year without a parent
        ([unit("1", 0, None, "1")], [("1", 0, Part.PARENT)]),
        ([unit("1", 0, None, "2"), unit("2", 0, None, "1")], [("1", 0, Part.PARENT), ("2", 0, Part.PARENT)]),
        # Three that lie below each other in turns, yet never all at once: no circle on any day.
        (
            [
                *(unit("0", 0), unit("1", 0, 2, "2"), unit("1", 2, None, "0"), unit("2", 0, 1, "0")),
                *(unit("2", 1, 3, "3"), unit("2", 3, None, "1"), unit("3", 0, 2, "0"), unit("3", 2, None, "1")),
            ],
            [],
        ),
    ],
)
def test_what_is_wrong_is_named(units: list[Unit], expected: list[tuple[str, int, Part]]) -> None:
    found = unit_faults(units)
    assert [(fault.key, fault.part) for fault in found] == [((code, Y[year]), part) for code, year, part in expected]
    assert unit_faults(reversed(units)) == found or len({each.key for each in units}) < len(units)


def test_a_fault_says_day_name_and_remedy() -> None:
    (fault,) = unit_faults([unit("1", 0, 5), unit("2", 0, None, "1")])
    assert fault.what == "ngày 01/01/2005 không có đơn vị cấp trên mã 1 (Đơn vị 1 từ 01/01/2000 đến 31/12/2004)"
    assert "cấp trên" in fault.remedy


codes = st.sampled_from("abcd")
some_units = st.lists(
    st.tuples(codes, st.integers(0, 9), st.none() | st.integers(1, 10), st.none() | codes)
    .filter(lambda told: told[2] is None or told[2] > told[1])
    .map(lambda told: unit(*told)),
    max_size=9,
)


@given(some_units)
def test_units_without_a_fault_are_a_tree_on_every_day(units: list[Unit]) -> None:
    if unit_faults(units):
        return
    network = Network(units, ())
    for day in Y:
        tree = network.on(day)
        assert len(tree.units) == sum(each.valid_from <= day and (each.valid_to or day) >= day for each in units)
        for each in tree.units.values():
            chain = tree.chain(each.code)
            assert tree.units[chain[-1]].parent_code is None


@given(some_units)
def test_every_fault_is_one(units: list[Unit]) -> None:
    """What is refused as a missing parent or a circle shows on some day that was looked at."""
    for fault in unit_faults(units):
        if fault.part is not Part.PARENT:
            continue
        network = Network(units, ())
        broken = [
            day
            for day in Y
            if network.on(day).holds(fault.key)
            and network.on(day).units[network.on(day).chain(fault.key[0])[-1]].parent_code is not None
        ]
        assert broken


def test_twenty_thousand_units_in_one_chain_are_looked_at_once() -> None:
    chain = [unit(str(number), 0, None, str(number - 1) if number else None) for number in range(20_000)]
    assert unit_faults(chain) == []


def stay(code: str, first: int, last: int | None = None) -> Stay:
    return Stay(code, Y[first], None if last is None else Y[last] - timedelta(days=1))


UNITS = {"1": (unit("1", 0, 5), unit("1", 5)), "2": (unit("2", 3),)}


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([stay("1", 0, 3), stay("2", 3)], []),
        ([stay("1", 0)], []),
        ([stay("2", 2)], [(0, Part.UNIT)]),
        ([stay("9", 2)], [(0, Part.UNIT)]),
        ([stay("1", 0), stay("2", 4)], [(1, Part.FIRST_DAY)]),
        ([stay("2", 4), stay("1", 0, 5)], [(0, Part.FIRST_DAY)]),
    ],
)
def test_a_station_stands_in_one_unit_at_a_time(stays: list[Stay], expected: list[tuple[int, Part]]) -> None:
    assert [(fault.index, fault.part) for fault in stay_faults(stays, UNITS)] == expected


@pytest.mark.parametrize(
    ("first", "last", "spans", "expected"),
    [
        (0, 4, [stay("1", 0, 4)], None),
        (0, 4, [stay("1", 0, 2), stay("1", 2)], None),
        (0, 4, [stay("1", 1)], Y[0]),
        (0, 4, [stay("1", 0, 2), stay("1", 3)], Y[2]),
        (0, None, [stay("1", 0, 2)], Y[2]),
        (2, None, [stay("1", 0, 2)], Y[2]),
        (2, None, [], Y[2]),
    ],
)
def test_the_first_day_without_cover(first: int, last: int | None, spans: list[Stay], expected: date | None) -> None:
    assert first_uncovered(Y[first], None if last is None else Y[last] - timedelta(days=1), spans) == expected
