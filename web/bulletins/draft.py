"""What the editor's form holds: read from a request, or filled from a revision, a starter or a directive."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from playlists.emergencies import EmergencyOrder
from scheduler.db.bulletins import Revision
from scheduler.errors import InvalidInput
from scheduler.rules.permissions import Actor
from scheduler.services.bulletins import writing
from scheduler.services.bulletins.fields import EMERGENCY
from scheduler.services.bulletins.manner import Manner
from scheduler.services.bulletins.page import RevisionView
from web.bulletins.emergency import OrderDraft, order_from_form, shown_order
from web.bulletins.manner import shown_pause, typed_manner
from web.days import shown_day, typed_day, typed_day_or_none

FIELDS = (
    "bulletin", "seen", "kind", "title", "script", "class", "language", "valid-from", "valid-to", "directive",
    "obligation", "voice", "speed", "sentence-pause", "paragraph-pause",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields as text, just as they were typed; ``bulletin_id`` is empty before the first save.

    ``seen`` is the hash of the script that the page started from, so that nobody's later words are written over.
    """

    bulletin_id: str = ""
    seen: str = ""
    kind: str = "bulletin"
    title: str = ""
    script: str = ""
    bulletin_class: str = "normal"
    language: str = "vi"
    valid_from: str = ""
    valid_to: str = ""
    directive_id: str = ""
    obligation_id: str = ""
    voice: str = ""
    speed: str = ""
    sentence_pause: str = ""
    paragraph_pause: str = ""
    order: OrderDraft = field(default_factory=OrderDraft, kw_only=True)

    @property
    def emergency(self) -> EmergencyOrder | None:
        """What an emergency orders, null in the other classes; raises :class:`~scheduler.errors.InvalidInput`."""
        return self.order.order if self.bulletin_class == EMERGENCY else None

    @property
    def manner(self) -> Manner:
        """How it is to be spoken; raises :class:`~scheduler.errors.InvalidInput` for what is no speed or pause."""
        return typed_manner(self.voice, self.speed, self.sentence_pause, self.paragraph_pause)

    @property
    def obligation(self) -> int | None:
        """The obligation's number; raises :class:`~scheduler.errors.InvalidInput` for what is no number."""
        if not self.obligation_id:
            return None
        if not (self.obligation_id.isascii() and self.obligation_id.isdigit() and len(self.obligation_id) < 10):
            raise InvalidInput(what="Nhiệm vụ đã chọn không đúng. Hãy chọn lại")
        return int(self.obligation_id)


def from_form(form: MultiDict[str, str]) -> Draft:
    """Return what was typed; a field that was not sent is empty, so a service refuses it."""
    return Draft(*(form.get(name, "") for name in FIELDS), order=order_from_form(form))


def blank(today: date) -> Draft:
    """Return an empty form, valid from today."""
    return Draft(valid_from=shown_day(today), order=shown_order(None))


def from_revision(bulletin_id: str, kind: str, revision: RevisionView) -> Draft:
    """Return a revision's fields, to be edited."""
    return Draft(
        bulletin_id=bulletin_id,
        seen=revision.script_sha256,
        kind=kind,
        title=revision.title,
        script=revision.script,
        bulletin_class=revision.bulletin_class,
        language=revision.language,
        valid_from=shown_day(revision.valid_from),
        valid_to=shown_day(revision.valid_to),
        directive_id=revision.directive_id or "",
        obligation_id=str(revision.obligation_id or ""),
        voice=revision.manner.voice or "",
        speed=str(revision.manner.speed_permille),
        sentence_pause=shown_pause(revision.manner.sentence_pause_ms),
        paragraph_pause=shown_pause(revision.manner.paragraph_pause_ms),
        order=shown_order(revision.emergency),
    )


def saved_as(draft: Draft, revision: Revision) -> Draft:
    """Return the form after a save: it belongs to that bulletin and has seen that script."""
    return replace(draft, bulletin_id=revision.bulletin_id, seen=revision.script_sha256)


def save(session: Session, actor: Actor, draft: Draft, *, voices: Collection[str], now: datetime) -> Revision:
    """Write a new bulletin, or edit the one that the form belongs to; raises what those verbs raise.

    ``voices`` are those at hand, of which one may be chosen.
    """
    manner, emergency = draft.manner, draft.emergency
    valid_from = typed_day(draft.valid_from, "Phát từ ngày")
    valid_to = typed_day_or_none(draft.valid_to, "Đến hết ngày")
    if not draft.bulletin_id:
        return writing.write(
            session,
            actor,
            kind=draft.kind,
            title=draft.title,
            script=draft.script,
            bulletin_class=draft.bulletin_class,
            language=draft.language,
            valid_from=valid_from,
            valid_to=valid_to,
            directive_id=draft.directive_id or None,
            obligation_id=draft.obligation,
            emergency=emergency,
            manner=manner,
            voices=voices,
            now=now,
        )
    return writing.edit(
        session,
        actor,
        bulletin_id=draft.bulletin_id,
        title=draft.title,
        script=draft.script,
        bulletin_class=draft.bulletin_class,
        language=draft.language,
        valid_from=valid_from,
        valid_to=valid_to,
        directive_id=draft.directive_id or None,
        obligation_id=draft.obligation,
        emergency=emergency,
        seen=draft.seen or None,
        manner=manner,
        voices=voices,
        now=now,
    )
