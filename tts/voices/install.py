"""Installing a voice: licence first, then its bytes, their hash, and a sentence spoken as proof; all or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from tts.assembly import trim
from tts.engine import Speech
from tts.engines.piper_process import Limits, PiperProcess, VoiceFiles
from tts.errors import EngineError
from tts.voices.description import BadDescription, Description
from tts.voices.errors import VoiceRefused
from tts.voices.offer import VoiceOffer
from tts.voices.store import CARD, CONFIG, MODEL, InstalledVoice, Record, VoiceStore

_SENTENCE = "Xin chào bà con."
_LIMITS = Limits(load_s=60, speak_s=30, idle_s=60)

Agree = Callable[[str | None], None]
"""Shown the licence (None: the voice comes without); returns when it was agreed to, else raises LicenceNotAgreed."""
Prove = Callable[[VoiceFiles], Speech]
"""Loads the voice and says a sentence; raises EngineError."""


def prove(files: VoiceFiles) -> Speech:
    """A sentence in the voice of ``files``, spoken by a child of its own: what a bad file does, it does there."""
    child = PiperProcess(files, limits=_LIMITS)
    try:
        return child.speak(_SENTENCE, 1.0)
    finally:
        child.close()


def install(
    offer: VoiceOffer,
    store: VoiceStore,
    *,
    agree: Agree,
    now: datetime,
    sha256: str = "",
    prove: Prove = prove,
) -> InstalledVoice:
    """Put the voice of ``offer`` into ``store``; its model must have the hash ``sha256`` (hex), if that is given.

    Raises the errors of ``tts.voices.errors``; the store is then as it was.
    """
    store.check_absent(offer.name)
    with store.staged() as stage:
        config = offer.config()
        description = _described(config, offer.name)
        card = offer.card()
        agree(None if card is None else readable(card))
        if card is not None:
            (stage / CARD).write_bytes(card)
        (stage / CONFIG).write_bytes(config)
        model, both, size_bytes = _copied(offer, stage / MODEL, config)
        if sha256 and sha256.lower() != model:
            why = f"mã băm của tệp là {model}, không phải {sha256.lower()}; hãy tải lại từ nơi đáng tin"
            raise VoiceRefused(name=offer.name, why=why)
        _proven(VoiceFiles(stage / MODEL, stage / CONFIG, both), offer.name, description, prove)
        record = Record(
            name=offer.name,
            language=description.language,
            label=description.label,
            rate_hz=description.rate_hz,
            sha256=model,
            edition=both,
            size_bytes=size_bytes,
            source=offer.source,
            installed_at=now.isoformat(timespec="seconds"),
        )
        return store.admit(stage, record)


def readable(card: bytes) -> str:
    """The licence as text for a terminal: no character in it commands anything."""
    text = card.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return "".join(each if each.isprintable() or each in "\n\t" else "\N{REPLACEMENT CHARACTER}" for each in text)


def _described(config: bytes, name: str) -> Description:
    try:
        return Description.parse(config, name)
    except BadDescription as error:
        raise VoiceRefused(name=name, why=str(error)) from error


def _copied(offer: VoiceOffer, place: Path, config: bytes) -> tuple[str, str, int]:
    """Write the model; its hash, the hash of it and ``config`` together, and its size in bytes."""
    model, size_bytes = hashlib.sha256(), 0
    with place.open("wb") as file:
        for chunk in offer.model():
            file.write(chunk)
            model.update(chunk)
            size_bytes += len(chunk)
    both = model.copy()
    both.update(config)
    return model.hexdigest(), both.hexdigest(), size_bytes


def _proven(files: VoiceFiles, name: str, description: Description, prove: Prove) -> None:
    try:
        speech = prove(files)
    except EngineError as error:
        why = "tệp hỏng, bị cắt, hoặc không phải giọng Piper (đọc thử không được); hãy tải lại"
        raise VoiceRefused(name=name, why=why) from error
    if not trim(speech).samples or speech.rate_hz != description.rate_hz:
        raise VoiceRefused(name=name, why="giọng đọc thử không ra tiếng; hãy dùng giọng khác")
