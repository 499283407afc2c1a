"""People's door: Flask pages and the stations' HTTP API."""

from __future__ import annotations

from contextlib import AbstractContextManager

from flask import Flask

from scheduler.compose import Centre, open_centre, web_secret
from scheduler.settings import Settings
from web import (
    assets,
    auth,
    blueprints,
    door,
    errors,
    filters,
    headers,
    lateness,
    looks,
    reasons,
    reminding,
    rotation_words,
    unstorable,
)

SMALL_REQUEST = 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application over the centre that ``settings`` (else the environment) tell; its database stays open.

    Raises what :func:`scheduler.compose.open_centre` raises: a database that is behind, a directory that refuses.
    """
    opened: AbstractContextManager[Centre] = open_centre(settings)
    centre = opened.__enter__()
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=web_secret(centre.settings),
        SESSION_COOKIE_NAME="loa",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=centre.settings.secure_cookies,
        REMEMBER_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=centre.settings.session_hours * 3600,
        MAX_CONTENT_LENGTH=SMALL_REQUEST,
        MAX_FORM_MEMORY_SIZE=SMALL_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.extensions[door.CENTRE] = centre
    app.extensions[door.CLOSING] = opened
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    assets.install(app)
    headers.install(app)
    looks.install(app.jinja_env)
    reasons.install(app.jinja_env)
    rotation_words.install(app.jinja_env)
    filters.install(app.jinja_env, zone=lambda: centre.settings.tz, now=door.now)
    lateness.install(app.jinja_env, zone=lambda: centre.settings.tz)
    reminding.install(app)
    auth.install(app)
    unstorable.install(app)
    errors.install(app)
    blueprints.install(app)
    return app


def close_app(app: Flask) -> None:
    """Close the application's database: for a process or a test that is done with it."""
    app.extensions[door.CLOSING].__exit__(None, None, None)
