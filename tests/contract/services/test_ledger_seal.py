"""The last check of the ledger is kept in it; what was changed since shows without another."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from scheduler.errors import NotAllowed
from scheduler.ledger import GENESIS, Head
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.ledger_seal import VERIFIED, Finding, check_ledger, keep_finding, ledger_state
from scheduler.services.ledger_views import ledger_lines


@pytest.fixture
def auditor(maker: sessionmaker[Session], session: Session, person, now: datetime) -> Actor:
    """An auditor, and a ledger of five lines."""
    who = person("lan", Role.AUDITOR)
    for index in range(5):
        audit.record(
            session, person=who.id, deed="tried", subject_kind="test", subject_id=str(index), at=now, facts={"n": index}
        )
    session.commit()
    return who


def _checked(maker: sessionmaker[Session], auditor: Actor, now: datetime) -> Finding:
    with maker() as session:
        finding = check_ledger(session, auditor)
    with maker.begin() as session:
        keep_finding(session, auditor, finding=finding, now=now)
    return finding


def _changed(maker: sessionmaker[Session], *statements: str) -> None:
    """Do what somebody with the database file in hands could do."""
    with maker.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            session.execute(text(statement))


def test_a_ledger_that_nobody_checked_says_so(session: Session, auditor: Actor) -> None:
    state = ledger_state(session)
    assert (state.head, state.last, state.broken) == (audit.head(session), None, None)


def test_an_empty_ledger_is_whole(session: Session) -> None:
    assert ledger_state(session).head == Head(0, GENESIS)
    assert ledger_state(session).broken is None


def test_the_newest_check_is_kept_in_the_ledger(maker: sessionmaker[Session], auditor: Actor, now: datetime) -> None:
    first = _checked(maker, auditor, now)
    later = now + timedelta(hours=1)
    second = _checked(maker, auditor, later)
    assert (first.head.seq, second.head.seq) == (5, 6)
    with maker() as session:
        state = ledger_state(session)
        assert state.last is not None
        assert (state.last.head, state.last.broken, state.last.at) == (second.head, None, later)
        assert (state.last.person_name, state.broken) == ("Lan", None)
        assert [event.deed for event in audit.history(session, "ledger", "centre")] == [VERIFIED, VERIFIED]
        assert audit.verify(session).seq == 7


def test_what_a_check_finds_wrong_is_kept(maker: sessionmaker[Session], auditor: Actor, now: datetime) -> None:
    _changed(maker, "UPDATE ledger_entry SET line = replace(line, 'tried', 'tries') WHERE seq = 3")
    finding = _checked(maker, auditor, now)
    assert finding.broken is not None
    assert "mục số 3" in finding.broken
    with maker() as session:
        assert ledger_state(session).broken == finding.broken


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM audit_event WHERE ledger_seq > 4", "DELETE FROM ledger_entry WHERE seq > 4"),
        ("UPDATE ledger_head SET seq = 4",),
        ("UPDATE ledger_entry SET hash = 'x' WHERE seq = 5",),
    ],
)
def test_what_was_cut_or_changed_since_shows_without_a_check(
    maker: sessionmaker[Session], auditor: Actor, now: datetime, statements: tuple[str, ...]
) -> None:
    _checked(maker, auditor, now)
    _changed(maker, *statements)
    with maker() as session:
        assert ledger_state(session).broken is not None


def test_a_ledger_whose_head_was_changed_takes_no_finding(
    maker: sessionmaker[Session], auditor: Actor, now: datetime
) -> None:
    _changed(maker, "UPDATE ledger_head SET seq = 4")
    with maker() as session:
        finding = check_ledger(session, auditor)
    with maker.begin() as session:
        assert keep_finding(session, auditor, finding=finding, now=now) is None
    assert finding.broken is not None


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.OPERATOR])
def test_others_do_not_check(session: Session, person, now: datetime, role: Role) -> None:
    other = person("binh", role)
    with pytest.raises(NotAllowed):
        check_ledger(session, other)
    with pytest.raises(NotAllowed):
        keep_finding(session, other, finding=Finding(Head(), None), now=now)


def test_lines_are_read_newest_first_with_names(session: Session, auditor: Actor, now: datetime) -> None:
    audit.append(session, kind="as-run", body={"station": "x"}, at=now)
    lines = ledger_lines(session, newest=6, most=2)
    assert [(line.seq, line.kind, line.person_name, line.station_name) for line in lines] == [
        (6, "as-run", None, None),
        (5, "audit", "Lan", None),
    ]
    assert lines[1].body["facts"] == {"n": 4}
    assert [line.seq for line in ledger_lines(session, newest=2, most=5)] == [2, 1]


def test_a_line_that_was_made_unreadable_is_shown_without_its_words(
    maker: sessionmaker[Session], auditor: Actor
) -> None:
    _changed(maker, "UPDATE ledger_entry SET line = 'x' WHERE seq = 5")
    with maker() as session:
        (line,) = ledger_lines(session, newest=5, most=1)
    assert (line.body, line.person_name, line.kind) == ({}, None, "audit")
