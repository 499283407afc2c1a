"""The application over a real migrated database, with people of each role who can be signed in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from web_network import Network

from scheduler import compose
from scheduler.canonical import sha256_hex
from scheduler.compose import Centre
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import accounts
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import BulletinPage, bulletin_page
from scheduler.settings import Settings
from tts.reading import read
from web import close_app, create_app, door

NOW = datetime(2024, 5, 7, 2, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""When sounds are made: after whatever a page, which reads the clock, has asked for."""
PASSWORD = "mat-khau-de-thu"
PEOPLE: dict[str, tuple[Role, ...]] = {
    "editor": (Role.EDITOR,),
    "second-editor": (Role.EDITOR,),
    "approver": (Role.APPROVER,),
    "operator": (Role.OPERATOR,),
    "auditor": (Role.AUDITOR,),
    "admin": (Role.ADMIN,),
    "both": (Role.EDITOR, Role.APPROVER),
    "nobody": (),
}
SCRIPT = "Thưa bà con, mỗi người nên giữ an toàn tài khoản của mình. Cuộc họp lúc 8 giờ."

SignIn = Callable[[str], FlaskClient]


def _settings(data_dir: Path) -> Settings:
    return Settings(data_dir=data_dir, engine="tone", organisation="Truyền thanh huyện thử")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A data directory after a first start, with the people of PEOPLE; and their ids by username."""
    directory = tmp_path_factory.mktemp("centre")
    password_hash = accounts.hash_password(PASSWORD)
    with compose.open_centre(_settings(directory), checked=False) as centre:
        compose.prepare(centre, now=NOW)
        with centre.writers.begin() as session:
            ids = {
                name: accounts.make_person(
                    session,
                    None,
                    username=name,
                    display_name=f"Người {name}",
                    password_hash=password_hash,
                    roles=[Grant(role) for role in roles],
                    now=NOW,
                ).id
                for name, roles in PEOPLE.items()
            }
    return directory, ids


@pytest.fixture
def people(prepared: tuple[Path, dict[str, str]]) -> dict[str, str]:
    """The ids of people by username: editor, second-editor, approver, operator, auditor, admin, both, nobody."""
    return prepared[1]


@pytest.fixture
def app(prepared: tuple[Path, dict[str, str]], tmp_path: Path) -> Iterator[Flask]:
    """The application over a fresh copy of the prepared directory; forms need no token here."""
    directory = tmp_path / "centre"
    shutil.copytree(prepared[0], directory)
    application = create_app(_settings(directory))
    application.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    yield application
    close_app(application)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, people: dict[str, str]) -> SignIn:
    """Returns a browser that the named person has signed in with."""

    def sign_in_as(username: str) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = f"{people[username]}:0"
            session["_fresh"] = True
        return browser

    return sign_in_as


@dataclass(frozen=True)
class Stage:
    """Brings bulletins to the state that a test starts from, through the services."""

    centre: Centre
    people: dict[str, str]

    def actor(self, username: str) -> Actor:
        """The named person with the roles that stand."""
        with self.centre.readers() as session:
            who = accounts.actor(session, self.people[username])
        assert who is not None
        return who

    def draft(self, *, title: str = "Giữ an toàn tài khoản", script: str = SCRIPT, by: str = "editor") -> str:
        """A new draft; returns the bulletin's id."""
        with self.centre.writers.begin() as session:
            return writing.write(
                session, self.actor(by), title=title, script=script, valid_from=date(2024, 5, 7), now=NOW
            ).bulletin_id

    def submitted(self, *, title: str = "Giữ an toàn tài khoản", script: str = SCRIPT, by: str = "editor") -> str:
        """A bulletin that waits for its sound; returns its id."""
        bulletin_id = self.draft(title=title, script=script, by=by)
        self.submit(bulletin_id, by=by)
        return bulletin_id

    def submit(self, bulletin_id: str, *, by: str = "editor") -> None:
        """Hand the draft over."""
        with self.centre.writers.begin() as session:
            writing.submit(session, self.actor(by), bulletin_id=bulletin_id, reader=read, now=NOW)

    def render(self, *, sound: bytes = b"ID3 one sound", draft_voice: bool = False, duration_ms: int = 61_000) -> str:
        """Give the longest waiting bulletin a sound that nobody has to decode; returns its hash."""
        self.centre.media.put(sound)
        digest = sha256_hex(sound)
        facts = recordings.MediaFacts(digest, len(sound), duration_ms, -1620, -140, tuple([500] * 150))
        causes = (("google", "Giọng Google không trả lời (lỗi 429)."),) if draft_voice else ()
        made = recordings.RenderedSound(facts, "espeak", "vi", draft_voice, causes)
        with self.centre.writers.begin() as session:
            work = recordings.claim_rendering(session, owner="test", now=LATER, lease=recordings.LONGEST_WAIT)
            assert work is not None
            recordings.record_rendering(session, work=work, owner="test", rendered=made, now=LATER)
        return digest

    def fail(self, failure: str) -> None:
        """Let the longest waiting rendering fail."""
        with self.centre.writers.begin() as session:
            work = recordings.claim_rendering(session, owner="test", now=LATER, lease=recordings.LONGEST_WAIT)
            assert work is not None
            recordings.record_failure(session, work=work, owner="test", failure=failure, now=LATER)

    def page(self, bulletin_id: str, *, seen_by: str = "approver", revision: int | None = None) -> BulletinPage:
        """The bulletin's page as that person sees it."""
        with self.centre.readers() as session:
            return bulletin_page(
                session,
                self.actor(seen_by),
                bulletin_id=bulletin_id,
                revision=revision,
                heard_needed_permille=self.centre.settings.heard_permille,
            )

    def hear(self, bulletin_id: str, *, by: str = "approver") -> None:
        """Let that person hear every track to its end."""
        tracks = self.page(bulletin_id, seen_by=by).tracks
        with self.centre.writers.begin() as session:
            for track in tracks:
                recordings.listened(
                    session,
                    self.actor(by),
                    recording_id=track.recording_id,
                    share_permille=1000,
                    reached_end=True,
                    now=NOW,
                )

    def approve(self, bulletin_id: str) -> None:
        """Let the approver, who has heard it, approve what waits."""
        with self.centre.writers.begin() as session:
            approvals.approve(
                session,
                self.actor("approver"),
                bulletin_id=bulletin_id,
                shown=self.page(bulletin_id).shown or "",
                heard_needed_permille=self.centre.settings.heard_permille,
                zone=self.centre.settings.zone,
                today=NOW.date(),
                now=NOW,
            )

    def approved(
        self,
        *,
        title: str = "Giữ an toàn tài khoản",
        script: str = SCRIPT,
        sound: bytes = b"ID3 one sound",
        duration_ms: int = 61_000,
    ) -> str:
        """A bulletin that stands; returns its id."""
        bulletin_id = self.submitted(title=title, script=script)
        self.render(sound=sound, duration_ms=duration_ms)
        self.hear(bulletin_id)
        self.approve(bulletin_id)
        return bulletin_id


@pytest.fixture
def stage(app: Flask, people: dict[str, str]) -> Stage:
    """Brings bulletins to the state that a test starts from."""
    return Stage(app.extensions[door.CENTRE], people)


@pytest.fixture
def network(stage: Stage) -> Network:
    """Units and two enrolled stations, with verbs that plan, dispatch and air."""
    return Network(stage.centre, editor=stage.actor("editor"), approver=stage.actor("approver"))
