"""A person's recording, uploaded or made in the browser: brought in as a track, or taken out of its draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask_login
from flask import flash, redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, LoaError
from scheduler.furnishing import media_facts
from scheduler.rules.permissions import Deed
from scheduler.services.bulletins import voices
from tts.errors import TtsError
from tts.ffmpeg import READING, workspace
from tts.recording import Taken, take_recording
from web import door
from web.bulletins.blueprint import pages
from web.bulletins.revision import read_page, revision_page
from web.request_size import most_for
from web.workroom import RECORDINGS

BY_SCRIPT = "X-Loa-Upload"
"""A page's script that sends the file, and keeps what was recorded when it is refused, says so by this header."""


@pages.url_value_preprocessor
def take_recordings(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a signed-in person's file in: the CSRF guard reads the form before any view could raise the limit."""
    if endpoint == "bulletins.add_voice" and flask_login.current_user.is_authenticated:
        request.max_content_length = most_for(request.path)


@pages.post("/<bulletin_id>/thu-am")
def add_voice(bulletin_id: str) -> Response | tuple[Response | str, int]:
    """Check and master an uploaded recording and add it to the revision of ``lan``; whoever adds it cannot approve."""
    who = door.may(Deed.WRITE)
    page = read_page(bulletin_id)
    language, track = request.form.get("language", ""), request.form.get("track", "main")
    asked: dict[str, Any] = {"revision": page.revision.number, "language": language, "track": track}
    try:
        with door.reading() as database:
            voices.check_voice(database, who, bulletin_id=bulletin_id, **asked)
        taken = _taken(request.files.get("sound"), page.revision.title)
        door.centre().media.put(taken.mastered.mp3)
        with door.writing() as database:
            media = media_facts(taken.mastered)
            voices.record_voice(
                database, who, bulletin_id=bulletin_id, media=media, notes=taken.notes, now=door.now(), **asked
            )
    except (LoaError, TtsError) as refusal:
        if BY_SCRIPT in request.headers:
            return Response(str(refusal), mimetype="text/plain"), 422
        return revision_page(page, voice_refusal=str(refusal), language=language, track=track), 422
    flash("Đã thêm bản thu. Nghe lại bản sẽ phát ở mục Bản âm thanh.", "ok")
    return _back(bulletin_id, page.revision.number)


@pages.post("/<bulletin_id>/thu-am/<int:recording_id>/go")
def remove_voice(bulletin_id: str, recording_id: int) -> Response:
    """Take a recording out of its draft."""
    who = door.may(Deed.WRITE)
    with door.writing() as database:
        revision = voices.remove_voice(
            database, who, bulletin_id=bulletin_id, recording_id=recording_id, now=door.now()
        )
    flash("Đã gỡ bản thu.", "ok")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id, lan=revision.number), 303)


def _taken(file: FileStorage | None, title: str) -> Taken:
    if file is None or not file.filename:
        raise InvalidInput(what="Hãy chọn tệp thu âm, hoặc thu ngay trên trang này")
    with RECORDINGS.working(), workspace(READING) as folder:
        file.save(folder / "upload")
        file.close()  # its own copy of the file goes before the work begins
        return take_recording(folder / "upload", title=title)


def _back(bulletin_id: str, revision: int) -> Response:
    shown = url_for("bulletins.show", bulletin_id=bulletin_id, lan=revision)
    if BY_SCRIPT in request.headers:
        return Response(status=204, headers={"Location": shown})
    return redirect(shown, 303)
