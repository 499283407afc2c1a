"""Whether dated units make a tree on every day: one unit a code, a parent that stands, no circle. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from playlists.network import ONE_DAY, Stay, Unit, UnitKey, covers


class Part(StrEnum):
    """Which part of a unit or of a stay is at fault."""

    FIRST_DAY = "valid_from"
    PARENT = "parent"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the unit of ``key``, and what to do; both are sentences without a full stop."""

    key: UnitKey
    part: Part
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class StayFault:
    """What is wrong with one of a station's ``stays`` (its index), and what to do."""

    index: int
    part: Part
    what: str
    remedy: str


Spans = Mapping[str, Sequence[Unit]]


def unit_faults(units: Iterable[Unit]) -> list[Fault]:
    """Return what keeps ``units`` from being a tree on every day, in the order of their keys.

    Days of one code must not overlap; a parent's code must be some unit's on each day of the child; no unit may lie
    below itself. Where days of a code overlap, its parents aren't asked further.
    """
    ordered = sorted(units, key=lambda unit: unit.key)
    spans: dict[str, list[Unit]] = defaultdict(list)
    for unit in ordered:
        spans[unit.code].append(unit)
    found = [fault for code in spans for fault in _overlaps(spans[code])]
    if not found:
        found = [fault for unit in ordered if (fault := _without_parent(unit, spans)) is not None]
        found += _circles(ordered, spans)
    return sorted(found, key=lambda fault: fault.key)


def _overlaps(same_code: Sequence[Unit]) -> Iterable[Fault]:
    latest: Unit | None = None
    for unit in same_code:
        if latest is not None and (latest.valid_to is None or unit.valid_from <= latest.valid_to):
            yield Fault(
                unit.key,
                Part.FIRST_DAY,
                f"trùng ngày với {latest.name} cùng mã {unit.code} ({span_words(latest.valid_from, latest.valid_to)})",
                f"ghi ngày cuối của đơn vị trước là {unit.valid_from - ONE_DAY:%d/%m/%Y} hoặc sớm hơn"
                if latest.valid_from < unit.valid_from
                else "giữ lại một trong hai dòng",
            )
        if latest is None or _ends_before(latest, unit):
            latest = unit


def _ends_before(one: Unit, other: Unit) -> bool:
    return one.valid_to is not None and (other.valid_to is None or other.valid_to > one.valid_to)


def _without_parent(unit: Unit, spans: Spans) -> Fault | None:
    if unit.parent_code is None:
        return None
    day = first_uncovered(unit.valid_from, unit.valid_to, spans.get(unit.parent_code, ()))
    if day is None:
        return None
    known = spans.get(unit.parent_code)
    return Fault(
        unit.key,
        Part.PARENT,
        f"ngày {day:%d/%m/%Y} không có đơn vị cấp trên mã {unit.parent_code}"
        + (f" ({known[-1].name} {span_words(known[-1].valid_from, known[-1].valid_to)})" if known else ""),
        "chọn đơn vị cấp trên có hiệu lực suốt thời gian đó, hoặc sửa ngày"
        if known
        else "thêm đơn vị cấp trên đó, hoặc sửa mã",
    )


def first_uncovered(first: date, last: date | None, spans: Iterable[Unit | Stay]) -> date | None:
    """Return the first day from ``first`` to ``last`` (both included, None is no end) that no span covers, if any."""
    day = first
    for span in sorted(spans, key=lambda each: each.valid_from):
        if span.valid_from > day:
            return day
        if span.valid_to is None or (last is not None and span.valid_to >= last) or span.valid_to == date.max:
            if span.valid_to is None or span.valid_to >= day:
                return None
        elif span.valid_to >= day:
            day = span.valid_to + ONE_DAY
    return day


def _circles(units: Sequence[Unit], spans: Spans) -> list[Fault]:
    """Find units that lie below themselves on some day.

    Only units on a circle of overlapping spans can; what merely leads into one, or away from it, is peeled off first,
    so that a sound tree of any size takes one pass.
    """
    above = {unit.key: [parent.key for parent in _parents(unit, spans)] for unit in units}
    suspects = _peeled(above)
    if not suspects:
        return []
    members = [unit for unit in units if unit.key in suspects]
    found: dict[UnitKey, Fault] = {}
    for day in sorted({unit.valid_from for unit in members}):
        standing = {unit.code: unit for unit in members if covers(unit, day)}
        for unit in standing.values():
            if unit.key not in found and _returns(unit, standing):
                found[unit.key] = Fault(
                    unit.key,
                    Part.PARENT,
                    f"ngày {day:%d/%m/%Y} đơn vị này nằm dưới chính nó",
                    "chọn đơn vị cấp trên khác",
                )
    return list(found.values())


def _parents(unit: Unit, spans: Spans) -> list[Unit]:
    if unit.parent_code is None:
        return []
    candidates = spans.get(unit.parent_code, ())
    start = max(0, bisect_right(candidates, unit.valid_from, key=lambda each: each.valid_from) - 1)
    found = []
    for each in candidates[start:]:
        if unit.valid_to is not None and each.valid_from > unit.valid_to:
            break
        if each.valid_to is None or each.valid_to >= unit.valid_from:
            found.append(each)
    return found


def _peeled(above: Mapping[UnitKey, Collection[UnitKey]]) -> set[UnitKey]:
    left = set(above)
    for edges in (above, _turned(above)):
        back = _turned(edges)
        degree = {key: sum(each in left for each in edges[key]) for key in left}
        waiting = [key for key, count in degree.items() if count == 0]
        while waiting:
            key = waiting.pop()
            left.discard(key)
            for each in back[key]:
                if each in left:
                    degree[each] -= 1
                    if degree[each] == 0:
                        waiting.append(each)
    return left


def _turned(edges: Mapping[UnitKey, Collection[UnitKey]]) -> dict[UnitKey, list[UnitKey]]:
    back: dict[UnitKey, list[UnitKey]] = {key: [] for key in edges}
    for key, others in edges.items():
        for each in others:
            back[each].append(key)
    return back


def _returns(unit: Unit, standing: Mapping[str, Unit]) -> bool:
    seen: set[str] = set()
    current = unit
    while current.code not in seen:
        seen.add(current.code)
        parent = standing.get(current.parent_code) if current.parent_code is not None else None
        if parent is None:
            return False
        current = parent
    return current.code == unit.code


def stay_faults(stays: Sequence[Stay], units: Spans) -> list[StayFault]:
    """Return what is wrong with where one station stands: days that overlap, a unit that isn't there on a first day.

    ``units`` are the units by code. A stay may outlast its unit: when its code is given to a new one, it stands there.
    """
    found = [
        StayFault(
            index,
            Part.UNIT,
            f"ngày {stay.valid_from:%d/%m/%Y} không có đơn vị mã {stay.unit_code}",
            "sửa mã đơn vị, hoặc thêm đơn vị đó trước",
        )
        for index, stay in enumerate(stays)
        if not any(covers(unit, stay.valid_from) for unit in units.get(stay.unit_code, ()))
    ]
    numbered = sorted(enumerate(stays), key=lambda pair: (pair[1].valid_from, pair[0]))
    for (_, earlier), (index, later) in pairwise(numbered):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            found.append(
                StayFault(
                    index,
                    Part.FIRST_DAY,
                    f"trùng ngày với lúc cụm loa đứng ở đơn vị {earlier.unit_code} "
                    f"({span_words(earlier.valid_from, earlier.valid_to)})",
                    "sửa ngày đầu hoặc ngày cuối để mỗi ngày cụm loa chỉ đứng ở một đơn vị",
                )
            )
    return found


def span_words(first: date, last: date | None) -> str:
    """Return ``từ 01/07/2025`` or ``từ 14/11/2006 đến 30/06/2025``."""
    return f"từ {first:%d/%m/%Y}" + ("" if last is None else f" đến {last:%d/%m/%Y}")
