"""Stations as a file, in and out, a row for each stay: seen first, taken in whole or not at all."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from playlists.network import ONE_DAY, Stay, Unit
from playlists.soundness import stay_faults
from scheduler.canonical import digest, sha256_hex
from scheduler.db.units import Station, StationUnit
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit, stations
from scheduler.services.registers import cells
from scheduler.services.registers.faults import FileRefused, RowFault
from scheduler.services.registers.tables import Header, Row, read_table, write_csv, write_json
from scheduler.services.units.change import EffectDiffers, Shift, station_shifts
from scheduler.services.units.register import LONGEST_CODE, LONGEST_NAME, Register, StationStays, read_register

HEADER = Header(
    root="stations",
    words={
        "id": ("Mã cụm loa",),
        "name": ("Tên cụm loa", "Cụm loa", "Tên"),
        "unit": ("Mã đơn vị", "unit_code"),
        "unit_name": ("Tên đơn vị", "Đơn vị"),
        "valid_from": ("Đứng từ ngày", "Từ ngày", "from"),
        "valid_to": ("Đến hết ngày", "Đến ngày", "to"),
        "languages": ("Ngôn ngữ", "Ngôn ngữ phát", "language"),
        "active": ("Hoạt động", "Đang hoạt động"),
    },
    needed=frozenset({"name", "unit", "valid_from"}),
)
_YES_NO = {"yes": ("có", "x", "1", "true", "đang hoạt động"), "no": ("không", "0", "false", "đã ngừng", "ngừng")}
_ONE_BY_ONE = 500
"""Up to so many stations a file's change stands in each one's own history too; beyond, in the file's record alone."""


@dataclass(frozen=True, slots=True)
class StationFile:
    """A file looked at: its rows, the stations that stand already as it says, those it adds and those it changes.

    A pair of ``changed`` is before and after; ``shifts`` are the stations that stand elsewhere from today on or later;
    ``digest`` covers file and effect.
    """

    rows: int
    same: int
    added: tuple[StationStays, ...]
    changed: tuple[tuple[StationStays, StationStays], ...]
    shifts: tuple[Shift, ...]
    digest: str

    @property
    def stopped(self) -> tuple[str, ...]:
        """The names of the stations that the file stops."""
        return tuple(after.name for before, after in self.changed if before.active and not after.active)

    @property
    def moves(self) -> int:
        """How many stays are new or different."""
        known = {before.id: set(before.stays) for before, _ in self.changed}
        return sum(len(set(after.stays) - known[after.id]) for _, after in self.changed)


@dataclass
class _Told:
    """What a file says of one station, gathered row by row."""

    name: str
    before: StationStays | None
    number: int
    languages: tuple[str, ...] = ()
    active: bool | None = None
    stays: dict[date, tuple[Stay, int]] = field(default_factory=dict)

    @cached_property
    def after(self) -> StationStays:
        """The station as the file leaves it; what stood open until a new stay ends the day before it."""
        before = self.before or StationStays(self.name, self.name, ("vi",), active=True, stays=())
        before_spoken = set(before.languages)
        kept = [_closed(stay, self.stays) for stay in before.stays if stay.valid_from not in self.stays]
        stays = sorted([*kept, *(stay for stay, _ in self.stays.values())], key=lambda stay: stay.valid_from)
        return replace(
            before,
            name=self.name,
            languages=self.languages if self.languages and set(self.languages) != before_spoken else before.languages,
            active=before.active if self.active is None else self.active,
            stays=tuple(stays),
        )


def _closed(stay: Stay, told: Mapping[date, tuple[Stay, int]]) -> Stay:
    later = [first for first in told if first > stay.valid_from]
    return Stay(stay.unit_code, stay.valid_from, min(later) - ONE_DAY) if stay.valid_to is None and later else stay


def read_station_file(session: Session, *, content: bytes, today: date) -> StationFile:
    """Return what a file would do; nothing is written.

    A station is known by its id, else by its name; a name that nobody has makes a new one. A stay with the same first
    day is brought up to date; what the file doesn't name stays. Raises
    :class:`~scheduler.services.registers.faults.FileRefused`.
    """
    register = read_register(session)
    faults: list[RowFault] = []
    table = read_table(content, HEADER)
    told = _gathered(table, register, faults)
    if not faults:
        faults += _of_names(told, register)
        faults += _of_stays(told, register)
    if faults:
        raise FileRefused(faults)
    added = tuple(each.after for each in told if each.before is None)
    changed = tuple((each.before, each.after) for each in told if each.before is not None and each.before != each.after)
    return StationFile(
        rows=len(table),
        same=len(told) - len(added) - len(changed),
        added=added,
        changed=changed,
        shifts=tuple(_shifts(register, [after for _, after in changed], today)),
        digest=digest(
            {
                "file": sha256_hex(content),
                "changed": [[_value(before), _value(after)] for before, after in changed],
                "added": [_value(each) for each in added],
            }
        ),
    )


def import_station_file(
    session: Session, actor: Actor | None, *, content: bytes, seen: str | None, today: date, now: datetime
) -> StationFile:
    """Take a file in whole, as it was seen under the digest ``seen`` (null: nobody had to see it first).

    Raises as :func:`read_station_file`, and :class:`~scheduler.services.units.change.EffectDiffers`.
    """
    if actor is not None:
        require(actor, Deed.MANAGE_STATIONS)
    told = read_station_file(session, content=content, today=today)
    if seen is not None and seen != told.digest:
        raise EffectDiffers
    one_by_one = len(told.added) + len(told.changed) <= _ONE_BY_ONE
    _add(session, actor, told.added, now=now, recorded=one_by_one)
    for before, after in told.changed:
        _bring_up(session, actor, before, after, now=now, recorded=one_by_one)
    if told.added or told.changed:
        session.flush()
        facts = {"rows": told.rows, "file": sha256_hex(content), "added": len(told.added), "changed": len(told.changed)}
        _record(session, actor, "stations-imported", "*", now=now, **facts)
    return told


def export_stations(session: Session, *, form: str) -> bytes:
    """Return all stations with their stays as ``csv`` or ``json``; taken in again it changes nothing."""
    register = read_register(session)
    pairs = [(station, stay) for station in register.stations.values() for stay in station.stays]
    if form == "json":
        return write_json(HEADER, [_json(station, stay) for station, stay in pairs])
    units = register.by_code()
    return write_csv(HEADER, [_cells(station, stay, units) for station, stay in pairs])


def _gathered(table: Sequence[Row], register: Register, faults: list[RowFault]) -> list[_Told]:
    by_name = {station.name: station for station in register.stations.values()}
    told: dict[str, _Told] = {}
    for row in table:
        reader = cells.RowReader(row, HEADER, faults)
        name = reader.read("name", cells.word(LONGEST_NAME), "")
        identity = reader.cell("id")
        before = register.stations.get(identity) if identity else by_name.get(name)
        if identity and before is None:
            reader.wrong("id", f"không có cụm loa mã “{identity[:40]}”", "để trống ô này nếu là cụm loa mới")
        first = reader.read("valid_from", cells.day, date.min)
        last = reader.read("valid_to", cells.day_or_none, None)
        if reader.sound and last is not None and last < first:
            reader.wrong("valid_to", "ngày cuối ở trước ngày đầu", "sửa một trong hai ngày")
        unit = reader.read("unit", cells.code(LONGEST_CODE), "")
        nothing: tuple[str, ...] = ()
        languages = reader.read("languages", _languages, nothing)
        active = reader.read("active", cells.one_of(_YES_NO), None)
        if not reader.sound:
            continue
        key = before.id if before is not None else name
        station = told.setdefault(key, _Told(name, before, row.number))
        if first in station.stays:
            reader.wrong("valid_from", f"trùng cụm loa và ngày với dòng {station.stays[first][1]}", "bỏ một dòng")
        for wanted, field_ in ((languages, "languages"), (None if active is None else active == "yes", "active")):
            _say_once(reader, station, field_, wanted)
        if name != station.name:
            reader.wrong("name", f"khác tên ở dòng {station.number}", "ghi một tên cho một cụm loa")
        station.stays[first] = Stay(unit, first, last), row.number
    return list(told.values())


def _say_once(reader: cells.RowReader, station: _Told, name: str, wanted: object) -> None:
    said = getattr(station, name)
    if wanted in (None, ()):
        return
    if said not in (None, (), wanted):
        reader.wrong(name, f"khác với dòng {station.number} của cùng cụm loa", "ghi như nhau ở mọi dòng")
        return
    setattr(station, name, wanted)


def _languages(cell: str) -> tuple[str, ...]:
    told = cells.parts(8)(cell)
    unknown = [each for each in told if each not in stations.LANGUAGES]
    if unknown:
        raise cells.WrongCell(f"không có ngôn ngữ “{unknown[0]}”", f"chọn trong {', '.join(stations.LANGUAGES)}")
    return stations.checked_languages(told) if told else ()


def _of_names(told: Sequence[_Told], register: Register) -> Iterable[RowFault]:
    """Find stations that would share a name."""
    names = {station.id: station.name for station in register.stations.values()}
    names |= {each.before.id if each.before else f"new {each.name}": each.name for each in told}
    counts = Counter(names.values())
    for each in told:
        if counts[each.name] > 1:
            what = f"tên “{each.name}” là của hai cụm loa"
            yield RowFault(each.number, HEADER.column("name"), what, "đặt cho mỗi cụm loa một tên")


def _of_stays(told: Sequence[_Told], register: Register) -> Iterable[RowFault]:
    units = register.by_code()
    for each in told:
        for fault in stay_faults(each.after.stays, units):
            stay = each.after.stays[fault.index]
            _, number = each.stays.get(stay.valid_from, (stay, each.number))
            yield RowFault(number, HEADER.column(fault.part.value), fault.what, fault.remedy)


def _shifts(register: Register, changed: Sequence[StationStays], today: date) -> Iterable[Shift]:
    after = Register(register.units, {**register.stations, **{each.id: each for each in changed}})
    days = {max(stay.valid_from, today) for each in changed for stay in each.stays}
    days |= {max(stay.valid_to + ONE_DAY, today) for each in changed for stay in each.stays if stay.valid_to}
    return station_shifts(register.network(), after.network(), sorted(days)[:60])


def _add(
    session: Session, actor: Actor | None, added: Sequence[StationStays], *, now: datetime, recorded: bool
) -> None:
    if not added:
        return
    made = [(str(uuid.uuid4()), each) for each in added]
    session.execute(
        insert(Station),
        [
            {"id": identity, "name": each.name, "languages": list(each.languages), "active": each.active}
            | {"created_at": now}
            for identity, each in made
        ],
    )
    session.execute(insert(StationUnit), [_columns(identity, stay) for identity, each in made for stay in each.stays])
    for identity, each in made if recorded else ():
        _record(session, actor, "station-made", identity, now=now, name=each.name, unit=each.stays[-1].unit_code)


def _bring_up(
    session: Session,
    actor: Actor | None,
    before: StationStays,
    after: StationStays,
    *,
    now: datetime,
    recorded: bool,
) -> None:
    station = session.get_one(Station, after.id)
    station.name, station.languages = after.name, list(after.languages)
    known = {
        row.valid_from: row for row in session.scalars(select(StationUnit).where(StationUnit.station_id == after.id))
    }
    for stay in after.stays:
        if stay.valid_from in known:
            known[stay.valid_from].unit_code, known[stay.valid_from].valid_to = stay.unit_code, stay.valid_to
        else:
            session.add(StationUnit(**_columns(after.id, stay)))
    if before.active != after.active:
        stations.set_active(session, actor, station_id=after.id, active=after.active, now=now)
    if recorded and replace(before, active=after.active) != after:
        told = [f"{stay.unit_code} {stay.valid_from.isoformat()}" for stay in after.stays if stay not in before.stays]
        facts = {"name": after.name, "languages": list(after.languages), "stays": told}
        _record(session, actor, "station-changed", after.id, now=now, **facts)


def _columns(station_id: str, stay: Stay) -> dict[str, object]:
    return {
        "station_id": station_id,
        "unit_code": stay.unit_code,
        "valid_from": stay.valid_from,
        "valid_to": stay.valid_to,
    }


def _value(station: StationStays) -> dict[str, object]:
    return {
        "id": station.id,
        "name": station.name,
        "languages": list(station.languages),
        "active": station.active,
        "stays": [
            [stay.unit_code, stay.valid_from.isoformat(), stay.valid_to and stay.valid_to.isoformat()]
            for stay in station.stays
        ],
    }


def _cells(station: StationStays, stay: Stay, units: Mapping[str, Sequence[Unit]]) -> dict[str, str]:
    standing = [unit for unit in units.get(stay.unit_code, ()) if unit.valid_from <= stay.valid_from]
    return {
        "id": station.id,
        "name": station.name,
        "unit": stay.unit_code,
        "unit_name": standing[-1].name if standing else "",
        "valid_from": f"{stay.valid_from:%d/%m/%Y}",
        "valid_to": f"{stay.valid_to:%d/%m/%Y}" if stay.valid_to else "",
        "languages": " ".join(station.languages),
        "active": "có" if station.active else "không",
    }


def _json(station: StationStays, stay: Stay) -> dict[str, object]:
    return {
        "id": station.id,
        "name": station.name,
        "unit": stay.unit_code,
        "valid_from": stay.valid_from.isoformat(),
        "valid_to": stay.valid_to.isoformat() if stay.valid_to else None,
        "languages": list(station.languages),
        "active": station.active,
    }


def _record(
    session: Session, actor: Actor | None, deed: str, station_id: str, *, now: datetime, **facts: object
) -> None:
    audit.record(
        session,
        person=actor.id if actor else None,
        deed=deed,
        subject_kind="station",
        subject_id=station_id,
        at=now,
        facts=facts,
    )
