"""Where `loa read` takes its text from: standard input, a text file or a letter; old encodings are converted."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.errors import InvalidInput
from scheduler.letters.encodings import UndecodableText, decode
from tts.reading import from_legacy, normalise

_LETTERS = frozenset((".docx", ".doc", ".docm", ".dotm", ".pdf"))
_MARKDOWN = frozenset((".md", ".markdown"))
_MARK_UP = re.compile(r"^\s{0,3}#{1,6}(?=\s)|\*{2,3}|`|(?<!\w)__|__(?!\w)", re.MULTILINE)


class NotText(InvalidInput):
    """Dòng {line} không phải chữ mã UTF-8. Hãy lưu lại văn bản với mã UTF-8 rồi đọc lại."""


class FileNotOpened(InvalidInput):
    """Không mở được tệp {file}. Hãy kiểm tra đường dẫn và quyền đọc tệp."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text to be read (NFC, LF); ``encoding`` names the old one that it was in, "" for Unicode.

    ``starts`` and ``numbers`` tell which line of the file each offset is in: a letter's wrapped lines are joined again.
    """

    text: str
    encoding: str = ""
    starts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = field(default=(), repr=False)

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, from 1, of a character of the text in the file."""
        index = bisect_right(self.starts, offset) - 1
        return self.numbers[index], offset - self.starts[index] + 1


def source_of_text(raw: bytes, *, markdown: bool = False) -> Source:
    """Return the text in ``raw``: UTF-8, or what its byte order mark or its words show; mark-up becomes spaces.

    Raises NotText with the first line that is none.
    """
    text, encoding = _decoded(raw)
    if markdown:
        text = _MARK_UP.sub(lambda found: " " * len(found[0]), text)
    lines = text.replace("\r\n", "\n").replace("\r", " ").split("\n")
    if lines[-1] == "":
        lines.pop()
    return _joined([(line, ((0, number),)) for number, line in enumerate(lines, start=1)], encoding)


def source_of_file(path: Path) -> Source:
    """Return the text of a file; .docx, .doc and .pdf are read as letters, a paragraph a line.

    Raises FileNotOpened, NotText, and an UnreadableLetter for a letter's file that can't be read.
    """
    try:
        raw = path.read_bytes()
    except (OSError, ValueError):
        raise FileNotOpened(file=str(path).encode("utf-8", "replace").decode()) from None
    if path.suffix.lower() not in _LETTERS:
        return source_of_text(raw, markdown=path.suffix.lower() in _MARKDOWN)
    from scheduler.letters.parse import letter_paragraphs  # a letter's readers are heavy
    from scheduler.letters.reading.letter import letter_lines

    lines = letter_lines(raw, path.name)
    converted = from_legacy("\n".join(line.text for line in lines))
    paragraphs = [(paragraph.text, paragraph.starts) for paragraph in letter_paragraphs(lines)]
    if converted is not None:
        paragraphs = [((from_legacy(text) or (text,))[0], starts) for text, starts in paragraphs]
    return _joined(paragraphs, converted[1] if converted is not None else "")


def _decoded(raw: bytes) -> tuple[str, str]:
    try:
        text = decode(raw)
    except UndecodableText:
        found = from_legacy(raw.decode("latin-1"))
        if found is None:
            raise NotText(line=_first_bad_line(raw)) from None
        return found
    return from_legacy(text) or (text, "")


def _first_bad_line(raw: bytes) -> int:
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return raw.count(b"\n", 0, error.start) + 1
    return 1


def _joined(paragraphs: list[tuple[str, tuple[tuple[int, int], ...]]], encoding: str) -> Source:
    """Join paragraphs by line ends, each with the offsets at which lines of the file start in it."""
    texts, starts, numbers = [], [], []
    base = 0
    for written, lines in paragraphs:
        text = normalise(written).replace("\n", " ")
        for start, number in lines:
            starts.append(base + start)
            numbers.append(number)
        texts.append(text)
        base += len(text) + 1
    return Source("\n".join(texts), encoding, tuple(starts), tuple(numbers))
