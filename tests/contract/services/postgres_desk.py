"""One PostgreSQL database for one test after another: a new one costs a second, emptying it a few milliseconds."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, create_engine, delete, exists, literal, select, text, union_all
from sqlalchemy.engine import URL

from scheduler.db.base import Base, open_engine
from scheduler.db.migrate import upgrade  # brings every table's model along

# All that a test might bend besides rows: columns, and triggers with their functions and whether they are enabled.
_SHAPE = """
SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
    SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
      FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled, md5(prosrc))
      FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
) AS lines
"""
_END_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
_USED_COUNTERS = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"


class PostgresDesk:
    """A migrated database on a server, given out clean as often as it is asked for."""

    def __init__(self, server: URL) -> None:
        self._server = server
        self._admin = create_engine(server, isolation_level="AUTOCOMMIT")
        self._name = ""
        self._shape = ""
        self._make()

    def clean(self) -> URL:
        """Return the URL of the database, without rows and with the shape that the migrations gave it."""
        with self._admin.connect() as connection:
            connection.execute(text(_END_OTHERS), {"name": self._name})
        engine = create_engine(self._url)
        with engine.connect() as connection:
            unbent = connection.scalar(text(_SHAPE)) == self._shape
            if unbent:
                _empty(connection)
                connection.commit()
        engine.dispose()
        if not unbent:
            self.close()
            self._admin = create_engine(self._server, isolation_level="AUTOCOMMIT")
            self._make()
        return self._url

    def close(self) -> None:
        """Drop the database."""
        with self._admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {self._name} WITH (FORCE)"))
        self._admin.dispose()

    @property
    def _url(self) -> URL:
        return self._server.set(database=self._name)

    def _make(self) -> None:
        self._name = f"loa_test_{uuid.uuid4().hex[:12]}"
        with self._admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {self._name}"))
            # No test pulls the server's plug, and waiting for the disk at every commit takes minutes.
            connection.execute(text(f"ALTER DATABASE {self._name} SET synchronous_commit = off"))
        engine = open_engine(self._url.render_as_string(hide_password=False))
        upgrade(engine)
        with engine.connect() as connection:
            self._shape = connection.scalar(text(_SHAPE)) or ""
            full = _tables_with_rows(connection)
        engine.dispose()
        # A migration that brings rows would have to have them put back here.
        assert full == [], f"the migrations leave rows in {full}"


def _empty(connection: Connection) -> None:
    # The database's own guards refuse to delete: for this one transaction they don't fire.
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for table in _tables_with_rows(connection):
        connection.execute(delete(Base.metadata.tables[table]))
    for counter in connection.scalars(text(_USED_COUNTERS)).all():
        connection.execute(text(f'ALTER SEQUENCE "{counter}" RESTART'))


def _tables_with_rows(connection: Connection) -> list[str]:
    asked = [select(literal(name)).where(exists().select_from(table)) for name, table in Base.metadata.tables.items()]
    return list(connection.scalars(union_all(*asked)))
