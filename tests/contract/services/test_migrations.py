"""Migrations make exactly the tables that the models describe, with their guards, and can be taken back."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db import migrate
from scheduler.rules.permissions import Actor, Role

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"
GUARDED = (
    "ledger_entry", "as_run_entry", "as_run_evidence", "approval", "approval_end", "contributor", "medium", "recording",
    "audit_event", "bulletin", "settlement", "log_row", "glossary_entry", "recording_removal",
    "slot_version", "timetable_change", "timetable_stance", "holiday_change", "release", "tie_order",
    "campaign", "campaign_bulletin", "campaign_step",
)  # fmt: skip


def test_models_and_migrations_agree(engine: Engine) -> None:
    assert migrate.differences(engine) == []
    assert migrate.check(engine) == max(path.name[:4] for path in VERSIONS.glob("*.py"))


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    migrate.upgrade(engine)
    assert migrate.differences(engine) == []


def test_a_missing_column_is_told(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE station_report DROP COLUMN unsent"))
    assert any("unsent" in str(difference) for difference in migrate.differences(engine))


def test_all_can_be_taken_back(engine: Engine) -> None:
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    with pytest.raises(migrate.DatabaseBehind, match="loa db upgrade"):
        migrate.check(engine)


@pytest.mark.parametrize("table", GUARDED)
def test_every_record_table_has_its_guard(engine: Engine, table: str) -> None:
    dialect = engine.dialect.name
    query = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table AND name LIKE '%_no_%'"
        if dialect == "sqlite"
        else "SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND NOT tgisinternal"
    )
    with engine.connect() as connection:
        assert (connection.execute(text(query), {"table": table}).scalar() or 0) >= 2


def test_a_record_can_be_neither_changed_nor_deleted(
    maker: sessionmaker[Session], session: Session, person: Callable[..., Actor], now: datetime
) -> None:
    who = person("lan", Role.EDITOR)
    session.execute(
        text("INSERT INTO bulletin (id, kind, created_by, created_at) VALUES ('b', 'bulletin', :who, :now)"),
        {"who": who.id, "now": now},
    )
    session.execute(
        text("INSERT INTO contributor (bulletin_id, person_id, deed, at) VALUES ('b', :who, 'wrote', :now)"),
        {"who": who.id, "now": now},
    )
    session.commit()
    for statement in ("UPDATE contributor SET deed = 'x'", "DELETE FROM contributor"):
        with pytest.raises(DBAPIError, match="only grow"), maker.begin() as other:
            other.execute(text(statement))
