"""What lists, pages and dispatch are told about bulletins, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from bulletin_stage import NEEDED, SCRIPT, TO, Newsroom, rendered, sound
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Approval, Recording, Revision
from scheduler.errors import NotAllowed, NotFound
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Role
from scheduler.services.bulletins.page import DEED_WORDS
from scheduler.services.bulletins.recordings import add_recording
from scheduler.services.bulletins.stand_ins import WORDS, draft_media
from scheduler.services.bulletins.standing import standing_approvals, withdrawn_approvals
from scheduler.services.bulletins.views import BulletinLine, approval_queue, bulletin_list

Maker = Callable[..., Actor]


@pytest.fixture
def room(session: Session, person: Maker, now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def _titles(lines: list[BulletinLine]) -> list[str]:
    return [line.title for line in lines]


def test_a_list_shows_each_bulletin_once_by_its_newest_revision(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    room.now += timedelta(minutes=1)
    room.edit(bulletin_id, title="Lần sửa hai")
    (line,) = bulletin_list(session)
    assert (line.bulletin_id, line.number, line.state, line.title) == (bulletin_id, 2, State.DRAFT, "Lần sửa hai")
    assert (line.waiting, line.standing, line.author_name, line.kind) == (None, 1, "An", "bulletin")
    room.submit(bulletin_id)
    assert bulletin_list(session)[0].waiting == 2


def test_last_saved_comes_first_and_a_limit_holds(session: Session, room: Newsroom) -> None:
    for title in ("Một", "Hai", "Ba"):
        room.write(title=title)
        room.now += timedelta(minutes=1)
    assert _titles(bulletin_list(session)) == ["Ba", "Hai", "Một"]
    assert _titles(bulletin_list(session, limit=2)) == ["Ba", "Hai"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("phong chong lu", ["Phòng chống lũ quét"]),
        ("PHÒNG LŨ", ["Phòng chống lũ quét"]),
        ("đuong dien", ["Cắt điện"]),
        ("quet duong", []),
        ("  ", ["Cắt điện", "Phòng chống lũ quét"]),
        (None, ["Cắt điện", "Phòng chống lũ quét"]),
    ],
)
def test_search_leaves_accents_aside(session: Session, room: Newsroom, search: str | None, found: list[str]) -> None:
    room.write(title="Phòng chống lũ quét", script="Bà con ven suối chú ý.")
    room.now += timedelta(minutes=1)
    room.write(title="Cắt điện", script="Sửa đường dây điện.")
    assert _titles(bulletin_list(session, search=search)) == found


def test_lists_by_state_tell_what_waits_and_stands_too(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    room.edit(bulletin_id)
    room.write(title="Nháp")
    by_state = {state: len(bulletin_list(session, state=state)) for state in State}
    assert by_state == dict.fromkeys(State, 0) | {State.DRAFT: 2, State.APPROVED: 1}


def test_mine_are_those_in_which_i_had_a_hand(session: Session, room: Newsroom, person: Maker) -> None:
    other = person("chi", Role.EDITOR)
    mine = room.write(title="Của tôi")
    room.write(title="Của chị", actor=other)
    room.edit(mine.bulletin_id, actor=other, title="Của tôi, chị sửa")
    assert _titles(bulletin_list(session, mine=room.editor.id)) == ["Của tôi, chị sửa"]
    assert len(bulletin_list(session, mine=other.id)) == 2
    assert bulletin_list(session, kinds=("notice",)) == []


def test_the_queue_puts_priority_first_and_tells_what_hinders(session: Session, room: Newsroom) -> None:
    ready = room.in_state(State.SUBMITTED)
    room.now += timedelta(minutes=1)
    urgent = room.write(bulletin_class="priority").bulletin_id
    room.submit(urgent)
    lines = approval_queue(session, room.approver, heard_needed_permille=NEEDED)
    assert [line.bulletin_id for line in lines] == [urgent, ready]
    assert [line.hindrance.cause if line.hindrance else None for line in lines] == ["not-ready", None]
    assert [(line.duration_ms, line.draft_voice) for line in lines] == [(None, False), (61_000, True)]
    seen_by_editor = approval_queue(session, room.editor, heard_needed_permille=NEEDED)
    assert {line.hindrance.cause for line in seen_by_editor if line.hindrance} == {"role"}


def test_a_page_shows_text_reading_sound_and_history(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    page = room.page(bulletin_id)
    assert (page.revision.script, page.revision.state, page.revision.author_name) == (SCRIPT, State.SUBMITTED, "An")
    assert page.revision.paragraphs[0][0].spoken == "ủy ban nhân dân xã thông báo."
    assert [span.kind for span in page.revision.paragraphs[0][0].spans] == ["said", "same"]
    assert (page.may_approve, page.why_not, page.previous, page.changes) == (True, None, None, ())
    assert (page.may_edit, page.may_submit, page.may_return, page.may_withdraw) == (False, False, True, False)
    assert [line.words for line in page.history] == [
        "viết bản tin",
        "gửi duyệt",
        "tạo xong bản âm thanh, giọng dự phòng",
    ]
    assert page.rendering is None


@pytest.mark.parametrize("state", list(State))
def test_every_deed_has_words_and_only_a_submitted_page_carries_a_digest(room: Newsroom, state: State) -> None:
    bulletin_id = room.in_state(state)
    page = room.page(bulletin_id, revision=1)
    assert page.revision.state is state
    assert all(line.words.removesuffix(f", {WORDS}") == DEED_WORDS[line.deed] for line in page.history)
    assert (page.shown is not None) == (state is State.SUBMITTED)
    assert page.may_approve == (state is State.SUBMITTED)
    assert bool(page.why_not) != page.may_approve
    assert (page.approval is not None) == (state in {State.APPROVED, State.SUPERSEDED, State.WITHDRAWN, State.EXPIRED})


def test_a_page_tells_what_changed_since_the_revision_before(room: Newsroom) -> None:
    bulletin_id = room.in_state(State.RETURNED)
    room.edit(bulletin_id, script="UBND xã thông báo. Mời bà con đến nhà văn hóa họp.\nXin cảm ơn.")
    page = room.page(bulletin_id)
    assert page.previous == 1
    changed = [(piece.change, piece.text) for piece in page.changes if piece.change != "same"]
    assert changed == [("ins", "nhà văn hóa ")]
    assert page.revisions == ((1, State.RETURNED), (2, State.DRAFT))
    first = room.page(bulletin_id, revision=1)
    assert (first.revision.return_reason, first.revision.returned_by_name) == ("Sai ngày họp.", "Binh")


def test_pages_of_nothing_are_not_found_and_strangers_see_none(room: Newsroom, person: Maker) -> None:
    bulletin_id = room.write().bulletin_id
    with pytest.raises(NotFound, match="lần sửa 2"):
        room.page(bulletin_id, revision=2)
    with pytest.raises(NotFound, match="bản tin này"):
        room.page("không có")
    with pytest.raises(NotAllowed):
        room.page(bulletin_id, actor=person("khach"))


def test_dispatch_is_told_the_tracks_that_an_approval_names(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    room.in_state(State.SUBMITTED, "b")
    room.in_state(State.DRAFT)
    (track,) = standing_approvals(session, at=room.now)
    approval = session.scalars(select(Approval)).one()
    assert (track.bulletin_id, track.revision, track.kind, track.language) == (bulletin_id, 1, "bulletin", "vi")
    assert (track.media_sha256, track.duration_ms, track.approval) == (sound().sha256, 61_000, approval.digest)
    assert (track.valid_to, track.bulletin_class, track.house_key, track.ended) == (TO, "normal", None, None)
    assert standing_approvals(session, at=room.now - timedelta(seconds=1)) == []


def test_the_newest_approval_speaks_for_its_bulletin(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUPERSEDED)
    (track,) = standing_approvals(session, at=room.now)
    assert (track.revision, track.ended, track.withdrawn) == (2, None, False)
    assert withdrawn_approvals(session) == []
    room.now += timedelta(minutes=1)
    room.withdraw(bulletin_id)
    (gone,) = standing_approvals(session, at=room.now)
    assert (gone.revision, gone.ended, gone.withdrawn) == (2, "withdrawn", True)
    assert standing_approvals(session, at=room.now, bulletin_ids=[bulletin_id]) == [gone]
    assert standing_approvals(session, at=room.now, bulletin_ids=["khác"]) == []
    (before,) = standing_approvals(session, at=room.now - timedelta(seconds=1))
    assert before.ended is None
    assert withdrawn_approvals(session) == [gone.approval]
    assert withdrawn_approvals(session, since=room.now + timedelta(seconds=1)) == []


def test_an_expired_approval_is_told_as_ended(session: Session, room: Newsroom) -> None:
    room.in_state(State.EXPIRED)
    (track,) = standing_approvals(session, at=room.now)
    assert (track.ended, track.withdrawn) == ("expired", False)


@pytest.mark.parametrize("document", ["", "{", "[]", "{}", '{"tracks":[{"kind":"main"}]}', '{"tracks":null}'])
def test_a_damaged_document_silences_its_own_bulletin_alone(session: Session, room: Newsroom, document: str) -> None:
    damaged, whole = room.in_state(State.APPROVED), room.in_state(State.APPROVED, "b")
    _without_guards(session)
    session.execute(update(Approval).where(Approval.bulletin_id == damaged).values(document=document))
    assert [track.bulletin_id for track in standing_approvals(session, at=room.now)] == [whole]


def _without_guards(session: Session) -> None:
    """Do what somebody with the database in hands could do."""
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER approval_no_update"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))


def test_a_line_is_marked_while_a_stand_in_voice_speaks_what_counts(session: Session, room: Newsroom) -> None:
    def marks() -> list[bool]:
        return [line.draft_voice for line in bulletin_list(session)]

    bulletin_id = room.write().bulletin_id
    assert marks() == [False]
    room.submit(bulletin_id)
    drafted = room.render("a")
    assert marks() == [True]
    made = rendered("b", draft=False)
    add_recording(session, session.get_one(Revision, drafted.revision_id), "vi", made, made_by=None, now=room.now)
    assert marks() == [False]
    room.edit(bulletin_id)
    room.submit(bulletin_id)
    room.hear(room.render("c"))
    room.approve(bulletin_id)
    room.edit(bulletin_id, title="Lần sửa chưa có âm thanh")
    assert marks() == [True]  # what stands is what airs


def test_the_mark_of_a_sound_goes_by_its_bytes(session: Session, room: Newsroom) -> None:
    room.in_state(State.APPROVED, "a")
    recording = session.scalars(select(Recording)).one()
    assert draft_media(session, [recording.media_sha256, None, "0" * 64]) == {recording.media_sha256}
    assert draft_media(session, []) == frozenset()
    assert draft_media(session, [f"{number:064x}" for number in range(1_200)]) == frozenset()
