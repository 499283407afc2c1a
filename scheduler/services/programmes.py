"""Programmes: ordered lists of items that air together, and templates, with places that each session fills anew."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from playlists import model, templates
from playlists.model import CONTENT_KINDS, NO_WORDS, ItemKind
from playlists.rundown import SOUNDS_ALONE
from playlists.templates import MOST_ROTATED, SINGLE, PlaceKind, Template
from scheduler.canonical import canonical_bytes, clean_text
from scheduler.db.bulletins import Bulletin
from scheduler.db.campaigns import Campaign
from scheduler.db.planning import Programme, ProgrammeItem, ProgrammePlace
from scheduler.errors import InvalidInput, NotFound
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit
from scheduler.services.plan_values import refusing

ProgrammeEntry = tuple[str, str, str]
"""One item of a programme: (kind, bulletin id, language)."""

MOST_ITEMS = 60
LONGEST_ROTATION_S = 86_400


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One place of a template; ``kind`` is ``rotation``, ``headlines`` or ``notices``.

    A rotation holds at most ``most`` bulletins, no longer than ``longest_s`` together (null: what the session has room
    for), of ``campaigns`` (ids; of all when there are none); the bulletin ``sting_id`` stands between two of them.
    """

    kind: str
    most: int = MOST_ROTATED
    longest_s: int | None = None
    campaigns: tuple[str, ...] = ()
    sting_id: str | None = None


ProgrammePart = ProgrammeEntry | PlaceEntry
"""What a programme holds at one place."""
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_SPEAKING = frozenset(kind.value for kind in (*CONTENT_KINDS, *SOUNDS_ALONE))
_HEADLINED = frozenset({ItemKind.BULLETIN.value, ItemKind.NOTICE.value})


def make_programme(
    session: Session, actor: Actor, *, title: str, items: Sequence[ProgrammePart], now: datetime
) -> Programme:
    """Make a programme of ``items`` in their order; with places among them it is a template.

    A bulletin need not be approved yet.

    Raises :class:`~scheduler.errors.NotAllowed`, :class:`~scheduler.errors.InvalidInput` and
    :class:`~scheduler.errors.NotFound`.
    """
    require(actor, Deed.PROPOSE_SLOT)
    _check(session, items)
    programme = Programme(
        id=str(uuid7()), title=checked_title(title, "chương trình"), created_by=actor.id, created_at=now
    )
    programme.items, programme.places = _rows(items), _place_rows(items)
    session.add(programme)
    session.flush()
    _record(session, actor, "programme-made", programme, now)
    return programme


def change_programme(
    session: Session, actor: Actor, *, programme_id: str, title: str, items: Sequence[ProgrammePart], now: datetime
) -> Programme:
    """Change a programme's title and items: its slots' airings that have not started follow at the next planning.

    So do one-off airings of a template; any other keeps the items that it was planned with.
    """
    require(actor, Deed.PROPOSE_SLOT)
    _check(session, items)
    programme = find_programme(session, programme_id)
    programme.title = checked_title(title, "chương trình")
    programme.items, programme.places = [], []
    session.flush()  # the old items leave before new ones take their ordinals
    programme.items, programme.places = _rows(items), _place_rows(items)
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


def parts_of(programme: Programme) -> list[ProgrammePart]:
    """Return what a programme holds, items and places in their order."""
    found: list[tuple[int, ProgrammePart]] = [
        (item.ordinal, (item.kind, item.bulletin_id, item.language)) for item in programme.items
    ]
    found += [(place.ordinal, _place_entry(place)) for place in programme.places]
    return [part for _, part in sorted(found, key=lambda each: each[0])]


def template_of(programme: Programme) -> Template:
    """Return a programme as the rules of rotation take it; one without places is a template in which all is fixed."""
    return template_from(programme.id, programme.title, parts_of(programme))


def template_from(programme_id: str, title: str, parts: Sequence[ProgrammePart]) -> Template:
    """Return the template of these parts; raises :class:`~scheduler.errors.InvalidInput`."""
    with refusing():
        sting = next((part.sting_id for part in parts if isinstance(part, PlaceEntry) and part.sting_id), None)
        return Template(
            UUID(programme_id),
            title,
            tuple(_place(part) for part in parts),
            model.ProgrammeItem(ItemKind.STING, UUID(sting), NO_WORDS) if sting is not None else None,
        )


def _place(part: ProgrammePart) -> templates.Place:
    if not isinstance(part, PlaceEntry):
        kind, bulletin_id, language = part
        return templates.Place(PlaceKind.ITEM, model.ProgrammeItem(ItemKind(kind), UUID(bulletin_id), language))
    return templates.Place(
        PlaceKind(part.kind),
        most=part.most,
        longest=timedelta(seconds=part.longest_s) if part.longest_s is not None else None,
        campaigns=frozenset(UUID(each) for each in part.campaigns),
    )


def _place_entry(row: ProgrammePlace) -> PlaceEntry:
    if row.kind != PlaceKind.ROTATION.value:
        return PlaceEntry(row.kind)
    campaigns = tuple(json.loads(row.campaigns)) if row.campaigns is not None else ()
    return PlaceEntry(row.kind, row.most or MOST_ROTATED, row.longest_s, campaigns, row.sting_id)


def _check(session: Session, parts: Sequence[ProgrammePart]) -> None:
    if not 1 <= len(parts) <= MOST_ITEMS:
        raise InvalidInput(what=f"Chương trình cần từ 1 đến {MOST_ITEMS} mục")
    items = [part for part in parts if not isinstance(part, PlaceEntry)]
    places = [part for part in parts if isinstance(part, PlaceEntry)]
    rotates = any(place.kind == PlaceKind.ROTATION.value for place in places)
    if not rotates and not any(kind in _SPEAKING for kind, _, _ in items):
        raise InvalidInput(
            what="Chương trình cần ít nhất một bản tin, thông báo, điểm tin, mục chờ, phát thử hoặc chỗ xoay vòng"
        )
    wanted = {bulletin_id for _, bulletin_id, _ in items}
    kinds = {row.id: row.kind for row in session.scalars(select(Bulletin).where(Bulletin.id.in_(wanted)))}
    for number, part in enumerate(parts, 1):
        if not isinstance(part, PlaceEntry):
            _check_item(number, part, kinds)
    for place in places:
        _check_place(session, place)
    template_from(str(UUID(int=0)), "", parts)


def _check_item(number: int, item: ProgrammeEntry, kinds: dict[str, str]) -> None:
    kind, bulletin_id, language = item
    if bulletin_id not in kinds:
        raise NotFound(what=f"bản tin của mục thứ {number}")
    if kind != kinds[bulletin_id] and not (kind == ItemKind.HEADLINE.value and kinds[bulletin_id] in _HEADLINED):
        raise InvalidInput(what=f"Mục thứ {number}: loại mục không hợp với bản tin đã chọn")
    if not _LANGUAGE.fullmatch(language):
        raise InvalidInput(what=f"Mục thứ {number}: mã ngôn ngữ gồm 2 hoặc 3 chữ cái thường, như vi, blt")


def _check_place(session: Session, place: PlaceEntry) -> None:
    if place.kind not in {kind.value for kind in SINGLE}:
        raise InvalidInput(what="Chỗ trong chương trình chỉ có: xoay vòng, điểm tin, thông báo")
    if place.longest_s is not None and not 1 <= place.longest_s <= LONGEST_ROTATION_S:
        raise InvalidInput(what="Chỗ xoay vòng cần dài từ 1 giây đến 24 giờ")
    if place.sting_id is not None:
        sting = session.get(Bulletin, place.sting_id)
        if sting is None or sting.kind != ItemKind.STING.value:
            raise NotFound(what="nhạc cắt đã chọn cho chỗ xoay vòng")
    known = set(session.scalars(select(Campaign.id).where(Campaign.id.in_(place.campaigns))))
    if set(place.campaigns) - known:
        raise NotFound(what="đợt tuyên truyền đã chọn cho chỗ xoay vòng")


def _rows(parts: Sequence[ProgrammePart]) -> list[ProgrammeItem]:
    return [
        ProgrammeItem(ordinal=ordinal, kind=part[0], bulletin_id=part[1], language=part[2])
        for ordinal, part in enumerate(parts)
        if not isinstance(part, PlaceEntry)
    ]


def _place_rows(parts: Sequence[ProgrammePart]) -> list[ProgrammePlace]:
    rows = []
    for ordinal, part in enumerate(parts):
        if isinstance(part, PlaceEntry):
            row = ProgrammePlace(ordinal=ordinal, kind=part.kind)
            if part.kind == PlaceKind.ROTATION.value:
                row.most, row.longest_s, row.sting_id = part.most, part.longest_s, part.sting_id
                row.campaigns = canonical_bytes(sorted(set(part.campaigns))).decode()
            rows.append(row)
    return rows


def _record(session: Session, actor: Actor, deed: str, programme: Programme, now: datetime) -> None:
    facts: dict[str, object] = {
        "title": programme.title,
        "items": [[item.kind, item.bulletin_id, item.language] for item in programme.items],
    }
    if programme.places:
        facts["places"] = [
            {"at": row.ordinal, "kind": row.kind, "most": row.most, "longest_s": row.longest_s, "sting": row.sting_id}
            | ({"campaigns": json.loads(row.campaigns)} if row.campaigns else {})
            for row in programme.places
        ]
    audit.record(
        session,
        person=actor.id,
        deed=deed,
        subject_kind="programme",
        subject_id=programme.id,
        at=now,
        facts=facts,
    )
