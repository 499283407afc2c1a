"""Sound for people: any medium that the database knows by its hash, and previews; whole or a range of it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_file

from scheduler.db.bulletins import Medium
from scheduler.errors import NotFound
from scheduler.rules.permissions import Deed
from web import door

KEPT_S = 3600

pages = Blueprint("sound", __name__)


@pages.get("/am-thanh/<sha256>.mp3")
def play(sha256: str) -> Response:
    """Answer a medium; what stands in the store but not in the database is nobody's to hear."""
    door.may(Deed.READ)
    with door.reading() as database:
        medium = database.get(Medium, sha256)
        media_type = None if medium is None else medium.type
    if media_type is None:
        raise NotFound(what="bản âm thanh này")
    path = door.centre().media.path(sha256)
    if not path.is_file():
        raise NotFound(what="tệp của bản âm thanh này trong kho")
    return _sent(path, media_type, sha256)


@pages.get("/am-thanh/nghe-thu/<key>.mp3")
def preview(key: str) -> Response:
    """Answer a preview that was made; its key is known to who has seen the page of its programme."""
    door.may(Deed.READ)
    path = door.centre().previews.path(key)
    if path is None:
        raise NotFound(what="bản nghe thử này. Hãy mở lại trang nghe thử")
    return _sent(path, "audio/mpeg", key)


def _sent(path: Path, media_type: str, etag: str) -> Response:
    answer = send_file(path.absolute(), mimetype=media_type, conditional=True, etag=etag)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer
