"""The house items of an installation: jingle, sting and test tone made here, opening, closing and stand-by texts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from scheduler.compose import Centre
from scheduler.db.bulletins import Bulletin
from scheduler.services.bulletins.house import HouseSound, HouseText, ensure_house_items
from scheduler.services.bulletins.recordings import MediaFacts
from scheduler.starters.house import house_texts
from tts.house_sounds import house_sounds
from tts.mastering import Mastered
from tts.reading import read


def furnish(centre: Centre, *, now: datetime) -> list[str]:
    """Add the house items that are missing, for an approver to hear and approve; return their kinds.

    The sounds are made before any transaction opens: that takes some seconds, once.
    """
    with centre.readers() as session:
        standing = set(session.scalars(select(Bulletin.house_key).where(Bulletin.house_key.is_not(None))))
    sounds = []
    for piece in house_sounds():
        if piece.kind not in standing:
            mastered = piece.mastered()
            sounds.append(HouseSound(piece.kind, piece.title, mastered.mp3, media_facts(mastered)))
    texts = [HouseText(each.key, each.title, each.script) for each in house_texts() if each.key not in standing]
    if not sounds and not texts:
        return []
    with centre.writers.begin() as session:
        return ensure_house_items(
            session,
            sounds=sounds,
            texts=texts,
            reader=read,
            store=centre.media,
            valid_from=now.astimezone(centre.settings.tz).date(),
            now=now,
        )


def media_facts(mastered: Mastered) -> MediaFacts:
    """Return what the database keeps of a mastered sound."""
    return MediaFacts(
        sha256=mastered.sha256,
        bytes=len(mastered.mp3),
        duration_ms=mastered.duration_ms,
        loudness_clufs=mastered.loudness_clufs,
        true_peak_cdbtp=mastered.true_peak_cdbtp,
        peaks=tuple(mastered.peaks),
    )
