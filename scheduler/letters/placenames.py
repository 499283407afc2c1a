"""One place written in several ways that differ only in their marks: "Mường Sáng" beside "Muờng Sang"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from scheduler.letters.model import Fault, Paragraph
from scheduler.letters.orthography import bare, marked_key

_UNIT = r"(?:tỉnh|thành phố|huyện|quận|thị xã|thị trấn|xã|phường|bản|thôn|đặc khu)"
_NAME_WORD = r"[A-ZĐÀ-ỸẮẰẲẴẶẤẦẨẪẬĂÂÊÔƠƯ][\w’']{0,8}"
_AFTER_UNIT = re.compile(rf"(?<!\w)(?i:{_UNIT})\s((?:{_NAME_WORD})(?:\s{_NAME_WORD}){{1,3}})")
_BEFORE_DATE = re.compile(rf"^((?:{_NAME_WORD})(?:\s{_NAME_WORD}){{1,3}}),\s?ngày", re.IGNORECASE)
_KIND_OF_UNIT = re.compile(rf"(?:{_UNIT})\s", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_Key = tuple[tuple[str, str], ...]


def placename_faults(paragraphs: Sequence[Paragraph], known_names: Sequence[str]) -> Iterator[Fault]:
    """A fault for each spelling that is not the known one; without a known one, for each but the most frequent.

    When no spelling is more frequent than the others, none can be trusted and all are named.
    """
    known: dict[str, list[str]] = {}
    for name in (_KIND_OF_UNIT.sub("", each, count=1) for each in known_names):
        known.setdefault(bare(name), []).append(name)
    written = _written_names(paragraphs, known)
    for plain, places in written.items():
        forms = Counter(marked_key(text) for text, _ in places)
        right = {marked_key(name) for name in known[plain]} if plain in known else _most_frequent(forms)
        told: set[_Key] = set()
        for text, line in places:
            key = marked_key(text)
            if key in right or key in told:
                continue
            told.add(key)
            yield Fault("near-miss-name", text, line, _message(text, key, places, known.get(plain, [])))


def _message(text: str, key: _Key, places: Sequence[tuple[str, int]], known: Sequence[str]) -> str:
    others = known or dict.fromkeys(other for other, _ in places if marked_key(other) != key)
    named = "”, “".join(others)
    return f"Tên riêng “{text}” viết khác “{named}” ở dấu: hãy kiểm tra tên đúng."


def _most_frequent(forms: Counter[_Key]) -> set[_Key]:
    ranked = forms.most_common(2)
    return {ranked[0][0]} if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else set()


def _written_names(paragraphs: Sequence[Paragraph], known: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """Each place name without its marks, and how and on which line the letter writes it."""
    plain_names = set(known)
    for paragraph in paragraphs:
        for pattern in (_AFTER_UNIT, _BEFORE_DATE):
            for found in pattern.finditer(paragraph.text):
                words = found[1].split()
                plain_names.update(bare(" ".join(words[:count])) for count in range(2, len(words) + 1))
    written: dict[str, list[tuple[str, int]]] = {}
    for paragraph in paragraphs:
        for plain, text, at in _capitalised_runs(paragraph.text):
            if plain in plain_names:
                written.setdefault(plain, []).append((text, paragraph.line_at(at)))
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


def _without_longer(written: dict[str, list[tuple[str, int]]]) -> dict[str, list[tuple[str, int]]]:
    """Leaves out a name that only adds words to another one: what is wrong in the shorter is told once."""
    return {
        plain: places
        for plain, places in written.items()
        if not any(plain != other and plain.startswith(f"{other} ") for other in written)
    }
