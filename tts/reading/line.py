"""One line of written text cut into tokens, and what a rule answers about a place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

LETTERS = r"[^\W\d_]"
SPACES = " \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
_TOP = r"(?:vn|com|net|org|gov|edu|info|asia|io|me|tv|app|biz|dev)"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PATH = r"[^\s<>\"'“”‘’,;()]{1,200}(?<![.?!:])"
ADDRESS = (
    rf"(?:https?://{_PATH}"
    rf"|[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}@{_LABEL}(?:\.{_LABEL}){{1,5}}"
    rf"|{_LABEL}(?:\.{_LABEL}){{0,5}}?\.{_TOP}(?:\.vn)?(?![\w@-]|\.[\w])(?:/{_PATH})?/?"
    rf"|[a-z0-9-]{{1,40}}\.[a-z]{{2,6}}/{_PATH})"
)
MARKS = "\u0300-\u036f"
TOKEN = re.compile(
    rf"(?:{LETTERS}[{MARKS}]*)+(?:['’ʼ](?:{LETTERS}[{MARKS}]*)+)*|[0-9]+|[{SPACES}]+|[^\w{SPACES}]|.",
    re.DOTALL,
)
_TOKEN_OR_ADDRESS = re.compile(rf"(?<![\w@.-]){ADDRESS}|{TOKEN.pattern}", re.DOTALL)
_HINT_OF_ADDRESS = re.compile(rf"@|://|\.(?:{_TOP}\b|[a-z]{{2,6}}/)", re.ASCII)
_NEXT_WORDS = re.compile(rf"[{SPACES}]{{0,8}}({LETTERS}{{1,24}})(?:[ \u00a0]({LETTERS}{{1,24}}))?")
_NEXT_WORD = re.compile(rf"[{SPACES}]{{0,8}}({LETTERS}{{1,24}})")


def words(row: str) -> frozenset[str]:
    """Return the set of the words in a row, as rules list them."""
    return frozenset(row.split())


@dataclass(frozen=True, slots=True)
class Found:
    """A rule's answer: what stands from the rule's place to `end` is said as `spoken`, or left (`reason` is set).

    `pause` is a mark, "," or ".", that follows the words, `lead` one before them; `same` says that the words did not
    change but for case; `own` that the caller's own glossary says them.
    """

    end: int
    spoken: str = ""
    reason: str = ""
    suggestions: tuple[str, ...] = ()
    pause: str = ""
    lead: str = ""
    same: bool = False
    own: bool = False


class Line:
    """The tokens of one line, with what stands before and after a place.

    Tokens are words, rows of ASCII digits, runs of spaces, single marks and whole web or e-mail addresses; together
    they are the line. `begun` says whether words were said before the place in question; `last_date`, `last_day`,
    `last_roman` and `last_phone` are where the last of these said so far ended.
    """

    __slots__ = ("begun", "last_date", "last_day", "last_phone", "last_roman", "starts", "text", "tokens")

    def __init__(self, text: str) -> None:
        self.text = text
        pattern = _TOKEN_OR_ADDRESS if _HINT_OF_ADDRESS.search(text) else TOKEN
        self.tokens: list[str] = pattern.findall(text)
        self.starts: list[int] = [0, *accumulate(map(len, self.tokens))]
        self.begun = False
        self.last_date = -1
        self.last_day = -1
        self.last_roman = -1
        self.last_phone = -1

    def before(self, index: int) -> str:
        """Return the token before `index` past spaces, "" at the start."""
        place = self.place_before(index)
        return self.tokens[place] if place >= 0 else ""

    def place_before(self, index: int) -> int:
        """Return the index of the token before `index` past spaces, -1 at the start."""
        index -= 1
        if index >= 0 and self.tokens[index].isspace():
            index -= 1
        return index

    def words_before(self, index: int, count: int = 2) -> list[str]:
        """Return up to `count` words just before `index`, nearest first, in lower case; other tokens end the row."""
        words: list[str] = []
        while len(words) < count:
            index = self.place_before(index)
            if index < 0 or not self.tokens[index][0].isalpha():
                break
            words.append(self.tokens[index].lower())
        return words

    def word_before(self, index: int) -> str:
        """Return the word just before `index` in lower case, "" where another token or nothing stands."""
        token = self.before(index)
        return token.lower() if token[:1].isalpha() else ""

    def word_after(self, position: int) -> str:
        """Return the word that follows a character position, past spaces, as written; "" where none does."""
        found = _NEXT_WORD.match(self.text, position)
        return found[1] if found else ""

    def words_after(self, position: int) -> tuple[str, str]:
        """Return the word and the two words that follow a character position, in lower case, as far as they stand."""
        found = _NEXT_WORDS.match(self.text, position)
        if found is None:
            return "", ""
        first = found[1].lower()
        return first, f"{first} {found[2].lower()}" if found[2] else first

    def just_after(self, mark: int, index: int) -> str:
        """Return what stands between a position said before and `index`, without spaces; "?" when that is far away."""
        place = self.starts[index]
        return self.text[mark:place].strip(" \u00a0") if mark >= 0 and place - mark <= 12 else "?"

    def glued_before(self, index: int) -> str:
        """Return the character that touches the token on its left, "" for a space or the start."""
        place = self.starts[index]
        return self.text[place - 1].strip() if place else ""
