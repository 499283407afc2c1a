"""What pages show of units: the tree of a day with its stations, and everything that ever had a code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from playlists.network import ONE_DAY
from scheduler.errors import NotFound
from scheduler.services.bulletins.views import fold
from scheduler.services.units.deeds import units_below
from scheduler.services.units.register import Register, UnitRow, read_register
from scheduler.services.units.tree import KIND_WORDS, UnitLine, units_on


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A unit in the tree of a day, and how many active stations stand in it or below it then."""

    unit: UnitLine
    stations: int


@dataclass(frozen=True, slots=True)
class Era:
    """One of the units that had a code: what it was formed from, the codes of that which are not known, and what it
    became."""

    row: UnitRow
    formed_from: tuple[UnitRow, ...]
    unknown: tuple[str, ...]
    became: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class StandingStation:
    """A station that stands in a unit or below it, with the name of the very unit."""

    station_id: str
    name: str
    unit_name: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    """Everything about a code: the unit that has it on ``day`` (null: none), the chain above it (nearest first), the
    units right below, the active stations in and below it, and all units that ever had the code, the last first."""

    code: str
    day: date
    here: UnitRow | None
    above: tuple[UnitRow, ...]
    below: tuple[UnitRow, ...]
    stations: tuple[StandingStation, ...]
    eras: tuple[Era, ...]


def tree(session: Session, *, day: date, words: str = "") -> list[TreeLine]:
    """Return the units of ``day`` in reading order; ``words`` keeps those that hold them, accents left aside."""
    standing = read_register(session).network().on(day)
    counts: Counter[str] = Counter()
    for code in standing.unit_of.values():
        counts.update(standing.chain(code))
    wanted = fold(words).split()
    return [TreeLine(line, counts[line.code]) for line in units_on(session, day) if _holds(line, wanted)]


def unit_page(session: Session, code: str, *, day: date) -> UnitPage:
    """Return what is known of ``code``; raises :class:`~scheduler.errors.NotFound` for one that no unit ever had."""
    register = read_register(session)
    rows = sorted((row for row in register.units.values() if row.code == code), key=lambda row: row.valid_from)
    if not rows:
        raise NotFound(what=f"đơn vị mã {code[:40]}")
    here = register.on(code, day)
    standing = register.network().on(day)
    by_code = {key[0]: row for key, row in register.units.items() if standing.holds(key)}
    stations = [
        StandingStation(str(each), register.stations[str(each)].name, by_code[standing.unit_of[each]].name)
        for each in standing.below(code)
    ]
    return UnitPage(
        code=code,
        day=day,
        here=here,
        above=tuple(by_code[each] for each in standing.chain(code)[1:]),
        below=tuple(units_below(register, [here.key], day)) if here is not None else (),
        stations=tuple(sorted(stations, key=lambda each: (each.name, each.station_id))),
        eras=tuple(era(register, row) for row in reversed(rows)),
    )


def era(register: Register, row: UnitRow) -> Era:
    """Return a unit with what came before it and what came of it."""
    eve = row.valid_from - ONE_DAY
    before = {each.code: each for each in register.units.values() if each.valid_to == eve}
    after = None if row.valid_to is None or row.valid_to == date.max else row.valid_to + ONE_DAY
    became = [each for each in register.units.values() if each.valid_from == after and row.code in each.formed_from]
    return Era(
        row,
        tuple(before[code] for code in row.formed_from if code in before),
        tuple(code for code in row.formed_from if code not in before),
        tuple(sorted(became, key=lambda each: each.name)),
    )


def _holds(line: UnitLine, words: list[str]) -> bool:
    text = fold(f"{line.code} {KIND_WORDS.get(line.kind, line.kind)} {line.name}")
    return all(word in text for word in words)
