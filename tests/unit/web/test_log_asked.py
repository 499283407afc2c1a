"""What a reader asks of the air log, read from an address."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.airlog.asked import RESULT_CHOICES, asked

TODAY = date(2024, 5, 8)


def test_nothing_asked_is_two_weeks_of_what_is_due():
    wanted = asked({}, TODAY)
    assert (wanted.first_day, wanted.last_day) == (date(2024, 4, 25), TODAY)
    assert "planned" not in wanted.filters.results
    assert wanted.wrong == {}


def test_days_are_read_and_shown_again_as_people_write_them():
    wanted = asked({"tu": "1/5/2024", "den": "2024-05-07"}, TODAY)
    assert (wanted.filters.first_day, wanted.filters.last_day) == (date(2024, 5, 1), date(2024, 5, 7))
    assert (wanted.typed["tu"], wanted.typed["den"]) == ("01/05/2024", "07/05/2024")


@pytest.mark.parametrize("tu", ["31/02/2024", "mai", "09/05/2024", "01/01/2020", "01/01/0001"])
def test_a_first_day_that_cannot_be_is_told_beside_its_field(tu):
    wanted = asked({"tu": tu}, TODAY)
    assert "tu" in wanted.wrong
    assert wanted.first_day <= wanted.last_day


@given(st.dictionaries(st.sampled_from(["tu", "den", "ket-qua", "don-vi", "tim"]), st.text(max_size=12)))
def test_any_address_asks_for_some_days(told):
    wanted = asked(told, TODAY)
    assert timedelta(0) <= wanted.last_day - wanted.first_day <= timedelta(days=366)


def test_every_choice_of_results_is_its_own():
    keys = [key for key, _, _ in RESULT_CHOICES]
    assert len(set(keys)) == len(keys)
    assert asked({"ket-qua": "chua-ro"}, TODAY).filters.results == ("unknown",)
