"""Rendering under a lease, tracks and listening, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from bulletin_stage import Newsroom, read, rendered, sound
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db.bulletins import Listening, Medium, Recording, RenderRequest
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.approval import NotHeard, State, WrongState
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins import recordings, writing
from scheduler.services.bulletins.standing import standing_approvals

Maker = Callable[..., Actor]
LEASE = timedelta(minutes=10)


@pytest.fixture
def room(session: Session, person: Maker, now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def _submitted(room: Newsroom) -> str:
    bulletin_id = room.write().bulletin_id
    room.submit(bulletin_id)
    return bulletin_id


def _claim(session: Session, owner: str, at: datetime) -> recordings.RenderWork | None:
    return recordings.claim_rendering(session, owner=owner, now=at, lease=LEASE)


def test_claimed_work_tells_what_to_say(session: Session, room: Newsroom) -> None:
    bulletin_id = _submitted(room)
    work = _claim(session, "một", room.now)
    assert work is not None
    assert (work.bulletin_id, work.revision, work.title, work.language) == (bulletin_id, 1, "Thông báo họp", "vi")
    assert work.paragraphs == (("ủy ban nhân dân xã thông báo.", "Mời bà con đến họp."), ("Xin cảm ơn.",))
    assert len(work.reading_sha256) == 64


def test_nothing_waits_nothing_is_claimed(session: Session, room: Newsroom) -> None:
    room.write()
    assert _claim(session, "một", room.now) is None


def test_the_longest_waiting_goes_first(session: Session, room: Newsroom) -> None:
    first = _submitted(room)
    room.now += timedelta(seconds=1)
    second = _submitted(room)
    claimed = [_claim(session, "một", room.now), _claim(session, "một", room.now), _claim(session, "một", room.now)]
    assert [work.bulletin_id if work else None for work in claimed] == [first, second, None]


def test_claimers_at_the_same_moment_never_share_work(maker: sessionmaker[Session], room: Newsroom) -> None:
    count, claimers = 6, 4
    expected = {_submitted(room) for _ in range(count)}
    room.session.commit()
    together = Barrier(claimers)

    def claim_all(owner: str) -> list[str]:
        together.wait(timeout=30)
        claimed = []
        while True:
            with maker.begin() as session:
                work = _claim(session, owner, room.now)
            if work is None:
                return claimed
            claimed.append(work.bulletin_id)

    with ThreadPoolExecutor(claimers) as pool:
        results = [each for claimed in pool.map(claim_all, "abcd") for each in claimed]
    # A claimer may find the only row left locked by another and stop; what was claimed was claimed once.
    assert len(results) == len(set(results))
    with maker.begin() as session:
        while (work := _claim(session, "last", room.now)) is not None:
            results.append(work.bulletin_id)
    assert sorted(results) == sorted(expected)


def test_an_expired_lease_is_taken_over_and_the_first_owner_records_nothing(session: Session, room: Newsroom) -> None:
    _submitted(room)
    first = _claim(session, "một", room.now)
    assert first is not None
    assert _claim(session, "hai", room.now + LEASE - timedelta(seconds=1)) is None
    later = room.now + LEASE
    second = _claim(session, "hai", later)
    assert second is not None
    assert second.attempts == 2
    with pytest.raises(recordings.LeaseLost):
        recordings.record_rendering(session, work=first, owner="một", rendered=rendered(), now=later)
    with pytest.raises(recordings.LeaseLost):
        recordings.record_failure(session, work=first, owner="một", failure="hỏng", now=later)
    recordings.record_rendering(session, work=second, owner="hai", rendered=rendered(), now=later)
    assert session.scalar(select(func.count()).select_from(Recording)) == 1
    with pytest.raises(recordings.LeaseLost):
        recordings.record_rendering(session, work=second, owner="hai", rendered=rendered(), now=later)


def test_an_owner_whose_lease_ran_out_records_nothing(session: Session, room: Newsroom) -> None:
    _submitted(room)
    work = _claim(session, "một", room.now)
    assert work is not None
    with pytest.raises(recordings.LeaseLost):
        recordings.record_rendering(session, work=work, owner="một", rendered=rendered(), now=room.now + LEASE)


def test_a_sound_for_a_text_that_was_returned_meanwhile_is_not_recorded(session: Session, room: Newsroom) -> None:
    bulletin_id = _submitted(room)
    work = _claim(session, "một", room.now)
    assert work is not None
    room.return_(bulletin_id)
    with pytest.raises(recordings.LeaseLost):
        recordings.record_rendering(session, work=work, owner="một", rendered=rendered(), now=room.now)
    assert _claim(session, "hai", room.now + 2 * LEASE) is None


def test_a_recording_keeps_what_was_measured_and_why_better_voices_failed(session: Session, room: Newsroom) -> None:
    bulletin_id = _submitted(room)
    room.render()
    track = room.page(bulletin_id).tracks[0]
    assert (track.track, track.language, track.engine, track.voice) == ("main", "vi", "espeak", "vi")
    assert (track.duration_ms, track.loudness_clufs, track.true_peak_cdbtp) == (61_000, -1600, -150)
    assert (track.peaks, track.draft_voice, track.causes) == ((0, 40, 90, 40), True, (("google", "không có mạng"),))
    assert session.scalars(select(RenderRequest)).one().done_at == room.now
    told = audit.history(session, "bulletin", bulletin_id)[-1]
    assert (told.deed, told.person_id, told.facts["media"]) == ("rendered", None, sound().sha256)


def test_failures_back_off_and_the_page_tells_why(session: Session, room: Newsroom) -> None:
    bulletin_id = _submitted(room)
    at = room.now
    waits = []
    for _ in range(9):
        work = _claim(session, "một", at)
        assert work is not None
        again = recordings.record_failure(session, work=work, owner="một", failure="Không giọng nào đọc được", now=at)
        waits.append((again - at).total_seconds())
        assert _claim(session, "một", again - timedelta(seconds=1)) is None
        at = again
    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
    rendering = room.page(bulletin_id).rendering
    assert rendering is not None
    assert (rendering.attempts, rendering.failure, rendering.in_work) == (9, "Không giọng nào đọc được", False)
    assert rendering.next_try_at == at


def test_asking_again_brings_a_failed_rendering_forward(session: Session, room: Newsroom) -> None:
    bulletin_id = _submitted(room)
    work = _claim(session, "một", room.now)
    assert work is not None
    recordings.record_failure(session, work=work, owner="một", failure="x" * 5000, now=room.now)
    writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    assert _claim(session, "một", room.now) is not None


def test_asking_again_leaves_work_in_hand_alone(session: Session, room: Newsroom) -> None:
    bulletin_id = _submitted(room)
    work = _claim(session, "một", room.now)
    assert work is not None
    writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    assert _claim(session, "hai", room.now) is None
    recordings.record_rendering(session, work=work, owner="một", rendered=rendered(), now=room.now)


def test_the_same_bytes_are_one_medium_and_contradicting_facts_are_refused(session: Session, room: Newsroom) -> None:
    room.in_state(State.SUBMITTED)
    room.in_state(State.SUBMITTED)
    assert session.scalar(select(func.count()).select_from(Medium)) == 1
    other = recordings.MediaFacts(sound().sha256, 999, 61_000, -1600, -150, ())
    with pytest.raises(Conflict):
        recordings.keep_medium(session, other, room.now)


@pytest.mark.parametrize("table", ["recording", "medium", "contributor"])
@pytest.mark.parametrize("deed", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_tracks_media_and_hands_are_never_changed(session: Session, room: Newsroom, table: str, deed: str) -> None:
    room.in_state(State.SUBMITTED)
    column = {"recording": "voice", "medium": "type", "contributor": "deed"}[table]
    with pytest.raises(DBAPIError, match="only grow"):
        session.execute(text(deed.format(table, column)))


def test_the_most_heard_so_far_is_kept_for_each_person(session: Session, room: Newsroom, person: Maker) -> None:
    bulletin_id = _submitted(room)
    track = room.render()
    for share, to_end in ((300, False), (700, True), (100, False)):
        room.hear(track, share=share, to_end=to_end)
    heard = room.page(bulletin_id).tracks[0]
    assert (heard.heard_permille, heard.reached_end) == (700, True)
    other = room.page(bulletin_id, actor=person("chi", Role.APPROVER)).tracks[0]
    assert (other.heard_permille, other.reached_end) == (0, False)
    assert session.scalar(select(func.count()).select_from(Listening)) == 1


def test_a_new_rendering_starts_unheard(room: Newsroom, session: Session) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    room.render("b")
    (track,) = room.page(bulletin_id).tracks
    assert (track.media_sha256, track.heard_permille) == (sound("b").sha256, 0)


@pytest.mark.parametrize("share", [-1, 1001])
def test_impossible_shares_are_refused(room: Newsroom, share: int) -> None:
    _submitted(room)
    track = room.render()
    with pytest.raises(InvalidInput):
        room.hear(track, share=share)


def test_listening_needs_a_role_a_recording_and_a_submitted_text(
    session: Session, room: Newsroom, person: Maker
) -> None:
    bulletin_id = _submitted(room)
    track = room.render()
    with pytest.raises(NotAllowed):
        room.hear(track, actor=person("khach"))
    with pytest.raises(NotFound):
        recordings.listened(
            session, room.approver, recording_id=track.id + 1, share_permille=1, reached_end=False, now=room.now
        )
    room.return_(bulletin_id)
    with pytest.raises(WrongState):
        room.hear(track)


def test_a_headline_is_a_second_track_that_must_be_heard_too(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write(title="UBND xã họp dân").bulletin_id
    room.submit(bulletin_id)
    work = recordings.claim_rendering(session, owner="một", now=room.now, lease=LEASE, reader=read)
    assert work is not None
    assert work.headline == ("ủy ban nhân dân xã họp dân.",)
    main = recordings.record_rendering(
        session, work=work, owner="một", rendered=rendered(), headline=rendered("điểm tin"), now=room.now
    )
    room.hear(main)
    with pytest.raises(NotHeard):
        room.approve(bulletin_id)
    headline = next(track for track in room.page(bulletin_id).tracks if track.track == "headline")
    room.hear(headline.recording_id)
    room.approve(bulletin_id)
    tracks = standing_approvals(session, at=room.now)
    assert [(track.kind, track.media_sha256) for track in tracks] == [
        ("bulletin", sound().sha256),
        ("headline", sound("điểm tin").sha256),
    ]


def test_a_title_that_cannot_be_read_for_sure_gets_no_headline(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write(title="Họp #2").bulletin_id
    room.submit(bulletin_id)
    work = recordings.claim_rendering(session, owner="một", now=room.now, lease=LEASE, reader=read)
    assert work is not None
    assert work.headline == ()
