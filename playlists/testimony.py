"""What a station's as-run entries say about one airing, sorted by item; nothing is concluded here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from playlists.model import AsRun, AsRunEvent, Item, ItemPhase, require
from playlists.outcomes import Note, Reason

SHORT_BY = timedelta(seconds=1)
"""An item that sounded for less than its length by more than this did not sound to its end."""

SOUND = frozenset({AsRunEvent.STARTED, AsRunEvent.FINISHED, AsRunEvent.INTERRUPTED})


@dataclass(slots=True)
class ItemWords:
    """The entries about one item, each list in order of time."""

    starts: list[AsRun] = field(default_factory=list)
    wholes: list[AsRun] = field(default_factory=list)
    cuts: list[AsRun] = field(default_factory=list)
    misses: list[AsRun] = field(default_factory=list)
    notes: set[Note] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Whether it is said to have started, and nothing is said of its end."""
        return bool(self.starts) and not self.wholes and not self.cuts

    @property
    def cut(self) -> AsRun | None:
        """The entry that tells most of its cut: the first that says by what, else the first."""
        return next((entry for entry in self.cuts if entry.reason is not None), self.cuts[0] if self.cuts else None)

    @property
    def first(self) -> AsRun | None:
        """The first entry that tells of its playing or not playing."""
        told = [*self.starts, *self.wholes, *self.cuts, *self.misses]
        return min(told, key=lambda entry: (entry.at, entry.chain, entry.n), default=None)

    @property
    def says_something(self) -> bool:
        """Whether any entry tells of its playing or not playing."""
        return bool(self.starts or self.wholes or self.cuts or self.misses)


@dataclass(frozen=True, slots=True)
class Testimony:
    """All that is said about one airing.

    ``contradicted`` are the items for which an entry names a medium that the plan does not; such an entry says
    nothing about the planned item.
    """

    started: tuple[AsRun, ...]
    finished: tuple[AsRun, ...]
    interruptions: tuple[AsRun, ...]
    missed: tuple[AsRun, ...]
    items: Mapping[int, ItemWords]
    contradicted: frozenset[int]
    notes: frozenset[Note]

    @property
    def sounded(self) -> bool:
        """Whether anything says that sound was made for this airing."""
        played = any(words.starts or words.wholes or words.cuts for words in self.items.values())
        return bool(played or self.contradicted or self.started or self.finished or self.interruptions)

    @property
    def last_item(self) -> int | None:
        """The greatest index of an item that something is said about."""
        spoken_of = {index for index, words in self.items.items() if words.says_something} | self.contradicted
        return max(spoken_of, default=None)

    @property
    def vouched(self) -> bool:
        """Whether the airing is said to have finished by a player that reports no items: then each of them sounded."""
        return bool(self.finished) and not self.interruptions and self.last_item is None


def in_time_order(entries: Iterable[AsRun], airing_id: UUID) -> tuple[AsRun, ...]:
    """Return each entry once, by time, whatever the order and however often it came.

    Raises :class:`~playlists.errors.InvalidPlan` for an entry about another airing.
    """
    once: dict[tuple[str, int], AsRun] = {}
    for entry in sorted(entries, key=lambda each: (each.at, each.chain, each.n, repr(each))):
        require(that=entry.airing_id == airing_id, what="Mục nhật ký thuộc một buổi phát khác")
        once.setdefault((entry.chain, entry.n), entry)
    return tuple(once.values())


def rundown_named(entries: Sequence[AsRun]) -> int | None:
    """Return the sequence that the airing was played from: the one its first start names, else its first entry."""
    naming = [entry for entry in entries if entry.rundown is not None]
    starts = [entry for entry in naming if entry.event is AsRunEvent.STARTED]
    return next((entry.rundown for entry in (*starts, *naming)), None)


def hear(entries: Sequence[AsRun], planned: Sequence[Item]) -> Testimony:
    """Sort ``entries`` (of one airing, in time order) by the items of the plan that the airing was played from."""
    items: dict[int, ItemWords] = defaultdict(ItemWords)
    contradicted: set[int] = set()
    for entry in entries:
        if entry.item is None:
            continue
        if not _names_planned(entry, planned):
            contradicted.add(entry.item)
        else:
            _file(entry, items[entry.item], planned[entry.item].duration)
    told = {event: tuple(entry for entry in entries if entry.event is event) for event in AsRunEvent}
    for words in items.values():
        words.cuts = [entry for entry in words.cuts if not _came_after_the_end(entry, words)]
    _place_interruptions(told[AsRunEvent.INTERRUPTED], items)
    notes = {Note(entry.event.value) for entry in entries if entry.event.value in {Note.SILENCE, Note.FAULT}}
    return Testimony(
        started=told[AsRunEvent.STARTED],
        finished=told[AsRunEvent.FINISHED],
        interruptions=told[AsRunEvent.INTERRUPTED],
        missed=tuple(entry for entry in told[AsRunEvent.MISSED] if entry.item is None),
        items=dict(items),
        contradicted=frozenset(contradicted),
        notes=frozenset(notes | ({Note.OTHER_MEDIA} if contradicted else set())),
    )


def _names_planned(entry: AsRun, planned: Sequence[Item]) -> bool:
    if entry.item is None or not 0 <= entry.item < len(planned):
        return False
    return entry.media is None or entry.media == planned[entry.item].media


def _file(entry: AsRun, words: ItemWords, duration: timedelta) -> None:
    if entry.event is AsRunEvent.MISSED:
        words.misses.append(entry)
    elif entry.event is AsRunEvent.INTERRUPTED:
        words.cuts.append(entry)
    elif entry.event in {AsRunEvent.SILENCE, AsRunEvent.FAULT}:
        words.notes.add(Note(entry.event.value))
    elif entry.event is AsRunEvent.ITEM and entry.phase is not ItemPhase.END:
        words.starts.append(entry)
    elif entry.event is AsRunEvent.ITEM:
        (words.wholes if why_cut(entry, duration) is None else words.cuts).append(entry)


def why_cut(entry: AsRun, duration: timedelta) -> str | None:
    """Return by what the end of an item in ``entry`` came too early; None if it sounded to its end."""
    if entry.reason is not None or entry.event is AsRunEvent.INTERRUPTED:
        return entry.reason or Reason.FAULT
    if entry.position is not None and entry.position < duration - SHORT_BY:
        return Reason.SHORT
    return None


def _came_after_the_end(cut: AsRun, words: ItemWords) -> bool:
    """Whether the same chain had told before that the item sounded to its end, and of no new start since.

    A station that lost its power between two items names the last position that it had kept: the end of the first.
    """
    ends = [entry.n for entry in words.wholes if entry.chain == cut.chain and entry.n < cut.n]
    starts = [entry.n for entry in words.starts if entry.chain == cut.chain and entry.n < cut.n]
    return cut.event is AsRunEvent.INTERRUPTED and bool(ends) and max(starts, default=-1) < max(ends)


def _place_interruptions(interruptions: Sequence[AsRun], items: Mapping[int, ItemWords]) -> None:
    """Give an interruption that names no item to the item that was playing then: the last begun without an end."""
    open_since = {index: words.starts[0] for index, words in items.items() if words.is_open}
    for entry in interruptions:
        # What the same chain tells to have begun later goes on after the interruption: that did not cut it.
        playing = {index: start.at for index, start in open_since.items() if not _is_told_before(entry, start)}
        if entry.item is None and playing:
            begun = [index for index, at in playing.items() if at <= entry.at]
            items[max(begun or playing)].cuts.append(entry)


def _is_told_before(one: AsRun, other: AsRun) -> bool:
    return one.chain == other.chain and one.n < other.n
