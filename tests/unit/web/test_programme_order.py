"""The order of a programme's items while its form is edited, and hours and numbers as people type them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import InvalidInput
from scheduler.services.programme_views import Piece, measure
from web.timetable import order
from web.timetable.hours import typed_minutes, typed_number, typed_quieter_cb, typed_time

JINGLE, OPENING, CLOSING = ("jingle", "j", "zxx"), ("opening", "o", "vi"), ("closing", "c", "vi")
NEWS, MORE = ("bulletin", "n", "vi"), ("bulletin", "m", "blt")
ITEMS = st.lists(st.sampled_from([JINGLE, OPENING, NEWS, MORE, CLOSING]), max_size=8)


def test_what_is_said_goes_before_the_farewell():
    items = [JINGLE, OPENING, CLOSING, JINGLE]
    assert order.changed(items, "add", order.written(NEWS)) == [JINGLE, OPENING, NEWS, CLOSING, JINGLE]


def test_a_farewell_goes_to_the_end():
    assert order.changed([JINGLE], "add", order.written(CLOSING)) == [JINGLE, CLOSING]


@pytest.mark.parametrize(
    ("act", "after"),
    [
        ("up-1", [NEWS, JINGLE, MORE]),
        ("up-0", [JINGLE, NEWS, MORE]),
        ("down-1", [JINGLE, MORE, NEWS]),
        ("down-2", [JINGLE, NEWS, MORE]),
        ("remove-0", [NEWS, MORE]),
        ("remove-9", [JINGLE, NEWS, MORE]),
        ("nonsense", [JINGLE, NEWS, MORE]),
    ],
)
def test_each_button_does_one_thing(act, after):
    assert order.changed([JINGLE, NEWS, MORE], act, "") == after


@given(ITEMS, st.integers(0, 9))
def test_moving_down_and_up_again_changes_nothing(items, place):
    moved = order.changed(items, f"down-{place}", "")
    back = order.changed(moved, f"up-{place + 1}", "")
    assert sorted(moved) == sorted(items)
    assert back == items or place >= len(items) - 1


@given(ITEMS)
def test_items_are_read_as_they_were_written(items):
    assert order.read_items([order.written(item) for item in items]) == items


@pytest.mark.parametrize("text", ["", "bulletin", "bulletin|x", "bulletin||vi", "a|b|c|d", "|||"])
def test_an_item_that_no_form_of_ours_sends_is_refused(text):
    with pytest.raises(InvalidInput):
        order.read_items([text])


def test_lengths_are_summed_and_what_has_none_is_counted():
    known = {NEWS: Piece(NEWS, "tin", 61_000, approved=True), MORE: Piece(MORE, "tin", None, approved=False)}
    assert measure([NEWS, NEWS, MORE, CLOSING], known) == (122_000, 2)


def test_a_new_programme_begins_with_what_the_house_has():
    known = {key: Piece(key, "x", 1, approved=True) for key in (JINGLE, OPENING, NEWS)}
    assert order.beginning(known) == [JINGLE, OPENING, JINGLE]


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("17:00", time(17)),
        (" 5 ", time(5)),
        ("5h", time(5)),
        ("17h30", time(17, 30)),
        ("05.45", time(5, 45)),
        ("17:00:30", time(17, 0, 30)),
    ],
)
def test_hours_are_read_as_people_write_them(typed, hour):
    assert typed_time(typed) == hour


@pytest.mark.parametrize("typed", ["", "24:00", "12:60", "-1", "17:00:60", "17:00:5", "năm giờ", "١٧:٠٠"])
def test_what_is_no_hour_is_refused(typed):
    with pytest.raises(InvalidInput, match="Giờ bắt đầu"):
        typed_time(typed)


@pytest.mark.parametrize(
    ("typed", "gain_cb"), [("", 0), ("0", 0), ("6", -600), ("-6", -600), ("4,5", -450), ("−3", -300)]
)
def test_a_volume_is_only_ever_lowered(typed, gain_cb):
    assert typed_quieter_cb(typed) == gain_cb


@given(st.text(max_size=20))
def test_a_number_is_read_or_refused(typed):
    try:
        number = typed_number(typed, "Số", least=Decimal(0), most=Decimal(10))
    except InvalidInput:
        return
    assert 0 <= number <= 10


def test_minutes_become_seconds():
    assert typed_minutes("7,5", "Dài nhất") == 450
