"""What raw SQL cannot do to the records: replace them, bring a text back to draft, approve around four eyes."""

from collections.abc import Callable
from datetime import datetime

import pytest
from bulletin_stage import Newsroom
from sqlalchemy import Engine, UniqueConstraint, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.bulletins import Revision
from scheduler.db.tables import metadata
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import accounts, audit

Maker = Callable[..., Actor]
FOREVER = (
    "ledger_entry", "as_run_entry", "as_run_evidence", "approval", "approval_end", "contributor", "medium", "recording",
    "audit_event", "bulletin", "settlement", "log_row", "revision", "role_grant", "rundown_issue", "ledger_head",
)  # fmt: skip


@pytest.fixture
def room(session: Session, person: Maker, now: datetime) -> Newsroom:
    return Newsroom(session, person("lan", Role.EDITOR), person("binh", Role.APPROVER), now)


def _refused(maker: sessionmaker[Session], statement: str, words: str = "only grow", **values: object) -> None:
    with pytest.raises(DBAPIError, match=words), maker.begin() as session:
        session.execute(text(statement), values)


@pytest.mark.parametrize("table", ["ledger_entry", "audit_event", "bulletin", "contributor", "approval", "revision"])
def test_no_record_is_replaced_by_another(
    engine: Engine, maker: sessionmaker[Session], session: Session, room: Newsroom, table: str
) -> None:
    room.in_state(State.APPROVED)
    session.commit()
    rows = f"INTO {table} SELECT * FROM {table}"  # noqa: S608 - the names above
    if engine.dialect.name == "sqlite":
        _refused(maker, f"INSERT OR REPLACE {rows}", "only grow|own bulletin")
        return
    column = "title" if table == "revision" else metadata.tables[table].primary_key.columns.keys()[0]
    key = ", ".join(metadata.tables[table].primary_key.columns.keys())
    upsert = f"INSERT {rows} ON CONFLICT ({key}) DO UPDATE SET {column} = EXCLUDED.{column}"
    _refused(maker, upsert, "only grow|frozen|own bulletin")


@pytest.mark.parametrize("table", FOREVER)
def test_every_key_of_a_record_is_guarded_against_replacing(engine: Engine, table: str) -> None:
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL has no REPLACE: its upsert is an UPDATE
    with engine.connect() as connection:
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = :name"
        guard = connection.execute(text(query), {"name": f"{table}_no_replace"}).scalar_one()
    described = metadata.tables[table]
    keys = [described.primary_key.columns.keys()]
    keys += [each.columns.keys() for each in described.constraints if isinstance(each, UniqueConstraint)]
    for key in keys:
        assert " AND ".join(f"{column} = NEW.{column}" for column in key) in guard


def test_a_submitted_text_is_not_brought_back_to_draft(
    maker: sessionmaker[Session], session: Session, room: Newsroom
) -> None:
    room.in_state(State.APPROVED)
    session.commit()
    for state in ("draft", "submitted"):
        _refused(maker, "UPDATE revision SET state = :state", "frozen", state=state)


def test_four_eyes_are_those_of_the_revisions_own_bulletin(
    maker: sessionmaker[Session], session: Session, room: Newsroom, person: Maker
) -> None:
    room.in_state(State.SUBMITTED)
    revision = session.scalars(select(Revision)).one()
    other = room.in_state(State.SUBMITTED)
    stranger = person("cuong", Role.APPROVER)
    session.commit()
    assert other != revision.bulletin_id
    insert = (
        "INSERT INTO approval (digest, bulletin_id, revision_id, approver_id, approved_at, heard_permille, document) "
        "VALUES ('d', :bulletin, :revision, :person, '2024-05-08 03:00:00', 1000, '{}')"
    )
    values = {"bulletin": other, "revision": revision.id}
    _refused(maker, insert, "four eyes|own bulletin", person=revision.author_id, **values)
    _refused(maker, insert, "own bulletin", person=stranger.id, **values)


def test_a_draft_is_not_approved(maker: sessionmaker[Session], session: Session, room: Newsroom, person: Maker) -> None:
    room.in_state(State.DRAFT)
    revision = session.scalars(select(Revision)).one()
    stranger = person("cuong", Role.APPROVER)
    session.commit()
    _refused(
        maker,
        "INSERT INTO approval (digest, bulletin_id, revision_id, approver_id, approved_at, heard_permille, document) "
        "VALUES ('d', :bulletin, :revision, :person, '2024-05-08 03:00:00', 1000, '{}')",
        "submitted",
        bulletin=revision.bulletin_id,
        revision=revision.id,
        person=stranger.id,
    )


def test_the_ledgers_head_only_moves_on(maker: sessionmaker[Session], now: datetime) -> None:
    with maker.begin() as session:
        for _ in range(2):
            audit.append(session, kind="test", body={}, at=now)
    _refused(maker, "UPDATE ledger_head SET seq = 1")
    _refused(maker, "DELETE FROM ledger_head")


def test_grants_are_neither_rewritten_nor_joined_to_duties_that_exclude_each_other(
    maker: sessionmaker[Session], session: Session, person: Maker, now: datetime
) -> None:
    admin, other = person("quan", Role.ADMIN), person("binh")
    held = accounts.grant_role(session, admin, person_id=other.id, grant=Grant(Role.APPROVER), now=now)
    session.commit()
    _refused(maker, "UPDATE role_grant SET role = 'admin' WHERE id = :id", id=held.id)
    _refused(maker, "DELETE FROM role_grant WHERE id = :id", id=held.id)
    both = "INSERT INTO role_grant (person_id, role, granted_at) VALUES (:person, 'admin', '2024-05-08 03:00:00')"
    _refused(maker, both, "both admin and approver", person=other.id)
    accounts.revoke_role(session, admin, grant_id=held.id, now=now)
    session.commit()
    _refused(maker, "UPDATE role_grant SET revoked_at = NULL WHERE id = :id", id=held.id)
