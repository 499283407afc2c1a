"""Addresses of the static files, each with its content's hash, so that a phone fetches a file only once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, request, url_for

#: Cascade order; a page loads them all, and small screens and print stand after what they change.
STYLESHEETS = tuple(
    f"css/{name}.css"
    for name in (
        "fonts", "tokens", "base", "shell", "layout", "controls", "states", "content", "pages", "emergency", "script",
        "recorder", "small", "print", "motion",
    )
)  # fmt: skip

#: Modules that every page loads; each finds its own elements and does nothing where there are none.
SCRIPTS = tuple(
    f"js/{name}.js"
    for name in (
        "connection", "editor", "forms", "keys", "listening", "menu", "player", "print", "recorder", "script_field",
        "upload",
    )
)  # fmt: skip

HTMX = "vendor/htmx/htmx.min.js"
YEAR_S = 365 * 24 * 3600


def fingerprint(path: Path) -> str | None:
    """The first 12 hexadecimal digits of a file's SHA-256, or None where there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    except OSError:
        return None


class Assets:
    """Remembers each static file's fingerprint; in debug mode it looks again at every use."""

    def __init__(self, folder: Path, *, remember: bool) -> None:
        self._folder = folder
        self._remember = remember
        self._known: dict[str, str | None] = {}

    def url(self, name: str) -> str:
        """The address of a file of the static folder; a file that is missing gets an address without a fingerprint."""
        if name not in self._known or not self._remember:
            self._known[name] = fingerprint(self._folder / name)
        return url_for("static", filename=name, v=self._known[name])


def install(app: Flask) -> None:
    """Give templates ``asset_url``, ``stylesheets``, ``scripts``, ``htmx_script``; fingerprinted files live a year."""
    assets = Assets(Path(app.static_folder or ""), remember=not app.debug)
    app.jinja_env.globals.update(asset_url=assets.url, stylesheets=STYLESHEETS, scripts=SCRIPTS, htmx_script=HTMX)
    app.after_request(_keep_fingerprinted)


def _keep_fingerprinted(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code in {200, 206, 304}:
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    return response
