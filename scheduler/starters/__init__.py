"""Starter bulletins on the Code of Conduct on social networks (874/QĐ-BTTTT of 17 June 2021), one a rule for everyone.

Source: the Code's eight rules for everyone who uses social networks; it recommends and sets no penalties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Starter:
    """A bulletin to start from: `key` names its file, `rule` is the Code's rule, 1 to 8, `script` is written text."""

    key: str
    rule: int
    title: str
    script: str


@cache
def starters() -> tuple[Starter, ...]:
    """Return the starter bulletins in the order of the Code's rules."""
    pages = [page for page in files(__name__).iterdir() if page.name.endswith(".md")]
    found = (_parse(page.name.removesuffix(".md"), page.read_text(encoding="utf-8")) for page in pages)
    return tuple(sorted(found, key=lambda starter: starter.rule))


def _parse(key: str, page: str) -> Starter:
    """Parse front matter between two lines of "---" and the script after it."""
    _, head, script = page.split("---\n", 2)
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    return Starter(key=key, rule=int(facts["rule"]), title=facts["title"], script=script.strip())
