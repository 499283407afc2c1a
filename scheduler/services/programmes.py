"""Programmes: ordered lists of items that air together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists.model import CONTENT_KINDS, ItemKind
from playlists.rundown import SOUNDS_ALONE
from scheduler.canonical import clean_text
from scheduler.db.bulletins import Bulletin
from scheduler.db.planning import Programme, ProgrammeItem
from scheduler.errors import InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit

ProgrammeEntry = tuple[str, str, str]
"""One item of a programme: (kind, bulletin id, language)."""

MOST_ITEMS = 60
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_SPEAKING = frozenset(kind.value for kind in (*CONTENT_KINDS, *SOUNDS_ALONE))
_HEADLINED = frozenset({ItemKind.BULLETIN.value, ItemKind.NOTICE.value})


def make_programme(
    session: Session, actor: Actor, *, title: str, items: Sequence[ProgrammeEntry], now: datetime
) -> Programme:
    """Make a programme of ``items`` in their order; a bulletin need not be approved yet.

    Raises :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput` and
    :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PROPOSE_SLOT)
    _check(session, items)
    programme = Programme(
        id=str(uuid7()), title=checked_title(title, "chương trình"), created_by=actor.id, created_at=now
    )
    programme.items = _rows(items)
    session.add(programme)
    session.flush()
    _record(session, actor, "programme-made", programme, now)
    return programme


def change_programme(
    session: Session, actor: Actor, *, programme_id: str, title: str, items: Sequence[ProgrammeEntry], now: datetime
) -> Programme:
    """Change a programme's title and items: its slots' airings that have not started follow at the next planning.

    A one-off airing keeps the items that it was planned with.
    """
    require(actor, Deed.PROPOSE_SLOT)
    _check(session, items)
    programme = find_programme(session, programme_id)
    programme.title = checked_title(title, "chương trình")
    programme.items = []
    session.flush()  # the old items leave before new ones take their ordinals
    programme.items = _rows(items)
    session.flush()
    _record(session, actor, "programme-changed", programme, now)
    return programme


def find_programme(session: Session, programme_id: str) -> Programme:
    """Return a programme; raises :class:`~scheduler.errors.NotFound`."""
    programme = session.get(Programme, programme_id)
    if programme is None:
        raise NotFound(what="chương trình này")
    return programme


def checked_title(title: str, what: str) -> str:
    """Return a title fit to show on one line; raises :class:`~scheduler.errors.InvalidInput`."""
    shown = clean_text(title).strip()
    if not 1 <= len(shown) <= 200 or any(not letter.isprintable() for letter in shown):
        raise InvalidInput(what=f"Tên {what} cần từ 1 đến 200 ký tự, trên một dòng")
    return shown


def _check(session: Session, items: Sequence[ProgrammeEntry]) -> None:
    if not 1 <= len(items) <= MOST_ITEMS:
        raise InvalidInput(what=f"Chương trình cần từ 1 đến {MOST_ITEMS} mục")
    if not any(kind in _SPEAKING for kind, _, _ in items):
        raise InvalidInput(what="Chương trình cần ít nhất một bản tin, thông báo, điểm tin, mục chờ hoặc phát thử")
    wanted = {bulletin_id for _, bulletin_id, _ in items}
    kinds = {row.id: row.kind for row in session.scalars(select(Bulletin).where(Bulletin.id.in_(wanted)))}
    for place, (kind, bulletin_id, language) in enumerate(items, 1):
        if bulletin_id not in kinds:
            raise NotFound(what=f"bản tin của mục thứ {place}")
        if kind != kinds[bulletin_id] and not (kind == ItemKind.HEADLINE.value and kinds[bulletin_id] in _HEADLINED):
            raise InvalidInput(what=f"Mục thứ {place}: loại mục không hợp với bản tin đã chọn")
        if not _LANGUAGE.fullmatch(language):
            raise InvalidInput(what=f"Mục thứ {place}: mã ngôn ngữ gồm 2 hoặc 3 chữ cái thường, như vi, blt")


def _rows(items: Sequence[ProgrammeEntry]) -> list[ProgrammeItem]:
    return [
        ProgrammeItem(ordinal=ordinal, kind=kind, bulletin_id=bulletin_id, language=language)
        for ordinal, (kind, bulletin_id, language) in enumerate(items)
    ]


def _record(session: Session, actor: Actor, deed: str, programme: Programme, now: datetime) -> None:
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind="programme",
        subject_id=programme.id,
        at=now,
        facts={
            "title": programme.title,
            "items": [[item.kind, item.bulletin_id, item.language] for item in programme.items],
        },
    )
