"""The mark of a stand-in voice stands wherever a sound that it spoke is named, and nowhere else: each place visited."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select

from scheduler.canonical import sha256_hex
from scheduler.cli import root
from scheduler.db.bulletins import Revision
from scheduler.services.bulletins import approvals, recordings
from scheduler.services.bulletins.manner import USUAL, Manner, set_manner

MARK = "giọng dự phòng"
WAITING, STANDING = "Họp thôn", "Tiêm phòng"


@dataclass(frozen=True)
class World:
    """A bulletin that waits, one that stands and has aired, and is to air again; all with the same kind of voice."""

    waiting: str
    standing: str
    programme: str
    aired: str
    aired_on: str
    planned: str
    planned_on: str
    station: str


@pytest.fixture(params=[True, False], ids=["draft", "usual"])
def draft_voice(request) -> bool:
    """Whether a stand-in voice speaks."""
    return bool(request.param)


def _render(stage, sound: bytes, *, draft_voice: bool) -> None:
    """Give what waits a sound of an engine whose own name says nothing of a stand-in."""
    stage.centre.media.put(sound)
    facts = recordings.MediaFacts(sha256_hex(sound), len(sound), 61_000, -1620, -140, tuple([500] * 150))
    made = recordings.RenderedSound(facts, "google", "vi", draft_voice)
    later = datetime.now(UTC) + timedelta(minutes=1)
    with stage.centre.writers.begin() as session:
        work = recordings.claim_rendering(session, owner="test", now=later, lease=timedelta(minutes=1))
        assert work is not None
        recordings.record_rendering(session, work=work, owner="test", rendered=made, headline=made, now=later)


@pytest.fixture
def world(stage, network, draft_voice) -> World:
    standing = stage.submitted(title=STANDING)
    _render(stage, b"ID3 standing", draft_voice=draft_voice)
    stage.hear(standing)
    with stage.centre.writers.begin() as session:
        approvals.approve(
            session,
            stage.actor("approver"),
            bulletin_id=standing,
            shown=stage.page(standing).shown or "",
            heard_needed_permille=stage.centre.settings.heard_permille,
            zone=stage.centre.settings.zone,
            today=network.today,
            now=network.now - timedelta(hours=3),
        )
    programme = network.programme(standing)
    aired = network.aired(programme, network.near)
    coming = network.now + timedelta(minutes=30)
    planned = network.one_off(programme, network.near, coming, title="Buổi sắp tới")
    network.dispatched(network.near)
    waiting = stage.submitted(title=WAITING)
    _render(stage, b"ID3 waiting", draft_voice=draft_voice)

    def day(instant) -> str:
        return instant.astimezone(stage.centre.settings.tz).date().isoformat()

    return World(
        waiting, standing, programme, aired, day(network.now - timedelta(hours=1)), planned, day(coming), network.near
    )


# Who looks, where, and what of the answer names the sound (null: the whole of it).
PLACES: dict[str, tuple[str, Callable[[World], str], str | None]] = {
    "the list of bulletins": ("auditor", lambda _: "/ban-tin", WAITING),
    "the list of bulletins, one that stands": ("auditor", lambda _: "/ban-tin", STANDING),
    "the page of one that waits": ("auditor", lambda w: f"/ban-tin/{w.waiting}", None),
    "the page of one that stands": ("auditor", lambda w: f"/ban-tin/{w.standing}", None),
    "the sound that comes to an open page": ("auditor", lambda w: f"/ban-tin/{w.waiting}/am-thanh", None),
    "the editor": ("editor", lambda w: f"/ban-tin/{w.standing}/sua", None),
    "the editor's poll": ("editor", lambda w: f"/ban-tin/{w.waiting}/tien-do", None),
    "the writer's home": ("editor", lambda _: "/", WAITING),
    "what waits for approval": ("approver", lambda _: "/cho-duyet", WAITING),
    "the approver's desk": ("approver", lambda w: f"/cho-duyet/{w.waiting}", None),
    "the sound that comes to the desk": ("approver", lambda w: f"/cho-duyet/{w.waiting}/am-thanh", None),
    "the programmes": ("editor", lambda _: "/lich-phat/chuong-trinh", "Chương trình thử"),
    "a programme": ("editor", lambda w: f"/lich-phat/chuong-trinh/{w.programme}", STANDING),
    "a programme's preview": ("editor", lambda w: f"/lich-phat/chuong-trinh/{w.programme}/nghe-thu", STANDING),
    "the operator's list of what is to come": ("operator", lambda w: f"/hom-nay/{w.station}?ngay={w.planned_on}", None),
    "the operator's list of what has aired": ("operator", lambda w: f"/hom-nay/{w.station}?ngay={w.aired_on}", None),
    "the air log": ("auditor", lambda _: "/nhat-ky", STANDING),
    "the air log's sheet": ("auditor", lambda _: "/nhat-ky?in=1", STANDING),
    "the air log's file": ("auditor", lambda _: "/nhat-ky/nhat-ky-phat-song.csv", STANDING),
    "the story of what has aired": ("auditor", lambda w: f"/nhat-ky/buoi/{w.aired}", None),
    "the story of what is to air": ("auditor", lambda w: f"/nhat-ky/buoi/{w.planned}", None),
    "the ledger": ("auditor", lambda _: "/so", None),
}


def _marked(told: str) -> bool:
    """Whether the words hold the mark; what only may be chosen (options, the panel of voices) names no sound."""
    plain = re.sub(r"<select\b.*?</select>", "", told, flags=re.DOTALL)
    return MARK in re.sub(r"<[^>]+>", " ", plain).casefold()


def _around(told: str, named: str | None) -> str:
    """The rows of a table, items of a list or lines of a file that name the sound."""
    if named is None:
        return told
    pieces = re.split(r"<tr\b|<li\b|\n(?=\d\d/)", told)
    found = [piece for piece in pieces if named in piece]
    assert found, f"{named!r} is not named"
    return "".join(found)


def _told(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.data.decode("utf-8-sig")


def test_every_place_that_names_the_sound_bears_the_mark_of_its_voice(sign_in, world, draft_voice):
    wrong = [
        place
        for place, (username, address, named) in PLACES.items()
        if _marked(_around(_told(sign_in(username), address(world)), named)) is not draft_voice
    ]
    assert wrong == []


def test_each_track_bears_the_mark_beside_its_player(sign_in, world, draft_voice):
    for username, address in (
        ("editor", f"/ban-tin/{world.waiting}"),
        ("auditor", f"/ban-tin/{world.standing}"),
        ("approver", f"/cho-duyet/{world.waiting}"),
    ):
        told = _told(sign_in(username), address)
        tracks = told[told.index('id="am-thanh"') :].split("<h3>")[1:3]
        tracks[1] = tracks[1].partition("</section>")[0]
        assert ["data-player" in track for track in tracks] == [True, True], address
        assert [_marked(track) for track in tracks] == [draft_voice, draft_voice], address


def test_every_command_that_names_the_sound_bears_the_mark_of_its_voice(stage, world, draft_voice, tmp_path):
    environment = {"LOA_DATA_DIR": str(stage.centre.settings.data_dir), "LOA_ENGINE": "tone"}

    def loa(*arguments: str) -> str:
        told = CliRunner().invoke(root, list(arguments), env=environment)
        assert told.exit_code == 0, told.output
        return told.output

    file = tmp_path / "nhat-ky.csv"
    loa("airlog", "export", str(file))
    told = {
        "list": _around(loa("airlog", "list"), STANDING),
        "export": _around(file.read_text(encoding="utf-8-sig"), STANDING),
    }
    assert {name: MARK in words for name, words in told.items()} == dict.fromkeys(told, draft_voice)
    assert f'"draft_voice": {str(draft_voice).lower()}' in loa("airlog", "list", "--json")


def test_the_approver_is_told_whether_the_stand_in_was_chosen_or_is_the_houses(sign_in, stage):
    told = []
    for manner in (USUAL, Manner("espeak/vi", 850)):
        bulletin_id = stage.draft()
        with stage.centre.writers.begin() as session:
            set_manner(session.scalars(select(Revision).where(Revision.bulletin_id == bulletin_id)).one(), manner)
        stage.submit(bulletin_id)
        _render(stage, b"ID3 sound", draft_voice=True)
        told.append(sign_in("approver").get(f"/cho-duyet/{bulletin_id}").text)
    assert ["Người viết đã chọn giọng này." in page for page in told] == [False, True]
    assert ["Trung tâm đang được cài để dùng giọng này." in page for page in told] == [True, False]
    assert ["Người viết chọn giọng dự phòng eSpeak (vi), tốc độ 0,85." in page for page in told] == [False, True]
    history = sign_in("approver").get(f"/ban-tin/{bulletin_id}").text
    assert "Tạo xong bản âm thanh, giọng dự phòng" in history
