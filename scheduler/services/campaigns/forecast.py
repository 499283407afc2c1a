"""What a campaign would bring, told before anybody publishes it: airings, goals met and unmet, repeats at dawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from playlists.campaigns import Campaign
from playlists.dawn import DAWN_ENDS, EVENING_BEGINS
from playlists.filling import Filled
from playlists.hours import Hours
from playlists.network import ONE_DAY
from playlists.recurrence import zone_named
from playlists.rotation import Told, Unmet, told_by
from playlists.scopes import Reach
from playlists.slots import Occurrence, Slot
from playlists.templates import Template
from scheduler.services.campaigns.filling import Filling
from scheduler.services.local_days import local_day, midnight
from scheduler.services.places import Places
from scheduler.services.plan_values import refusing
from scheduler.services.timetable.standing import standing_timetable

MOST_DAYS = 31
"""How far a forecast looks; a longer campaign is told by its first days."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A bulletin that a day tells ``missing`` times less than asked, and why; ``omission`` as in a plan's omissions."""

    date: date
    bulletin_id: str
    language: str
    missing: int
    why_not: str
    omission: str | None


@dataclass(frozen=True, slots=True)
class StationForecast:
    """One station: ``airings`` counts soundings by (bulletin, language) over all days, of ``wanted`` in all.

    ``sessions`` counts those in which a rotation has a place; ``repeats`` those at dawn that tell nothing but what the
    evening before told.
    """

    station_id: str
    name: str
    unit_name: str
    airings: Mapping[tuple[str, str], int]
    wanted: int
    sessions: int
    repeats: int
    shortfalls: tuple[Shortfall, ...]

    @property
    def told(self) -> int:
        """How many airings there are."""
        return sum(self.airings.values())


@dataclass(frozen=True, slots=True)
class Forecast:
    """A campaign from ``first`` to ``last`` (both included; the campaign may go on) at every station that it means."""

    first: date
    last: date
    stations: tuple[StationForecast, ...]

    @property
    def told(self) -> int:
        """How many airings there are in all."""
        return sum(station.told for station in self.stations)

    @property
    def wanted(self) -> int:
        """How many the campaign asks for."""
        return sum(station.wanted for station in self.stations)

    @property
    def without_session(self) -> tuple[StationForecast, ...]:
        """The stations that lack something and of which no session has a place for a rotation."""
        return tuple(station for station in self.stations if not station.sessions and station.told < station.wanted)

    def figures(self) -> dict[str, int]:
        """Return the figures that a publication keeps."""
        return {
            "stations": len(self.stations),
            "airings": self.told,
            "wanted": self.wanted,
            "unmet": self.wanted - self.told,
            "repeats": sum(station.repeats for station in self.stations),
        }


def forecast(
    session: Session,
    campaign: Campaign,
    *,
    hours: Hours,
    zone: str,
    now: datetime,
    slots: Iterable[Slot] = (),
    templates: Iterable[Template] = (),
) -> Forecast:
    """Return what ``campaign``, beside those that run and with ``slots`` in the timetable too, brings from today on.

    ``templates`` are those of the slots that nobody has kept yet. A campaign that runs already may be asked about as
    well. Raises :class:`~scheduler.errors.InvalidInput`.
    """
    first = max(campaign.first, local_day(now, zone))
    last = min(campaign.last, first + timedelta(days=MOST_DAYS - 1))
    filling = Filling(session, zone=zone, cutoff=timedelta(0), now=now, days=(first, last), also=(campaign,))
    filling.templates.update((template.id, template) for template in templates)
    reach = Reach(filling.network)
    meant = sorted({station for day in _days(first, last) for station in reach.stations(campaign.scope, day)})
    begins, until = max(now, midnight(first, zone)), midnight(last + ONE_DAY, zone)
    timetable = standing_timetable(session, hours=hours, now=now, until=until, station_ids=meant)
    with refusing():
        for slot in slots:
            timetable = timetable.with_slot(slot)
        planned = timetable.plan(begins, until, meant)
    places = Places(session)
    found = []
    for station_id in meant:
        sessions = [each for each in planned[station_id].sessions if first <= each.date <= last]
        unit_name = places.on(str(station_id), first).unit_name
        found.append(_Looked(campaign, filling, station_id, sessions, zone).told(unit_name))
    return Forecast(first, last, tuple(sorted(found, key=lambda each: (each.unit_name, each.name))))


class _Looked:
    """One campaign at one station, as its sessions are filled."""

    def __init__(
        self, campaign: Campaign, filling: Filling, station_id: UUID, sessions: Sequence[Occurrence], zone: str
    ) -> None:
        self._campaign, self._filling, self._station_id, self._zone = campaign, filling, station_id, zone
        self._filled = filling.station(station_id, sessions)
        self._rotating = [each for each in sessions if filling.rotates(each, campaign.id)]
        per_day = {each.id: each.per_day for each in filling.campaigns}
        self._short = {
            (each.date, told_by(each.item)): (missing, each)
            for each in self._filled.unmet
            if (missing := each.shares(per_day).get(campaign.id))
        }

    def told(self, unit_name: str) -> StationForecast:
        """Return the figures."""
        airings: Counter[tuple[str, str]] = Counter()
        for day, (bulletin_id, language) in self._goals():
            short = self._short.get((day, (bulletin_id, language)))
            airings[str(bulletin_id), language] += self._campaign.per_day - (short[0] if short else 0)
        return StationForecast(
            station_id=str(self._station_id),
            name=self._filling.network.stations[self._station_id].name,
            unit_name=unit_name,
            airings=dict(airings),
            wanted=self._campaign.per_day * sum(1 for _ in self._goals()),
            sessions=len(self._rotating),
            repeats=_repeats(self._rotating, self._filled, self._zone),
            shortfalls=tuple(_shortfall(each, missing) for missing, each in self._short.values()),
        )

    def _goals(self) -> Iterator[tuple[date, Told]]:
        for cut in self._filling.runs_of(self._campaign.id, self._station_id):
            for day in _days(cut.first, cut.last):
                for language in self._filling.spoken(cut, self._station_id):
                    yield from ((day, (bulletin_id, language)) for bulletin_id in cut.bulletins)


def _shortfall(unmet: Unmet, missing: int) -> Shortfall:
    return Shortfall(
        date=unmet.date,
        bulletin_id=str(unmet.item.bulletin_id),
        language=unmet.item.language,
        missing=missing,
        why_not=unmet.why_not.value,
        omission=unmet.omission.value if unmet.omission is not None else None,
    )


def _repeats(rotating: Sequence[Occurrence], filled: Filled, zone: str) -> int:
    """How many sessions at dawn tell nothing but what an evening session of the day before told."""
    tz = zone_named(zone)
    evenings: dict[date, set[Told]] = {}
    repeats = 0
    for each in rotating:
        local = each.starts_at.astimezone(tz)
        said = {held.pick.told for held in filled.items[each.id] if held.pick is not None}
        if local.time() >= EVENING_BEGINS:
            evenings.setdefault(local.date(), set()).update(said)
        elif local.time() < DAWN_ENDS and said and said <= evenings.get(local.date() - ONE_DAY, set()):
            repeats += 1
    return repeats


def _days(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))
