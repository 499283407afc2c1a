"""The tick that gives bulletins their voice, from the claim to the recording, on both databases."""

import itertools
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from bulletin_stage import Newsroom
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from scheduler.compose import Centre, open_centre
from scheduler.db.bulletins import Medium, Recording, RenderRequest
from scheduler.rules.permissions import Actor, Role
from scheduler.services.bulletins.manner import Manner
from scheduler.services.bulletins.progress import Progress, note_progress, progress_of
from scheduler.services.bulletins.recordings import claim_rendering
from scheduler.settings import Settings
from scheduler.ticks import RenderTick
from tts.engine import Speech, Voice
from tts.errors import EngineUnavailable

RATE_HZ = 16_000


@dataclass
class Speaker:
    """An engine that hums half a second for each text, fails at those in ``failing`` and keeps what it was asked.

    ``watched`` is called before each text: what the world sees meanwhile.
    """

    name: str
    hum_hz: int = 300
    draft: bool = False
    parallel: int = 1
    failing: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    voices_asked: set[tuple[str, float]] = field(default_factory=set)
    watched: Callable[[], None] = lambda: None

    def voices(self) -> tuple[Voice, ...]:
        return (Voice(f"{self.name}-1", "vi", "Giọng thử"), Voice(f"{self.name}-2", "vi", "Giọng thử khác"))

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        self.watched()
        self.asked.append(text)
        self.voices_asked.add((voice.id, speed))
        if text in self.failing:
            raise EngineUnavailable(engine=self.name, why="mất mạng", retryable=True)
        at = np.arange(RATE_HZ // 2) / RATE_HZ
        return Speech((8_000 * np.sin(2 * np.pi * self.hum_hz * at)).astype("<i2").tobytes(), RATE_HZ)


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Iterator[Centre]:
    url = engine.url.render_as_string(hide_password=False)
    with open_centre(Settings(data_dir=tmp_path, database_url=url)) as opened:
        yield opened


@pytest.fixture
def room(session: Session, person: Callable[..., Actor], now: datetime) -> Newsroom:
    return Newsroom(session, person("an", Role.EDITOR), person("binh", Role.APPROVER), now)


def submitted(room: Newsroom, **changes: object) -> str:
    bulletin_id = room.write(**changes).bulletin_id
    room.submit(bulletin_id)
    room.session.commit()
    return bulletin_id


def tick(centre: Centre, room: Newsroom, engines: Sequence[Speaker]) -> None:
    assert RenderTick(centre, engines, "máy").run(room.now)


def recordings(room: Newsroom) -> dict[str, Recording]:
    room.session.expire_all()
    return {row.track: row for row in room.session.scalars(select(Recording).order_by(Recording.id))}


@pytest.mark.parametrize("failing", ["Thông báo họp", "Xin cảm ơn."])
def test_a_bulletin_and_its_headline_have_one_voice(centre: Centre, room: Newsroom, failing: str) -> None:
    submitted(room)
    first, second = Speaker("first", failing=frozenset({failing})), Speaker("second", draft=True)
    tick(centre, room, [first, second])
    made = recordings(room)
    assert {track: (row.engine, row.voice, row.draft_voice) for track, row in made.items()} == {
        "main": ("second", "second-1", True),
        "headline": ("second", "second-1", True),
    }
    told = [["first", "Giọng first không trả lời: mất mạng."]]
    assert [row.causes for row in made.values()] == [told, told]
    assert failing in first.asked
    assert len(second.asked) == 4


def test_a_title_without_a_word_has_no_headline(centre: Centre, room: Newsroom) -> None:
    submitted(room, title="!!!")
    tick(centre, room, [Speaker("first")])
    assert set(recordings(room)) == {"main"}


def test_voice_speed_and_pauses_are_those_of_the_revision(centre: Centre, room: Newsroom) -> None:
    submitted(room, manner=Manner("second/second-2", 850, 1000, 2000))
    first, second = Speaker("first"), Speaker("second")
    tick(centre, room, [first, second])
    assert second.voices_asked == {("second-2", 0.85)}
    assert first.asked == []
    made = recordings(room)
    assert {row.voice for row in made.values()} == {"second-2"}
    assert [row.causes for row in made.values()] == [[], []]
    slow = duration_ms(room, made["main"])

    submitted(room)
    tick(centre, room, [first, second])
    assert slow - duration_ms(room, recordings(room)["main"]) == pytest.approx(650 + 1300, abs=60)  # frames of MP3


def test_pauses_of_zero_are_none_at_all(centre: Centre, room: Newsroom) -> None:
    submitted(room, manner=Manner(sentence_pause_ms=0, paragraph_pause_ms=0))
    tick(centre, room, [Speaker("first")])
    assert duration_ms(room, recordings(room)["main"]) == pytest.approx(3 * 500 + 150 + 300, abs=60)


@pytest.mark.parametrize("chosen", ["gone/voice", "first/gone"])
def test_a_chosen_voice_that_is_gone_leaves_the_order_and_the_approver_is_told(
    centre: Centre, room: Newsroom, chosen: str
) -> None:
    bulletin_id = submitted(room, manner=Manner(chosen))
    tick(centre, room, [Speaker("first")])
    room.session.expire_all()
    for track in room.page(bulletin_id).tracks:
        assert track.voice == "first-1"
        assert [message for _, message in track.causes] == [
            f"Giọng đã chọn “{chosen}” không còn trên máy; hãy cài lại giọng hoặc chọn giọng khác."
        ]


def duration_ms(room: Newsroom, recording: Recording) -> int:
    return room.session.get_one(Medium, recording.media_sha256).duration_ms


def test_the_page_tells_how_far_the_rendering_is(centre: Centre, room: Newsroom) -> None:
    bulletin_id = submitted(room)
    seen: list[Progress | None] = []
    seconds = itertools.count()

    def look() -> None:
        room.session.rollback()
        rendering = room.page(bulletin_id).rendering
        room.session.rollback()
        assert rendering is not None
        assert rendering.in_work
        seen.append(rendering.progress)

    first = Speaker("first", failing=frozenset({"Xin cảm ơn."}), watched=look)
    engines = [first, Speaker("second", watched=look)]
    assert RenderTick(centre, engines, "máy", stopwatch=lambda: float(next(seconds))).run(room.now)
    assert seen == [
        None,
        *(Progress("first", done, 4) for done in (1, 2)),
        Progress("first", 2, 4),
        *(Progress("second", done, 4) for done in (1, 2, 3)),
    ]
    room.session.rollback()
    assert room.page(bulletin_id).rendering is None


def test_progress_is_written_about_once_a_second(centre: Centre, room: Newsroom) -> None:
    bulletin_id = submitted(room)
    seen: list[int] = []

    def look() -> None:
        room.session.rollback()
        rendering = room.page(bulletin_id).rendering
        seen.append(rendering.progress.done if rendering and rendering.progress else 0)
        room.session.rollback()

    assert RenderTick(centre, [Speaker("first", watched=look)], "máy", stopwatch=lambda: 0.0).run(room.now)
    assert seen == [0, 1, 1, 1]


def test_a_rendering_that_fails_tells_why_and_is_no_longer_at_work(centre: Centre, room: Newsroom) -> None:
    bulletin_id = submitted(room)
    tick(centre, room, [Speaker("first", failing=frozenset({"Xin cảm ơn."}))])
    room.session.expire_all()
    rendering = room.page(bulletin_id).rendering
    assert rendering is not None
    assert (rendering.in_work, rendering.progress) == (False, None)
    assert rendering.failure == "Không giọng nào đọc được bản tin. Giọng first không trả lời: mất mạng."
    assert recordings(room) == {}


def test_a_store_that_takes_no_sound_is_told_and_tried_again(centre: Centre, room: Newsroom) -> None:
    bulletin_id = submitted(room)
    shutil.rmtree(centre.media.directory, ignore_errors=True)
    centre.media.directory.write_text("a file where the store should be")
    tick(centre, room, [Speaker("first")])
    room.session.expire_all()
    rendering = room.page(bulletin_id).rendering
    assert rendering is not None
    assert not rendering.in_work
    assert rendering.failure is not None
    assert rendering.failure.startswith("Không ghi được vào kho tệp")
    centre.media.directory.unlink()
    room.now = rendering.next_try_at
    room.session.rollback()
    tick(centre, room, [Speaker("first")])
    assert set(recordings(room)) == {"main", "headline"}


def test_progress_of_a_lost_lease_is_not_written(centre: Centre, room: Newsroom, session: Session) -> None:
    submitted(room)
    work = claim_rendering(session, owner="một", now=room.now, lease=timedelta(minutes=1))
    assert work is not None

    def told(owner: str, attempts: int) -> bool:
        note_progress(
            session,
            request_id=work.request_id,
            attempts=attempts,
            owner=owner,
            progress=Progress("first", 1, 2),
            now=room.now,
            lease=timedelta(minutes=10),
        )
        session.expire_all()
        return progress_of(session.get_one(RenderRequest, work.request_id)) is not None

    assert not told("khác", work.attempts)
    assert not told("một", work.attempts + 1)
    assert told("một", work.attempts)
    held = session.get_one(RenderRequest, work.request_id)
    assert held.lease_until == room.now + timedelta(minutes=10)
