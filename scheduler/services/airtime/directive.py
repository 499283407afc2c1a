"""What of a directive sounded: for each obligation the bulletins that answer it, and every station's account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.obligations import Cover, Verdict, cover, together
from playlists.recurrence import zone_named
from scheduler.db.bulletins import Approval, ApprovalEnd, Revision
from scheduler.db.units import Station
from scheduler.letters.dates import Deadline
from scheduler.services import letters
from scheduler.services.airtime.tallies import tallies
from scheduler.services.bulletins.views import BulletinLine, bulletin_list
from scheduler.services.local_days import local_day, midnight
from scheduler.services.places import Place, Places

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AnsweringBulletin:
    """A bulletin that answers an obligation; ``counted`` when it was approved and not withdrawn: only then it counts.

    ``stations`` are those at which it sounded whole in time.
    """

    line: BulletinLine
    counted: bool
    stations: int


@dataclass(frozen=True, slots=True)
class StationAccount:
    """A station, where it stands (on the last day in time, at the latest today), and what it made of an obligation."""

    station_id: str
    name: str
    place: Place
    cover: Cover


@dataclass(frozen=True)
class UnitAccount:
    """A unit's stations together; a bulletin counts as heard when each of them aired it."""

    place: Place
    stations: tuple[StationAccount, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its stations'."""
        return together([each.cover.verdict for each in self.stations])

    @property
    def aired(self) -> frozenset[str]:
        """The bulletins that every station aired in time."""
        return frozenset.intersection(*(each.cover.aired for each in self.stations))

    @property
    def coming(self) -> frozenset[str]:
        """The bulletins that every station aired or is to air in time, without those that all of them aired."""
        return frozenset.intersection(*(each.cover.aired | each.cover.coming for each in self.stations)) - self.aired

    @property
    def airings_aired(self) -> int:
        """How many airings sounded whole in time."""
        return sum(each.cover.airings_aired for each in self.stations)

    @property
    def airings_planned(self) -> int:
        """How many airings are planned in time."""
        return sum(each.cover.airings_planned for each in self.stations)


@dataclass(frozen=True)
class ObligationAirtime:
    """One obligation's account. ``ordinal`` null is the letter as a whole.

    ``deadline`` is by when it must have sounded: the obligation's first, or, of one that concerns the
    loudspeakers and names none, the letter's first (``own`` is false then).
    """

    ordinal: int | None
    obligation_id: int | None
    deadline: Deadline | None
    own: bool
    over: bool
    days_left: int | None
    bulletins: tuple[AnsweringBulletin, ...]
    stations: tuple[StationAccount, ...]

    @cached_property
    def units(self) -> tuple[UnitAccount, ...]:
        """The stations by unit, by name."""
        grouped: dict[Place, list[StationAccount]] = {}
        for each in self.stations:
            grouped.setdefault(each.place, []).append(each)
        ordered = sorted(grouped, key=lambda place: (place.unit_name, place.unit_code))
        return tuple(UnitAccount(place, tuple(grouped[place])) for place in ordered)

    @property
    def counted(self) -> int:
        """How many bulletins must have sounded."""
        return sum(each.counted for each in self.bulletins)

    @property
    def verdict(self) -> Verdict:
        """What the whole network makes of it."""
        return together([each.cover.verdict for each in self.stations])

    def of(self, *verdicts: Verdict) -> tuple[StationAccount, ...]:
        """Return the stations of these verdicts, by name."""
        return tuple(each for each in self.stations if each.cover.verdict in verdicts)

    def sum(self, name: str) -> int:
        """Return the sum of one of the stations' counts, by its name in :class:`~playlists.obligations.Cover`."""
        return sum(getattr(each.cover, name) for each in self.stations)


@dataclass(frozen=True, slots=True)
class DirectiveAirtime:
    """A directive's account: the obligations that concern the loudspeakers, or that some bulletin answers."""

    directive_id: str
    name: str
    subject: str | None
    obligations: tuple[ObligationAirtime, ...]


def directive_airtime(
    session: Session, directive_id: str, *, zone: str, allowance: timedelta, now: datetime
) -> DirectiveAirtime:
    """Return what of a directive sounded as of ``now``; days are local in ``zone``; raises NotFound.

    A bulletin of the letter as a whole answers each obligation that concerns the loudspeakers, or else the letter.
    """
    told = letters.directive(session, directive_id)
    lines = bulletin_list(session, directive_id=directive_id)
    counting = _approved(session, [line.bulletin_id for line in lines])
    network = _Network(session, zone, local_day(now, zone))
    found = []
    for obligation_id, ordinal, deadline, own in _asked(told, lines):
        answering = [line for line in lines if answers(line, obligation_id, told)]
        if ordinal is not None and not answering and not _broadcasting(told, obligation_id):
            continue
        ends_at = None if deadline is None else _instant(deadline, zone)
        over = ends_at is not None and now >= ends_at
        asked = counting & {line.bulletin_id for line in answering}
        counts = tallies(session, asked, deadline=ends_at, allowance=allowance, now=now)
        stations = network.stations({each.station_id for each in counts}, deadline)
        covers = cover([each[0] for each in stations], asked, counts, over=over)
        found.append(
            ObligationAirtime(
                ordinal=ordinal,
                obligation_id=obligation_id,
                deadline=deadline,
                own=own,
                over=over,
                days_left=None if deadline is None else (deadline.last_day - network.today + ONE_DAY).days,
                bulletins=tuple(
                    AnsweringBulletin(
                        line,
                        line.bulletin_id in asked,
                        sum(line.bulletin_id in each.aired for each in covers),
                    )
                    for line in answering
                ),
                stations=tuple(StationAccount(*station, each) for station, each in zip(stations, covers, strict=True)),
            )
        )
    return DirectiveAirtime(told.id, told.name, told.subject, tuple(found))


def _instant(deadline: Deadline, zone: str) -> datetime:
    """Return the instant at which a deadline ends; one that is a day's border, at that day's local midnight."""
    if deadline.end.time() == time.min:
        return midnight(deadline.end.date(), zone)
    return deadline.end.replace(tzinfo=zone_named(zone)).astimezone(UTC)


_Asked = tuple[int | None, int | None, Deadline | None, bool]
"""Obligation id, its ordinal, deadline, and whether that is its own."""


def _asked(told: letters.DirectiveView, lines: Sequence[BulletinLine]) -> list[_Asked]:
    asked: list[_Asked] = [(each.id, each.ordinal, *deadline_of(each, told)) for each in told.obligations]
    if not any(each.broadcasting for each in told.obligations) and any(line.obligation_id is None for line in lines):
        asked.append((None, None, _first_deadline(told), False))
    return asked


def deadline_of(obligation: letters.ObligationView, told: letters.DirectiveView) -> tuple[Deadline | None, bool]:
    """Return by when an obligation must have sounded, and whether that is its own."""
    own = min(obligation.deadlines, key=_end, default=None)
    return (own if own is not None or not obligation.broadcasting else _first_deadline(told)), own is not None


def _first_deadline(told: letters.DirectiveView) -> Deadline | None:
    return min((found for each in told.obligations for found in each.deadlines), key=_end, default=None)


def _end(deadline: Deadline) -> datetime:
    return deadline.end


def answers(line: BulletinLine, obligation_id: int | None, told: letters.DirectiveView) -> bool:
    """Tell whether a bulletin of the letter answers an obligation (null: the letter as a whole)."""
    if line.obligation_id is not None:
        return line.obligation_id == obligation_id
    return obligation_id is None or _broadcasting(told, obligation_id)


def _broadcasting(told: letters.DirectiveView, obligation_id: int | None) -> bool:
    return any(each.id == obligation_id and each.broadcasting for each in told.obligations)


def _approved(session: Session, bulletin_ids: Collection[str]) -> frozenset[str]:
    """Return those whose newest approval nobody withdrew; one that has expired has sounded, or should have."""
    query = (
        select(Approval.bulletin_id, ApprovalEnd.kind)
        .join(Revision, Revision.id == Approval.revision_id)
        .outerjoin(ApprovalEnd, ApprovalEnd.digest == Approval.digest)
        .where(Approval.bulletin_id.in_(bulletin_ids))
        .order_by(Revision.number)
    )
    newest = {row.bulletin_id: row.kind for row in session.execute(query)}
    return frozenset(bulletin_id for bulletin_id, ended in newest.items() if ended != "withdrawn")


class _Network:
    """The stations that are to hear: those that work, and stopped ones that have a part in it."""

    def __init__(self, session: Session, zone: str, today: date) -> None:
        self.today = today
        self._zone = zone
        self._places = Places(session)
        columns = select(Station.id, Station.name, Station.active).order_by(Station.name, Station.id)
        self._stations = [(identity, name, active) for identity, name, active in session.execute(columns)]

    def stations(self, with_a_part: Collection[str], deadline: Deadline | None) -> list[tuple[str, str, Place]]:
        """Return id, name and place of each."""
        day = self.today if deadline is None else min(self.today, deadline.last_day)
        return [
            (identity, name, self._places.on(identity, day))
            for identity, name, active in self._stations
            if active or identity in with_a_part
        ]
