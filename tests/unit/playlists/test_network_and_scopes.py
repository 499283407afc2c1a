from __future__ import annotations

from datetime import date

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
    at,
    under,
)
from sample_plans import an_id

from playlists.errors import InvalidPlan
from playlists.network import Network, Station, Stay, Unit, UnitKey
from playlists.scopes import Reach, Scope, lost_units, producer

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.mark.parametrize(
    ("scope", "day", "expected"),
    [
        (EVERYWHERE, BEFORE, "town a1 b1"),
        (under(PROVINCE), BEFORE, "town a1 b1"),
        (under(PROVINCE), AFTER, "town a1 b1"),
        (under(DISTRICT), BEFORE, "town a1 b1"),
        (under(DISTRICT), AFTER, ""),
        (under(OLD_TOWN), BEFORE, "town"),
        (under(OLD_TOWN), AFTER, ""),
        (under(NEW_TOWN), BEFORE, ""),
        (under(NEW_TOWN), AFTER, "town a1"),
        (under(OLD_A, OLD_B), BEFORE, "a1 b1"),
        (under(NEW_C), AFTER, "b1"),
        (under(PROVINCE, languages="blt"), BEFORE, "a1"),
        (under(PROVINCE, languages="blt hmn"), AFTER, "a1 b1"),
        (under(PROVINCE, languages="kjg"), AFTER, ""),
        (at("town", "b1"), AFTER, "town b1"),
        (at("town", "elsewhere"), AFTER, "town"),
        (Scope(units=frozenset({NEW_C}), stations=frozenset({an_id("town")})), AFTER, "town b1"),
    ],
)
def test_whom_a_scope_means_on_a_day(scope: Scope, day: date, expected: str) -> None:
    assert Reach(NETWORK).stations(scope, day) == {an_id(name) for name in expected.split()}


@pytest.mark.parametrize(
    ("scope", "day", "expected"),
    [
        (EVERYWHERE, BEFORE, None),
        (under(OLD_A), BEFORE, OLD_A),
        (under(OLD_A, OLD_B), BEFORE, DISTRICT),
        (under(OLD_A, OLD_B), AFTER, None),
        (at("a1"), AFTER, NEW_TOWN),
        (at("a1", "b1"), AFTER, PROVINCE),
        (Scope(units=frozenset({PROVINCE}), stations=frozenset({an_id("a1")})), BEFORE, PROVINCE),
        (at("a1", "elsewhere"), AFTER, None),
    ],
)
def test_a_slot_is_that_of_the_closest_unit_that_holds_all_its_places(
    scope: Scope, day: date, expected: UnitKey | None
) -> None:
    assert producer(scope, NETWORK, day) == expected


def test_a_scope_without_a_place_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="nơi phát"):
        Scope(languages=frozenset({"vi"}))


def test_a_unit_that_ended_is_told_with_what_was_formed_from_it() -> None:
    (found,) = lost_units(under(OLD_A), NETWORK, AFTER)
    assert found.unit is not None
    assert (found.unit.name, [each.name for each in found.successors]) == ("Xã cũ A", ["Xã mới"])
    assert not list(lost_units(under(OLD_A), NETWORK, BEFORE))
    (unknown,) = lost_units(under(("999", REFORM)), NETWORK, AFTER)
    assert (unknown.unit, unknown.successors) == (None, ())


def test_nothing_is_lost_where_all_that_came_of_it_is_meant_or_where_it_is_still_to_come() -> None:
    assert not list(lost_units(under(OLD_A, PROVINCE), NETWORK, AFTER))
    assert not list(lost_units(under(OLD_A, NEW_TOWN), NETWORK, AFTER))
    assert not list(lost_units(under(NEW_TOWN), NETWORK, BEFORE))
    (gone,) = lost_units(under(DISTRICT, PROVINCE), NETWORK, AFTER)
    assert gone.key == DISTRICT


def test_a_code_used_again_names_another_unit() -> None:
    assert [each.key for each in NETWORK.successors(OLD_TOWN)] == [NEW_TOWN]
    assert NETWORK.on(BEFORE).units["03256"].name == "Thị trấn cũ"
    assert NETWORK.on(AFTER).units["03256"].name == "Xã mới"
    assert NETWORK.on(BEFORE).chain("03256") == ("03256", "102", "11")
    assert NETWORK.on(AFTER).chain("03256") == ("03256", "11")


def test_a_tree_of_any_depth_and_one_that_bites_its_tail() -> None:
    first = date(2020, 1, 1)
    deep = [Unit(f"u{n}", f"u{n}", first, parent_code=f"u{n - 1}" if n else None) for n in range(50)]
    station = Station(an_id("s"), "s", frozenset({"vi"}), (Stay("u49", first),))
    tree = Network(deep, [station]).on(first)
    assert len(tree.chain("u49")) == 50
    assert tree.below("u0") == {station.id}
    circle = [Unit("x", "x", first, parent_code="y"), Unit("y", "y", first, parent_code="x")]
    tree = Network(circle, [Station(an_id("s"), "s", frozenset(), (Stay("x", first),))]).on(first)
    assert tree.chain("x") == ("x", "y")
    assert tree.below("y") == {an_id("s")}


def test_the_latest_stay_counts_and_a_station_may_stand_nowhere() -> None:
    first = date(2020, 1, 1)
    units = [Unit("x", "x", first), Unit("y", "y", first)]
    stays = (Stay("y", date(2024, 5, 8)), Stay("x", first))
    network = Network(units, [Station(an_id("s"), "s", frozenset(), stays), Station(an_id("t"), "t", frozenset())])
    assert network.on(date(2024, 5, 7)).unit_of == {an_id("s"): "x"}
    assert network.on(date(2024, 5, 8)).unit_of == {an_id("s"): "y"}


@pytest.mark.parametrize("made", [lambda: Unit("x", "x", AFTER, BEFORE), lambda: Stay("x", AFTER, BEFORE)])
def test_an_end_before_its_beginning_is_refused(made: object) -> None:
    assert callable(made)
    with pytest.raises(InvalidPlan, match="ngày cuối"):
        made()
