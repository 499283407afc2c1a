"""A slot is written as one text, read back as the same value, and nothing else is read as a slot."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.calendar import Calendar, HolidayRule
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Anchor, Edge, Slot
from scheduler.services.timetable.contents import (
    ContentRefused,
    scope_from_value,
    scope_value,
    slot_as_value,
    slot_content,
    slot_from_content,
    slot_from_value,
)

ROOT = UUID("6f2a7c5e-0d6b-5d0e-9a51-3f5d2f0c1b11")
ids = st.integers(0, 50).map(lambda n: uuid5(ROOT, str(n)))
days = st.dates(date(1971, 1, 1), date(2100, 1, 1))
hours = st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from([0, 0, 1, 59]))
keys = st.tuples(st.sampled_from(["11", "03256", "03313"]), days)
titles = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
scopes = st.builds(
    Scope,
    st.frozensets(keys, min_size=1, max_size=3),
    st.frozensets(ids, max_size=3),
    st.frozensets(st.sampled_from(["vi", "blt", "hmn"])),
    st.booleans(),
)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    first = draw(days)
    exceptions = draw(st.frozensets(days, max_size=4))
    skipped = frozenset(day for day in exceptions if draw(st.booleans()))
    return Calendar(
        first,
        draw(st.none() | st.integers(0, 900).map(lambda n: first + timedelta(days=n))),
        draw(st.frozensets(st.integers(0, 6), min_size=1)),
        draw(st.integers(1, 4)),
        draw(st.frozensets(st.integers(1, 31) | st.integers(-31, -1), max_size=3)),
        draw(st.frozensets(st.tuples(st.sampled_from([1, 2, 5, -1]), st.integers(0, 6)), max_size=2)),
        draw(st.sampled_from(HolidayRule)),
        skipped,
        exceptions - skipped,
    )


def seconds(least: int, most: int) -> st.SearchStrategy[timedelta]:
    return st.integers(least, most).map(lambda n: timedelta(seconds=n))


slots = st.builds(
    Slot,
    ids,
    titles,
    scopes,
    calendars(),
    hours | st.builds(Anchor, ids, st.sampled_from(Edge), seconds(-86_400, 86_400)),
    seconds(1, 86_400),
    st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin"]),
    ids,
    st.none() | keys,
    st.sampled_from(StartRule),
    seconds(0, 3600),
    st.integers(-6000, 0),
    st.none() | st.integers(-6000, 0),
    st.dictionaries(days, hours, max_size=3).map(lambda moved: frozenset(moved.items())),
)
SAMPLE = Slot(
    uuid5(ROOT, "sáng"),
    "Buổi sáng",
    Scope(units=frozenset({("03256", date(2025, 7, 1))}), languages=frozenset({"vi", "blt"})),
    Calendar(date(2026, 1, 1), weekdays=frozenset({5, 0}), skipped=frozenset({date(2026, 2, 17)})),
    time(5, 0),
    timedelta(minutes=30),
    "Asia/Ho_Chi_Minh",
    uuid5(ROOT, "chương trình"),
    owner=("11", date(2004, 1, 1)),
    moved=frozenset({(date(2026, 5, 1), time(6, 15, 30))}),
)


@given(slots)
def test_a_slot_comes_back_as_it_was(slot: Slot) -> None:
    text = slot_content(slot)
    again = slot_from_content(slot.id, text)
    assert again == slot
    assert slot_content(again) == text
    assert scope_from_value(scope_value(slot.scope)) == slot.scope


@given(slots, slots)
def test_two_slots_have_one_text_only_when_they_are_equal(one: Slot, two: Slot) -> None:
    assert (slot_content(one) == slot_content(two)) == (slot_as_value(one) == slot_as_value(two))


def test_the_text_is_canonical_and_sorted() -> None:
    text = slot_content(SAMPLE)
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    told = json.loads(text)
    assert told["type"] == "loa.slot/1"
    assert told["scope"] == {
        "everyone": False,
        "units": [["03256", "2025-07-01"]],
        "stations": [],
        "languages": ["blt", "vi"],
    }
    assert told["calendar"]["weekdays"] == [0, 5]
    assert told["start"] == "05:00"
    assert told["moved"] == [["2026-05-01", "06:15:30"]]
    assert told["owner"] == ["11", "2004-01-01"]


def test_a_value_may_list_in_any_order_but_a_text_may_not() -> None:
    told = json.loads(slot_content(SAMPLE))
    told["scope"]["languages"].reverse()
    assert slot_from_value(SAMPLE.id, told) == SAMPLE
    with pytest.raises(ContentRefused, match="dạng chuẩn"):
        slot_from_content(SAMPLE.id, json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False))


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("type", "loa.slot/2"),
        ("type", None),
        ("title", 3),
        ("title", ""),
        ("max_duration_s", 0),
        ("max_duration_s", 1.5),
        ("max_duration_s", True),
        ("max_duration_s", 10**30),
        ("grace_s", -1),
        ("start", "5:00"),
        ("start", "25:00"),
        ("start", "05:00+07:00"),
        ("start", {"follows": "x", "edge": "end", "offset_s": 0}),
        ("start", {"follows": str(ROOT), "edge": "middle", "offset_s": 0}),
        ("start", {"follows": str(ROOT), "edge": "end", "offset_s": 90_000}),
        ("start_rule", "maybe"),
        ("programme", "không"),
        ("owner", ["11"]),
        ("owner", ["11", "2004-13-01"]),
        ("moved", [["2026-05-01", "06:15"], ["2026-05-01", "07:15"]]),
        ("moved", "x"),
        ("scope", []),
        ("scope.everyone", 1),
        ("scope.units", []),
        ("scope.stations", ["x"]),
        ("calendar.first", "20260101"),
        ("calendar.last", "2025-01-01"),
        ("calendar.weekdays", []),
        ("calendar.weekdays", [7]),
        ("calendar.month_days", [0]),
        ("calendar.month_weekdays", [[6, 0]]),
        ("calendar.holidays", "maybe"),
        ("calendar.added", ["2026-02-17"]),
        ("calendar.more", 1),
        ("more", 1),
    ],
)
def test_what_is_malformed_is_refused(path: str, wrong: object) -> None:
    told: dict[str, Any] = deepcopy(json.loads(slot_content(SAMPLE)))
    *outer, last = path.split(".")
    part = told
    for name in outer:
        part = part[name]
    part[last] = wrong
    with pytest.raises(ContentRefused):
        slot_from_value(SAMPLE.id, told)


@pytest.mark.parametrize("text", ["", "null", "[]", "{", "[" * 100_000, '{"type":"loa.slot/1"}'])
def test_what_is_no_slot_is_refused(text: str) -> None:
    with pytest.raises(ContentRefused):
        slot_from_content(SAMPLE.id, text)


def test_a_missing_field_is_named() -> None:
    told = json.loads(slot_content(SAMPLE))
    del told["zone"]
    with pytest.raises(ContentRefused, match="zone"):
        slot_from_value(SAMPLE.id, told)


def test_split_seconds_are_refused() -> None:
    split = Slot(**{**slot_facts(SAMPLE), "max_duration": timedelta(seconds=1.5)})
    with pytest.raises(ContentRefused, match="tròn giây"):
        slot_content(split)


def slot_facts(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in Slot.__dataclass_fields__}
