"""When each item of a programme begins, how long the whole is in each language, and how that fits its slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from playlists.model import CONTENT_KINDS
from playlists.templates import PlaceKind
from scheduler.services.programme_views import Pieces
from scheduler.services.programmes import PlaceEntry, ProgrammeEntry, ProgrammePart

_CONTENT = frozenset(kind.value for kind in CONTENT_KINDS)


@dataclass(frozen=True, slots=True)
class TimedPart:
    """A part with its start from the programme's own, and its latest start that still fits the slot.

    Lengths are milliseconds; ``duration_ms`` is null for what has no sound yet and for places without one of their own;
    ``latest_ms`` is null without a slot, negative where the programme runs over.
    """

    part: ProgrammePart
    offset_ms: int
    duration_ms: int | None
    latest_ms: int | None


@dataclass(frozen=True, slots=True)
class LanguageTotal:
    """How long the programme sounds in one language; ``over_ms`` is against the slot (negative: time left)."""

    language: str
    total_ms: int
    over_ms: int | None


@dataclass(frozen=True, slots=True)
class Timing:
    """A programme measured; a rotation is reckoned ``rotation_ms`` long: as much as it may take."""

    parts: tuple[TimedPart, ...]
    totals: tuple[LanguageTotal, ...]
    rotation_ms: int
    unmeasured: int


def timing(parts: Sequence[ProgrammePart], known: Pieces, *, room_ms: int | None) -> Timing:
    """Return the times of a programme's parts as ``known`` measures them; ``room_ms`` is its slot's length or null."""
    lengths = [_length(part, known) for part in parts]
    fixed = sum(length for length in lengths if length is not None)
    rotation = _rotation_ms(parts, fixed, room_ms)
    lengths = [rotation if _rotates(part) else length for part, length in zip(parts, lengths, strict=True)]
    total = fixed + rotation
    timed, offset = [], 0
    for part, length in zip(parts, lengths, strict=True):
        latest = room_ms - (total - offset) if room_ms is not None else None
        timed.append(TimedPart(part, offset, length, latest))
        offset += length or 0
    missing = sum(not isinstance(part, PlaceEntry) and _length(part, known) is None for part in parts)
    return Timing(tuple(timed), tuple(_totals(parts, known, rotation, room_ms)), rotation, missing)


def _length(part: ProgrammePart, known: Pieces) -> int | None:
    if isinstance(part, PlaceEntry) or part not in known:
        return None
    return known[part].duration_ms


def _rotates(part: ProgrammePart) -> bool:
    return isinstance(part, PlaceEntry) and part.kind == PlaceKind.ROTATION.value


def _rotation_ms(parts: Sequence[ProgrammePart], fixed: int, room_ms: int | None) -> int:
    """How long what a rotation chooses may be: up to its own limit, and no longer than the slot leaves."""
    place = next((part for part in parts if isinstance(part, PlaceEntry) and _rotates(part)), None)
    if place is None:
        return 0
    limits = [place.longest_s * 1000] if place.longest_s is not None else []
    limits += [max(0, room_ms - fixed)] if room_ms is not None else []
    return min(limits, default=0)


def _totals(
    parts: Sequence[ProgrammePart], known: Pieces, rotation_ms: int, room_ms: int | None
) -> list[LanguageTotal]:
    items = [part for part in parts if not isinstance(part, PlaceEntry)]
    told = {(kind, bulletin_id) for kind, bulletin_id, _ in items if kind in _CONTENT}
    spoken = {language for kind, bulletin_id, language in known if (kind, bulletin_id) in told}
    totals = []
    for language in sorted(spoken, key=lambda each: (each != "vi", each)) or ["vi"]:
        total = rotation_ms + sum(_spoken_ms(item, language, known) for item in items)
        totals.append(LanguageTotal(language, total, total - room_ms if room_ms is not None else None))
    return totals


def _spoken_ms(item: ProgrammeEntry, language: str, known: Pieces) -> int:
    kind, bulletin_id, asked = item
    piece = known.get((kind, bulletin_id, language)) or known.get((kind, bulletin_id, asked))
    return (piece.duration_ms or 0) if piece is not None else 0
