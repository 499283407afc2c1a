"""To whom a letter goes: the "Kính gửi" list, and the list of copies under "Nơi nhận"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scheduler.letters.marks import BULLET, is_address, is_base_opener
from scheduler.letters.model import Paragraph
from scheduler.rules.lint.orthography import bare

MAX_RECIPIENTS = 200
_MARK = re.compile(r"Kính gửi\s{0,3}:?\s{0,3}", re.IGNORECASE)
_NOT_A_BODY = ("nhu tren", "nhu dieu", "nhu kinh gui", "luu")


def take_recipients(paragraphs: Sequence[Paragraph]) -> tuple[tuple[str, ...], int]:
    """The recipients after "Kính gửi", and how many paragraphs they fill (0 when the letter has no such part)."""
    if not paragraphs or not is_address(paragraphs[0].text):
        return (), 0
    mark = _MARK.match(paragraphs[0].text)
    inline = paragraphs[0].text[mark.end() :] if mark else ""
    recipients = _listed(inline)
    used = 1
    open_list = not inline or inline.endswith((";", ",")) or BULLET.match(inline) is not None
    if not open_list:
        return tuple(recipients), used
    while used < len(paragraphs) and len(recipients) < MAX_RECIPIENTS:
        text = paragraphs[used].text
        bullet = BULLET.match(text)
        if not (bullet or open_list) or is_base_opener(text):
            break
        recipients += _listed(text)
        open_list = text.endswith((";", ","))
        used += 1
        if text.endswith("."):
            break
    return tuple(recipients), used


def copy_recipients(copies: Sequence[str]) -> tuple[str, ...]:
    """The bodies in a "Nơi nhận" list: what a document without "Kính gửi" is sent to."""
    bodies = [body for text in copies for body in _listed(text)]
    return tuple(body for body in bodies if not bare(body).startswith(_NOT_A_BODY))


def _listed(text: str) -> list[str]:
    parts = (BULLET.sub("", part.strip(), count=1).strip(" .,;:/") for part in text.split(";"))
    return [part for part in parts if part]
