"""Small, valid values of the timetable for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from playlists.calendar import Calendar
from playlists.model import (
    Airing,
    ApprovedTrack,
    AsRun,
    AsRunEvent,
    BulletinClass,
    Item,
    ItemKind,
    ItemPhase,
    PlannedAiring,
    ProgrammeItem,
    StartRule,
)
from playlists.scopes import Scope
from playlists.slots import Anchor, Slot

ROOT = UUID("6f2a7c5e-0d6b-5d0e-9a51-3f5d2f0c1b11")
T = datetime(2024, 5, 7, 10, 0, tzinfo=UTC)
ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
ALLOWANCE = timedelta(minutes=15)


def an_id(name: object) -> UUID:
    return uuid5(ROOT, str(name))


def digest(name: object) -> str:
    return (an_id(f"{name}/a").hex + an_id(f"{name}/b").hex)[:64]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def an_item(name: object = "b1", kind: ItemKind = ItemKind.BULLETIN, length: float = 60, revision: int = 1) -> Item:
    return Item(
        kind=kind,
        media=digest(f"{name}/{kind}/{revision}"),
        duration=seconds(length),
        bulletin_id=an_id(name),
        revision=revision,
        language="vi",
        approval=digest(f"approval of {name}/{revision}"),
        title=str(name),
    )


def a_track(
    name: object = "b1",
    kind: ItemKind = ItemKind.BULLETIN,
    *,
    language: str = "vi",
    length: float = 60,
    revision: int = 1,
    valid_from: datetime = ALWAYS,
    valid_to: datetime | None = None,
    withdrawn: bool = False,
    has_media: bool = True,
    bulletin_class: BulletinClass = BulletinClass.NORMAL,
) -> ApprovedTrack:
    return ApprovedTrack(
        bulletin_id=an_id(name),
        revision=revision,
        kind=kind,
        language=language,
        media=digest(f"{name}/{kind}/{language}/{revision}") if has_media else None,
        duration=seconds(length),
        approval=digest(f"approval of {name}/{revision}"),
        title=str(name),
        valid_from=valid_from,
        valid_to=valid_to,
        withdrawn=withdrawn,
        bulletin_class=bulletin_class,
    )


def asks(name: object = "b1", kind: ItemKind = ItemKind.BULLETIN, language: str = "vi") -> ProgrammeItem:
    return ProgrammeItem(kind, an_id(name), language)


def house(kind: ItemKind) -> ProgrammeItem:
    return ProgrammeItem(kind)


def an_airing(
    *programme: ProgrammeItem,
    name: object = "airing",
    starts_at: datetime = T,
    room: timedelta | None = timedelta(minutes=45),
    bulletin_class: BulletinClass = BulletinClass.NORMAL,
    start_rule: StartRule = StartRule.HARD,
) -> Airing:
    return Airing(
        id=an_id(name),
        station_id=an_id("station"),
        date=starts_at.date(),
        starts_at=starts_at,
        title="Buổi chiều",
        programme=programme,
        max_duration=room,
        bulletin_class=bulletin_class,
        start_rule=start_rule,
    )


def a_plan(*items: Item, bulletin_class: BulletinClass = BulletinClass.NORMAL) -> PlannedAiring:
    programme = tuple(ProgrammeItem(each.kind, each.bulletin_id, each.language) for each in items)
    return PlannedAiring(an_airing(*programme, bulletin_class=bulletin_class), items)


def a_slot(
    name: object = "slot",
    *,
    weekdays: frozenset[int] = frozenset(range(7)),
    start: time | Anchor = time(17, 0),
    minutes: int = 45,
    zone: str = "Asia/Ho_Chi_Minh",
    valid_from: date = date(2020, 1, 1),
    valid_to: date | None = None,
    scope: Scope | None = None,
    calendar: Calendar | None = None,
    **more: Any,
) -> Slot:
    return Slot(
        id=an_id(name),
        title=str(name),
        scope=scope or Scope(stations=frozenset({an_id("station")})),
        calendar=calendar or Calendar(valid_from, valid_to, weekdays),
        start=start,
        max_duration=timedelta(minutes=minutes),
        zone=zone,
        programme_id=an_id("programme"),
        **more,
    )


def says(
    n: int,
    event: AsRunEvent,
    at: datetime = T,
    *,
    item: int | None = None,
    phase: ItemPhase | None = None,
    reason: str | None = None,
    position: float | None = None,
    media: str | None = None,
    rundown: int | None = 1,
    chain: str = "chain-a",
    uncertainty: float | None = 0.05,
) -> AsRun:
    return AsRun(
        chain=chain,
        n=n,
        event=event,
        airing_id=an_id("airing"),
        at=at,
        item=item,
        media=media,
        reason=reason,
        phase=phase,
        position=None if position is None else seconds(position),
        rundown=rundown,
        clock_offset=None if uncertainty is None else seconds(0),
        clock_uncertainty=None if uncertainty is None else seconds(uncertainty),
    )


def sounded_whole(plan: PlannedAiring, *, first: int = 0, until: int | None = None) -> list[AsRun]:
    """The entries of a station that played the items ``[first, until)`` to their ends, the ``started`` included."""
    told = [says(0, AsRunEvent.STARTED)]
    at = T
    for index, item in enumerate(plan.items[:until]):
        if index < first:
            continue
        told.append(says(len(told), AsRunEvent.ITEM, at, item=index, phase=ItemPhase.START, media=item.media))
        at += item.duration
        told.append(says(len(told), AsRunEvent.ITEM, at, item=index, phase=ItemPhase.END, media=item.media))
    return told
