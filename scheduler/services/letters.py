"""Directives: official letters brought in once, and what each orders."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scheduler.canonical import clean_text
from scheduler.db.accounts import Person
from scheduler.db.bulletins import Revision
from scheduler.db.letters import Directive, Obligation
from scheduler.errors import NotFound
from scheduler.files import FileStore
from scheduler.letters.broadcast import broadcasting_obligation
from scheduler.letters.dates import Deadline, deadline_of
from scheduler.letters.reading.letter import read_letter
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit

_NAME_MOST = 255


@dataclass(frozen=True, slots=True)
class ObligationView:
    """One block of what a directive orders; ``broadcasting`` says that it concerns the loudspeakers."""

    id: int
    ordinal: int
    addressee: str
    actions: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    broadcasting: bool


@dataclass(frozen=True, slots=True)
class WarningView:
    """A fault in the letter: a stable code, the words concerned, where, and what to tell the reader.

    ``line`` counts what ``counted_in`` says, lines or (in Word files) paragraphs, from 1.
    """

    code: str
    text: str
    line: int | None
    message: str
    counted_in: str


@dataclass(frozen=True, slots=True)
class DirectiveLine:
    """A directive as lists show it; ``name`` is what an office would call it, ``dated`` its date as far as written."""

    id: str
    name: str
    dated: str
    issuer: str | None
    subject: str | None
    imported_by_name: str
    imported_at: datetime
    obligations: int
    warnings: int
    bulletins: int


@dataclass(frozen=True, slots=True)
class DirectiveView:
    """A directive whole; parts that the letter lacks are null or empty."""

    id: str
    name: str
    dated: str
    number: str | None
    symbol: str | None
    issuer: str | None
    subject: str | None
    recipients: tuple[str, ...]
    bases: tuple[Mapping[str, Any], ...]
    obligations: tuple[ObligationView, ...]
    signer: Mapping[str, str | None]
    warnings: tuple[WarningView, ...]
    file_sha256: str
    file_name: str
    file_bytes: int
    imported_by_name: str
    imported_at: datetime


def import_letter(
    session: Session,
    actor: Actor,
    *,
    content: bytes,
    file_name: str,
    store: FileStore,
    known_names: Sequence[str] = (),
    now: datetime,
) -> DirectiveView:
    """Read a letter's file and keep it; the same file brought in again returns the directive that stands.

    Reading may take seconds: call it with no transaction open. ``known_names`` are unit names against which place names
    are checked. Raises :class:`~scheduler.letters.errors.UnreadableLetter`, then as :func:`store_letter`.
    """
    require(actor, Deed.IMPORT_LETTER)
    letter = read_letter(content, file_name, known_names=known_names)
    chosen = broadcasting_obligation(letter)
    return store_letter(
        session,
        actor,
        letter=letter.to_json(),
        content=content,
        file_name=file_name,
        broadcasting=() if chosen is None else (chosen,),
        store=store,
        now=now,
    )


def store_letter(
    session: Session,
    actor: Actor,
    *,
    letter: Mapping[str, Any],
    content: bytes,
    file_name: str,
    broadcasting: Sequence[int],
    store: FileStore,
    now: datetime,
) -> DirectiveView:
    """Keep a letter that was read: ``letter`` is the JSON of :meth:`scheduler.letters.model.Letter.to_json`.

    ``broadcasting`` holds the indices (from 0) of the obligations that concern the loudspeakers.
    """
    require(actor, Deed.IMPORT_LETTER)
    sha256 = store.put(content)
    standing = _by_file(session, sha256)
    if standing is not None:
        return directive(session, standing.id)
    row = _row(letter, broadcasting)
    row.file_sha256, row.file_name, row.file_bytes = sha256, _base_name(file_name), len(content)
    row.imported_by, row.imported_at = actor.id, now
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        # Somebody brought the same file in at the same moment: the unique hash decides, and theirs stands.
        standing = _by_file(session, sha256)
        if standing is None:
            raise
        return directive(session, standing.id)
    audit.record(
        session,
        person=actor.id,
        deed="letter-imported",
        subject_kind="directive",
        subject_id=row.id,
        at=now,
        facts={"file": sha256, "file_name": row.file_name, "symbol": row.symbol, "warnings": len(row.warnings)},
    )
    return directive(session, row.id)


def directives(session: Session) -> list[DirectiveLine]:
    """Return all directives, last imported first."""
    rows = session.execute(
        select(Directive, Person.display_name)
        .join(Person, Person.id == Directive.imported_by)
        .order_by(Directive.imported_at.desc(), Directive.id)
    )
    counts = _bulletin_counts(session)
    return [_line(row, name, counts.get(row.id, 0)) for row, name in rows]


def directive_line(session: Session, directive_id: str) -> DirectiveLine:
    """Return one directive as lists show it; raises :class:`~scheduler.errors.NotFound`."""
    row, name = _found(session, directive_id)
    return _line(row, name, _bulletin_counts(session).get(row.id, 0))


def directive(session: Session, directive_id: str) -> DirectiveView:
    """Return one directive whole; raises :class:`~scheduler.errors.NotFound`."""
    row, importer = _found(session, directive_id)
    return DirectiveView(
        id=row.id,
        name=directive_name(row),
        dated=dated(row.day, row.month, row.year),
        number=row.number,
        symbol=row.symbol,
        issuer=row.issuer,
        subject=row.subject,
        recipients=tuple(row.recipients),
        bases=tuple(row.bases),
        obligations=tuple(obligation_view(each) for each in row.obligations),
        signer=row.signer or {"capacity": None, "title": None, "name": None},
        warnings=tuple(WarningView(**each) for each in row.warnings),
        file_sha256=row.file_sha256,
        file_name=row.file_name,
        file_bytes=row.file_bytes,
        imported_by_name=importer,
        imported_at=row.imported_at,
    )


def obligation_view(row: Obligation) -> ObligationView:
    """Return an obligation as a frozen value."""
    deadlines = tuple(deadline_of(date.fromisoformat(day), row.actions) for day in row.deadlines)
    return ObligationView(row.id, row.ordinal, row.addressee, tuple(row.actions), deadlines, row.broadcasting)


def directive_name(row: Directive) -> str:
    """Return number and symbol as an office writes them; an ellipsis stands for a number left blank."""
    if row.symbol is None:
        return f"số {row.number}" if row.number else "văn bản không số"
    return f"{row.number or '…'}/{row.symbol}"


def dated(day: int | None, month: int | None, year: int | None) -> str:
    """Return a letter's date as far as it is written: ``07/5/2024``, ``tháng 5/2024``, ``năm 2024`` or nothing.

    Decree 30/2020/NĐ-CP: a day under 10 and months 1 and 2 take a zero.
    """
    if year is None:
        return ""
    if month is None:
        return f"năm {year}"
    written = f"{month:02d}" if month <= 2 else str(month)
    return f"tháng {written}/{year}" if day is None else f"{day:02d}/{written}/{year}"


def _row(letter: Mapping[str, Any], broadcasting: Sequence[int]) -> Directive:
    day = letter["date"]
    counted_in = letter.get("counted_in", "line")
    return Directive(
        id=str(uuid.uuid4()),
        issuer=letter["issuer"],
        number=letter["number"],
        symbol=letter["symbol"],
        day=day["day"],
        month=day["month"],
        year=day["year"],
        subject=letter["subject"],
        recipients=list(letter["recipients"]),
        bases=[dict(base) for base in letter["bases"]],
        signer=letter["signer"],
        warnings=[dict(warning) | {"counted_in": counted_in} for warning in letter["warnings"]],
        obligations=[
            Obligation(
                ordinal=index + 1,
                addressee=told["to"] or "",
                actions=list(told["actions"]),
                deadlines=list(told["deadlines"]),
                broadcasting=index in broadcasting,
            )
            for index, told in enumerate(letter["obligations"])
        ],
    )


def _line(row: Directive, importer: str, bulletins: int) -> DirectiveLine:
    return DirectiveLine(
        id=row.id,
        name=directive_name(row),
        dated=dated(row.day, row.month, row.year),
        issuer=row.issuer,
        subject=row.subject,
        imported_by_name=importer,
        imported_at=row.imported_at,
        obligations=len(row.obligations),
        warnings=len(row.warnings),
        bulletins=bulletins,
    )


def _found(session: Session, directive_id: str) -> tuple[Directive, str]:
    found = session.execute(
        select(Directive, Person.display_name)
        .join(Person, Person.id == Directive.imported_by)
        .where(Directive.id == directive_id)
    ).one_or_none()
    if found is None:
        raise NotFound(what="văn bản chỉ đạo này")
    return found


def _by_file(session: Session, sha256: str) -> Directive | None:
    return session.scalars(select(Directive).where(Directive.file_sha256 == sha256)).one_or_none()


def _bulletin_counts(session: Session) -> dict[str, int]:
    query = select(Revision.directive_id, func.count(Revision.bulletin_id.distinct())).group_by(Revision.directive_id)
    return {key: count for key, count in session.execute(query) if key is not None}


def _base_name(file_name: str) -> str:
    """Return the last part of a name that a browser sent, whichever system wrote it, short enough to keep."""
    last = PureWindowsPath(PurePosixPath(clean_text(file_name)).name).name
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    return shown[-_NAME_MOST:] or "văn bản"
