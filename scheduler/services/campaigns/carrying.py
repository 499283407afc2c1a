"""A campaign together with the slots that carry it, proposed and decided in one where no session has a place for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from playlists.calendar import Calendar
from playlists.campaigns import Campaign
from playlists.changes import Add
from playlists.model import ItemKind
from playlists.scopes import Scope
from playlists.slots import Slot
from playlists.templates import PlaceKind, Template
from scheduler.db import campaigns as tables
from scheduler.db.planning import Programme, ProgrammePlace
from scheduler.db.timetable import TimetableChange
from scheduler.errors import InvalidInput
from scheduler.rules.permissions import Actor
from scheduler.services.campaigns import deeds
from scheduler.services.campaigns.forecast import Forecast, forecast
from scheduler.services.campaigns.values import campaign_values
from scheduler.services.local_days import local_day
from scheduler.services.plan_values import refusing
from scheduler.services.programme_views import pieces
from scheduler.services.programmes import (
    PlaceEntry,
    ProgrammePart,
    find_programme,
    make_programme,
    template_from,
    template_of,
)
from scheduler.services.timetable import changes
from scheduler.services.timetable.effect_views import EffectView
from scheduler.services.timetable.effects import Outlook, change_effect
from scheduler.services.timetable.steps import steps_from_text

USUAL_TITLE = "Chương trình đợt tuyên truyền"
MOST_TIMES = 6
_NOT_KEPT = UUID(int=0)
LENGTHS_MIN = (5, 60)
_BEFORE = (ItemKind.JINGLE, ItemKind.OPENING)
_AFTER = (ItemKind.CLOSING, ItemKind.JINGLE)


@dataclass(frozen=True, slots=True)
class Carriage:
    """The daily sessions that are to carry a campaign: when they start, how long they are, and by which template.

    ``programme_id`` null: the house's usual one, made when there is none.
    """

    times: tuple[time, ...]
    length_min: int = 15
    programme_id: str | None = None


def slots_for(campaign: Campaign, carriage: Carriage, seen: Forecast, *, programme_id: UUID, zone: str) -> list[Slot]:
    """Return the daily slots at the stations where the forecast ``seen`` found no session with a place for it.

    Raises :class:`~scheduler.errors.InvalidInput`.
    """
    if not 1 <= len(set(carriage.times)) <= MOST_TIMES:
        raise InvalidInput(what=f"Hãy ghi từ 1 đến {MOST_TIMES} giờ bắt đầu, ví dụ 05:30, 17:00")
    if not LENGTHS_MIN[0] <= carriage.length_min <= LENGTHS_MIN[1]:
        raise InvalidInput(what=f"Mỗi buổi phát cần dài từ {LENGTHS_MIN[0]} đến {LENGTHS_MIN[1]} phút")
    scope = _lacking(campaign, seen)
    owner = next(iter(scope.units)) if len(scope.units) == 1 and not scope.stations and not scope.everyone else None
    with refusing():
        return [
            Slot(
                id=UUID(changes.new_slot_id()),
                title=f"{campaign.title}, {at:%H:%M}"[:200],
                scope=scope,
                calendar=Calendar(campaign.first, campaign.last),
                start=at,
                max_duration=timedelta(minutes=carriage.length_min),
                zone=zone,
                programme_id=programme_id,
                owner=owner,
            )
            for at in sorted(set(carriage.times))
        ]


def _lacking(campaign: Campaign, seen: Forecast) -> Scope:
    lacking = seen.without_session
    if len(lacking) == len(seen.stations):
        return campaign.scope
    return Scope(stations=frozenset(UUID(station.station_id) for station in lacking))


def templates(session: Session) -> list[Programme]:
    """Return the programmes in which a rotation has a place, by title."""
    rotating = select(ProgrammePlace.programme_id).where(ProgrammePlace.kind == PlaceKind.ROTATION.value)
    return list(session.scalars(select(Programme).where(Programme.id.in_(rotating)).order_by(Programme.title)))


def usual_parts(session: Session, *, now: datetime) -> list[ProgrammePart]:
    """Return what a usual template holds, as far as the house has it: jingle, opening, places, closing, jingle."""
    house: dict[str, tuple[str, str, str]] = {}
    for entry, piece in sorted(pieces(session, now=now).items()):
        if piece.of_house and piece.approved:
            house.setdefault(entry[0], entry)
    sting = house.get(ItemKind.STING.value)
    places = [
        PlaceEntry(PlaceKind.HEADLINES.value),
        PlaceEntry(PlaceKind.ROTATION.value, sting_id=sting[1] if sting is not None else None),
        PlaceEntry(PlaceKind.NOTICES.value),
    ]
    before = [house[kind.value] for kind in _BEFORE if kind.value in house]
    return [*before, *places, *(house[kind.value] for kind in _AFTER if kind.value in house)]


@dataclass(frozen=True, slots=True)
class Look:
    """A campaign before anybody proposes it: what it brings, and where nothing carries it.

    ``bare`` is the forecast without the slots; ``effect`` is what these do to the timetable, null without any.
    """

    bare: Forecast
    forecast: Forecast
    effect: EffectView | None


def look(session: Session, *, asked: deeds.Asked, carriage: Carriage | None, now: datetime, outlook: Outlook) -> Look:
    """Return what a campaign would bring, with the slots that carry it where no session does; nothing is written."""
    value = deeds.campaign_asked(session, asked, today=local_day(now, outlook.zone))
    bare = forecast(session, value, hours=outlook.hours, zone=outlook.zone, now=now)
    if carriage is None or not bare.without_session:
        return Look(bare, bare, None)
    template = _template(session, carriage, now)
    slots = slots_for(value, carriage, bare, programme_id=template.id, zone=outlook.zone)
    steps = [Add(slot) for slot in slots]
    effect = change_effect(session, steps, now=now, outlook=outlook, templates=(template.id,))
    full = forecast(session, value, hours=outlook.hours, zone=outlook.zone, now=now, slots=slots, templates=(template,))
    return Look(bare, full, effect)


def _template(session: Session, carriage: Carriage, now: datetime) -> Template:
    if carriage.programme_id is not None:
        found = template_of(find_programme(session, carriage.programme_id))
        if found.rotation is None or found.rotation.campaigns:
            raise InvalidInput(
                what=f"Chương trình “{found.title}” không có chỗ xoay vòng cho đợt mới. Hãy chọn mẫu khác"
            )
        return found
    known = _known_usual(session)
    if known is not None:
        return template_of(known)
    return template_from(str(_NOT_KEPT), USUAL_TITLE, usual_parts(session, now=now))


def _known_usual(session: Session) -> Programme | None:
    return next((each for each in templates(session) if each.title == USUAL_TITLE), None)


def propose(
    session: Session,
    actor: Actor,
    *,
    asked: deeds.Asked,
    carriage: Carriage | None,
    now: datetime,
    outlook: Outlook,
) -> tables.Campaign:
    """Propose a campaign and, with ``carriage``, the slots that carry it where no session has a place for it yet.

    Raises as :func:`scheduler.services.campaigns.deeds.propose` and
    :func:`scheduler.services.timetable.changes.propose` do; then nothing of either is proposed.
    """
    today = local_day(now, outlook.zone)
    change_id = None
    if carriage is not None:
        value = deeds.campaign_asked(session, asked, today=today)
        seen = forecast(session, value, hours=outlook.hours, zone=outlook.zone, now=now)
        if seen.without_session:
            programme_id = _kept_template(session, actor, carriage, now)
            slots = slots_for(value, carriage, seen, programme_id=programme_id, zone=outlook.zone)
            steps = [Add(slot) for slot in slots]
            title = f"Khung giờ cho đợt “{value.title}”"[:200]
            change_id = changes.propose(session, actor, title=title, steps=steps, now=now, outlook=outlook)
    return deeds.propose(session, actor, asked=asked, today=today, now=now, change_id=change_id)


def _kept_template(session: Session, actor: Actor, carriage: Carriage, now: datetime) -> UUID:
    template = _template(session, carriage, now)
    if template.id != _NOT_KEPT:
        return template.id
    made = make_programme(session, actor, title=USUAL_TITLE, items=usual_parts(session, now=now), now=now)
    return UUID(made.id)


def publish(
    session: Session, actor: Actor, *, campaign_id: str, seen: str | None, now: datetime, outlook: Outlook
) -> tables.Campaign:
    """Publish a campaign and, while it is open, the change of the timetable that carries it.

    ``seen`` is that of the change's view; null when the campaign has none. Raises as
    :func:`scheduler.services.campaigns.deeds.publish` and :func:`scheduler.services.timetable.changes.publish` do.
    """
    row = deeds.find_campaign(session, campaign_id)
    change = open_change(session, row)
    if change is not None:
        changes.publish(session, actor, change_id=change.id, seen=seen or "", now=now, outlook=outlook)
    (value,) = campaign_values(session, [row])
    found = forecast(session, value, hours=outlook.hours, zone=outlook.zone, now=now)
    today = local_day(now, outlook.zone)
    return deeds.publish(session, actor, campaign_id=campaign_id, today=today, now=now, figures=found.figures())


def refuse(session: Session, actor: Actor, *, campaign_id: str, reason: str, now: datetime) -> tables.Campaign:
    """Refuse a campaign and the open change that carries it."""
    row = deeds.refuse(session, actor, campaign_id=campaign_id, reason=reason, now=now)
    change = open_change(session, row)
    if change is not None:
        changes.refuse(session, actor, change_id=change.id, reason=reason, now=now)
    return row


def withdraw(session: Session, actor: Actor, *, campaign_id: str, now: datetime) -> tables.Campaign:
    """Take one's own campaign back, with the open change that carries it."""
    row = deeds.withdraw(session, actor, campaign_id=campaign_id, now=now)
    change = open_change(session, row)
    if change is not None:
        changes.withdraw(session, actor, change_id=change.id, now=now)
    return row


def open_change(session: Session, row: tables.Campaign) -> TimetableChange | None:
    """Return the change that carries a campaign while nobody has decided it."""
    change = session.get(TimetableChange, row.change_id) if row.change_id is not None else None
    return change if change is not None and change.decision is None else None


def carried_slots(session: Session, row: tables.Campaign) -> Sequence[Slot]:
    """Return the slots that the open change of a campaign adds."""
    change = open_change(session, row)
    return [] if change is None else [step.slot for step in steps_from_text(change.steps) if isinstance(step, Add)]
