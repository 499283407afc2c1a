"""A session outside of any slot meets what stands at its station at that time: it is refused, with what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.hours import Hours
from playlists.network import ONE_DAY
from playlists.office_dates import office_date
from playlists.recurrence import zone_named
from playlists.settling import Taken
from playlists.slots import LONGEST
from playlists.timetable import NOTHING_LOCAL, StationDays, Timetable
from scheduler.db.planning import Airing
from scheduler.db.units import Station
from scheduler.errors import Conflict, NotFound
from scheduler.services.local_days import local_day, midnight
from scheduler.services.plan_values import refusing
from scheduler.services.timetable.drop_words import breach_words
from scheduler.services.timetable.effect_losses import Claim, Scene, minutes_shared, remedies
from scheduler.services.timetable.effect_views import remedies_words
from scheduler.services.timetable.standing import standing_timetable


def lock_stations(session: Session, station_ids: Sequence[str]) -> list[Station]:
    """Return active stations in the order asked for, locked, so that two planners at one of them take turns.

    Raises :class:`~scheduler.errors.NotFound`.
    """
    wanted = list(dict.fromkeys(station_ids))
    query = select(Station).where(Station.id.in_(wanted), Station.active).order_by(Station.id)
    found = {row.id: row for row in session.scalars(query.with_for_update(key_share=True))}
    if not wanted or len(found) != len(wanted):
        raise NotFound(what="cụm loa đã chọn (hoặc cụm loa đã ngừng)")
    return [found[identity] for identity in wanted]


def refuse_airing_clashes(session: Session, new: Sequence[Airing], *, zone: str, hours: Hours, now: datetime) -> None:
    """Raise :class:`~scheduler.errors.Conflict` for the first of ``new`` sessions, all at one time, that meets a
    session at its station or breaks hours that are refused.

    What stands is the timetable as it is settled; a session that somebody took out of it leaves its time free.
    """
    if not new:
        return
    tz, first = zone_named(zone), new[0]
    ids = {UUID(each.station_id) for each in new}
    until = midnight(local_day(first.ends_by, tz) + ONE_DAY, tz)
    timetable = standing_timetable(session, hours=hours, now=now, until=until, station_ids=ids)
    with refusing():
        days = timetable.plan(max(now, first.starts_at - LONGEST), until, ids)
    scene = Scene(timetable, frozenset(), now, until, tz)
    _refuse_hours(first, scene)
    for airing in new:
        _refuse_meeting(airing, days[UUID(airing.station_id)], scene)


def _refuse_hours(airing: Airing, scene: Scene) -> None:
    local = airing.starts_at.astimezone(scene.tz).time()
    for breach in scene.timetable.hours.breaches(local, airing.ends_by - airing.starts_at):
        if breach.refuses:
            told = f"“{airing.title}” ({scene.hours((airing.starts_at, airing.ends_by))}) {breach_words(breach)}"
            raise Conflict(what=f"Ngoài giờ được phát: {told}. Hãy dời giờ hoặc rút ngắn")


def _refuse_meeting(airing: Airing, days: StationDays, scene: Scene) -> None:
    station_id = days.station_id
    span = airing.starts_at, airing.ends_by
    met = [each for each in _there(days, scene.timetable) if each.starts_at < span[1] and span[0] < each.ends_at]
    if not met:
        return
    other = min(met, key=lambda each: each.starts_at)
    taken = other.starts_at, other.ends_at
    more = f"; và {len(met) - 1} buổi khác" if len(met) > 1 else ""
    can_do = remedies_words(remedies(Claim(None, airing.title, span), taken, station_id, scene))
    raise Conflict(
        what=f"Trùng giờ phát tại {airing.station_name}: “{airing.title}” ({scene.hours(span)}) và “{other.title}” "
        f"({scene.hours(taken)}) ngày {office_date(local_day(taken[0], scene.tz))}, "
        f"trùng {minutes_shared(span, taken)} phút{more}. Có thể {can_do}"
    )


def _there(days: StationDays, timetable: Timetable) -> Iterator[Taken]:
    """What has time at a station: sessions of slots, and what people or the past have given away."""
    for each in days.pattern.kept:
        yield Taken(each.starts_at, each.ends_at, each.slot.title, each.slot.id)
    yield from timetable.local.get(days.station_id, NOTHING_LOCAL).taken
