"""The steps of a change as canonical JSON and back: what a proposal keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from uuid import UUID

from playlists.changes import Add, AddDate, DateStep, Edit, End, MoveDate, Skip, Step, Unskip
from playlists.errors import PlaylistError
from scheduler.canonical import canonical_bytes
from scheduler.services.timetable.contents import ContentRefused, slot_as_value, slot_content, slot_from_value

_DATED: Mapping[str, type[Skip | Unskip | AddDate]] = {"skip": Skip, "unskip": Unskip, "add-date": AddDate}
_MOVE = "move"


def steps_text(steps: Sequence[Step]) -> str:
    """Return the steps as canonical JSON; raises :class:`~scheduler.services.timetable.contents.ContentRefused`."""
    for step in steps:
        if isinstance(step, Add | Edit):
            slot_content(step.slot)  # refuses what has no canonical form
    return canonical_bytes([_value(step) for step in steps]).decode()


def steps_from_text(text: str) -> tuple[Step, ...]:
    """Return the steps that ``text`` holds; raises :class:`~scheduler.services.timetable.contents.ContentRefused`."""
    try:
        return tuple(_step(each) for each in json.loads(text))
    except (ValueError, KeyError, TypeError, PlaylistError) as error:
        raise ContentRefused(what="các bước của đề xuất") from error


def _value(step: Step) -> dict[str, object]:
    slot_id = str(step.slot_id)
    match step:
        case Add():
            return {"do": "add", "slot": slot_id, "content": slot_as_value(step.slot)}
        case Edit():
            content = slot_as_value(step.slot)
            return {"do": "edit", "slot": slot_id, "was": slot_as_value(step.was), "content": content}
        case End():
            return {"do": "end", "slot": slot_id, "title": step.title}
        case MoveDate():
            start = step.start.isoformat() if step.start is not None else None
            return _dated(_MOVE, step) | {"start": start}
    return _dated(next(name for name, kind in _DATED.items() if isinstance(step, kind)), step)


def _dated(name: str, step: DateStep) -> dict[str, object]:
    return {"do": name, "slot": str(step.slot_id), "title": step.title, "date": step.date.isoformat()}


def _step(value: Mapping[str, str]) -> Step:
    slot_id, do = UUID(value["slot"]), value["do"]
    if do == "add":
        return Add(slot_from_value(slot_id, value["content"]))
    if do == "edit":
        return Edit(slot_from_value(slot_id, value["was"]), slot_from_value(slot_id, value["content"]))
    if do == "end":
        return End(slot_id, value["title"])
    day = date.fromisoformat(value["date"])
    if do == _MOVE:
        start = time.fromisoformat(value["start"]) if value["start"] is not None else None
        return MoveDate(slot_id, value["title"], day, start)
    return _DATED[do](slot_id, value["title"], day)
