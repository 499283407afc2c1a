"""How a bulletin is to be spoken: in which voice, how fast, with which pauses; pure."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from scheduler.db.bulletins import Revision
from scheduler.errors import InvalidInput

USUAL_PERMILLE = 1000
SLOWEST_PERMILLE, FASTEST_PERMILLE = 800, 1200
LONGEST_PAUSE_MS = 3000
_VOICE = re.compile(r"[\w.-]{1,32}/[\w.+ -]{1,64}")


@dataclass(frozen=True, slots=True)
class Manner:
    """``voice`` is ``engine/voice`` (null: the house's order), the speed in thousandths of the usual one.

    Pauses are in milliseconds; null is the house's setting.
    """

    voice: str | None = None
    speed_permille: int = USUAL_PERMILLE
    sentence_pause_ms: int | None = None
    paragraph_pause_ms: int | None = None


USUAL = Manner()
"""All as the house does it."""


def check_manner(manner: Manner) -> Manner:
    """Return ``manner``; raises :class:`~scheduler.errors.InvalidInput` for the first mistake.

    That the voice is at hand is not asked: it may come and go, and rendering tells when it is missing.
    """
    if manner.voice is not None and not _VOICE.fullmatch(manner.voice):
        raise InvalidInput(what="Giọng đọc đã chọn không đúng. Hãy chọn lại trong danh sách giọng")
    if not SLOWEST_PERMILLE <= manner.speed_permille <= FASTEST_PERMILLE:
        raise InvalidInput(what="Tốc độ đọc phải từ 0,8 đến 1,2")
    for pause_ms, where in ((manner.sentence_pause_ms, "câu"), (manner.paragraph_pause_ms, "đoạn")):
        if pause_ms is not None and not 0 <= pause_ms <= LONGEST_PAUSE_MS:
            raise InvalidInput(what=f"Khoảng nghỉ giữa các {where} phải từ 0 đến 3.000 mili giây")
    return manner


def manner_of(revision: Revision) -> Manner:
    """Return how a stored revision is to be spoken."""
    return Manner(**{name: getattr(revision, name) for name in Manner.__slots__})


def set_manner(revision: Revision, manner: Manner) -> None:
    """Write ``manner`` into a revision."""
    for name, value in asdict(manner).items():
        setattr(revision, name, value)
