"""What of a session is made good, and when: the first free time at its station that breaks no hours' rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playlists.hours import Hours
from playlists.model import NO_TIME, ItemKind, ProgrammeItem, require, require_instant
from playlists.rundown import SOUNDS_ALONE, idle_stings

STEP = timedelta(minutes=5)
"""People are told round times."""
LONGEST_SEARCH = timedelta(days=31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def free_start(
    taken: Iterable[tuple[datetime, datetime]],
    length: timedelta,
    since: datetime,
    until: datetime,
    *,
    hours: Hours,
    zone: ZoneInfo,
) -> datetime | None:
    """Return the first instant of a five-minute grid, from ``since`` on, from which ``length`` is free and ends by
    ``until``; None when there is none.

    ``taken`` are the ``[from, to)`` spans at the station, in any order; they may overlap. A time that breaks any of the
    network's hours, also one that only warns, is passed over.
    """
    require_instant(since, "đầu khoảng tìm giờ phát bù")
    require_instant(until, "cuối khoảng tìm giờ phát bù")
    require(that=NO_TIME < length <= timedelta(days=1), what="Buổi phát bù phải dài hơn 0 phút và không quá 24 giờ")
    require(that=until - since <= LONGEST_SEARCH, what="Chỉ tìm giờ phát bù trong vòng 31 ngày")
    spans = [span for span in taken if span[0] < span[1]]
    at = _on_grid(since)
    while at + length <= until:
        in_the_way = [end for start, end in spans if start < at + length and at < end]
        if in_the_way:
            at = _on_grid(max(in_the_way))
        elif hours.breaches(at.astimezone(zone).time(), length):
            at += STEP
        else:
            return at
    return None


def left_to_air(programme: Sequence[ProgrammeItem], sounded: Collection[int]) -> tuple[int, ...]:
    """Return the places of ``programme`` that a make-good repeats; empty when nothing is left to be made good.

    ``sounded`` are the places that sounded to their end. Content that did not sound comes again, with jingles, opening
    and closing around it; a headline goes with the bulletin of the programme that it announces, and a sting that would
    part nothing stays away. A session without content is made good by what of it sounds alone.
    """
    told = {item.bulletin_id for item in programme if item.kind.is_content and item.kind is not ItemKind.HEADLINE}
    lacking = {
        item.bulletin_id
        for place, item in enumerate(programme)
        if item.bulletin_id in told and item.kind is not ItemKind.HEADLINE and place not in sounded
    }

    def comes_again(place: int, item: ProgrammeItem) -> bool:
        if item.kind is ItemKind.HEADLINE and item.bulletin_id in told:
            return item.bulletin_id in lacking
        return place not in sounded

    speaks = [item.kind.is_content and comes_again(place, item) for place, item in enumerate(programme)]
    if not any(item.kind.is_content for item in programme):
        alone = [place for place, item in enumerate(programme) if item.kind in SOUNDS_ALONE and place not in sounded]
        return tuple(range(len(programme))) if alone else ()
    if not any(speaks):
        return ()
    idle = idle_stings([(item.kind, speaks[place]) for place, item in enumerate(programme)])
    return tuple(
        place
        for place, item in enumerate(programme)
        if place not in idle and (speaks[place] or not item.kind.is_content)
    )


def _on_grid(instant: datetime) -> datetime:
    return instant + (_EPOCH - instant) % STEP
