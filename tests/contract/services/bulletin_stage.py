"""A small newsroom for tests: people, a reader written by hand, and bulletins brought to any state by the verbs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Approval, Recording, Revision
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor
from scheduler.services.bulletins import approvals, page, recordings, voices, writing

ZONE = "Asia/Ho_Chi_Minh"
NEEDED = 950
FROM, TO = date(2024, 5, 7), date(2024, 5, 14)
SCRIPT = "UBND xã thông báo. Mời bà con đến họp.\nXin cảm ơn."
SPOKEN = "ủy ban nhân dân xã thông báo. Mời bà con đến họp.\nXin cảm ơn."


@dataclass(frozen=True)
class SpanOf:
    written: str
    spoken: str
    kind: str


@dataclass(frozen=True)
class SentenceOf:
    written: str
    spoken: str
    spans: tuple[SpanOf, ...]


@dataclass(frozen=True)
class LeftoverOf:
    token: str


@dataclass(frozen=True)
class ReadingOf:
    leftovers: tuple[LeftoverOf, ...]
    paragraphs: tuple[tuple[SentenceOf, ...], ...]


def read(script: str) -> ReadingOf:
    """Read lines as paragraphs: UBND is said whole, a word with a hash sign is left over."""
    leftovers = tuple(LeftoverOf(word) for word in script.split() if "#" in word)
    return ReadingOf(leftovers, tuple(_paragraph(line) for line in script.splitlines() if line.strip("-. ")))


def _paragraph(line: str) -> tuple[SentenceOf, ...]:
    pieces = [piece.strip(" .") + "." for piece in line.split(". ")]
    return tuple(_sentence(piece) for piece in pieces)


def _sentence(written: str) -> SentenceOf:
    head, word, tail = written.partition("UBND")
    spans = (
        SpanOf(head, head, "same"),
        SpanOf(word, "ủy ban nhân dân" if word else "", "said"),
        SpanOf(tail, tail, "same"),
    )
    kept = tuple(span for span in spans if span.written)
    return SentenceOf(written, "".join(span.spoken for span in kept), kept)


def sound(mark: str = "a", *, duration_ms: int = 61_000) -> recordings.MediaFacts:
    """Measured facts of a sound that stands for the bytes ``mark``."""
    content = mark.encode()
    return recordings.MediaFacts(sha256_hex(content), len(content), duration_ms, -1600, -150, (0, 40, 90, 40))


def rendered(mark: str = "a", *, draft: bool = True) -> recordings.RenderedSound:
    return recordings.RenderedSound(
        sound(mark), "espeak", "vi", draft_voice=draft, causes=(("google", "không có mạng"),)
    )


@dataclass
class Newsroom:
    """The verbs with their usual arguments."""

    session: Session
    editor: Actor
    approver: Actor
    now: datetime

    def write(self, *, actor: Actor | None = None, **changes: Any) -> Revision:
        fields: dict[str, Any] = {"title": "Thông báo họp", "script": SCRIPT, "valid_from": FROM, "valid_to": TO}
        return writing.write(self.session, actor or self.editor, **(fields | changes), now=self.now)

    def edit(self, bulletin_id: str, *, actor: Actor | None = None, **changes: Any) -> Revision:
        fields: dict[str, Any] = {
            "title": "Thông báo họp",
            "script": SCRIPT + "\nLần sửa.",
            "bulletin_class": "normal",
            "language": "vi",
            "valid_from": FROM,
            "valid_to": TO,
            "directive_id": None,
            "obligation_id": None,
        }
        return writing.edit(
            self.session, actor or self.editor, bulletin_id=bulletin_id, **(fields | changes), now=self.now
        )

    def submit(self, bulletin_id: str, *, actor: Actor | None = None) -> Revision:
        return writing.submit(self.session, actor or self.editor, bulletin_id=bulletin_id, reader=read, now=self.now)

    def render(self, mark: str = "a") -> Recording:
        """Render what waits: exactly one."""
        work = recordings.claim_rendering(self.session, owner="máy", now=self.now, lease=timedelta(minutes=1))
        assert work is not None
        return recordings.record_rendering(self.session, work=work, owner="máy", rendered=rendered(mark), now=self.now)

    def record(
        self,
        bulletin_id: str,
        language: str = "hmn",
        mark: str = "giọng người",
        *,
        actor: Actor | None = None,
        **more: Any,
    ) -> Recording:
        """Let a person record a track of the newest revision."""
        number = self.page(bulletin_id).revision.number
        asked: dict[str, Any] = {"revision": number, "media": sound(mark), "now": self.now}
        return voices.record_voice(
            self.session, actor or self.editor, bulletin_id=bulletin_id, language=language, **(asked | more)
        )

    def hear_all(self, bulletin_id: str, *, actor: Actor | None = None) -> None:
        """Hear every track of the newest revision to its end."""
        for track in self.page(bulletin_id).tracks:
            self.hear(track.recording_id, actor=actor)

    def hear(
        self, recording: Recording | int, *, actor: Actor | None = None, share: int = 1000, to_end: bool = True
    ) -> None:
        recordings.listened(
            self.session,
            actor or self.approver,
            recording_id=recording if isinstance(recording, int) else recording.id,
            share_permille=share,
            reached_end=to_end,
            now=self.now,
        )

    def page(self, bulletin_id: str, *, actor: Actor | None = None, revision: int | None = None) -> page.BulletinPage:
        return page.bulletin_page(
            self.session,
            actor or self.approver,
            bulletin_id=bulletin_id,
            revision=revision,
            heard_needed_permille=NEEDED,
        )

    def shown(self, bulletin_id: str) -> str:
        shown = self.page(bulletin_id).shown
        assert shown is not None
        return shown

    def approve(
        self,
        bulletin_id: str,
        *,
        actor: Actor | None = None,
        shown: str | None = None,
        confirmed: bool = False,
        today: date | None = None,
    ) -> Approval:
        return approvals.approve(
            self.session,
            actor or self.approver,
            bulletin_id=bulletin_id,
            shown=self.shown(bulletin_id) if shown is None else shown,
            heard_needed_permille=NEEDED,
            confirmed=confirmed,
            zone=ZONE,
            today=self.now.date() if today is None else today,
            now=self.now,
        )

    def return_(self, bulletin_id: str, *, actor: Actor | None = None, reason: str = "Sai ngày họp.") -> Revision:
        return approvals.return_(
            self.session, actor or self.approver, bulletin_id=bulletin_id, reason=reason, now=self.now
        )

    def withdraw(self, bulletin_id: str, *, actor: Actor | None = None, reason: str = "Hoãn họp.") -> None:
        approvals.withdraw(self.session, actor or self.approver, bulletin_id=bulletin_id, reason=reason, now=self.now)

    def in_state(self, state: State, mark: str = "a") -> str:
        """Return the id of a bulletin whose first revision stands in ``state``."""
        bulletin_id = self.write().bulletin_id
        if state is State.DRAFT:
            return bulletin_id
        self.submit(bulletin_id)
        if state is State.RETURNED:
            self.return_(bulletin_id)
            return bulletin_id
        self.hear(self.render(mark))
        if state is State.SUBMITTED:
            return bulletin_id
        self.approve(bulletin_id)
        if state is State.WITHDRAWN:
            self.withdraw(bulletin_id)
        elif state is State.EXPIRED:
            approvals.expire(self.session, today=TO + timedelta(days=1), now=self.now)
        elif state is State.SUPERSEDED:
            self.edit(bulletin_id)
            self.submit(bulletin_id)
            self.hear(self.render(mark + "2"))
            self.approve(bulletin_id)
        return bulletin_id
