"""The known complaint: a dawn session that repeats what sounded the evening before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from playlists.network import ONE_DAY
from playlists.recurrence import zone_named
from playlists.slots import Occurrence

DAWN_ENDS = time(7)
EVENING_BEGINS = time(16)


def dawn_repeats(sessions: Iterable[Occurrence]) -> list[tuple[Occurrence, Occurrence]]:
    """Return (evening, dawn) for each session at dawn with the programme of an evening session of the day before, by
    dawn.

    ``sessions`` are those of one station. A day's dawn ends at 07:00, its evening begins at 16:00, both local.
    """
    evenings: dict[tuple[object, date], Occurrence] = {}
    dawns: list[tuple[date, Occurrence]] = []
    for each in sessions:
        local = each.starts_at.astimezone(zone_named(each.slot.zone))
        if local.time() >= EVENING_BEGINS:
            evenings[each.slot.programme_id, local.date()] = each
        elif local.time() < DAWN_ENDS:
            dawns.append((local.date(), each))
    pairs = ((evenings.get((dawn.slot.programme_id, day - ONE_DAY)), dawn) for day, dawn in dawns)
    return [(evening, dawn) for evening, dawn in pairs if evening is not None]
