"""House items on both databases: shipped as submitted, approved like all else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from bulletin_stage import NEEDED, Newsroom, read, sound
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.bulletins import Bulletin, Contributor, Revision
from scheduler.errors import InvalidInput
from scheduler.files import FileStore
from scheduler.rules.approval import HasLeftovers, State
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins import house
from scheduler.services.bulletins.standing import standing_approvals
from scheduler.services.bulletins.views import approval_queue

SOUNDS = tuple(
    house.HouseSound(kind, f"Mục {kind}", kind.encode(), sound(kind)) for kind in ("jingle", "sting", "test")
)
TEXTS = tuple(house.HouseText(kind, f"Lời {kind}", f"Đây là lời {kind}.") for kind in ("opening", "closing", "standby"))


@pytest.fixture
def room(session: Session, person: Callable[..., Actor], now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "media")


def _ensure(
    room: Newsroom,
    store: FileStore,
    sounds: tuple[house.HouseSound, ...] = SOUNDS,
    texts: tuple[house.HouseText, ...] = TEXTS,
) -> list[str]:
    return house.ensure_house_items(
        room.session, sounds=sounds, texts=texts, reader=read, store=store, valid_from=date(2024, 5, 1), now=room.now
    )


def _by_key(session: Session) -> dict[str, str]:
    return {row.house_key or "": row.id for row in session.scalars(select(Bulletin))}


def test_they_ship_as_submitted_without_an_author(session: Session, room: Newsroom, store: FileStore) -> None:
    assert _ensure(room, store) == ["jingle", "sting", "test", "opening", "closing", "standby"]
    rows = session.scalars(select(Revision)).all()
    assert {row.state for row in rows} == {State.SUBMITTED}
    assert {(row.author_id, row.submitted_by, row.valid_to) for row in rows} == {(None, None, None)}
    assert session.scalars(select(Contributor)).all() == []
    assert store.get(sound("jingle").sha256) == b"jingle"
    assert {bulletin.kind == bulletin.house_key for bulletin in session.scalars(select(Bulletin))} == {True}
    audit.verify(session)


def test_adding_them_again_adds_nothing(session: Session, room: Newsroom, store: FileStore) -> None:
    _ensure(room, store)
    seq = audit.head(session).seq
    assert _ensure(room, store) == []
    assert (len(_by_key(session)), audit.head(session).seq) == (6, seq)


def test_each_is_approved_once_in_the_same_way(session: Session, room: Newsroom, store: FileStore) -> None:
    _ensure(room, store)
    assert standing_approvals(session, at=room.now) == []
    for mark in "xyz":
        room.render(mark)
    queue = approval_queue(session, room.approver, heard_needed_permille=NEEDED)
    assert {line.hindrance.cause if line.hindrance else None for line in queue} == {"not-heard"}
    for bulletin_id in _by_key(session).values():
        for track in room.page(bulletin_id).tracks:
            room.hear(track.recording_id)
        room.approve(bulletin_id)
    standing = standing_approvals(session, at=room.now)
    assert {(track.kind, track.language) for track in standing} == {
        ("jingle", "zxx"),
        ("sting", "zxx"),
        ("test", "zxx"),
        ("opening", "vi"),
        ("closing", "vi"),
        ("standby", "vi"),
    }
    assert {track.house_key == track.kind for track in standing} == {True}


def test_a_spoken_item_is_edited_like_a_bulletin_and_keeps_its_kind(
    session: Session, room: Newsroom, store: FileStore
) -> None:
    _ensure(room, store)
    keys = _by_key(session)
    revision = room.edit(keys["opening"], script="Đây là đài truyền thanh xã.", valid_to=None)
    assert (revision.number, revision.state) == (2, State.DRAFT)
    assert room.page(keys["opening"]).kind == "opening"
    with pytest.raises(InvalidInput, match="không lời"):
        room.edit(keys["jingle"])
    assert not room.page(keys["jingle"], actor=room.editor).may_edit


def test_wrong_items_are_refused_whole(session: Session, room: Newsroom, store: FileStore) -> None:
    with pytest.raises(InvalidInput, match="mã băm"):
        _ensure(room, store, sounds=(replace(SOUNDS[0], content=b"khac"),))
    with pytest.raises(InvalidInput, match="bulletin"):
        _ensure(room, store, texts=(replace(TEXTS[0], kind="bulletin"),))
    with pytest.raises(InvalidInput, match="opening"):
        _ensure(room, store, sounds=(replace(SOUNDS[0], kind="opening"),))
    with pytest.raises(HasLeftovers):
        _ensure(room, store, sounds=(), texts=(replace(TEXTS[0], script="Số #1."),))
    assert _by_key(session) == {}
