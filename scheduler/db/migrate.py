"""Bring a database to the tables of this version, and tell whether it is there."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from scheduler.db.tables import metadata
from scheduler.errors import LoaError


class DatabaseBehind(LoaError):
    """Cơ sở dữ liệu ở phiên bản {found}, phần mềm cần {needed}. Hãy chạy: loa db upgrade."""

    found: str
    needed: str
    exit_code = 3


def config(connection: Connection) -> Config:
    """Return Alembic's configuration over an open connection."""
    config = Config()
    config.set_main_option("script_location", str(files("scheduler.db") / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database at ``engine`` to this version's tables; does nothing when it is there already."""
    with engine.begin() as connection:
        command.upgrade(config(connection), "head")


def check(engine: Engine) -> str:
    """Return the database's version; raises :class:`DatabaseBehind` when it is not this program's."""
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        needed = ScriptDirectory.from_config(config(connection)).get_current_head()
    if found is None or found != needed:
        raise DatabaseBehind(found=found or "trống", needed=needed or "?")
    return found


def differences(engine: Engine) -> list[object]:
    """Return what the database's tables lack or have beyond the models; empty when they agree."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))
