"""Every services' test runs on a real SQLite and a real PostgreSQL database, migrated as in service."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from postgres_desk import PostgresDesk
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.accounts import Person
from scheduler.db.base import open_engine, sessions
from scheduler.db.migrate import upgrade
from scheduler.rules.permissions import Actor, Grant, Role

NOW = datetime(2024, 5, 8, 3, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The instant at which tests happen: 10:00 in Vietnam on Wednesday 8 May 2024."""
    return NOW


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "loa.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()  # the last connection that closes writes the log back into the file
    return path


@pytest.fixture(scope="session")
def postgres_desk() -> Iterator[PostgresDesk]:
    url = os.environ.get("LOA_TEST_POSTGRES_URL")
    if not url:
        pytest.skip("LOA_TEST_POSTGRES_URL is not set: the PostgreSQL half of this test did not run")
    desk = PostgresDesk(make_url(url))
    yield desk
    desk.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A clean, migrated database of each kind."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "loa.db")
        engine = open_engine(f"sqlite:///{tmp_path / 'loa.db'}")
        yield engine
        engine.dispose()
        return
    url = request.getfixturevalue("postgres_desk").clean()
    engine = open_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@pytest.fixture
def maker(engine: Engine) -> sessionmaker[Session]:
    return sessions(engine)


@pytest.fixture
def session(maker: sessionmaker[Session]) -> Iterator[Session]:
    with maker() as session:
        yield session


@pytest.fixture
def person(session: Session) -> Callable[..., Actor]:
    """Make a person in the database and return the actor: ``person("an", Role.EDITOR)``."""

    def make(username: str, *roles: Role, unit_code: str | None = None, station_id: str | None = None) -> Actor:
        identity = str(uuid.uuid5(uuid.NAMESPACE_OID, username))
        if session.get(Person, identity) is None:
            session.add(
                Person(
                    id=identity,
                    username=username,
                    display_name=username.title(),
                    password_hash="!",
                    active=True,
                    session_epoch=0,
                    created_at=NOW,
                )
            )
            session.flush()
        return Actor(identity, username.title(), tuple(Grant(role, unit_code, station_id) for role in roles))

    return make
