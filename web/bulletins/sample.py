"""One sentence in the chosen voice, at the chosen speed, before anything is handed over: for the writer's ear alone."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

from flask import Response, render_template, request, send_file, url_for

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.bulletins.fields import SPOKEN_LANGUAGE
from scheduler.services.bulletins.manner import Manner, check_manner
from scheduler.services.glossary.standing import reader_on
from tts.cache import SentenceCache
from tts.casting import Chosen
from tts.engine import Engine, Speech, has_words
from tts.errors import TtsError
from tts.rendering import voices_at_hand
from tts.synthesis import Synthesis, speak_into, whole
from tts.wav import to_wav
from web import door
from web.bulletins.blueprint import pages
from web.bulletins.draft import Draft, from_form
from web.bulletins.manner import typed_manner, written
from web.workroom import SAMPLES

LONGEST = 300
"""So many characters of a sentence are spoken; each is an address, and a voice is not to be kept busy for long."""
USUAL_SENTENCE = "Kính thưa bà con, đây là giọng đọc của đài truyền thanh."
KEPT_S = 600


@pages.post("/nghe-thu")
def sample() -> tuple[str, int]:
    """Answer a player of the script's first sentence as it would be spoken now, or why it can't be."""
    door.may(Deed.WRITE)
    draft = from_form(request.form)
    try:
        if draft.language != SPOKEN_LANGUAGE:
            raise InvalidInput(what="Máy chỉ đọc được tiếng Việt")
        manner = _checked(draft.manner)
        sentence = _sentence(draft)
        spoken = _speak(sentence, manner.voice, manner.speed_permille)
    except (LoaError, TtsError) as refusal:
        return render_template("bulletins/_sample.html", refusal=refusal), 422
    address = url_for(
        "bulletins.sample_sound",
        giong=str(Chosen(spoken.voice.id, spoken.engine)),
        nhanh=manner.speed_permille,
        cau=sentence,
    )
    return render_template("bulletins/_sample.html", refusal=None, spoken=spoken, address=address), 200


@pages.get("/nghe-thu.wav")
def sample_sound() -> Response:
    """Answer a sentence's sound: ``giong`` says it (``cau``), ``nhanh`` in thousandths of the usual speed."""
    door.may(Deed.WRITE)
    sentence = request.args.get("cau", "")
    manner = _checked(typed_manner(request.args.get("giong", ""), request.args.get("nhanh", ""), "", ""))
    if manner.voice is None or len(sentence) > LONGEST:
        raise InvalidInput(what="Câu nghe thử không đúng. Hãy nghe thử lại từ trang viết bản tin")
    spoken = _speak(sentence, manner.voice, manner.speed_permille)
    content = to_wav(spoken.speech)
    digest = hashlib.sha256(content).hexdigest()  # phones ask for ranges of it
    answer = send_file(io.BytesIO(content), mimetype="audio/wav", conditional=True, etag=digest)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_S}"
    return answer


def _checked(manner: Manner) -> Manner:
    return check_manner(manner, voices=[written(each) for each in voices_at_hand(door.centre().engines)])


def _sentence(draft: Draft) -> str:
    """Return what is said of the script's first sentence, or a sentence of ours while there is none."""
    with door.reading() as database:
        reading = reader_on(database, door.today())(draft.script)
    said = (sentence.spoken for paragraph in reading.paragraphs for sentence in paragraph)
    found = next((" ".join(words.split()) for words in said if has_words(words)), USUAL_SENTENCE)
    if len(found) <= LONGEST:
        return found
    return found[:LONGEST].rpartition(" ")[0] or found[:LONGEST]


def _speak(sentence: str, voice: str | None, speed_permille: int) -> Synthesis[Speech]:
    """Speak in the chosen voice alone, else by the house's order."""
    chosen = Chosen.parse(voice) if voice is not None else None
    with SAMPLES.working():
        return speak_into(
            whole,
            [[sentence]],
            engines=_engines(chosen),
            chosen=chosen,
            speed=speed_permille / 1000,
            cache=SentenceCache(door.settings().speech_cache_dir),
        )


def _engines(chosen: Chosen | None) -> Sequence[Engine]:
    return [each for each in door.centre().engines if chosen is None or each.name == chosen.engine]
