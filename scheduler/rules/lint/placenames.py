"""One place written in several ways that differ only in their marks: "Mường Sáng" beside "Muờng Sang"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scheduler.rules.lint.flaw import Flaw
from scheduler.rules.lint.orthography import bare, marked_key

_UNIT = r"(?:tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|bản|thôn|đặc khu)"
_NAME_WORD = r"[A-ZĐÀ-ỸẮẰẲẴẶẤẦẨẪẬĂÂÊÔƠƯ][\w’']{0,8}"
_AFTER_UNIT = re.compile(rf"(?<!\w)(?i:{_UNIT})\s((?:{_NAME_WORD})(?:\s{_NAME_WORD}){{1,3}})")
_BEFORE_DATE = re.compile(rf"^((?:{_NAME_WORD})(?:\s{_NAME_WORD}){{1,3}}),\s?ngày", re.IGNORECASE)
_KIND_OF_UNIT = re.compile(rf"(?:{_UNIT})\s", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """A name as written: in which of the texts, and where in it."""

    written: str
    text: int
    start: int


def placename_flaws(texts: Sequence[str], known_names: Sequence[str]) -> Iterator[tuple[int, Flaw]]:
    """A flaw, with the number of its text from 0, for each spelling that is not the known one, where it first stands.

    Without a known one, each but the most frequent is named; when no spelling is more frequent than the others, none
    can be trusted and all are named.
    """
    known: dict[str, list[str]] = {}
    for name in (_KIND_OF_UNIT.sub("", each, count=1) for each in known_names):
        known.setdefault(bare(name), []).append(name)
    for plain, places in _written_names(texts, known).items():
        forms = Counter(marked_key(place.written) for place in places)
        right = {marked_key(name) for name in known[plain]} if plain in known else _most_frequent(forms)
        told: set[_Key] = set()
        for place in places:
            key = marked_key(place.written)
            if key not in right and key not in told:
                told.add(key)
                yield place.text, _flaw(place, _others(key, places, known.get(plain, [])))


def _flaw(place: _Place, others: tuple[str, ...]) -> Flaw:
    named = "”, “".join(others)
    message = f"Tên riêng “{place.written}” viết khác “{named}” ở dấu: hãy kiểm tra tên đúng."
    return Flaw("near-miss-name", place.start, place.start + len(place.written), message, others)


def _others(key: _Key, places: Sequence[_Place], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(known or [place.written for place in places if marked_key(place.written) != key]))


def _most_frequent(forms: Counter[_Key]) -> set[_Key]:
    ranked = forms.most_common(2)
    return {ranked[0][0]} if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else set()


def _written_names(texts: Sequence[str], known: Iterable[str]) -> dict[str, list[_Place]]:
    """Each place name without its marks, and how and where the texts write it."""
    plain_names = set(known)
    for text in texts:
        for pattern in (_AFTER_UNIT, _BEFORE_DATE):
            for found in pattern.finditer(text):
                words = found[1].split()
                plain_names.update(bare(" ".join(words[:count])) for count in range(2, len(words) + 1))
    written: dict[str, list[_Place]] = {}
    for number, text in enumerate(texts):
        for plain, name, at in _capitalised_runs(text):
            if plain in plain_names:
                written.setdefault(plain, []).append(_Place(name, number, at))
    return _without_longer(written)


def _capitalised_runs(text: str) -> Iterator[tuple[str, str, int]]:
    """Runs of two to four capitalised words parted by single spaces: without marks, as written, and where."""
    words = list(_WORD.finditer(text))
    for index, first in enumerate(words):
        if not first[0][0].isupper():
            continue
        for last in words[index + 1 : index + 4]:
            span = text[first.start() : last.end()]
            if not last[0][0].isupper() or "," in span or len(span.split()) != len(_WORD.findall(span)):
                break
            yield bare(span), span, first.start()


def _without_longer(written: dict[str, list[_Place]]) -> dict[str, list[_Place]]:
    """Leaves out a name that only adds words to another one: what is wrong in the shorter is told once."""
    return {
        plain: places
        for plain, places in written.items()
        if not any(plain != other and plain.startswith(f"{other} ") for other in written)
    }
