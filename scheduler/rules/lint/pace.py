"""How long a text takes to say, for an estimate before there is any sound."""

from __future__ import annotations

SYLLABLES_PER_S = 3.4
"""How fast a newsreader speaks Vietnamese: about 200 syllables a minute; for an estimate only."""


def spoken_ms(spoken: str) -> int:
    """Return about how many milliseconds a newsreader needs for a spoken text: a word written apart is a syllable."""
    syllables = sum(any(letter.isalnum() for letter in word) for word in spoken.split())
    return round(syllables * 1000 / SYLLABLES_PER_S)


def length_words(milliseconds: int) -> str:
    """Say a length as pages write it: "1 phút 30 giây"."""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    parts = ([f"{minutes} phút"] if minutes else []) + ([f"{seconds} giây"] if seconds or not minutes else [])
    return " ".join(parts)
