"""How a bulletin is to be spoken: in which voice, how fast, with which pauses; pure."""

from __future__ import annotations

import re
from collections.abc import Collection
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


def check_manner(manner: Manner, *, voices: Collection[str] | None = None, before: Manner = USUAL) -> Manner:
    """Return ``manner``; raises :class:`~scheduler.errors.InvalidInput` for the first mistake.

    A voice that wasn't chosen ``before`` must be among ``voices``, those at hand (null: not asked). One that was may
    have gone since: rendering tells the approver then.
    """
    if manner.voice is not None and not _VOICE.fullmatch(manner.voice):
        raise InvalidInput(what="Giọng đọc đã chọn không đúng. Hãy chọn lại trong danh sách giọng")
    if voices is not None and manner.voice not in {None, before.voice, *voices}:
        raise InvalidInput(what="Giọng đọc đã chọn không có trên máy. Hãy chọn lại trong danh sách giọng")
    if not SLOWEST_PERMILLE <= manner.speed_permille <= FASTEST_PERMILLE:
        raise InvalidInput(what="Tốc độ đọc phải từ 0,8 đến 1,2")
    for pause_ms, where in ((manner.sentence_pause_ms, "câu"), (manner.paragraph_pause_ms, "đoạn")):
        if pause_ms is not None and not 0 <= pause_ms <= LONGEST_PAUSE_MS:
            raise InvalidInput(what=f"Khoảng nghỉ giữa các {where} phải từ 0 đến 3 giây")
    return manner


def manner_of(revision: Revision) -> Manner:
    """Return how a stored revision is to be spoken."""
    return Manner(**{name: getattr(revision, name) for name in Manner.__slots__})


def set_manner(revision: Revision, manner: Manner) -> None:
    """Write ``manner`` into a revision."""
    for name, value in asdict(manner).items():
        setattr(revision, name, value)
