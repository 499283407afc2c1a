"""House items (jingle, sting, test tone, opening, closing, stand-by): shipped as submitted, approved like all else."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Bulletin, Revision
from scheduler.errors import InvalidInput
from scheduler.files import FileStore
from scheduler.rules.approval import State
from scheduler.services.bulletins.deeds import record_deed
from scheduler.services.bulletins.fields import SPOKEN_LANGUAGE, WORDLESS_KINDS, check_script
from scheduler.services.bulletins.reading import FrozenReading, Reader, read_script
from scheduler.services.bulletins.recordings import MediaFacts, RenderedSound, add_recording, queue_rendering
from tts.reading import read

NO_WORDS = "zxx"
"""The BCP 47 tag of sound without words."""
SPOKEN_KINDS = frozenset({"opening", "closing", "standby"})


@dataclass(frozen=True, slots=True)
class HouseSound:
    """A sound without words: its rundown kind (jingle, sting or test), title, MP3 bytes and measured facts."""

    kind: str
    title: str
    content: bytes
    media: MediaFacts


@dataclass(frozen=True, slots=True)
class HouseText:
    """A spoken item: its rundown kind (opening, closing or standby), title and script."""

    kind: str
    title: str
    script: str


def ensure_house_items(
    session: Session,
    *,
    sounds: Sequence[HouseSound],
    texts: Sequence[HouseText],
    store: FileStore,
    valid_from: date,
    now: datetime,
    reader: Reader = read,
) -> list[str]:
    """Add the house items that are not there yet, as submitted revisions without an author; return the kinds added.

    The kind is the ``house_key``: one item of each. Sounds are kept in ``store`` at once, texts are queued for
    rendering. Raises :class:`~scheduler.rules.approval.HasLeftovers` and :class:`~scheduler.errors.InvalidInput`.
    """
    _check_kinds({sound.kind for sound in sounds} - WORDLESS_KINDS)
    _check_kinds({text.kind for text in texts} - SPOKEN_KINDS)
    for sound in sounds:
        if store.put(sound.content) != sound.media.sha256:
            raise InvalidInput(what=f"Âm thanh “{sound.title}” không khớp mã băm đã đo")
    standing = set(session.scalars(select(Bulletin.house_key).where(Bulletin.house_key.is_not(None))))
    added = []
    for sound in sounds:
        if sound.kind not in standing:
            _add_sound(session, sound, valid_from, now)
            added.append(sound.kind)
    for text in texts:
        if text.kind not in standing:
            _add_text(session, text, reader, valid_from, now)
            added.append(text.kind)
    return added


def _check_kinds(wrong: set[str]) -> None:
    if wrong:
        raise InvalidInput(what=f"Không có mục dùng chung loại {', '.join(sorted(wrong))}")


def _add_sound(session: Session, sound: HouseSound, valid_from: date, now: datetime) -> None:
    script = f"(Âm thanh không lời: {sound.title})"
    facts = _Item(sound.kind, sound.title, script, NO_WORDS, FrozenReading("", []))
    revision = _add(session, facts, valid_from, now)
    made = RenderedSound(sound.media, engine="house", voice="", draft_voice=False)
    add_recording(session, revision, NO_WORDS, made, made_by=None, now=now)


def _add_text(session: Session, text: HouseText, reader: Reader, valid_from: date, now: datetime) -> None:
    script = check_script(text.script)
    facts = _Item(text.kind, text.title, script, SPOKEN_LANGUAGE, read_script(script, reader))
    queue_rendering(session, _add(session, facts, valid_from, now), now)


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    title: str
    script: str
    language: str
    reading: FrozenReading


def _add(session: Session, item: _Item, valid_from: date, now: datetime) -> Revision:
    bulletin = Bulletin(id=str(uuid.uuid4()), kind=item.kind, house_key=item.kind, created_by=None, created_at=now)
    session.add(bulletin)
    session.flush()
    revision = Revision(
        bulletin_id=bulletin.id,
        number=1,
        state=State.SUBMITTED.value,
        title=item.title,
        bulletin_class="normal",
        language=item.language,
        valid_from=valid_from,
        valid_to=None,
        script=item.script,
        script_sha256=sha256_hex(item.script.encode("utf-8")),
        reading=item.reading.text,
        reading_sha256=sha256_hex(item.reading.text.encode("utf-8")),
        sentences=item.reading.sentences,
        created_at=now,
        saved_at=now,
        submitted_at=now,
    )
    session.add(revision)
    session.flush()
    record_deed(session, None, "house-item-added", revision, now, kind=item.kind, title=item.title)
    return revision
