"""Slots whose units end are handed over to what came of these: proposed, never done by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sample_network import (
    DISTRICT,
    EVERYWHERE,
    NETWORK,
    NEW_C,
    NEW_TOWN,
    OLD_A,
    OLD_B,
    OLD_TOWN,
    PROVINCE,
    REFORM,
    STATIONS,
    UNITS,
    at,
    network_slot,
    under,
)

from playlists.handover import handover
from playlists.network import Network, Unit, UnitKey
from playlists.scopes import Scope

EVE = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("scope", "day", "after"),
    [
        (under(OLD_TOWN), REFORM, {NEW_TOWN}),
        (under(OLD_A), REFORM, {NEW_TOWN}),
        (under(OLD_TOWN, OLD_A), REFORM, {NEW_TOWN}),
        (under(OLD_A, OLD_B), REFORM, {NEW_TOWN, NEW_C}),
        (under(OLD_B), EVE, {OLD_B, NEW_C}),
        (under(OLD_B, NEW_C), EVE, None),
        (under(OLD_B, NEW_TOWN), REFORM, {NEW_C, NEW_TOWN}),
        (under(OLD_B, PROVINCE), REFORM, None),
        (under(OLD_B, DISTRICT), EVE, {OLD_B, DISTRICT, NEW_C}),
        (under(DISTRICT), REFORM, None),
        (under(NEW_C), REFORM, None),
        (under(PROVINCE), EVE, None),
        (at("b1"), REFORM, None),
        (EVERYWHERE, REFORM, None),
    ],
)
def test_what_came_of_a_unit_is_proposed_for_its_place(scope: Scope, day: date, after: set[UnitKey] | None) -> None:
    found = handover(network_slot("s", scope), NETWORK, day)
    assert (found.after.scope.units if found else None) == after


def test_it_says_which_units_end_and_which_come() -> None:
    found = handover(network_slot("s", under(OLD_A, OLD_B, languages="blt")), NETWORK, REFORM)
    assert found is not None
    assert [unit.name for unit in found.ended] == ["Xã cũ A", "Xã cũ B"]
    assert [unit.name for unit in found.heirs] == ["Xã mới", "Xã mới C"]
    assert found.after.scope.languages == {"blt"}


def test_nothing_is_proposed_twice() -> None:
    found = handover(network_slot("s", under(OLD_A, OLD_B), owner=OLD_A), NETWORK, REFORM)
    assert found is not None
    assert handover(found.after, NETWORK, REFORM) is None


def test_a_slot_that_is_over_before_or_ends_with_its_unit_is_left_alone() -> None:
    slot = network_slot("s", under(OLD_B), valid_from=date(2025, 1, 1), valid_to=EVE)
    assert handover(slot, NETWORK, EVE) is None
    assert handover(slot, NETWORK, REFORM + timedelta(days=9)) is None


def test_an_owner_that_is_no_more_gives_way_to_what_came_of_it() -> None:
    one = handover(network_slot("s", under(OLD_B), owner=OLD_B), NETWORK, REFORM)
    assert one is not None
    assert one.after.owner == NEW_C
    before = handover(network_slot("s", under(OLD_B), owner=OLD_B), NETWORK, EVE)
    assert before is not None
    assert before.after.owner == OLD_B
    alone = handover(network_slot("s", at("b1"), owner=OLD_B), NETWORK, REFORM)
    assert alone is not None
    assert (alone.after.owner, [unit.name for unit in alone.ended], alone.heirs) == (NEW_C, ["Xã cũ B"], ())


def test_of_several_heirs_the_owner_is_what_holds_them_all() -> None:
    north, south = (Unit(code, code, REFORM, None, "11", ("03313",)) for code in ("90001", "90002"))
    network = Network([unit for unit in UNITS if unit.key != NEW_C] + [north, south], STATIONS)
    found = handover(network_slot("s", under(OLD_B), owner=OLD_B), network, REFORM)
    assert found is not None
    assert found.after.scope.units == {north.key, south.key}
    assert found.after.owner == PROVINCE


def test_heirs_of_heirs_are_followed_to_what_stands() -> None:
    until, later = date(2026, 12, 31), date(2027, 1, 1)
    between = Unit("03313", "Xã mới C", REFORM, until, "11", ("03313",))
    last = Unit("99999", "Xã sau cùng", later, None, "11", ("03313",))
    network = Network([unit for unit in UNITS if unit.key != NEW_C] + [between, last], STATIONS)
    found = handover(network_slot("s", under(OLD_B)), network, later)
    assert found is not None
    assert found.after.scope.units == {last.key}
