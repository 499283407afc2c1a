"""How a bulletin is to be spoken, as the editor's form holds it: voices to choose from, speed, pauses in seconds."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheduler.errors import InvalidInput
from scheduler.services.bulletins.manner import FASTEST_PERMILLE, SLOWEST_PERMILLE, USUAL_PERMILLE, Manner
from scheduler.services.bulletins.stand_ins import WORDS
from tts.engine import Engine
from tts.rendering import VoiceAtHand
from web.filters import number
from web.measures import engine_word

Option = tuple[str, str]
_SECONDS = re.compile(r"(\d{1,4})(?:[.,](\d{1,3}))?")
_STEP_PERMILLE = 50


def typed_manner(voice: str, speed: str, sentence_pause: str, paragraph_pause: str) -> Manner:
    """Return what the form's four fields say, empty ones as the house does it.

    Raises :class:`~scheduler.errors.InvalidInput` for what is no speed or pause.
    """
    if speed and not (speed.isascii() and speed.isdigit() and len(speed) <= 4):
        raise InvalidInput(what="Tốc độ đọc đã chọn không đúng. Hãy chọn lại")
    return Manner(
        voice=voice or None,
        speed_permille=int(speed) if speed else USUAL_PERMILLE,
        sentence_pause_ms=_typed_pause(sentence_pause, "câu"),
        paragraph_pause_ms=_typed_pause(paragraph_pause, "đoạn"),
    )


def _typed_pause(text: str, where: str) -> int | None:
    written = text.strip()
    if not written:
        return None
    found = _SECONDS.fullmatch(written)
    if found is None:
        raise InvalidInput(what=f"Khoảng nghỉ giữa các {where} cần viết bằng giây, như 0,5")
    return int(found[1]) * 1000 + int((found[2] or "0").ljust(3, "0"))


def shown_pause(pause_ms: int | None) -> str:
    """Return a pause as the form holds it: ``0,35``; nothing for the house's."""
    return "" if pause_ms is None else seconds(pause_ms)


def seconds(length_ms: int) -> str:
    """Return a length in seconds with as many places as it needs: ``0,35``, ``1``."""
    whole, rest = divmod(length_ms, 1000)
    return f"{whole},{rest:03d}".rstrip("0").rstrip(",")


def speed_options(chosen: str) -> list[Option]:
    """Return the speeds to choose from, and the one that is ``chosen`` when it stands between them."""
    steps = {*range(SLOWEST_PERMILLE, FASTEST_PERMILLE + 1, _STEP_PERMILLE)}
    if chosen.isascii() and chosen.isdigit() and SLOWEST_PERMILLE <= int(chosen) <= FASTEST_PERMILLE:
        steps.add(int(chosen))
    words = {SLOWEST_PERMILLE: "chậm nhất", USUAL_PERMILLE: "bình thường", FASTEST_PERMILLE: "nhanh nhất"}
    return [(str(step), _speed_words(step, words.get(step, ""))) for step in sorted(steps)]


def _speed_words(permille: int, word: str) -> str:
    figure = number(permille / 1000, 2 if permille % 10 == 0 else 3)
    return f"{figure}, {word}" if word else figure


def voice_options(at_hand: Sequence[VoiceAtHand], engines: Sequence[Engine], chosen: str) -> list[Option]:
    """Return the voices to choose from: the house's order first; a chosen one that is gone stays, and says so."""
    order = ", rồi ".join(engine_word(engine.name) for engine in engines)
    options = [("", f"Theo thứ tự của đài: {order}"), *((written(each), _voice_words(each)) for each in at_hand)]
    if chosen not in {value for value, _ in options}:
        options.append((chosen, f"{chosen} (không còn trên máy)"))
    return options


def written(voice: VoiceAtHand) -> str:
    """Return a voice as a revision keeps it."""
    return f"{voice.engine}/{voice.voice.id}"


def _voice_words(each: VoiceAtHand) -> str:
    words = each.voice.label
    if each.engine not in words.casefold():
        words = f"{words}, {engine_word(each.engine)}"
    return f"{words} ({WORDS})" if each.draft and WORDS not in words else words


def manner_words(manner: Manner) -> list[str]:
    """Return what of ``manner`` is not as the house does it, in words."""
    told = []
    if manner.voice is not None:
        engine, _, voice = manner.voice.partition("/")
        told.append(f"{engine_word(engine)} ({voice})")
    if manner.speed_permille != USUAL_PERMILLE:
        told.append(f"tốc độ {_speed_words(manner.speed_permille, '')}")
    for pause_ms, where in ((manner.sentence_pause_ms, "câu"), (manner.paragraph_pause_ms, "đoạn")):
        if pause_ms is not None:
            told.append(f"nghỉ giữa {where} {seconds(pause_ms)} giây")
    return told
