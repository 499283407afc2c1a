"""The glossary: what is written, how it is said, and where that holds; the package's own and the district's entries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files

from tts.reading.errors import GlossaryRowInvalid
from tts.reading.line import TOKEN, Line
from tts.reading.rows import rows as rows_of
from tts.reading.syllables import is_syllable

_ROLES = ("", "name", "number", "suggest", "type", "issuer", "field")
_NEIGHBOURS = re.compile(r"(?:after|before)=[^=]+")
_CHAIN_GOES_ON = re.compile(r"[-–&.][A-ZĐƯ][A-ZĐƯ]?(?![a-zà-ỹ])")
_MEASURED = re.compile(
    r"[ .:\u00a0]{0,3}\d[\d.,-]{0,20}[ \u00a0]?(?:[%°‰]|(?:kg|tấn|ha|km|triệu|tỷ|tỉ|nghìn|đồng|mm|độ|người|hộ)(?!\w))"
)
_UNSPOKEN = re.compile(r"[0-9%/&+<>=@#_*°$€|~^{}\[\]\\]|(?<!\w)[A-ZĐ]{2,}(?!\w)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: `written` is said as `spoken` where `when` holds.

    `when` is "" (everywhere), "name" (before a word with a capital), "number" (before a number or "số"),
    "after=word,two words" and "before=word,two words" (beside one of these), "suggest" (never sure, only offered), and
    for document symbols "type", "issuer" and "field" (what follows B for bộ, S for sở, P for phòng).
    """

    written: str
    spoken: str
    when: str = ""
    own: bool = False
    tokens: tuple[str, ...] = field(default=(), compare=False)

    def holds(self, line: Line, index: int, end: int) -> bool:
        """Tell whether the entry's condition holds for a match that starts at token `index` and ends at `end`."""
        if self.when == "":
            return True
        if self.when == "name":
            follows = line.word_after(end)
            if len(self.written) == 2 and self.written[1] == "." and line.before(index)[:1].isupper():
                return False  # the letter ends a person's name: "bà Lò Thị H. Chị ..."
            return follows.istitle() or (follows.isupper() and is_syllable(follows.lower()))
        if self.when == "number":
            if _MEASURED.match(line.text, end):
                return False  # a measure, and no number of a document: "độ ẩm TB 82%"
            rest = line.text[end : end + 3].lstrip(" .:\u00a0")
            return rest[:1].isdigit() or line.word_after(end).lower() == "số"
        if self.when.startswith("before="):
            first, both = line.words_after(end)
            return not {first, both}.isdisjoint(self.when[7:].split(","))
        if self.when.startswith("after="):
            if line.before(index) in (":", "-", "–"):
                index = line.place_before(index)
            before = " ".join(reversed(line.words_before(index)))
            return any(before == phrase or before.endswith(f" {phrase}") for phrase in self.when[6:].split(","))
        return False


def checked(entry: Entry, number: int = 1) -> Entry:
    """Return a caller's entry marked as its own; raises GlossaryRowInvalid (row `number`) for one not to be used."""
    cells = [entry.written, entry.spoken, *([entry.when] if entry.when else [])]
    why = _fault(cells)
    if why:
        raise GlossaryRowInvalid(row=number, why=why)
    written, spoken = (unicodedata.normalize("NFC", cell) for cell in cells[:2])
    return Entry(written, spoken, entry.when, own=True)


def _key(token: str) -> str:
    return " " if token.isspace() else token.replace("’", "'").replace("ʼ", "'")


def parse_rows(text: str, *, own: bool, day: date | None = None) -> tuple[Entry, ...]:
    """Parse a table's rows, those that hold on ``day`` when it is given; `tts.reading.rows` tells their form.

    Raises GlossaryRowInvalid, with the row's number from 1, for a row that cannot be used.
    """
    entries = []
    for number, cells in rows_of(text, day):
        why = _fault(cells)
        if why:
            raise GlossaryRowInvalid(row=number, why=why)
        entries.append(Entry(cells[0], cells[1], cells[2] if len(cells) == 3 else "", own=own))
    return tuple(entries)


def _fault(cells: list[str]) -> str:
    if not cells[0] or not cells[1]:
        return "chữ viết hoặc cách đọc còn trống"
    if _UNSPOKEN.search(cells[1]):
        return f"cách đọc “{cells[1]}” còn chữ số, ký hiệu hoặc chữ viết tắt"
    if len(cells) == 3 and cells[2] not in _ROLES and not _NEIGHBOURS.fullmatch(cells[2]):
        return f"không hiểu điều kiện “{cells[2]}”"
    return ""


@cache
def built_in() -> tuple[Entry, ...]:
    """Return the package's own entries, in the order of their table."""
    text = files("tts.reading").joinpath("glossary.tsv").read_text(encoding="utf-8")
    return parse_rows(text, own=False)


class Glossary:
    """The package's entries and, before them, the caller's own; made once and shared, it never changes.

    Raises GlossaryRowInvalid, with the entry's number from 1, for an entry that cannot be used.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.types: dict[str, str] = {}
        self.issuers: dict[str, str] = {}
        self.fields: dict[str, str] = {}
        self._by_first: dict[str, list[Entry]] = {}
        self._by_folded: dict[str, list[Entry]] = {}
        self._suggested: dict[str, list[str]] = {}
        own = tuple(checked(entry, number) for number, entry in enumerate(entries, start=1))
        self.has_own = bool(own)
        for entry in (*own, *built_in()):
            self._add(entry)
        for table in (self._by_first, self._by_folded):
            for rows in table.values():
                rows.sort(key=_precedence)

    @classmethod
    def from_tsv(cls, text: str, day: date | None = None) -> Glossary:
        """Make a glossary from the district's own rows, as its page exports them; they go before the package's.

        With ``day`` given, rows that do not hold on it are left out. Raises GlossaryRowInvalid naming the row.
        """
        return cls(parse_rows(text, own=True, day=day))

    def _add(self, entry: Entry) -> None:
        tables = {"type": self.types, "issuer": self.issuers, "field": self.fields}
        if entry.when in tables:
            tables[entry.when].setdefault(entry.written, entry.spoken)
            return
        if entry.when == "suggest":
            self._suggested.setdefault(entry.written, []).append(entry.spoken)
            return
        any_case = any(letter.islower() for letter in entry.written)
        written = entry.written.lower() if any_case else entry.written
        tokens = tuple(_key(token) for token in TOKEN.findall(written))
        kept = Entry(entry.written, entry.spoken, entry.when, own=entry.own, tokens=tokens)
        table = self._by_folded if any_case else self._by_first
        table.setdefault(tokens[0], []).append(kept)

    def starts(self, token: str) -> bool:
        """Tell whether an entry may start with this token."""
        return token in self._by_first or _key(token.lower()) in self._by_folded

    def match(self, line: Line, index: int) -> tuple[int, Entry] | None:
        """Find the longest entry that stands at token `index` and holds there: where it ends, and the entry."""
        token = line.tokens[index]
        exact, folded = self._by_first.get(token, ()), self._by_folded.get(_key(token.lower()), ())
        rows = sorted((*exact, *folded), key=_precedence) if exact and folded else (exact or folded)
        for entry in rows:
            last = index + len(entry.tokens)
            if last > len(line.tokens):
                continue
            written = line.tokens[index:last]
            keys = tuple(map(_key, written))
            if keys != entry.tokens and tuple(key.lower() for key in keys) != entry.tokens:
                continue
            if keys != entry.tokens and not any(letter.islower() for letter in entry.written):
                continue
            end = line.starts[last]
            if entry.written.isupper() and not entry.own and _CHAIN_GOES_ON.match(line.text, end):
                continue
            if _splits_word(line.text, entry, line.starts[index], end):
                continue
            if entry.holds(line, index, end):
                return end, entry
        return None

    def sure(self, token: str) -> str | None:
        """Return how one token is said everywhere, None when that is not sure."""
        for entry in self._by_first.get(token, ()):
            if len(entry.tokens) == 1 and entry.when == "":
                return entry.spoken
        return None

    def suggestions(self, token: str) -> tuple[str, ...]:
        """Return what a token that is not sure may stand for."""
        return tuple(self._suggested.get(token, ()))


def _precedence(entry: Entry) -> tuple[bool, int, bool]:
    """Order entries that start alike: the caller's own, then the longest, then those with a condition."""
    return not entry.own, -len(entry.tokens), entry.when == ""


def _splits_word(text: str, entry: Entry, start: int, end: int) -> bool:
    """Tell whether letters or digits touch the match where the entry itself starts or ends with one."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    return (entry.written[0].isalnum() and before.isalnum()) or (entry.written[-1].isalnum() and after.isalnum())
