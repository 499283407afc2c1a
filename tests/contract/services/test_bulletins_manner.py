"""How a bulletin is to be spoken: checked, kept with its revision and frozen with its text, on both databases."""

from collections.abc import Callable
from datetime import datetime

import pytest
from alembic import command
from bulletin_stage import SCRIPT, Newsroom
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.db import migrate
from scheduler.errors import InvalidInput
from scheduler.rules.approval import State
from scheduler.rules.permissions import Actor, Role
from scheduler.services import audit
from scheduler.services.bulletins.manner import USUAL, Manner, check_manner, manner_of

SLOW = Manner("piper/vi_VN-vais1000-medium", 850, 0, 3000)


@pytest.fixture
def room(session: Session, person: Callable[..., Actor], now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def deeds(room: Newsroom, bulletin_id: str) -> list[str]:
    return [row.deed for row in audit.history(room.session, "bulletin", bulletin_id)]


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        (Manner("espeak"), "Giọng đọc"),
        (Manner(""), "Giọng đọc"),
        (Manner("/vi"), "Giọng đọc"),
        (Manner("a/b\n"), "Giọng đọc"),
        (Manner("google/<script>"), "Giọng đọc"),
        (Manner("google/" + "v" * 65), "Giọng đọc"),
        (Manner(speed_permille=799), "Tốc độ"),
        (Manner(speed_permille=1201), "Tốc độ"),
        (Manner(sentence_pause_ms=-1), "giữa các câu"),
        (Manner(sentence_pause_ms=3001), "giữa các câu"),
        (Manner(paragraph_pause_ms=-1), "giữa các đoạn"),
        (Manner(paragraph_pause_ms=3001), "giữa các đoạn"),
    ],
)
def test_what_no_voice_can_do_is_refused(manner: Manner, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        check_manner(manner)


@pytest.mark.parametrize("manner", [USUAL, SLOW, Manner(speed_permille=800), Manner(speed_permille=1200)])
def test_what_a_voice_can_do_is_taken(manner: Manner) -> None:
    assert check_manner(manner) == manner


def test_a_refused_manner_writes_nothing(room: Newsroom) -> None:
    with pytest.raises(InvalidInput):
        room.write(manner=Manner(speed_permille=5000))
    bulletin_id = room.write().bulletin_id
    with pytest.raises(InvalidInput):
        room.edit(bulletin_id, script=SCRIPT, manner=Manner(sentence_pause_ms=9999))
    assert deeds(room, bulletin_id) == ["bulletin-written"]


def test_a_change_of_manner_alone_is_an_edit(room: Newsroom) -> None:
    bulletin_id = room.write().bulletin_id
    assert manner_of(room.edit(bulletin_id, script=SCRIPT)) == USUAL
    assert deeds(room, bulletin_id) == ["bulletin-written"]
    assert manner_of(room.edit(bulletin_id, script=SCRIPT, manner=SLOW)) == SLOW
    assert deeds(room, bulletin_id) == ["bulletin-written", "revision-edited"]


def test_the_next_revision_is_spoken_like_the_one_before_unless_told_otherwise(room: Newsroom) -> None:
    bulletin_id = room.write(manner=SLOW).bulletin_id
    room.submit(bulletin_id)
    assert manner_of(room.edit(bulletin_id)) == SLOW
    room.submit(bulletin_id)
    assert manner_of(room.edit(bulletin_id, manner=USUAL)) == USUAL
    assert [room.page(bulletin_id, revision=number).revision.manner for number in (1, 2, 3)] == [SLOW, SLOW, USUAL]


def test_the_ledger_tells_how_a_handed_over_bulletin_is_to_be_spoken(room: Newsroom) -> None:
    for manner in (USUAL, SLOW):
        bulletin_id = room.write(manner=manner).bulletin_id
        room.submit(bulletin_id)
        submitted = audit.history(room.session, "bulletin", bulletin_id)[-1]
        assert submitted.facts.get("manner", {}).get("voice") == manner.voice


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_the_manner_of_what_was_handed_over_is_frozen(
    maker: sessionmaker[Session], room: Newsroom, state: State
) -> None:
    room.in_state(state)
    room.session.commit()
    for change in ("voice = 'espeak/vi'", "speed_permille = 1200", "sentence_pause_ms = 1", "paragraph_pause_ms = 1"):
        with pytest.raises(DBAPIError, match="frozen"), maker.begin() as other:
            other.execute(text(f"UPDATE revision SET {change}"))  # noqa: S608 - the table above


def test_the_migration_keeps_what_was_there_and_can_be_taken_back(engine: Engine, room: Newsroom) -> None:
    bulletin_id = room.in_state(State.APPROVED)
    room.session.commit()
    room.session.close()
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "0004")
        with pytest.raises(DBAPIError, match="frozen"), connection.begin_nested():
            connection.execute(text("UPDATE revision SET title = 'x'"))
    migrate.upgrade(engine)
    page = room.page(bulletin_id)
    assert (page.revision.manner, page.revision.state) == (USUAL, State.APPROVED)
