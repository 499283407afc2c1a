"""Tracks that people record: several languages, headlines, replacing, removing, four eyes, on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bulletin_stage import SCRIPT, Newsroom, read, rendered, sound
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Recording, RecordingRemoval, RenderRequest
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.approval import FourEyes, NotHeard, NotReady, Stale, State, WrongState
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins import recordings, voices, writing
from scheduler.services.bulletins.standing import standing_approvals

Maker = Callable[..., Actor]
LEASE = timedelta(minutes=10)


@pytest.fixture
def room(session: Session, person: Maker, now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def tracks(room: Newsroom, bulletin_id: str) -> list[tuple[str, str, str]]:
    """Track, language and the mark of the sound."""
    marks = {sound(mark).sha256: mark for mark in ("a", "một", "hai", "ba", "điểm tin", "giọng người")}
    found = room.page(bulletin_id).tracks
    return [(each.track, each.language, marks[each.media_sha256]) for each in found]


def claim(room: Newsroom) -> recordings.RenderWork | None:
    return recordings.claim_rendering(room.session, owner="máy", now=room.now, lease=LEASE, reader=read)


def recorded(room: Newsroom, work: recordings.RenderWork, mark: str, headline: str | None = None) -> Recording | None:
    return recordings.record_rendering(
        room.session,
        work=work,
        owner="máy",
        rendered=rendered(mark),
        headline=rendered(headline) if headline else None,
        now=room.now,
    )


def test_several_languages_and_headlines_stand_in_one_approval(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "hmn", "một")
    room.record(bulletin_id, "hmn", "hai", track="headline")
    room.submit(bulletin_id)
    room.record(bulletin_id, "blt", "ba")
    work = claim(room)
    assert work is not None
    recorded(room, work, "a", "điểm tin")
    told = [("main", "vi", "a"), ("main", "blt", "ba"), ("main", "hmn", "một"),
            ("headline", "vi", "điểm tin"), ("headline", "hmn", "hai")]  # fmt: skip
    assert tracks(room, bulletin_id) == told
    for track in room.page(bulletin_id).tracks:
        with pytest.raises(NotHeard):
            room.approve(bulletin_id)
        room.hear(track.recording_id)
    room.approve(bulletin_id)
    standing = standing_approvals(session, at=room.now)
    assert [(each.kind, each.language) for each in standing] == [
        ("bulletin", "blt"),
        ("bulletin", "hmn"),
        ("bulletin", "vi"),
        ("headline", "hmn"),
        ("headline", "vi"),
    ]
    assert len({each.approval for each in standing}) == 1


def test_a_track_added_after_the_page_was_opened_makes_it_stale(room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    shown = room.shown(bulletin_id)
    room.hear(room.record(bulletin_id, "kjg"))
    with pytest.raises(Stale):
        room.approve(bulletin_id, shown=shown)


def test_in_a_draft_a_track_is_replaced_and_removed_with_the_ledger_telling(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "hmn", "một")
    second = room.record(bulletin_id, "hmn", "hai")
    assert tracks(room, bulletin_id) == [("main", "hmn", "hai")]
    voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=second.id, now=room.now)
    assert tracks(room, bulletin_id) == []
    with pytest.raises(NotFound):
        voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=second.id, now=room.now)
    told = [(line.deed, line.facts.get("media"), line.facts.get("replaced"))
            for line in audit.history(session, "bulletin", bulletin_id)]  # fmt: skip
    assert told == [
        ("bulletin-written", None, None),
        ("voice-recorded", sound("một").sha256, None),
        ("voice-recorded", sound("hai").sha256, sound("một").sha256),
        ("voice-removed", sound("hai").sha256, None),
    ]
    room.record(bulletin_id, "hmn", "ba")
    assert tracks(room, bulletin_id) == [("main", "hmn", "ba")]


def test_after_handing_in_a_persons_track_is_neither_replaced_nor_removed(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    track = room.record(bulletin_id, "hmn", "một")
    room.submit(bulletin_id)
    with pytest.raises(Conflict, match="không thay"):
        room.record(bulletin_id, "hmn", "hai")
    with pytest.raises(WrongState, match="gỡ"):
        voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=track.id, now=room.now)
    insert = text("INSERT INTO recording_removal (recording_id, person_id, at) VALUES (:r, :p, :at)")
    with pytest.raises(DBAPIError, match="handed in"):
        session.execute(insert, {"r": track.id, "p": room.editor.id, "at": room.now})


def test_a_machines_track_gives_way_to_a_persons_while_it_waits(room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    room.record(bulletin_id, "vi", "một")
    assert tracks(room, bulletin_id) == [("main", "vi", "một")]
    with pytest.raises(NotHeard):
        room.approve(bulletin_id)


def test_a_removal_is_never_taken_back(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    voices.remove_voice(
        session, room.editor, bulletin_id=bulletin_id, recording_id=room.record(bulletin_id).id, now=room.now
    )
    session.commit()
    for statement in ("UPDATE recording_removal SET recording_id = 9", "DELETE FROM recording_removal"):
        with pytest.raises(DBAPIError, match="only grow"):
            session.execute(text(statement))
        session.rollback()
    assert session.scalar(select(func.count()).select_from(RecordingRemoval)) == 1


def test_a_machine_says_what_people_have_not_recorded(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write(title="UBND xã họp dân").bulletin_id
    room.record(bulletin_id, "vi", "một")
    room.submit(bulletin_id)
    work = claim(room)
    assert work is not None
    assert (work.track, work.paragraphs, work.headline) == ("headline", (("ủy ban nhân dân xã họp dân.",),), ())
    recorded(room, work, "điểm tin")
    assert tracks(room, bulletin_id) == [("main", "vi", "một"), ("headline", "vi", "điểm tin")]
    assert audit.history(session, "bulletin", bulletin_id)[-1].facts["track"] == "headline"


def test_a_headline_that_a_machine_is_about_to_say_is_not_lost_by_approving_early(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "vi", "một")
    room.submit(bulletin_id)
    room.hear_all(bulletin_id)
    with pytest.raises(NotReady):
        room.approve(bulletin_id)
    work = claim(room)
    assert work is not None
    with pytest.raises(NotReady):
        room.approve(bulletin_id)
    recordings.record_failure(room.session, work=work, owner="máy", failure="mất mạng", now=room.now)
    room.approve(bulletin_id)  # a machine that fails doesn't hold back what a person said


def test_a_headline_that_is_spoken_again_does_not_hold_back_the_approval(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "vi", "một")
    room.submit(bulletin_id)
    work = claim(room)
    assert work is not None
    recorded(room, work, "điểm tin")
    writing.request_rendering(room.session, room.editor, bulletin_id=bulletin_id, now=room.now)
    room.hear_all(bulletin_id)
    room.approve(bulletin_id)


def test_the_ledger_names_only_the_machines_sounds_that_were_kept(session: Session, room: Newsroom) -> None:
    for person_says, kept in (({"main"}, {"media": "điểm tin", "track": "headline"}), ({"headline"}, {"media": "a"})):
        bulletin_id = room.write().bulletin_id
        room.submit(bulletin_id)
        work = claim(room)
        assert work is not None
        for track in person_says:
            room.record(bulletin_id, "vi", "một", track=track)
        recorded(room, work, "a", "điểm tin")
        told = audit.history(session, "bulletin", bulletin_id)[-1]
        assert told.deed == "rendered"
        assert told.facts["media"] == sound(kept["media"]).sha256
        assert (told.facts["headline"], told.facts.get("track")) == (None, kept.get("track"))


def test_a_headline_said_alone_is_not_tagged_with_the_reading_of_the_text(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "vi", "một")
    room.submit(bulletin_id)
    work = claim(room)
    assert work is not None
    assert work.reading_sha256 == ""


def test_a_headline_that_a_person_recorded_is_not_spoken_again(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "vi", "hai", track="headline")
    room.submit(bulletin_id)
    work = claim(room)
    assert work is not None
    assert (work.track, work.headline) == ("main", ())
    assert len(work.paragraphs) == 2


def test_where_people_recorded_all_no_machine_is_asked(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.record(bulletin_id, "vi", "một")
    room.record(bulletin_id, "vi", "hai", track="headline")
    room.submit(bulletin_id)
    assert session.scalar(select(func.count()).select_from(RenderRequest)) == 0
    with pytest.raises(InvalidInput, match="máy không đọc"):
        writing.request_rendering(session, room.editor, bulletin_id=bulletin_id, now=room.now)
    room.hear_all(bulletin_id)
    room.approve(bulletin_id)


def test_where_no_headline_can_be_said_the_waiting_request_is_closed(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write(title="Họp #2").bulletin_id
    room.record(bulletin_id, "vi", "một")
    room.submit(bulletin_id)
    assert claim(room) is None
    assert session.scalars(select(RenderRequest)).one().done_at == room.now
    assert room.page(bulletin_id).rendering is None


def test_a_person_who_records_while_a_machine_speaks_is_kept(session: Session, room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    room.submit(bulletin_id)
    work = claim(room)
    assert work is not None
    room.record(bulletin_id, "vi", "một")
    recorded(room, work, "a", "điểm tin")
    assert tracks(room, bulletin_id) == [("main", "vi", "một"), ("headline", "vi", "điểm tin")]


def test_a_new_revision_keeps_the_voices_and_tells_when_the_words_have_changed(
    session: Session, room: Newsroom, person: Maker
) -> None:
    bulletin_id = room.write().bulletin_id
    speaker = person("dung", Role.EDITOR, Role.APPROVER)
    room.record(bulletin_id, "hmn", "một", actor=speaker, notes=("Tiếng thu nhỏ.",))
    removed = room.record(bulletin_id, "kjg", "hai")
    voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=removed.id, now=room.now)
    room.submit(bulletin_id)
    room.render()
    room.return_(bulletin_id)
    room.now += timedelta(hours=1)
    room.edit(bulletin_id, script=SCRIPT)
    (kept,) = room.page(bulletin_id, actor=room.editor).tracks
    assert (kept.language, kept.media_sha256, kept.made_by_name) == ("hmn", sound("một").sha256, "Dung")
    assert (kept.notes, kept.outdated, kept.removable) == (("Tiếng thu nhỏ.",), False, True)
    assert kept.made_at == room.now - timedelta(hours=1)
    room.edit(bulletin_id, script=SCRIPT + " Sửa.")
    assert room.page(bulletin_id).tracks[0].outdated
    room.record(bulletin_id, "hmn", "ba")
    assert not room.page(bulletin_id).tracks[0].outdated
    room.record(bulletin_id, "hmn", "hai", track="headline")
    room.edit(bulletin_id, script="Lời khác hẳn.")
    assert [each.outdated for each in room.page(bulletin_id).tracks] == [True, False]
    room.edit(bulletin_id, script="Lời khác hẳn.", title="Tên khác")
    assert [each.outdated for each in room.page(bulletin_id).tracks] == [True, True]


@pytest.mark.parametrize("fate", ["kept", "replaced", "removed", "in-an-earlier-revision"])
def test_whoever_recorded_any_track_is_barred_whatever_became_of_it(
    session: Session, room: Newsroom, person: Maker, fate: str
) -> None:
    both = person("dung", Role.EDITOR, Role.APPROVER)
    bulletin_id = room.write().bulletin_id
    track = room.record(bulletin_id, "hmn", "một", actor=both)
    if fate == "replaced":
        room.record(bulletin_id, "hmn", "hai")
    elif fate == "removed":
        voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=track.id, now=room.now)
    room.submit(bulletin_id)
    if fate == "in-an-earlier-revision":
        room.return_(bulletin_id)
        revision = room.edit(bulletin_id)
        kept = session.scalars(select(Recording.id).where(Recording.revision_id == revision.id)).one()
        voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=kept, now=room.now)
        room.submit(bulletin_id)
    room.render()
    room.hear_all(bulletin_id)
    room.hear_all(bulletin_id, actor=both)
    hindrance = room.page(bulletin_id, actor=both).hindrance
    assert hindrance is not None
    assert hindrance.cause == "four-eyes"
    with pytest.raises(FourEyes):
        room.approve(bulletin_id, actor=both)
    revision_id = session.scalar(select(func.max(Recording.revision_id)))
    with pytest.raises(DBAPIError, match="four eyes"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO approval (digest, bulletin_id, revision_id, approver_id, approved_at, heard_permille, "
                "document) VALUES ('d', :b, :r, :p, :at, 1000, '{}')"
            ),
            {"b": bulletin_id, "r": revision_id, "p": both.id, "at": room.now},
        )
    room.approve(bulletin_id)


def test_what_is_not_there_is_not_recorded(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    usual: dict[str, Any] = {"bulletin_id": bulletin_id, "revision": 1, "language": "hmn", "media": sound("một")}
    asked: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"language": "en"}, InvalidInput),
        ({"language": ""}, InvalidInput),
        ({"track": "chorus"}, InvalidInput),
        ({"revision": 2}, NotFound),
        ({"bulletin_id": "none"}, NotFound),
    ]
    for changes, error in asked:
        with pytest.raises(error):
            voices.record_voice(room.session, room.editor, **(usual | changes), now=room.now)
    assert tracks(room, bulletin_id) == []


def test_what_is_decided_takes_no_recording(room: Newsroom) -> None:
    for number, state in enumerate((State.RETURNED, State.SUPERSEDED, State.WITHDRAWN, State.EXPIRED)):
        bulletin_id = room.in_state(state, mark=str(number))
        with pytest.raises(WrongState):
            room.record(bulletin_id, revision=1)


def test_only_editors_record_and_remove(session: Session, room: Newsroom, person: Maker) -> None:
    bulletin_id = room.write().bulletin_id
    track = room.record(bulletin_id)
    for role in (Role.APPROVER, Role.OPERATOR, Role.AUDITOR, Role.ADMIN):
        other = person(f"khac-{role.value}", role)
        with pytest.raises(NotAllowed):
            room.record(bulletin_id, "kjg", actor=other)
        with pytest.raises(NotAllowed):
            voices.remove_voice(session, other, bulletin_id=bulletin_id, recording_id=track.id, now=room.now)


def test_a_machines_track_is_not_removed(session: Session, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.SUBMITTED)
    recording_id = session.scalars(select(Recording.id)).one()
    with pytest.raises(NotFound):
        voices.remove_voice(session, room.editor, bulletin_id=bulletin_id, recording_id=recording_id, now=room.now)
