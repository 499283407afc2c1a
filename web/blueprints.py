"""Every subject's pages, registered in one place; a wall stands between them: none imports another."""

from __future__ import annotations

from flask import Flask

from web import auth, station_api


def install(app: Flask) -> None:
    """Register the stations' API and the pages of each subject."""
    auth.csrf.exempt(station_api.api)
    app.register_blueprint(station_api.api)
