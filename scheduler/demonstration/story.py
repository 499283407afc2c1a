"""The first half of the demonstration: from an official letter to an approved bulletin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scheduler.compose import Centre
from scheduler.demonstration.cast import Cast
from scheduler.demonstration.processes import wait_until
from scheduler.errors import InvalidInput, LoaError, NotAllowed
from scheduler.rules.approval import FourEyes
from scheduler.services import letters
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.page import BulletinPage, bulletin_page
from scheduler.services.bulletins.views import QueueLine, approval_queue
from scheduler.starters import starters
from tts.reading import read

RULE_SHOWN = 4  # share from official sources: the rule that a false rumour makes everybody understand
RENDER_WAIT_S = 90
LETTER_MOST = 64 * 1024 * 1024

Say = Callable[[str], None]


class Unproven(LoaError):
    """Chạy thử không đạt: {what}."""

    what: str


def now() -> datetime:
    """Return this instant: the demonstration stands where people and requests stand."""
    return datetime.now(UTC)


def letter_bytes(path: Path) -> bytes:
    """Return the letter's bytes; raises :class:`~scheduler.errors.InvalidInput` when it cannot be read."""
    try:
        if path.stat().st_size > LETTER_MOST:
            raise InvalidInput(what=f"Tệp {path} quá lớn")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(what=f"Không đọc được tệp {path} ({error.strerror})") from error


class Desk:
    """Where the editor and the approver work; each method is one step from the letter to the approval."""

    def __init__(self, centre: Centre, cast: Cast, say: Say) -> None:
        self.centre = centre
        self.cast = cast
        self.say = say

    def import_letter(self, path: Path | None) -> letters.DirectiveView:
        """Import the letter (the project's own sample when none is given) and tell what was found in it."""
        if path is None:
            name, content = "cong-van-mau.md", (files("scheduler.letters") / "samples" / "cong-van-mau.md").read_bytes()
        else:
            name, content = path.name, letter_bytes(path)
        with self.centre.writers.begin() as session:
            made = letters.import_letter(
                session, self.cast.editor, content=content, file_name=name, store=self.centre.letters, now=now()
            )
            directive_id = made.id
        with self.centre.readers() as session:
            found = letters.directive(session, directive_id)
        self.say(f"Văn bản {found.name} ({found.dated or 'không rõ ngày'}), tệp {name}")
        self.say(f"  Trích yếu: {found.subject or 'không có'}")
        for obligation in found.obligations:
            mark = "  ← việc của truyền thanh" if obligation.broadcasting else ""
            until = ", ".join(each.words for each in obligation.deadlines) or "không ghi hạn"
            self.say(f"  Nhiệm vụ {obligation.ordinal}: {obligation.addressee[:70]} ({until}){mark}")
        self.say(f"  {len(found.warnings)} cảnh báo:")
        for warning in found.warnings:
            self.say(f"    dòng {warning.line or '-'}: {warning.message}")
        return found

    def write_and_submit(self, directive: letters.DirectiveView) -> str:
        """Let the editor write a starter bulletin that answers the broadcasting obligation, and submit it."""
        obligation = next((each for each in directive.obligations if each.broadcasting), None)
        starter = next(each for each in starters() if each.rule == RULE_SHOWN)
        with self.centre.writers.begin() as session:
            revision = writing.write(
                session,
                self.cast.editor,
                title=starter.title,
                script=starter.script,
                valid_from=now().astimezone(self.centre.settings.tz).date(),
                directive_id=directive.id,
                obligation_id=obligation.id if obligation else None,
                now=now(),
            )
            writing.submit(session, self.cast.editor, bulletin_id=revision.bulletin_id, reader=read, now=now())
            bulletin_id = revision.bulletin_id
        cited = f"theo nhiệm vụ {obligation.ordinal}" if obligation else "không theo nhiệm vụ nào"
        self.say(f"\nBản tin “{starter.title}” ({cited}): {self.cast.editor.name} viết và gửi duyệt.")
        return bulletin_id

    def await_voices(self, bulletin_id: str) -> None:
        """Wait until the clock has given all that waits its voice; tell who spoke, how long and how loud."""
        wait_until("tạo xong giọng", self._all_spoken, RENDER_WAIT_S)
        page = self._page(bulletin_id)
        for track in page.tracks:
            voice = f"{track.engine}{' (giọng dự phòng)' if track.draft_voice else ''}"
            name = "Điểm tin" if track.track == "headline" else "Bản tin"
            self.say(
                f"  {name}: giọng {voice}, dài {track.duration_ms / 1000:.1f} giây, "
                f"{track.loudness_clufs / 100:.1f} LUFS, đỉnh {track.true_peak_cdbtp / 100:.1f} dBTP, "
                f"mã băm {track.media_sha256[:12]}…"
            )
            for engine, cause in track.causes:
                self.say(f"    {engine} không đọc: {cause}")

    def _all_spoken(self) -> bool:
        with self.centre.readers() as session:
            return all(line.duration_ms is not None for line in self._queue(session))

    def _queue(self, session: Session) -> list[QueueLine]:
        return approval_queue(session, self.cast.approver, heard_needed_permille=self.centre.settings.heard_permille)

    def _page(self, bulletin_id: str) -> BulletinPage:
        needed = self.centre.settings.heard_permille
        with self.centre.readers() as session:
            return bulletin_page(session, self.cast.approver, bulletin_id=bulletin_id, heard_needed_permille=needed)

    def prove_four_eyes(self, bulletin_id: str) -> None:
        """Let the editor, who is an approver too, try to approve what he wrote: by the service, then by raw SQL."""
        try:
            self._approve(bulletin_id, by_editor=True)
        except (FourEyes, NotAllowed) as refusal:
            self.say(f"\n{self.cast.editor.name} thử tự duyệt: bị từ chối. {refusal}")
        else:
            raise Unproven(what="người viết tự duyệt được bản tin của mình")
        statement = text(
            "INSERT INTO approval"
            " (digest, bulletin_id, revision_id, approver_id, approved_at, heard_permille, document)"
            " SELECT :digest, bulletin_id, id, :person, :at, 1000, '{}' FROM revision WHERE bulletin_id = :bulletin"
        )
        told = {"digest": "0" * 64, "person": self.cast.editor.id, "at": "2024-01-01", "bulletin": bulletin_id}
        try:
            with self.centre.writers.begin() as session:
                session.execute(statement, told)
        except DBAPIError as refusal:
            if "four eyes" not in str(refusal):
                raise
            self.say("  Ghi thẳng vào cơ sở dữ liệu cũng bị từ chối (bẫy của cơ sở dữ liệu).")
        else:
            raise Unproven(what="ghi thẳng vào cơ sở dữ liệu thì người viết tự duyệt được")

    def approve_all(self, bulletin_id: str) -> None:
        """Let the approver hear and approve the bulletin and the house items of the programme."""
        with self.centre.readers() as session:
            waiting = [line.bulletin_id for line in self._queue(session)]
        for each in waiting:
            self._approve(each, by_editor=False)
        page = self._page(bulletin_id)
        if page.approval is None:
            raise Unproven(what="bản tin chưa được duyệt")
        self.say(
            f"{self.cast.approver.name} nghe hết rồi duyệt bản tin và {len(waiting) - 1} mục dùng chung. "
            f"Mã duyệt {page.approval.digest[:12]}…"
        )

    def _approve(self, bulletin_id: str, *, by_editor: bool) -> None:
        who = self.cast.editor if by_editor else self.cast.approver
        page = self._page(bulletin_id)
        with self.centre.writers.begin() as session:
            for track in page.tracks:
                recordings.listened(
                    session, who, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=now()
                )
        with self.centre.writers.begin() as session:
            approvals.approve(
                session,
                who,
                bulletin_id=bulletin_id,
                shown=page.shown or "",
                heard_needed_permille=self.centre.settings.heard_permille,
                zone=self.centre.settings.zone,
                today=now().astimezone(self.centre.settings.tz).date(),
                now=now(),
            )
