"""A person's recording, brought in as a track of the bulletin that waits for approval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from scheduler.errors import InvalidInput, LoaError
from scheduler.furnishing import media_facts
from scheduler.rules.permissions import Deed
from scheduler.services.bulletins import voices
from tts.errors import TtsError
from tts.ffmpeg import READING, workspace
from tts.recording import take_recording
from web import door
from web.bulletins.blueprint import pages
from web.bulletins.revision import read_page, revision_page

MOST_MB = 30
_SLACK = 1024 * 1024


@pages.url_value_preprocessor
def take_recordings(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a recording's file in: the CSRF guard reads the form before any view could raise the limit."""
    if endpoint == "bulletins.add_voice":
        request.max_content_length = MOST_MB * 1024 * 1024 + _SLACK


@pages.post("/<bulletin_id>/thu-am")
def add_voice(bulletin_id: str) -> Response | tuple[str, int]:
    """Master an uploaded recording and add it to the submitted revision; whoever adds it cannot approve."""
    who = door.may(Deed.WRITE)
    page = read_page(bulletin_id)
    language = request.form.get("language", "")
    try:
        file = request.files.get("sound")
        if file is None or not file.filename:
            raise InvalidInput(what="Hãy chọn tệp thu âm")
        with workspace(READING) as folder:
            file.save(folder / "upload")
            taken = take_recording(folder / "upload", title=page.revision.title)
        door.centre().media.put(taken.mastered.mp3)
        with door.writing() as database:
            voices.record_voice(
                database,
                who,
                bulletin_id=bulletin_id,
                revision=page.revision.number,
                language=language,
                media=media_facts(taken.mastered),
                notes=taken.notes,
                now=door.now(),
            )
    except (LoaError, TtsError) as refusal:
        return revision_page(page, voice_refusal=str(refusal), voice_language=language), 422
    flash("Đã thêm bản thu âm. Người duyệt phải nghe bản này từ đầu.", "ok")
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id), 303)
