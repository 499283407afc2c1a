"""What a view needs of the centre in a request: sessions, who acts, and the time (read here, in the request)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import cast

from flask import abort, current_app, g
from sqlalchemy.orm import Session

from scheduler.compose import Centre
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.settings import Settings

CENTRE = "loa-centre"
CLOSING = "loa-closing"


def centre() -> Centre:
    """Return the centre behind this application."""
    return cast("Centre", current_app.extensions[CENTRE])


def settings() -> Settings:
    """Return the centre's settings."""
    return centre().settings


def reading() -> AbstractContextManager[Session]:
    """Return a session that only reads; on SQLite it never waits for a writer."""
    return centre().readers()


def writing() -> AbstractContextManager[Session]:
    """Return a session whose transaction is committed when its block ends without an error."""
    return centre().writers.begin()


def now() -> datetime:
    """Return this instant."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date where the people are."""
    return now().astimezone(settings().tz).date()


def actor() -> Actor:
    """Return who acts in this request; a page behind the door always has somebody."""
    who = g.get("actor")
    if who is None:
        abort(401)
    return cast("Actor", who)


def may(deed: Deed) -> Actor:
    """Return who acts when he may do ``deed``; raises :class:`~scheduler.errors.NotAllowed`."""
    who = actor()
    require(who, deed)
    return who
