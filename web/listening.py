"""The page on which a programme or a session is heard beforehand: one player, and a list that jumps to each item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from flask import render_template

from scheduler.preview_files import Asked
from scheduler.services.bulletins.stand_ins import draft_media
from scheduler.services.next_sessions import NextSession
from scheduler.services.programme_preview import Preview, PreviewItem
from web import door

RATE_HZ = 44_100
BARS = 150
LONGEST_H = 3
"""A programme that lasts longer is heard item by item: joining it would keep the machine from the day's work."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the list: where it begins and how long it sounds, in samples at 44.1 kHz."""

    item: PreviewItem
    starts: int
    length: int

    @property
    def starts_s(self) -> str:
        """Where it begins, in seconds, as an address and a script take it."""
        return f"{self.starts / RATE_HZ:.6f}"


class LikelySession(Protocol):
    """The next session of a template at a station, and the stations that have one (ids and names)."""

    @property
    def session(self) -> NextSession:
        """The session."""

    @property
    def stations(self) -> Sequence[tuple[str, str]]:
        """The stations to choose from."""


def listening_page(
    preview: Preview,
    *,
    here: str,
    steps: Sequence[tuple[str, str]],
    other_url: str = "",
    with_waiting: bool = False,
    template: bool = False,
    likely: LikelySession | None = None,
) -> str:
    """Render the page, and have the preview made if it is not: ``here`` is asked again until it is.

    ``steps`` lead to the page; ``other_url`` is the page that also holds what waits, or the one that does not. Of a
    ``template`` the preview is its next session ``likely``, or what it fixes where none is planned.
    """
    rows = _rows(preview.items)
    length = rows[-1].starts + rows[-1].length if rows else 0
    too_long = length > LONGEST_H * 3600 * RATE_HZ
    asked: Asked | None = None
    if rows and not too_long:
        asked = door.centre().previews.ask([row.item.media_sha256 for row in rows])
    with door.reading() as database:
        drafts = draft_media(database, (row.item.media_sha256 for row in rows))
    return render_template(
        "listening/show.html",
        preview=preview,
        rows=rows,
        drafts=drafts,
        length=length,
        too_long=too_long,
        longest_h=LONGEST_H,
        asked=asked,
        peaks=joined_peaks([(row.item.peaks, row.length) for row in rows]),
        marked=sum(row.item.omitted is not None for row in rows),
        here=here,
        steps=steps,
        other_url=other_url,
        with_waiting=with_waiting,
        template=template,
        likely=likely,
        exact_time=exact_time,
    )


def _rows(items: Sequence[PreviewItem]) -> list[Row]:
    """Place the items one after the other; one whose file is gone counts as stored, and the preview says what lacks."""
    previews = door.centre().previews
    stated = [previews.samples(item.media_sha256) for item in items]
    lengths = [
        samples if samples is not None else round(item.duration_ms * RATE_HZ / 1000)
        for samples, item in zip(stated, items, strict=True)
    ]
    starts = accumulate(lengths, initial=0)
    return [Row(item, start, length) for item, start, length in zip(items, starts, lengths, strict=False)]


def exact_time(samples: int) -> str:
    """Return a length in samples at 44.1 kHz as ``1:02,345`` or ``1:02:03,345``, to the nearest millisecond."""
    seconds, rest_ms = divmod((samples * 1000 + RATE_HZ // 2) // RATE_HZ, 1000)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    written = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
    return f"{written},{rest_ms:03d}"


def joined_peaks(sounds: Sequence[tuple[Sequence[int], int]]) -> tuple[int, ...]:
    """Return the bars (0 to 1000) of sounds that follow each other, from the bars and the length of each."""
    total = sum(length for _, length in sounds)
    bars: list[int] = []
    before = 0
    for peaks, length in sounds:
        while len(bars) < BARS and (middle := (2 * len(bars) + 1) * total / (2 * BARS)) < before + length:
            bars.append(peaks[int((middle - before) * len(peaks) / length)] if peaks else 0)
        before += length
    return tuple(bars)
