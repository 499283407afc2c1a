"""Programmes, weekly slots and one-off airings: who may put what into the timetable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from scheduler.db.planning import Airing, Programme, Slot
from scheduler.rules.permissions import Actor
from scheduler.services.plan_ahead import PlanChange, plan_ahead

__all__ = [
    "PlanChange",
    "ProgrammeEntry",
    "cancel_airing",
    "change_programme",
    "end_slot",
    "make_programme",
    "plan_ahead",
    "plan_one_off",
    "propose_slots",
    "publish_slots",
]

ProgrammeEntry = tuple[str, str, str]
"""One item of a programme: (kind, bulletin id, language)."""


def make_programme(
    session: Session, actor: Actor, *, title: str, items: Sequence[ProgrammeEntry], now: datetime
) -> Programme:
    """Make a programme of ``items`` in their order."""
    raise NotImplementedError


def change_programme(
    session: Session, actor: Actor, *, programme_id: str, title: str, items: Sequence[ProgrammeEntry], now: datetime
) -> Programme:
    """Change a programme's title and items: airings of its slots that have not started follow at the next planning."""
    raise NotImplementedError


def propose_slots(
    session: Session,
    actor: Actor,
    *,
    station_ids: Sequence[str],
    programme_id: str,
    title: str,
    weekdays: Sequence[int],
    starts: time,
    max_duration_s: int,
    start_rule: str,
    grace_s: int,
    gain_cb: int,
    zone: str,
    valid_from: date,
    valid_to: date | None,
    now: datetime,
) -> list[Slot]:
    """Propose one slot for each station; nothing is planned before somebody publishes them.

    Raises :class:`~scheduler.errors.Conflict` naming the first clash with what else stands in the timetable.
    """
    raise NotImplementedError


def publish_slots(session: Session, actor: Actor, *, slot_ids: Sequence[str], now: datetime) -> list[Slot]:
    """Publish proposed slots: from the next planning on their sessions are in the timetable."""
    raise NotImplementedError


def end_slot(session: Session, actor: Actor, *, slot_id: str, now: datetime) -> Slot:
    """End a slot now: its sessions that have not started are taken out at the next planning."""
    raise NotImplementedError


def plan_one_off(
    session: Session,
    actor: Actor,
    *,
    station_ids: Sequence[str],
    programme_id: str,
    title: str,
    starts_at: datetime,
    start_rule: str,
    grace_s: int,
    gain_cb: int,
    zone: str,
    max_duration_s: int = 900,
    now: datetime,
) -> list[Airing]:
    """Plan one session at each station, outside of any slot (a make-good, a special)."""
    raise NotImplementedError


def cancel_airing(session: Session, actor: Actor, *, airing_id: str, reason: str, now: datetime) -> Airing:
    """Take an airing that has not started out of the plan; it stays so whatever its slot yields."""
    raise NotImplementedError
