"""How a session is to sound: start, patience, volume and greatest length, checked."""

from __future__ import annotations

from dataclasses import dataclass

from playlists.model import StartRule
from scheduler.errors import InvalidInput

LONGEST_S = 86_400
LONGEST_GRACE_S = 3_600
QUIETEST_CB = -6_000


@dataclass(frozen=True, slots=True)
class Sounding:
    """How a session is to sound; ``gain_cb`` is in hundredths of a decibel, never above 0."""

    start_rule: str
    grace_s: int
    gain_cb: int
    max_duration_s: int

    def __post_init__(self) -> None:
        if self.start_rule not in set(StartRule):
            raise InvalidInput(what="Cách bắt đầu phải là hard (đúng giờ) hoặc soft (nối tiếp)")
        if not 0 <= self.grace_s <= LONGEST_GRACE_S:
            raise InvalidInput(what=f"Thời gian chờ cần từ 0 đến {LONGEST_GRACE_S} giây")
        if not QUIETEST_CB <= self.gain_cb <= 0:
            raise InvalidInput(what="Âm lượng chỉ giảm được từ 0 đến 60 dB so với bản đã duyệt")
        if not 1 <= self.max_duration_s <= LONGEST_S:
            raise InvalidInput(what="Độ dài cần từ 1 giây đến 24 giờ")
