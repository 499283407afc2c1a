"""Writing a bulletin: the first draft, its edits, and handing it to the approver."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy.orm import Session

from playlists.emergencies import EmergencyOrder
from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Bulletin, Revision
from scheduler.db.letters import Directive, Obligation
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.rules.approval import State, move, opens_new_revision
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services.bulletins.deeds import note_hand, record_deed
from scheduler.services.bulletins.fields import KINDS, SPOKEN_LANGUAGE, WORDLESS_KINDS, Fields, check_fields
from scheduler.services.bulletins.lookup import check_submitted, lock_bulletin, newest_revision, revision_for
from scheduler.services.bulletins.manner import USUAL, Manner, check_manner, manner_of, set_manner
from scheduler.services.bulletins.reading import Reader, read_as_written, read_script
from scheduler.services.bulletins.recordings import queue_rendering, recorded_by_people
from scheduler.services.bulletins.voices import TRACKS, carry_voices
from scheduler.services.emergencies import release
from scheduler.services.emergencies.orders import order_text
from scheduler.services.glossary.standing import setters_of
from tts.reading import read


def write(
    session: Session,
    actor: Actor,
    *,
    title: str,
    script: str,
    valid_from: date,
    valid_to: date | None = None,
    kind: str = "bulletin",
    bulletin_class: str = "normal",
    language: str = "vi",
    directive_id: str | None = None,
    obligation_id: int | None = None,
    emergency: EmergencyOrder | None = None,
    manner: Manner = USUAL,
    voices: Collection[str] | None = None,
    now: datetime,
) -> Revision:
    """Write a new bulletin: its draft, revision 1; ``valid_from`` and ``valid_to`` are local days, both included.

    ``emergency`` is what an emergency orders; it may be left open until :func:`submit`. ``voices`` are those at hand,
    of which ``manner`` may choose (null: not asked). Raises
    :class:`~scheduler.errors.InvalidInput` and :class:`~scheduler.errors.NotFound` (the directive).
    """
    require(actor, Deed.WRITE)
    if kind not in KINDS:
        raise InvalidInput(what="Mục phải là bản tin hoặc thông báo")
    ordered = order_text(emergency) if emergency is not None else None
    fields = check_fields(
        Fields(title, script, bulletin_class, language, valid_from, valid_to, directive_id, obligation_id, ordered)
    )
    check_manner(manner, voices=voices)
    _check_directive(session, fields)
    bulletin = Bulletin(id=str(uuid.uuid4()), kind=kind, created_by=actor.id, created_at=now)
    session.add(bulletin)
    session.flush()
    revision = _open_revision(session, actor, bulletin_id=bulletin.id, number=1, fields=fields, manner=manner, now=now)
    record_deed(session, actor.id, "bulletin-written", revision, now, title=revision.title)
    return revision


def edit(
    session: Session,
    actor: Actor,
    *,
    bulletin_id: str,
    title: str,
    script: str,
    bulletin_class: str,
    language: str,
    valid_from: date,
    valid_to: date | None,
    directive_id: str | None,
    obligation_id: int | None,
    emergency: EmergencyOrder | None = None,
    seen: str | None = None,
    manner: Manner | None = None,
    voices: Collection[str] | None = None,
    now: datetime,
) -> Revision:
    """Change the draft, or open a new draft revision when the newest is submitted or later; return the draft.

    A new revision keeps the tracks that people have recorded. Without ``manner`` it is spoken as the newest revision
    was to be; ``voices`` as in :func:`write`.
    ``seen`` is the ``script_sha256`` that the editor's page started from: when somebody else has saved another script
    meanwhile, :class:`~scheduler.errors.Conflict` is raised instead of writing over it.
    """
    require(actor, Deed.WRITE)
    ordered = order_text(emergency) if emergency is not None else None
    fields = check_fields(
        Fields(title, script, bulletin_class, language, valid_from, valid_to, directive_id, obligation_id, ordered)
    )
    bulletin = lock_bulletin(session, bulletin_id)
    if bulletin.kind in WORDLESS_KINDS:
        raise InvalidInput(what="Mục này là âm thanh không lời nên không sửa lời được")
    newest = revision_for(session, bulletin_id, State.DRAFT)
    if seen is not None and seen != newest.script_sha256:
        raise Conflict(what="Người khác vừa lưu lời khác cho bản tin này. Hãy tải lại trang rồi sửa tiếp")
    _check_directive(session, fields)
    before = manner_of(newest)
    manner = before if manner is None else check_manner(manner, voices=voices, before=before)
    if opens_new_revision(State(newest.state)):
        number = newest.number + 1
        revision = _open_revision(
            session, actor, bulletin_id=bulletin_id, number=number, fields=fields, manner=manner, now=now
        )
        carried = carry_voices(session, newest, revision)
        told = {"carried": carried} if carried else {}
        record_deed(session, actor.id, "revision-opened", revision, now, title=revision.title, **told)
        return revision
    if (_fields_of(newest), before) != (fields, manner):
        _fill(newest, fields, manner)
        newest.saved_at = now
        session.flush()
        note_hand(session, actor.id, bulletin_id, "wrote", now)
        record_deed(session, actor.id, "revision-edited", newest, now, title=newest.title)
    return newest


def submit(session: Session, actor: Actor, *, bulletin_id: str, now: datetime, reader: Reader = read) -> Revision:
    """Freeze the draft's script and reading, hand it to the approver and queue its rendering.

    Whoever set an entry of the glossary that the script's or title's reading uses has set a reading. An older revision
    that still waits is returned: nobody shall approve an outdated text. Raises
    :class:`~scheduler.rules.approval.WrongState`, :class:`~scheduler.rules.approval.HasLeftovers` and
    :class:`~scheduler.errors.InvalidInput`.
    """
    require(actor, Deed.WRITE)
    lock_bulletin(session, bulletin_id)
    revision = revision_for(session, bulletin_id, State.DRAFT)
    target = move(State(revision.state), "submit")
    if release.is_emergency(revision):
        release.check_order(revision)
    spoken = revision.language == SPOKEN_LANGUAGE
    reading = read_script(revision.script, reader) if spoken else read_as_written(revision.script)
    _return_outdated(session, actor, revision, now)
    revision.reading = reading.text
    revision.reading_sha256 = sha256_hex(reading.text.encode("utf-8"))
    revision.sentences = reading.sentences
    revision.submitted_by, revision.submitted_at = actor.id, now
    revision.state = target.value
    session.flush()
    note_hand(session, actor.id, bulletin_id, "submitted", now)
    note_hand(session, actor.id, bulletin_id, "reading", now)
    if spoken:
        for person_id in sorted(setters_of(reader, (revision.script, revision.title))):
            note_hand(session, person_id, bulletin_id, "glossary", now)
        if not recorded_by_people(session, revision) >= set(TRACKS):
            queue_rendering(session, revision, now)
    manner = manner_of(revision)
    record_deed(
        session,
        actor.id,
        "revision-submitted",
        revision,
        now,
        script=revision.script_sha256,
        reading=revision.reading_sha256,
        **({} if manner == USUAL else {"manner": asdict(manner)}),
    )
    return revision


def request_rendering(session: Session, actor: Actor, *, bulletin_id: str, now: datetime) -> None:
    """Queue a submitted revision's rendering again; the new recording must be heard anew.

    Does nothing when one waits already. Raises :class:`~scheduler.rules.approval.WrongState`.
    """
    if not actor.may(Deed.APPROVE):
        require(actor, Deed.WRITE)
    lock_bulletin(session, bulletin_id)
    revision = revision_for(session, bulletin_id, State.SUBMITTED)
    check_submitted(revision, "tạo lại bản âm thanh")
    if revision.language != SPOKEN_LANGUAGE:
        raise InvalidInput(what="Máy chưa đọc được ngôn ngữ này. Hãy tải lên bản thu âm của người đọc")
    if recorded_by_people(session, revision) >= set(TRACKS):
        raise InvalidInput(what="Người đọc đã thu cả bản tin và phần điểm tin nên máy không đọc nữa")
    if queue_rendering(session, revision, now):
        record_deed(session, actor.id, "rendering-requested", revision, now)


def _open_revision(
    session: Session, actor: Actor, *, bulletin_id: str, number: int, fields: Fields, manner: Manner, now: datetime
) -> Revision:
    revision = Revision(
        bulletin_id=bulletin_id,
        number=number,
        state=State.DRAFT.value,
        author_id=actor.id,
        created_at=now,
        saved_at=now,
    )
    _fill(revision, fields, manner)
    session.add(revision)
    session.flush()
    note_hand(session, actor.id, bulletin_id, "wrote", now)
    return revision


def _fill(revision: Revision, fields: Fields, manner: Manner) -> None:
    set_manner(revision, manner)
    for name, value in asdict(fields).items():
        setattr(revision, name, value)
    revision.script_sha256 = sha256_hex(fields.script.encode("utf-8"))


def _fields_of(revision: Revision) -> Fields:
    return Fields(**{name: getattr(revision, name) for name in Fields.__slots__})


def _check_directive(session: Session, fields: Fields) -> None:
    if fields.directive_id is not None and session.get(Directive, fields.directive_id) is None:
        raise NotFound(what="văn bản chỉ đạo này")
    if fields.obligation_id is not None:
        obligation = session.get(Obligation, fields.obligation_id)
        if obligation is None or obligation.directive_id != fields.directive_id:
            raise NotFound(what="nhiệm vụ này trong văn bản chỉ đạo")


def _return_outdated(session: Session, actor: Actor, newer: Revision, now: datetime) -> None:
    older = newest_revision(session, newer.bulletin_id, State.SUBMITTED)
    if older is None:
        return
    older.state = move(State(older.state), "return").value
    older.returned_by, older.returned_at = actor.id, now
    older.return_reason = f"Người viết đã gửi lần sửa {newer.number} thay cho lần này."
    session.flush()
    record_deed(session, actor.id, "revision-returned", older, now, reason=older.return_reason)
