"""Who may do what: the whole table of roles and deeds, an operator's places, and grants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import NotAllowed
from scheduler.rules.permissions import (
    ROLE_WORDS,
    Actor,
    Deed,
    Grant,
    OwnChange,
    OwnGrant,
    Role,
    check_grant,
    check_publisher,
    require,
    require_station,
)

ED, AP, OP, AU, AD = Role.EDITOR, Role.APPROVER, Role.OPERATOR, Role.AUDITOR, Role.ADMIN
TABLE: dict[Deed, set[Role]] = {
    Deed.READ: {ED, AP, OP, AU, AD},
    Deed.IMPORT_LETTER: {ED},
    Deed.WRITE: {ED},
    Deed.APPROVE: {AP},
    Deed.WITHDRAW: {AP},
    Deed.PROPOSE_SLOT: {ED},
    Deed.PUBLISH_SLOT: {AP},
    Deed.CORRECT_HOLIDAYS: {AP, AD},
    Deed.CONFIRM_TIMETABLE: {OP},
    Deed.PROPOSE_CAMPAIGN: {ED},
    Deed.PUBLISH_CAMPAIGN: {AP},
    Deed.READ_PLAYLIST: {ED, AP, OP, AU, AD},
    Deed.ORDER_PRIORITIES: {OP},
    Deed.EXPLAIN: {OP},
    Deed.REQUEST_MAKE_GOOD: {ED, OP},
    Deed.SHARE_CALENDAR: {OP, AD},
    Deed.READ_LOG: {ED, AP, OP, AU},
    Deed.READ_LEDGER: {AU, AD},
    Deed.MANAGE_STATIONS: {AD},
    Deed.MANAGE_PEOPLE: {AD},
}


def _actor(*grants: Grant) -> Actor:
    return Actor("p", "Lan", grants)


def test_the_table_names_every_deed() -> None:
    assert set(TABLE) == set(Deed)
    assert set(ROLE_WORDS) == set(Role)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("deed", list(Deed))
def test_every_deed_by_every_role(deed: Deed, role: Role) -> None:
    actor = _actor(Grant(role))
    assert actor.may(deed) is (role in TABLE[deed])
    if role in TABLE[deed]:
        require(actor, deed)
    else:
        with pytest.raises(NotAllowed, match=deed.value):
            require(actor, deed)


@given(st.sets(st.sampled_from(list(Role))), st.sampled_from(list(Deed)))
def test_several_roles_allow_what_any_of_them_allows(roles: set[Role], deed: Deed) -> None:
    actor = _actor(*(Grant(role) for role in roles))
    assert actor.may(deed) is bool(roles & TABLE[deed])
    assert actor.roles == roles


@pytest.mark.parametrize(
    ("grant", "allowed"),
    [
        (Grant(OP), True),
        (Grant(OP, unit_code="102"), True),
        (Grant(OP, unit_code="11"), True),
        (Grant(OP, unit_code="103"), False),
        (Grant(OP, station_id="s1"), True),
        (Grant(OP, station_id="s2"), False),
        (Grant(OP, unit_code="103", station_id="s1"), True),
        (Grant(ED), False),
        (Grant(AD), False),
    ],
)
def test_an_operators_places(grant: Grant, *, allowed: bool) -> None:
    if allowed:
        require_station(_actor(grant), Deed.EXPLAIN, "s1", ["102", "11"])
        return
    with pytest.raises(NotAllowed):
        require_station(_actor(grant), Deed.EXPLAIN, "s1", ["102", "11"])


def test_another_role_is_not_limited_to_places() -> None:
    require_station(_actor(Grant(OP, station_id="s2"), Grant(AU)), Deed.READ_PLAYLIST, "s1", ["102"])
    with pytest.raises(NotAllowed):
        require_station(_actor(), Deed.READ_PLAYLIST, "s1", ["102"])


@pytest.mark.parametrize("role", list(Role))
def test_nobody_grants_himself_a_role(role: Role) -> None:
    with pytest.raises(OwnGrant):
        check_grant("p", "p", [], role)


@given(st.sets(st.sampled_from(list(Role))), st.sampled_from(list(Role)))
def test_admin_and_approver_are_never_one_person(held: set[Role], role: Role) -> None:
    if {AP, AD} <= held | {role}:
        with pytest.raises(NotAllowed):
            check_grant("p", "q", held, role)
    else:
        check_grant("p", "q", held, role)


def test_nobody_publishes_a_change_of_his_or_her_own() -> None:
    check_publisher("lan", "mai")
    with pytest.raises(OwnChange, match="người duyệt khác"):
        check_publisher("lan", "lan")
