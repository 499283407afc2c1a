"""Which encoding a Vietnamese text file is in: Unicode and cp1258 are read, the older font encodings are named.

TCVN3 (ABC) and VNI keep Vietnamese in fonts: their bytes look like Western letters, also inside Word and PDF files.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from scheduler.rules.lint.orthography import is_syllable

UNICODE, TCVN3, VNI, UNKNOWN = "Unicode", "TCVN3 (ABC)", "VNI", "lạ"
SAMPLE_CHARACTERS = 60_000
_FEWEST_WORDS = 4
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WORD = re.compile(r"[^\W\d_]+")
_TCVN3_LOOK = re.compile(r"[µ·¸¹¨©ª«¬®¶»¼½¾]|[a-z][Êßã×Ø]")
_VNI_LOOK = re.compile(r"[aAeEoOuUöÖôÔyY][ùøûõïâäàáåãëêéèúüÙØÛÕÏÂÄÀÁÅÃËÊÉÈÚÜ]")


class UndecodableText(ValueError):
    """The bytes are in an encoding that can't be read for sure; ``encoding`` names it as well as can be told."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


def decode(content: bytes) -> str:
    """The text in ``content``: by its byte order mark, else UTF-8, else cp1258 when its words prove it.

    Raises UndecodableText otherwise.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strict(content[len(bom) :], encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _from_one_byte(content)


def font_encoding(text: str) -> str:
    """The encoding that the words of ``text`` show: Unicode when they are Vietnamese or too few to tell."""
    letters = unicodedata.normalize("NFC", text[:SAMPLE_CHARACTERS])
    words = [word for word in re.findall(r"[^\s\d.,;:()\-/“”\"]+", letters) if not word.isascii()]
    if len(words) < _FEWEST_WORDS or _share_of_syllables(words) >= 0.5:
        return UNICODE
    tcvn3 = sum(bool(_TCVN3_LOOK.search(word)) for word in words)
    vni = sum(bool(_VNI_LOOK.search(word)) for word in words)
    if max(tcvn3, vni) * 3 < len(words):
        return UNKNOWN
    return TCVN3 if tcvn3 >= vni else VNI


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UndecodableText(UNKNOWN) from None


def _from_one_byte(content: bytes) -> str:
    text = unicodedata.normalize("NFC", content.decode("cp1258", errors="replace"))
    words = [word for word in _WORD.findall(text[:SAMPLE_CHARACTERS]) if not word.isascii()]
    if "\ufffd" not in text and len(words) >= _FEWEST_WORDS and _share_of_syllables(words) >= 0.9:
        return text
    guess = font_encoding(content.decode("latin-1"))
    raise UndecodableText(UNKNOWN if guess == UNICODE else guess)


def _share_of_syllables(words: list[str]) -> float:
    return sum(is_syllable(word) for word in words) / len(words)
