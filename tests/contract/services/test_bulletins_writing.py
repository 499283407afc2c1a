"""Writing, editing and submitting bulletins, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from bulletin_stage import FROM, SCRIPT, SPOKEN, TO, Newsroom
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

import tts.reading
from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Bulletin, Contributor, RenderRequest, Revision
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.approval import HasLeftovers, State, WrongState
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins import recordings, writing

Maker = Callable[..., Actor]


@pytest.fixture
def room(session: Session, person: Maker, now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_new_bulletin_is_a_draft_with_its_writer_on_record(session: Session, room: Newsroom) -> None:
    revision = room.write(title="  Thông  báo\nhọp ", script="\ufeffDòng một\r\nDo\u0300ng hai\n\n")
    assert (revision.number, revision.state) == (1, State.DRAFT)
    assert revision.title == "Thông báo họp"
    assert revision.script == "Dòng một\nDòng hai"
    assert revision.script_sha256 == sha256_hex(revision.script.encode())
    assert (revision.valid_from, revision.valid_to, revision.reading) == (FROM, TO, None)
    assert [(row.person_id, row.deed) for row in session.scalars(select(Contributor))] == [(room.editor.id, "wrote")]
    assert [row.deed for row in audit.history(session, "bulletin", revision.bulletin_id)] == ["bulletin-written"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": " \n "},
        {"title": "x" * 201},
        {"title": "a\x00b"},
        {"script": ""},
        {"script": " \r\n\t"},
        {"script": "x" * 20_001},
        {"script": "a\x07b"},
        {"script": "a\ud800b"},
        {"bulletin_class": "loud"},
        {"language": "en"},
        {"language": ""},
        {"kind": "jingle"},
        {"kind": "headline"},
        {"valid_to": date(2024, 5, 6)},
        {"valid_from": date(1, 1, 1)},
        {"obligation_id": 1},
    ],
)
def test_bad_input_is_refused_and_nothing_written(session: Session, room: Newsroom, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        room.write(**wrong)
    assert str(refusal.value)
    assert (_count(session, Bulletin), _count(session, Revision), audit.head(session).seq) == (0, 0, 0)


def test_the_largest_texts_are_taken(room: Newsroom) -> None:
    revision = room.write(title="Đ" * 200, script="ệ" * 20_000, valid_to=FROM)
    assert (len(revision.title), len(revision.script)) == (200, 20_000)


def test_a_directive_must_exist(room: Newsroom) -> None:
    with pytest.raises(NotFound, match="văn bản chỉ đạo"):
        room.write(directive_id="không có")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EDITOR])
def test_only_editors_write(room: Newsroom, person: Maker, role: Role) -> None:
    other = person("khac", role)
    bulletin_id = room.write().bulletin_id
    for deed in (
        lambda: room.write(actor=other),
        lambda: room.edit(bulletin_id, actor=other),
        lambda: room.submit(bulletin_id, actor=other),
    ):
        with pytest.raises(NotAllowed):
            deed()


def test_an_edit_changes_the_draft_and_records_the_hand(session: Session, room: Newsroom, person: Maker) -> None:
    first = room.write()
    other = person("chi", Role.EDITOR)
    second = room.edit(first.bulletin_id, actor=other, title="Tên mới", bulletin_class="priority", valid_to=None)
    assert second.id == first.id
    assert (second.title, second.bulletin_class, second.valid_to, second.author_id) == (
        "Tên mới",
        "priority",
        None,
        room.editor.id,
    )
    hands = session.scalars(select(Contributor.person_id)).all()
    assert set(hands) == {room.editor.id, other.id}


def test_an_edit_that_changes_nothing_leaves_no_trace(session: Session, room: Newsroom, person: Maker) -> None:
    first = room.write()
    before = audit.head(session)
    room.edit(first.bulletin_id, actor=person("chi", Role.EDITOR), script=SCRIPT)
    assert audit.head(session) == before
    assert session.scalars(select(Contributor.person_id)).all() == [room.editor.id]


def test_nobody_writes_over_what_another_saved_meanwhile(room: Newsroom) -> None:
    first = room.write()
    opened = first.script_sha256
    room.edit(first.bulletin_id, script="Lời của người thứ nhất.", seen=opened)
    with pytest.raises(Conflict):
        room.edit(first.bulletin_id, script="Lời của người thứ hai.", seen=opened)
    assert first.script == "Lời của người thứ nhất."


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_an_edit_of_anything_later_opens_one_new_draft(session: Session, room: Newsroom, state: State) -> None:
    bulletin_id = room.in_state(state)
    before = {row.number: row.state for row in session.scalars(select(Revision))}
    opened = room.edit(bulletin_id)
    again = room.edit(bulletin_id, script="Sửa lần nữa.")
    assert opened.id == again.id
    assert (again.number, again.state) == (max(before) + 1, State.DRAFT)
    after = {row.number: row.state for row in session.scalars(select(Revision).where(Revision.id != again.id))}
    assert after == before


def test_submitting_freezes_script_and_reading_and_queues_the_voice(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    revision = room.submit(bulletin_id)
    assert revision.state == State.SUBMITTED
    assert revision.reading == SPOKEN
    assert revision.reading_sha256 == sha256_hex(SPOKEN.encode())
    assert revision.sentences is not None
    first = revision.sentences[0][0]
    assert first["written"] == "".join(span["written"] for span in first["spans"])
    assert {"written": "UBND", "spoken": "ủy ban nhân dân", "kind": "said"} in first["spans"]
    assert session.scalars(select(RenderRequest.revision_id)).all() == [revision.id]
    deeds = session.scalars(select(Contributor.deed).order_by(Contributor.deed)).all()
    assert deeds == ["reading", "submitted", "wrote"]


def test_leftovers_keep_a_bulletin_from_being_submitted(session: Session, room: Newsroom) -> None:
    revision = room.write(script="Gọi số 0215#383 hoặc #12.")
    with pytest.raises(HasLeftovers, match=r"Còn 2 chỗ chưa đọc được: “0215#383”, “#12\."):
        room.submit(revision.bulletin_id)
    assert (revision.state, revision.reading, _count(session, RenderRequest)) == (State.DRAFT, None, 0)


def test_a_script_without_a_word_is_not_submitted(room: Newsroom) -> None:
    revision = room.write(script="--- ... ---")
    with pytest.raises(InvalidInput, match="không có chữ nào"):
        room.submit(revision.bulletin_id)


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_only_a_draft_is_submitted(room: Newsroom, state: State) -> None:
    bulletin_id = room.in_state(state)
    with pytest.raises(WrongState):
        room.submit(bulletin_id)


def test_submitting_a_newer_revision_returns_the_one_that_waits(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    room.edit(bulletin_id)
    room.submit(bulletin_id)
    rows = session.scalars(select(Revision).order_by(Revision.number)).all()
    assert [row.state for row in rows] == [State.RETURNED, State.SUBMITTED]
    assert rows[0].return_reason == "Người viết đã gửi lần sửa 2 thay cho lần này."


def test_a_language_without_synthesis_waits_for_a_person(session: Session, room: Newsroom, person: Maker) -> None:
    bulletin_id = room.write(language="hmn", script="Dòng một\n\nDòng hai").bulletin_id
    revision = room.submit(bulletin_id)
    assert (revision.reading, _count(session, RenderRequest)) == ("Dòng một\nDòng hai", 0)
    with pytest.raises(InvalidInput, match="bản thu âm"):
        writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    assert room.page(bulletin_id).hindrance is not None


@pytest.mark.parametrize("state", list(State))
def test_rendering_is_asked_for_again_only_while_submitted(session: Session, room: Newsroom, state: State) -> None:
    bulletin_id = room.in_state(state)
    if state is not State.SUBMITTED:
        with pytest.raises(WrongState):
            writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
        return
    writing.request_rendering(session, room.approver, bulletin_id=bulletin_id, now=room.now)
    writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    waiting = session.scalars(select(RenderRequest).where(RenderRequest.done_at.is_(None))).all()
    assert len(waiting) == 1


def test_unknown_bulletins_are_not_found(session: Session, room: Newsroom) -> None:
    for deed in (room.edit, room.submit, room.return_, room.withdraw, room.page):
        with pytest.raises(NotFound):
            deed("không có")


@pytest.mark.parametrize(
    "column",
    [
        "script = 'khác'",
        "reading = 'khác'",
        "title = 'khác'",
        "valid_to = NULL",
        "author_id = NULL",
        "sentences = NULL",
    ],
)
def test_the_database_itself_keeps_a_submitted_text_frozen(session: Session, room: Newsroom, column: str) -> None:
    room.in_state(State.SUBMITTED)
    session.commit()
    with pytest.raises(DBAPIError, match="frozen"):
        session.execute(text(f"UPDATE revision SET {column}"))  # noqa: S608 - fixed texts of this test
    session.rollback()
    with pytest.raises(DBAPIError, match="only grow"):
        session.execute(text("DELETE FROM revision"))


def test_a_voice_recorded_by_a_person_bars_that_person(session: Session, room: Newsroom, person: Maker) -> None:
    bulletin_id = room.write(language="hmn", script="Dòng một").bulletin_id
    room.submit(bulletin_id)
    speaker = person("dung", Role.EDITOR, Role.APPROVER)
    track = room.record(bulletin_id, "hmn", actor=speaker)
    room.hear(track)
    room.hear(track, actor=speaker)
    hindrance = room.page(bulletin_id, actor=speaker).hindrance
    assert hindrance is not None
    assert hindrance.cause == "four-eyes"
    room.approve(bulletin_id)


def test_the_reader_in_service_is_the_package_of_speech(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write(script="UBND xã họp lúc 8 giờ ngày 13/5/2024.\n---\nXin cảm ơn.").bulletin_id
    revision = writing.submit(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    reading = tts.reading.read(revision.script)
    assert (revision.reading, reading.leftovers) == (reading.text, ())
    work = recordings.claim_rendering(session, owner="máy", now=room.now, lease=timedelta(minutes=1))
    assert work is not None
    assert "\n".join(" ".join(paragraph) for paragraph in work.paragraphs) == reading.text
    shown = [each for paragraph in room.page(bulletin_id).revision.paragraphs for each in paragraph]
    assert all("".join(span.written for span in each.spans) == each.written for each in shown)


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_two_edits_at_once_open_one_draft(maker: sessionmaker[Session], room: Newsroom, state: State) -> None:
    bulletin_id = room.in_state(state)
    room.session.commit()
    together = Barrier(2)

    def edit(mark: int) -> int:
        together.wait(timeout=30)
        with maker.begin() as session:
            return replace(room, session=session).edit(bulletin_id, script=f"Lời {mark}.").number

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(edit, range(2)))
    assert numbers == [2, 2]
