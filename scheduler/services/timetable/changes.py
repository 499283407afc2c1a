"""Changes of the timetable: an editor proposes one, its effect is seen, another person publishes or refuses it.

A published change writes a new version of each slot that it touches. Publications take turns, and each is checked
against what stands then: it must do what its publisher saw that it does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists import slots
from playlists.changes import Step, changed_slots, written_slots
from scheduler.canonical import canonical_bytes, clean_text
from scheduler.db.planning import Slot
from scheduler.db.timetable import SlotVersion, TimetableChange
from scheduler.errors import Conflict, InvalidInput, NotAllowed
from scheduler.rules.permissions import Actor, Deed, check_publisher, require
from scheduler.services import audit
from scheduler.services.programmes import checked_title
from scheduler.services.timetable.change_rows import SUBJECT, checked_reason, open_change
from scheduler.services.timetable.contents import slot_content
from scheduler.services.timetable.effect_views import EffectView, effect_document
from scheduler.services.timetable.effects import Outlook, prospect
from scheduler.services.timetable.stances import seen_digest, standing_stances
from scheduler.services.timetable.step_checks import check_steps
from scheduler.services.timetable.steps import steps_from_text, steps_text
from scheduler.services.timetable.turns import take_turn

_LONGEST_NOTE = 2_000


class ChangedMeanwhile(Conflict):
    """Lịch phát hoặc ý kiến của trực đài đã đổi trong lúc xem; hãy xem lại rồi công bố."""


def propose(
    session: Session,
    actor: Actor,
    *,
    title: str,
    steps: Sequence[Step],
    note: str = "",
    now: datetime,
    outlook: Outlook,
) -> str:
    """Propose a change and return its id; nothing is planned before somebody else publishes it.

    A new slot takes an id of :func:`new_slot_id`. Raises :class:`~scheduler.errors.Conflict` for a step that doesn't
    fit what stands, a clash of equal rank or hours that are refused, each with slot, stations and remedy; and
    :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput`, :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PROPOSE_SLOT)
    shown, said = checked_title(title, "đề xuất"), clean_text(note).strip()
    if len(said) > _LONGEST_NOTE:
        raise InvalidInput(what=f"Ghi chú dài tối đa {_LONGEST_NOTE} ký tự")
    check_steps(session, steps, now=now, outlook=outlook)
    effect = prospect(session, steps, now=now, outlook=outlook).effect
    effect.require_possible()
    change = TimetableChange(
        id=str(uuid7()), title=shown, note=said, steps=steps_text(steps), proposed_by=actor.id, proposed_at=now
    )
    session.add(change)
    session.flush()
    _record(session, actor, "timetable-proposed", change, now=now, written=_written(steps), **_effect_facts(effect))
    return change.id


def new_slot_id() -> str:
    """Return an id for a new slot."""
    return str(uuid7())


def publish(
    session: Session, actor: Actor, *, change_id: str, seen: str, now: datetime, outlook: Outlook
) -> EffectView:
    """Publish a change that does what the publisher saw, and return its effect; planning follows within a tick.

    ``seen`` is that of the :class:`~scheduler.services.timetable.change_views.ChangeView` that was looked at. Raises
    :class:`ChangedMeanwhile` where effect or objections are others by now, :class:`~scheduler.errors.Conflict` for a
    change that was decided or no longer fits, and :class:`~scheduler.rules.permissions.OwnChange`.
    """
    require(actor, Deed.PUBLISH_SLOT)
    take_turn(session)
    change = open_change(session, change_id)
    check_publisher(change.proposed_by, actor.id)
    steps = steps_from_text(change.steps)
    found = prospect(session, steps, now=now, outlook=outlook)
    found.effect.require_possible()
    stances = standing_stances(session, change_id, found.effect.station_ids)
    if seen != seen_digest(found.effect, stances):
        raise ChangedMeanwhile
    change.effect = canonical_bytes(effect_document(found.effect)).decode()
    change.effect_digest = found.effect.digest
    _decide(change, actor, "published", now)
    _write_versions(session, change, changed_slots(found.before.slots, steps, found.before.holidays))
    session.flush()
    objected = [stance.station_id for stance in stances.objections]
    facts = _effect_facts(found.effect) | {"confirmed": stances.confirmed, "objected": objected}
    _record(session, actor, "timetable-published", change, now=now, written=_written(steps), **facts)
    return found.effect


def refuse(session: Session, actor: Actor, *, change_id: str, reason: str, now: datetime) -> None:
    """Refuse a change, saying why; raises :class:`~scheduler.errors.Conflict` for one that was decided."""
    require(actor, Deed.PUBLISH_SLOT)
    said = checked_reason(reason, "từ chối đề xuất")
    change = open_change(session, change_id)
    _decide(change, actor, "refused", now)
    change.reason = said
    session.flush()
    _record(session, actor, "timetable-refused", change, now=now, reason=said)


def withdraw(session: Session, actor: Actor, *, change_id: str, now: datetime) -> None:
    """Take one's own proposal back; raises :class:`~scheduler.errors.Conflict` for one that was decided."""
    change = open_change(session, change_id)
    if change.proposed_by != actor.id:
        raise NotAllowed(what="rút đề xuất của người khác")
    _decide(change, actor, "withdrawn", now)
    session.flush()
    _record(session, actor, "timetable-withdrawn", change, now=now)


def _decide(change: TimetableChange, actor: Actor, decision: str, now: datetime) -> None:
    change.decision, change.decided_by, change.decided_at = decision, actor.id, now


def _write_versions(session: Session, change: TimetableChange, changed: Mapping[UUID, slots.Slot | None]) -> None:
    """Write the next version of each slot as the change, which is decided, makes it."""
    identities = [str(each) for each in sorted(changed)]
    newest = select(SlotVersion.slot_id, func.max(SlotVersion.number).label("newest")).group_by(SlotVersion.slot_id)
    found = session.execute(newest.where(SlotVersion.slot_id.in_(identities)))
    numbers: dict[str, int] = {row.slot_id: row.newest for row in found}
    session.add_all(Slot(id=identity) for identity in identities if identity not in numbers)
    session.flush()  # the versions name their slots
    session.add_all(
        SlotVersion(
            slot_id=str(identity),
            number=numbers.get(str(identity), 0) + 1,
            content=slot_content(slot) if slot is not None else None,
            published_by=change.decided_by,
            published_at=change.decided_at,
            change_id=change.id,
        )
        for identity, slot in sorted(changed.items())
    )


def _written(steps: Sequence[Step]) -> list[str]:
    return sorted(str(each) for each in written_slots(steps))


def _effect_facts(effect: EffectView) -> dict[str, object]:
    return {
        "effect": effect.words,
        "period": effect.period,
        "counts": {kind.name.lower(): count for kind, count in effect.counts},
        "stations": len(effect.station_ids),
        "concerns": len(effect.concerns),
        "effect_digest": effect.digest,
    }


def _record(
    session: Session, actor: Actor, deed: str, change: TimetableChange, *, now: datetime, **facts: object
) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind=SUBJECT,
        subject_id=change.id,
        at=now,
        facts={"title": change.title, **facts},
    )
