"""Texts to measure with: our own, of any length, in which no sentence comes twice as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from itertools import count, islice

from scheduler.starters import starters
from tts.reading import read

_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b")
_SENTENCES = (
    "Good evening, this is the radio of the district, with notices for every village on the river",
    "The health station gives vaccinations on Tuesday morning, and mothers should bring the booklet of their child",
    "Heavy rain is expected tonight, so please keep away from streams and do not cross flooded roads",
    "The culture house lends books to everybody who brings a card and returns them after two weeks",
    "Whoever receives a message that asks for money should call the family first and send nothing before",
    "The market opens an hour earlier on Saturday, because the road will be repaired in the afternoon",
    "Farmers are advised to cover young plants, as the nights are going to be colder than last week",
    "Share only what comes from an official page, and tell the police when somebody spreads false news",
)
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def official_text(size: int) -> str:
    """Exactly ``size`` bytes or a few less of written Vietnamese: the starter bulletins and the sample letter over and
    over, each time with other dates.
    """
    letter = files("scheduler.letters").joinpath("samples", "cong-van-mau.md").read_text("utf-8")
    once = "\n".join([*(starter.script for starter in starters()), letter])
    rounds = (_later(once, days) for days in count())
    written = ""
    while len(written.encode()) < size:
        written += next(rounds) + "\n"
    return written.encode()[:size].decode("utf-8", "ignore")


def _later(text: str, days: int) -> str:
    """The text with every whole date so many days later."""

    def later(found: re.Match[str]) -> str:
        try:
            day = date(int(found[3]), int(found[2]), int(found[1])) + timedelta(days)
        except ValueError:
            return found[0]
        return f"{day.day:02d}/{day.month}/{day.year}"

    return _DATE.sub(later, text)


def vietnamese_sentences(number: int) -> list[str]:
    """So many spoken sentences of the starter bulletins, no two alike."""
    spoken = [s.spoken for starter in starters() for paragraph in read(starter.script).paragraphs for s in paragraph]
    return list(islice(_numbered(spoken, "Tin thứ {}. "), number))


def english_sentences(number: int) -> list[str]:
    """So many sentences for the English voice, no two alike."""
    return list(islice(_numbered(_SENTENCES, "Notice {}: "), number))


def _numbered(sentences: list[str] | tuple[str, ...], prefix: str) -> Iterator[str]:
    for turn in count():
        for sentence in sentences:
            yield sentence if not turn else prefix.format(_words(turn)) + sentence


def _words(number: int) -> str:
    return " ".join(_NUMBERS[int(digit) - 1 if digit != "0" else 9] for digit in str(number))
