"""The glossary's verbs: add, change, end; and its list. A change ends the old entry and adds a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.db.accounts import Person
from scheduler.db.glossary import GlossaryEntry
from scheduler.errors import Conflict, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.bulletins.views import fold
from scheduler.services.glossary.wording import Wording, check, key, overlaps

SUBJECT = "glossary"

Standing = Literal["in-use", "ahead", "past", "ended"]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry as a page lists it; ``standing`` tells whether it is said on the day that was asked for."""

    id: int
    wording: Wording
    standing: Standing
    created_by: str
    created_at: datetime
    ended_by: str | None
    ended_at: datetime | None


def add(session: Session, actor: Actor, wording: Wording, *, now: datetime) -> GlossaryEntry:
    """Add an entry.

    Raises :class:`~scheduler.errors.InvalidInput`, and :class:`~scheduler.errors.Conflict` when another entry says the
    same written form in the same place on one of its days.
    """
    require(actor, Deed.WRITE)
    checked = check(wording)
    _check_alone(session, checked)
    entry = put(session, actor, checked, now=now)
    _record(session, actor, "glossary-added", entry, now)
    return entry


def change(session: Session, actor: Actor, entry_id: int, wording: Wording, *, now: datetime) -> GlossaryEntry:
    """End an entry and add the changed one in its place; an entry that would not differ stands as it is.

    Raises what :func:`add` raises, :class:`~scheduler.errors.NotFound`, and :class:`~scheduler.errors.Conflict` for an
    entry that has ended.
    """
    require(actor, Deed.WRITE)
    checked = check(wording)
    old = _standing(session, entry_id)
    if wording_of(old) == checked:
        return old
    _end(session, actor, old, now)
    _check_alone(session, checked)
    entry = put(session, actor, checked, now=now, replaces=old)
    _record(session, actor, "glossary-changed", entry, now, before=old.spoken, replaces=old.id)
    return entry


def end(session: Session, actor: Actor, entry_id: int, *, now: datetime) -> GlossaryEntry:
    """End an entry: it is said no more in whatever is read from now on.

    Raises :class:`~scheduler.errors.NotFound`, and :class:`~scheduler.errors.Conflict` for one that has ended.
    """
    require(actor, Deed.WRITE)
    entry = _standing(session, entry_id)
    _end(session, actor, entry, now)
    _record(session, actor, "glossary-ended", entry, now)
    return entry


def entry_line(session: Session, entry_id: int, *, day: date) -> EntryLine:
    """Return one entry; raises :class:`~scheduler.errors.NotFound`."""
    entry = session.get(GlossaryEntry, entry_id)
    if entry is None:
        raise NotFound(what="mục từ điển này")
    return _line(entry, _names(session, [entry]), day)


def entry_list(session: Session, *, day: date, words: str = "", ended: bool = False) -> list[EntryLine]:
    """Return entries by written form, then first day; ``ended`` adds those that were ended.

    ``words`` are all looked for, without accents and case, in the written form, the spoken one and the note.
    """
    query = select(GlossaryEntry)
    if not ended:
        query = query.where(GlossaryEntry.ended_at.is_(None))
    wanted = fold(words).split()
    rows = [row for row in session.scalars(query) if holds(wanted, row.written, row.spoken, row.note)]
    rows.sort(key=lambda row: (fold(row.written), row.written, row.valid_from, row.id))
    names = _names(session, rows)
    return [_line(row, names, day) for row in rows]


def holds(wanted: Iterable[str], *texts: str) -> bool:
    """Tell whether every folded word of ``wanted`` stands somewhere in ``texts``."""
    folded = fold(" ".join(texts))
    return all(word in folded for word in wanted)


def wording_of(entry: GlossaryEntry) -> Wording:
    """Return what a stored entry says."""
    return Wording(
        written=entry.written,
        spoken=entry.spoken,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        context=entry.context,
        note=entry.note,
        language=entry.language,
    )


def standing_entries(session: Session) -> list[GlossaryEntry]:
    """Return the entries that nobody has ended, whatever their days."""
    return list(
        session.scalars(select(GlossaryEntry).where(GlossaryEntry.ended_at.is_(None)).order_by(GlossaryEntry.id))
    )


def put(
    session: Session, actor: Actor, checked: Wording, *, now: datetime, replaces: GlossaryEntry | None = None
) -> GlossaryEntry:
    """Store a checked entry, and end the one that it replaces; two people's same entry at once is a conflict."""
    if replaces is not None and replaces.ended_at is None:
        _end(session, actor, replaces, now)
    entry = GlossaryEntry(
        written=checked.written,
        spoken=checked.spoken,
        context=checked.context,
        note=checked.note,
        language=checked.language,
        valid_from=checked.valid_from,
        valid_to=checked.valid_to,
        replaces_id=replaces.id if replaces is not None else None,
        created_by=actor.id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError as refusal:
        raise Conflict(what=f"Người khác vừa thêm “{checked.written}” vào từ điển. Hãy tải lại trang") from refusal
    return entry


def _check_alone(session: Session, checked: Wording) -> None:
    for entry in standing_entries(session):
        other = wording_of(entry)
        if key(other) == key(checked) and overlaps(other, checked):
            raise Conflict(what=f"Từ điển đã có “{other.written}”, đọc là “{other.spoken}”. Hãy sửa mục đó")


def _standing(session: Session, entry_id: int) -> GlossaryEntry:
    """Return an entry that still stands, its row locked until the transaction ends."""
    entry = session.scalars(
        select(GlossaryEntry)
        .where(GlossaryEntry.id == entry_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if entry is None:
        raise NotFound(what="mục từ điển này")
    if entry.ended_at is not None:
        raise Conflict(what=f"Mục “{entry.written}” đã được sửa hoặc đã thôi dùng. Hãy tải lại trang")
    return entry


def _end(session: Session, actor: Actor, entry: GlossaryEntry, now: datetime) -> None:
    entry.ended_by, entry.ended_at = actor.id, now
    session.flush()


def _record(session: Session, actor: Actor, deed: str, entry: GlossaryEntry, now: datetime, **facts: object) -> None:
    told = {"name": entry.written, "spoken": entry.spoken, "context": entry.context}
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind=SUBJECT,
        subject_id=str(entry.id),
        at=now,
        facts={**told, **facts},
    )


def _names(session: Session, rows: Iterable[GlossaryEntry]) -> dict[str, str]:
    people = {person for row in rows for person in (row.created_by, row.ended_by) if person is not None}
    return {row.id: row.display_name for row in session.scalars(select(Person).where(Person.id.in_(people)))}


def _line(entry: GlossaryEntry, names: dict[str, str], day: date) -> EntryLine:
    return EntryLine(
        id=entry.id,
        wording=wording_of(entry),
        standing=_standing_on(entry, day),
        created_by=names.get(entry.created_by, ""),
        created_at=entry.created_at,
        ended_by=names.get(entry.ended_by) if entry.ended_by else None,
        ended_at=entry.ended_at,
    )


def _standing_on(entry: GlossaryEntry, day: date) -> Standing:
    if entry.ended_at is not None:
        return "ended"
    if entry.valid_from > day:
        return "ahead"
    return "past" if entry.valid_to is not None and entry.valid_to < day else "in-use"
