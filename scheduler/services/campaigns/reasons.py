"""Why a rotation chose what a session holds, as an airing's item keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from playlists.rotation import Pick, Why
from scheduler.canonical import canonical_bytes


@dataclass(frozen=True, slots=True)
class Reason:
    """``due`` counts how often the bulletin was still to be told that day, ``sessions_left`` in how many sessions;
    ``campaigns`` are the ids of those that ask for it."""

    why: Why
    due: int
    sessions_left: int
    campaigns: tuple[str, ...] = ()


def reason_text(pick: Pick) -> str:
    """Return the canonical JSON of why a pick was made."""
    told = {
        "why": pick.why.value,
        "due": pick.due,
        "sessions_left": pick.sessions_left,
        "campaigns": [str(each) for each in pick.campaigns],
    }
    return canonical_bytes(told).decode()


def reason_from(text: str | None) -> Reason | None:
    """Return the reason that a row keeps; null for what its programme fixes, and for what no version of ours wrote."""
    if text is None:
        return None
    try:
        told = json.loads(text)
        campaigns = tuple(str(each) for each in told["campaigns"])
        return Reason(Why(told["why"]), int(told["due"]), int(told["sessions_left"]), campaigns)
    except (ValueError, KeyError, TypeError):
        return None
