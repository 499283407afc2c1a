"""Approving, returning, withdrawing and expiring: four eyes, what was heard, what was shown; on both databases."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from bulletin_stage import NEEDED, TO, Newsroom, rendered
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.canonical import sha256_hex
from scheduler.db.accounts import LedgerEntry
from scheduler.db.bulletins import Approval, ApprovalEnd, Recording, RenderRequest, Revision
from scheduler.errors import InvalidInput, LoaError, NotAllowed
from scheduler.rules.approval import FourEyes, NotHeard, NotReady, PastValidity, Stale, State, Unconfirmed, WrongState
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins import approvals, recordings, writing
from scheduler.services.bulletins.lookup import contributors

Maker = Callable[..., Actor]


@pytest.fixture
def room(session: Session, person: Maker, now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def _states(session: Session) -> list[str]:
    return list(session.scalars(select(Revision.state).order_by(Revision.number)))


def test_an_approval_binds_hashes_and_stands_in_the_ledger(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    approval = room.approve(bulletin_id)
    assert _states(session) == [State.APPROVED]
    assert approval.digest == sha256_hex(approval.document.encode())
    told = json.loads(approval.document)
    revision = session.scalars(select(Revision)).one()
    assert told["script"] == f"sha256:{revision.script_sha256}"
    assert told["reading"] == f"sha256:{revision.reading_sha256}"
    assert told["approver"] == room.approver.id
    assert [track["kind"] for track in told["tracks"]] == ["main"]
    line = session.scalars(select(LedgerEntry.line).where(LedgerEntry.kind == "approval")).one()
    assert json.loads(line)["body"] == told
    assert audit.history(session, "bulletin", bulletin_id)[-1].facts["approval"] == approval.digest
    audit.verify(session)


def test_figures_are_approved_only_by_whoever_says_to_have_looked_them_up(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write(
        title="Phạt 5 triệu đồng", script="Ai đưa tin giả bị phạt tiền  đến mười triệu đồng."
    ).bulletin_id
    room.submit(bulletin_id)
    room.hear(room.render())
    with pytest.raises(Unconfirmed, match="“Phạt 5 triệu đồng”, “phạt tiền đến mười triệu đồng”"):
        room.approve(bulletin_id)
    assert _states(session) == [State.SUBMITTED]
    room.approve(bulletin_id, confirmed=True)
    facts = audit.history(session, "bulletin", bulletin_id)[-1].facts
    assert facts["confirmed"] == ["Phạt 5 triệu đồng", "phạt tiền  đến mười triệu đồng"]
    audit.verify(session)


def test_a_text_whose_last_day_has_passed_ends_nothing_that_stands(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    room.edit(bulletin_id)
    room.submit(bulletin_id)
    room.hear(room.render())
    with pytest.raises(PastValidity, match="trả lại"):
        room.approve(bulletin_id, today=TO + timedelta(days=1))
    assert session.scalars(select(ApprovalEnd)).all() == []
    room.approve(bulletin_id, today=TO)


def test_a_newer_approval_supersedes_the_older(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    first = session.scalars(select(Approval)).one()
    room.edit(bulletin_id)
    room.submit(bulletin_id)
    room.hear(room.render("b"))
    assert _states(session) == [State.APPROVED, State.SUBMITTED]
    room.approve(bulletin_id)
    assert _states(session) == [State.SUPERSEDED, State.APPROVED]
    end = session.scalars(select(ApprovalEnd)).one()
    assert (end.digest, end.kind, end.reason) == (first.digest, "superseded", "Đã duyệt lần sửa 2.")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.APPROVER])
def test_only_approvers_decide(room: Newsroom, person: Maker, role: Role) -> None:
    other = person("khac", role)
    waiting, standing = room.in_state(State.SUBMITTED), room.in_state(State.APPROVED, "b")
    shown = room.shown(waiting)
    for deed in (
        lambda: room.approve(waiting, actor=other, shown=shown),
        lambda: room.return_(waiting, actor=other),
        lambda: room.withdraw(standing, actor=other),
    ):
        with pytest.raises(NotAllowed):
            deed()


@pytest.mark.parametrize("hand", ["wrote", "edited", "submitted"])
def test_nobody_approves_what_he_or_she_had_a_hand_in(room: Newsroom, person: Maker, hand: str) -> None:
    both = person("dung", Role.EDITOR, Role.APPROVER)
    bulletin_id = room.write(actor=both if hand == "wrote" else None).bulletin_id
    if hand == "edited":
        room.edit(bulletin_id, actor=both)
    room.submit(bulletin_id, actor=both if hand == "submitted" else None)
    recording = room.render()
    room.hear(recording, actor=both)
    with pytest.raises(FourEyes):
        room.approve(bulletin_id, actor=both)
    room.hear(recording)
    room.approve(bulletin_id)


def test_a_hand_in_an_earlier_revision_counts_for_all_later_ones(room: Newsroom, person: Maker) -> None:
    both = person("dung", Role.EDITOR, Role.APPROVER)
    bulletin_id = room.write(actor=both).bulletin_id
    room.submit(bulletin_id, actor=both)
    room.return_(bulletin_id)
    room.edit(bulletin_id)
    room.submit(bulletin_id)
    room.hear(room.render(), actor=both)
    with pytest.raises(FourEyes):
        room.approve(bulletin_id, actor=both)


@pytest.mark.parametrize("trace", ["contributor", "author", "submitter", "voice"])
def test_the_database_itself_refuses_a_contributors_approval(
    session: Session, room: Newsroom, person: Maker, trace: str
) -> None:
    culprit = person("dung", Role.EDITOR, Role.APPROVER)
    bulletin_id = room.in_state(State.SUBMITTED)
    revision = session.scalars(select(Revision)).one()
    statement = {
        "contributor": "INSERT INTO contributor (bulletin_id, person_id, deed, at) VALUES (:b, :p, 'wrote', :at)",
        "author": "INSERT INTO revision (bulletin_id, number, state, title, bulletin_class, language, valid_from, "
        "script, script_sha256, author_id, created_at, saved_at) VALUES (:b, 2, 'draft', 't', 'normal', 'vi', "
        "'2024-05-08', 's', 'x', :p, :at, :at)",
        "submitter": "UPDATE revision SET submitted_by = :p WHERE bulletin_id = :b",
        "voice": "INSERT INTO recording (revision_id, track, language, media_sha256, engine, voice, draft_voice, "
        "causes, made_by, made_at) SELECT revision_id, track, 'hmn', media_sha256, engine, voice, draft_voice, causes, "
        ":p, made_at FROM recording",
    }[trace]
    session.execute(text(statement), {"b": bulletin_id, "p": culprit.id, "at": "2024-05-08 03:00:00+00:00"})
    assert culprit.id in contributors(session, bulletin_id)
    session.commit()
    with pytest.raises(DBAPIError, match="four eyes"):
        session.execute(
            text(
                "INSERT INTO approval (digest, bulletin_id, revision_id, approver_id, approved_at, heard_permille, "
                "document) VALUES ('d', :b, :r, :p, '2024-05-08 03:00:00', 1000, '{}')"
            ),
            {"b": bulletin_id, "r": revision.id, "p": culprit.id},
        )


def test_without_a_sound_nothing_is_approved(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.submit(bulletin_id)
    with pytest.raises(NotReady):
        room.approve(bulletin_id)


@pytest.mark.parametrize(("share", "to_end"), [(None, False), (0, True), (NEEDED - 1, True), (1000, False)])
def test_whoever_has_not_heard_it_to_the_end_cannot_approve(room: Newsroom, share: int | None, to_end: bool) -> None:
    bulletin_id = room.write().bulletin_id
    room.submit(bulletin_id)
    recording = room.render()
    if share is not None:
        room.hear(recording, share=share, to_end=to_end)
    with pytest.raises(NotHeard):
        room.approve(bulletin_id)
    room.hear(recording, share=NEEDED, to_end=True)
    room.approve(bulletin_id)


def test_every_track_must_be_heard(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    second = room.record(bulletin_id, "hmn")
    with pytest.raises(NotHeard):
        room.approve(bulletin_id)
    room.hear(second)
    told = json.loads(room.approve(bulletin_id).document)
    assert [track["language"] for track in told["tracks"]] == ["hmn", "vi"]


def test_a_new_rendering_must_be_heard_anew(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    shown = room.shown(bulletin_id)
    writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    again = room.render("b")
    with pytest.raises(NotHeard):
        room.approve(bulletin_id, shown=shown)
    room.hear(again)
    with pytest.raises(Stale):
        room.approve(bulletin_id, shown=shown)
    room.approve(bulletin_id)


def test_another_digest_than_the_one_shown_is_refused(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    for shown in ("", "0" * 64, room.shown(bulletin_id).upper()):
        with pytest.raises(Stale):
            room.approve(bulletin_id, shown=shown)
    assert session.scalar(select(func.count()).select_from(Approval)) == 0


DEEDS = {
    "approve": {State.SUBMITTED},
    "return": {State.SUBMITTED},
    "withdraw": {State.APPROVED, State.SUPERSEDED},  # of a superseded one, the newer approval is withdrawn
    "listen": {State.SUBMITTED},
}
SOUNDLESS = {State.DRAFT, State.RETURNED}
CASES = [(state, deed) for state in State for deed in DEEDS if deed != "listen" or state not in SOUNDLESS]


@pytest.mark.parametrize(("state", "deed"), CASES)
def test_each_deed_in_each_state(session: Session, room: Newsroom, state: State, deed: str) -> None:
    bulletin_id = room.in_state(state)
    before = _states(session), audit.head(session)

    def act() -> None:
        match deed:
            case "approve":
                room.approve(bulletin_id, shown=room.page(bulletin_id).shown or "")
            case "return":
                room.return_(bulletin_id)
            case "withdraw":
                room.withdraw(bulletin_id)
            case _:
                room.hear(session.scalars(select(Recording).order_by(Recording.id).limit(1)).one())

    if state in DEEDS[deed]:
        act()
        return
    with pytest.raises(WrongState, match="Bản tin đang ở trạng thái"):
        act()
    assert (_states(session), audit.head(session)) == before


def test_an_older_approval_stands_while_a_newer_text_waits(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    room.edit(bulletin_id)
    room.submit(bulletin_id)
    room.return_(bulletin_id, reason="Chưa rõ giờ.")
    assert _states(session) == [State.APPROVED, State.RETURNED]
    room.withdraw(bulletin_id)
    assert _states(session) == [State.WITHDRAWN, State.RETURNED]


@pytest.mark.parametrize("reason", ["", " \n", "x" * 2001, "a\x00"])
def test_returning_and_withdrawing_need_a_reason(room: Newsroom, reason: str) -> None:
    waiting, standing = room.in_state(State.SUBMITTED), room.in_state(State.APPROVED, "b")
    with pytest.raises(InvalidInput, match=r"[Ll]ý do"):
        room.return_(waiting, reason=reason)
    with pytest.raises(InvalidInput, match=r"[Ll]ý do"):
        room.withdraw(standing, reason=reason)


def test_a_decision_ends_the_renderings_that_wait(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.submit(bulletin_id)
    room.return_(bulletin_id)
    assert session.scalars(select(RenderRequest)).one().done_at == room.now


def test_approvals_expire_after_their_last_day(session: Session, room: Newsroom) -> None:
    room.in_state(State.APPROVED)
    open_ended = room.write(valid_to=None).bulletin_id
    room.submit(open_ended)
    room.hear(room.render("b"))
    room.approve(open_ended)
    assert approvals.expire(session, today=TO, now=room.now) == 0
    assert approvals.expire(session, today=TO + timedelta(days=1), now=room.now) == 1
    assert approvals.expire(session, today=TO + timedelta(days=1), now=room.now) == 0
    end = session.scalars(select(ApprovalEnd)).one()
    assert (end.kind, end.person_id) == ("expired", None)
    assert sorted(_states(session)) == [State.APPROVED, State.EXPIRED]
    audit.verify(session)


def test_two_approvers_at_once_make_one_approval(
    session: Session, maker: sessionmaker[Session], room: Newsroom, person: Maker
) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    shown, people = room.shown(bulletin_id), (room.approver, person("chi", Role.APPROVER))
    for each in people:
        room.hear(room.page(bulletin_id).tracks[0].recording_id, actor=each)
    session.commit()
    together = Barrier(2)

    def decide(actor: Actor) -> bool:
        together.wait(timeout=30)
        try:
            with maker.begin() as own:
                replace(room, session=own).approve(bulletin_id, actor=actor, shown=shown)
        except WrongState:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, people)) == [False, True]
    assert session.scalar(select(func.count()).select_from(Approval)) == 1


PEOPLE = ("an", "binh", "chi")
STEP = st.tuples(
    st.sampled_from(["edit", "submit", "render", "hear", "approve", "return", "withdraw"]), st.sampled_from(PEOPLE)
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(writer=st.sampled_from(PEOPLE), steps=st.lists(STEP, min_size=4, max_size=16))
def test_no_sequence_of_deeds_lets_a_contributor_approve(
    session: Session, person: Maker, now: datetime, writer: str, steps: list[tuple[str, str]]
) -> None:
    """All people here are editors and approvers at once, so that only four eyes stand in the way."""
    people = {name: person(name, Role.EDITOR, Role.APPROVER) for name in PEOPLE}
    room = Newsroom(session, people["an"], people["binh"], now)
    bulletin_id = room.write(actor=people[writer]).bulletin_id
    hands = {people[writer].id}
    for order, (deed, name) in enumerate(steps):
        try:
            _step(room, bulletin_id, deed, people[name], mark=f"{bulletin_id} {order}")
        except LoaError:
            continue
        if deed in {"edit", "submit"}:
            hands.add(people[name].id)
        if deed == "approve":
            assert people[name].id not in hands
    room.edit(bulletin_id, actor=people[writer], script="Lời cuối.")
    room.submit(bulletin_id, actor=people[writer])
    _render_all(room, f"{bulletin_id} cuối")
    for name in PEOPLE:
        _hear_all(room, bulletin_id, people[name])
        if people[name].id in hands:
            with pytest.raises(FourEyes):
                room.approve(bulletin_id, actor=people[name])
    free = [each for each in people.values() if each.id not in hands]
    if free:
        room.approve(bulletin_id, actor=free[0])


def _step(room: Newsroom, bulletin_id: str, deed: str, actor: Actor, *, mark: str) -> None:
    match deed:
        case "edit":
            room.edit(bulletin_id, actor=actor, script=mark)
        case "submit":
            room.submit(bulletin_id, actor=actor)
        case "render":
            _render_all(room, mark)
        case "hear":
            _hear_all(room, bulletin_id, actor)
        case "approve":
            room.approve(bulletin_id, actor=actor, shown=room.page(bulletin_id).shown or "")
        case "return":
            room.return_(bulletin_id, actor=actor)
        case "withdraw":
            room.withdraw(bulletin_id, actor=actor)


def _render_all(room: Newsroom, mark: str) -> None:
    while work := recordings.claim_rendering(room.session, owner="máy", now=room.now, lease=timedelta(minutes=1)):
        recordings.record_rendering(room.session, work=work, owner="máy", rendered=rendered(mark), now=room.now)


def _hear_all(room: Newsroom, bulletin_id: str, actor: Actor) -> None:
    for track in room.page(bulletin_id).tracks:
        room.hear(track.recording_id, actor=actor)
