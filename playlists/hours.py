"""At which hours a network may sound, when it should be quiet, and how much softer it is at night.

Which hours those are is a setting of the network (cities are stricter than hills; noise rules part day and night at
06:00 and 21:00): nothing here claims conformity with a law.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum

from playlists.model import require

_DAY_S = 86_400
_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", re.ASCII)


class HoursRule(StrEnum):
    """What becomes of a session that breaks an hours' rule."""

    WARN = "warn"
    REFUSE = "refuse"


class HoursBreach(StrEnum):
    """Which rule a session breaks."""

    OUTSIDE_ALLOWED = "outside-allowed"
    IN_QUIET = "in-quiet"


@dataclass(frozen=True, slots=True)
class Window:
    """Local hours ``[first, last)``; past midnight when ``last`` is not after ``first``, a whole day when they are
    equal."""

    first: time
    last: time

    @property
    def length_s(self) -> int:
        """Length in seconds, 1 to 86400."""
        return (_second(self.last) - _second(self.first)) % _DAY_S or _DAY_S

    def holds(self, at: time) -> bool:
        """Tell whether ``at`` lies in it."""
        return (_second(at) - _second(self.first)) % _DAY_S < self.length_s

    def contains(self, start: time, length: timedelta) -> bool:
        """Tell whether ``length`` from ``start`` on lies wholly in it."""
        if self.length_s == _DAY_S:
            return True
        return (_second(start) - _second(self.first)) % _DAY_S + length.total_seconds() <= self.length_s

    def meets(self, start: time, length: timedelta) -> bool:
        """Tell whether any of ``length`` from ``start`` on lies in it."""
        return self.holds(start) or (_second(self.first) - _second(start)) % _DAY_S < length.total_seconds()

    def __str__(self) -> str:
        return f"{self.first:%H:%M}–{self.last:%H:%M}"

    @classmethod
    def parse(cls, text: str) -> Window:
        """Return the window that ``HH:MM-HH:MM`` names; raises :class:`~playlists.errors.InvalidPlan`."""
        found = _WINDOW.fullmatch(text.strip())
        require(that=found is not None, what=f"“{text.strip()[:40]}” không phải khoảng giờ; hãy ghi như 21:00-05:00")
        first, last = text.strip().split("-")
        return cls(time.fromisoformat(first), time.fromisoformat(last))


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that a session breaks, and what becomes of the session."""

    kind: HoursBreach
    window: Window
    rule: HoursRule

    @property
    def refuses(self) -> bool:
        """Whether the session doesn't take place."""
        return self.rule is HoursRule.REFUSE


@dataclass(frozen=True, slots=True)
class Hours:
    """The network's hours. ``night_gain_cb`` (hundredths of a dB, never above 0) is added to sessions that begin in
    ``night``."""

    allowed: Window | None = None
    outside_allowed: HoursRule = HoursRule.REFUSE
    quiet: tuple[Window, ...] = ()
    in_quiet: HoursRule = HoursRule.WARN
    night: Window | None = None
    night_gain_cb: int = 0

    def __post_init__(self) -> None:
        require(that=self.night_gain_cb <= 0, what="Âm lượng ban đêm chỉ được giảm")

    def breaches(self, start: time, length: timedelta) -> tuple[Breach, ...]:
        """Return every rule that ``length`` from local ``start`` on breaks."""
        found = []
        if self.allowed is not None and not self.allowed.contains(start, length):
            found.append(Breach(HoursBreach.OUTSIDE_ALLOWED, self.allowed, self.outside_allowed))
        found += [Breach(HoursBreach.IN_QUIET, each, self.in_quiet) for each in self.quiet if each.meets(start, length)]
        return tuple(found)

    def gain_cb(self, start: time, by_day_cb: int, by_night_cb: int | None = None) -> int:
        """Return the gain of a session that begins at local ``start``; ``by_night_cb`` is a slot's own, for the
        night."""
        if self.night is None or not self.night.holds(start):
            return by_day_cb
        return by_night_cb if by_night_cb is not None else by_day_cb + self.night_gain_cb


def _second(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second
