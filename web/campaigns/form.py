"""The form of a campaign as it is typed, read into what is asked for, and what it offers to choose from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from playlists.model import BulletinClass, ItemKind
from playlists.network import UnitKey
from playlists.scopes import Scope
from scheduler.errors import InvalidInput, NotFound
from scheduler.services.campaigns.carrying import Carriage
from scheduler.services.campaigns.deeds import Asked
from scheduler.services.plan_values import refusing
from scheduler.services.programme_views import Piece, pieces
from scheduler.services.timetable.standing import network
from web import door
from web.days import shown_day, typed_day
from web.looks import LANGUAGES

Form = MultiDict[str, str]
WEEK = timedelta(days=6)
_WHOLE = re.compile(r"\d{1,4}", re.ASCII)
_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:hg.](\d{2})?", re.ASCII)
_BETWEEN_TIMES = re.compile(r"[,;\s]+")
USUAL_TIMES = "05:30, 17:00"


@dataclass(frozen=True, slots=True)
class StationTick:
    """A station to tick."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitTick:
    """A unit to tick whole, with the stations that stand in it; ``below`` counts those in units below it too."""

    value: str
    name: str
    below: int
    stations: tuple[StationTick, ...]


def beginning(today: date, title: str = "", before: date | None = None) -> Form:
    """Return what an empty form holds: a week from tomorrow, twice a day; it ends ``before`` that day where it can."""
    first = today + timedelta(days=1)
    last = first + WEEK
    if before is not None and before > first:
        last = min(last, before - timedelta(days=1))
    return MultiDict(
        [
            ("title", title or f"Đợt tuyên truyền từ {shown_day(today)}"),
            ("from", shown_day(first)),
            ("to", shown_day(last)),
            ("per_day", "2"),
            ("carry", "yes"),
            ("times", USUAL_TIMES),
            ("minutes", "15"),
        ]
    )


def read_asked(form: Form) -> Asked:
    """Return the campaign that the form asks for; raises :class:`~scheduler.errors.InvalidInput`."""
    return Asked(
        title=form.get("title", ""),
        bulletin_ids=tuple(dict.fromkeys(form.getlist("bulletin"))),
        scope=_scope(form),
        first=typed_day(form.get("from", ""), "Từ ngày"),
        last=typed_day(form.get("to", ""), "Đến hết ngày"),
        per_day=_whole(form.get("per_day", ""), "Số lần mỗi ngày"),
        languages=frozenset(each for each in form.getlist("language") if each in LANGUAGES),
        priority=form.get("priority") == "yes",
        obligation_id=obligation_id(form),
    )


def obligation_id(form: Form) -> int | None:
    """Return the obligation that the form is for, null for none; raises :class:`~scheduler.errors.NotFound`."""
    written = form.get("obligation", "")
    if not written:
        return None
    if not _NUMBER.fullmatch(written):
        raise NotFound(what="nhiệm vụ này của văn bản chỉ đạo")
    return int(written)


def read_carriage(form: Form) -> Carriage | None:
    """Return the sessions that the form adds where nothing carries the campaign; null when it adds none."""
    if form.get("carry") != "yes":
        return None
    typed = [each for each in _BETWEEN_TIMES.split(form.get("times", "").strip()) if each]
    return Carriage(
        times=tuple(_time(each) for each in typed),
        length_min=_whole(form.get("minutes", ""), "Mỗi buổi dài (phút)"),
        programme_id=form.get("programme") or None,
    )


def _scope(form: Form) -> Scope:
    try:
        stations = frozenset(UUID(each) for each in form.getlist("station"))
    except ValueError as error:
        raise InvalidInput(what="Cụm loa: hãy chọn trong danh sách") from error
    units = frozenset(_unit_key(each) for each in form.getlist("unit"))
    with refusing():
        return Scope(units=units, stations=stations)


def _unit_key(text: str) -> UnitKey:
    code, _, first = text.partition("|")
    try:
        return code, date.fromisoformat(first)
    except ValueError as error:
        raise InvalidInput(what="Đơn vị: hãy chọn trong danh sách") from error


def _time(text: str) -> time:
    found = _TIME.fullmatch(text.lower())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise InvalidInput(what="Các giờ bắt đầu: hãy ghi giờ:phút, cách nhau bằng dấu phẩy, ví dụ 05:30, 17:00")
    return time(hour, minute)


def _whole(text: str, label: str) -> int:
    if not _WHOLE.fullmatch(text.strip()):
        raise InvalidInput(what=f"{label}: hãy ghi một số nguyên")
    return int(text.strip())


def bulletin_choices(session: Session) -> list[Piece]:
    """Return the approved bulletins and notices in their main language, by title; an emergency is no campaign's."""
    told = {ItemKind.BULLETIN.value, ItemKind.NOTICE.value}
    found: dict[str, Piece] = {}
    for entry, piece in sorted(pieces(session, now=door.now()).items(), key=lambda each: each[0][2] != "vi"):
        if piece.approved and piece.kind in told and piece.bulletin_class != BulletinClass.EMERGENCY:
            found.setdefault(entry[1], piece)
    return sorted(found.values(), key=lambda piece: (piece.title, piece.entry))


def unit_choices(session: Session, today: date) -> list[UnitTick]:
    """Return the units of today in which stations stand, by name, those above others first."""
    known = network(session)
    tree = known.on(today)
    standing: dict[str, list[StationTick]] = {}
    for station_id, code in tree.unit_of.items():
        standing.setdefault(code, []).append(StationTick(str(station_id), known.stations[station_id].name))
    found = []
    for unit in tree.units.values():
        below = len(tree.below(unit.code))
        if below:
            own = tuple(sorted(standing.get(unit.code, ()), key=lambda each: each.name))
            found.append(
                (
                    len(tree.chain(unit.code)),
                    UnitTick(f"{unit.code}|{unit.valid_from.isoformat()}", unit.name, below, own),
                )
            )
    return [unit for _, unit in sorted(found, key=lambda each: (each[0], each[1].name))]


def languages_spoken(session: Session) -> Mapping[str, str]:
    """Return the languages that stations speak, each with its word."""
    spoken = {language for station in network(session).stations.values() for language in station.languages}
    return {code: LANGUAGES[code].word for code in sorted(spoken) if code in LANGUAGES}
