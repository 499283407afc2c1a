"""From the tables' rows to the frozen values of ``playlists``, and from its refusals to ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from playlists import model
from playlists.changes import StaleStep
from playlists.errors import PlaylistError
from scheduler.db.planning import Airing
from scheduler.errors import Conflict, InvalidInput


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what the rules of the timetable refuse into :class:`Conflict` (a step that no longer fits) or
    :class:`InvalidInput`."""
    try:
        yield
    except StaleStep as error:
        raise Conflict(what=str(error).rstrip(".")) from error
    except PlaylistError as error:
        raise InvalidInput(what=str(error).rstrip(".")) from error


def airing_value(row: Airing) -> model.Airing:
    """Return an airing's row and what it asks for as a value."""
    return model.Airing(
        id=UUID(row.id),
        station_id=UUID(row.station_id),
        date=row.local_date,
        starts_at=row.starts_at,
        title=row.title,
        programme=tuple(
            model.ProgrammeItem(model.ItemKind(item.kind), UUID(item.bulletin_id), item.language) for item in row.items
        ),
        slot_id=UUID(row.slot_id) if row.slot_id else None,
        ordinal=row.ordinal,
        max_duration=row.ends_by - row.starts_at,
        bulletin_class=model.BulletinClass(row.bulletin_class),
        start_rule=model.StartRule(row.start_rule),
        grace=timedelta(seconds=row.grace_s),
        gain_cb=row.gain_cb,
        drill=row.drill,
    )


def length_s(length: timedelta) -> int:
    """Return whole seconds."""
    return length // timedelta(seconds=1)
