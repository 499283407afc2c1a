"""One day of a station as a playlist that players read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from playlists.formats import write_m3u8, write_xspf
from playlists.model import Item, ItemKind
from playlists.office_dates import office_date
from playlists.recurrence import zone_named
from scheduler.errors import Conflict
from scheduler.services.station_playlist import Playlist, PlaylistItem


class PlaylistForm(StrEnum):
    """What a playlist is written as; the value is the ending of its file."""

    M3U8 = "m3u8"
    XSPF = "xspf"


def exported(playlist: Playlist, form: PlaylistForm, *, locate: Callable[[str], str], zone: str) -> str:
    """Return everything that is to sound at the station on that day, in order, each item with its local start.

    ``locate`` turns a sound's SHA-256 into its address. What is left out or taken out of the plan is not in it. Raises
    :class:`~scheduler.errors.Conflict` when nothing is to sound.
    """
    items = list(_items(playlist, zone))
    if not items:
        raise Conflict(what="Ngày này cụm loa không có mục nào để phát, nên không có danh sách phát để tải")
    if form is PlaylistForm.M3U8:
        return write_m3u8(items, locate)
    return write_xspf(items, locate, title=f"{playlist.station_name}, {office_date(playlist.local_date)}")


def _items(playlist: Playlist, zone: str) -> Iterator[Item]:
    tz = zone_named(zone)
    for airing in playlist.airings:
        if airing.cancel_reason is not None:
            continue
        for item in airing.sounding:
            if item.starts_at is not None and item.media_sha256 is not None:
                yield _item(item, f"{item.starts_at.astimezone(tz):%H:%M:%S} {item.title}")


def _item(item: PlaylistItem, title: str) -> Item:
    return Item(
        kind=ItemKind(item.kind),
        media=item.media_sha256,
        duration=timedelta(milliseconds=item.duration_ms or 0),
        bulletin_id=UUID(item.bulletin_id),
        revision=item.revision or 1,
        language=item.language,
        approval=item.approval_digest or "",
        title=title,
    )
