"""The station's commands over a real directory, and what they say when something is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from station_fake_centre import FakeCentre, airing, sound
from station_parts import HandClock, make_parts, utc

from scheduler.cli.station import command
from scheduler.errors import Conflict, InvalidInput
from scheduler.protocol import ClockState, Event, read_entry
from scheduler.signing import RUNDOWN, KeyUnusable, sign
from scheduler.station.chain import Happening
from scheduler.station.enrolment import enrol
from scheduler.station.errors import AlreadyRunning, PlayerUnavailable, SettingsUnusable, StoreDamaged, StoreUnusable
from scheduler.station.handset import set_by_hand
from scheduler.station.main import run
from scheduler.station.players.choice import choose_player
from scheduler.station.settings import StationSettings, load_settings
from scheduler.station.store import Store

CONTENT = sound("bản tin ")
T = utc("10:00:00")


@pytest.fixture
def settings(tmp_path: Path, centre: FakeCentre) -> StationSettings:
    """Return the settings of a station that has just enrolled."""
    return enrol(
        tmp_path / "station", centre_url=centre.url, token=centre.token, player="mute", rtc=False, ca_file=None
    )


def call(settings: StationSettings, *arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--dir", str(settings.directory)])


def test_status_before_the_first_rundown(settings: StationSettings) -> None:
    done = call(settings, "status")
    assert done.exit_code == 0
    for said in ("Cụm loa thử", "Lịch phát: chưa có", "theo trung tâm", "Mục nhật ký chưa gửi: 1"):
        assert said in done.stdout


def test_status_tells_what_is_held_and_what_is_missing(settings: StationSettings, centre: FakeCentre) -> None:
    coming = airing(centre.now() + timedelta(hours=1), (CONTENT, 61_000))
    plan = centre.rundown(coming, contents=(CONTENT,))
    settings.rundown_path.write_bytes(sign(centre.key, RUNDOWN, plan.to_bytes()).encode())
    told = json.loads(call(settings, "status", "--json").stdout)
    assert told["sequence"] == plan.sequence
    assert [each["id"] for each in told["airings"]] == [coming.id]
    assert told["media_missing"] == [coming.items[0].media]
    assert told["clock"]["source"] == "centre"
    said = call(settings, "status").stdout
    assert f"số {plan.sequence}" in said
    assert "1:01" in said


def test_status_marks_emergencies_and_drills_and_tells_what_waits_for_them(
    settings: StationSettings, centre: FakeCentre
) -> None:
    soon = centre.now() + timedelta(minutes=1)
    urgent = {"bulletin_class": "emergency", "expires_at": soon + timedelta(hours=1)}
    airings = (
        airing(soon, (CONTENT, 61_000), name="usual"),
        airing(soon, (CONTENT, 61_000), name="real", **urgent),
        airing(soon, (CONTENT, 61_000), name="drill", drill=True, **urgent),
        airing(soon, (CONTENT, 61_000), name="cut"),
        airing(soon, (CONTENT, 61_000), name="sounding", drill=True, **urgent),
    )
    plan = centre.rundown(*airings, contents=(CONTENT,))
    settings.rundown_path.write_bytes(sign(centre.key, RUNDOWN, plan.to_bytes()).encode())
    store = Store(settings.store_path, boot="boot-1")
    happening = Happening(Event.STARTED, soon, ClockState(0, 0, "centre"))
    for name in ("cut", "sounding"):
        store.begin(name, sequence=1, starts_at=soon, happening=happening)
    store.hold("cut", replace(happening, event=Event.INTERRUPTED), [(0, plan.airings[0].items[0].media)])
    store.close()
    said = call(settings, "status").stdout.splitlines()
    for line in ("Đang phát: sounding  (khẩn cấp, diễn tập)", "Chờ phát tiếp sau tin khẩn cấp: cut"):
        assert line in said
    for end in ("usual", "real  (khẩn cấp)", "drill  (khẩn cấp, diễn tập)"):
        assert [line for line in said if line.endswith(end)]
    told = json.loads(call(settings, "status", "--json").stdout)
    assert (told["sounding"], told["held"]) == (["sounding"], ["cut"])
    marks = {each["id"]: (each["class"], each["drill"]) for each in told["airings"]}
    assert marks == {"usual": ("normal", False), "real": ("emergency", False), "drill": ("emergency", True)}


def test_status_of_a_damaged_rundown_is_that_of_none(settings: StationSettings) -> None:
    settings.rundown_path.write_bytes(b"{")
    assert "Lịch phát: chưa có" in call(settings, "status").stdout


@pytest.mark.parametrize("wrong", ["", "mai", "2026-11-24T17:00:00", "2026-13-01T00:00:00Z"])
def test_a_time_without_zone_or_sense_is_refused(settings: StationSettings, wrong: str) -> None:
    done = call(settings, "clock", "--set", wrong)
    assert isinstance(done.exception, InvalidInput)
    assert "có múi giờ" in str(done.exception)


def test_a_time_set_where_the_centres_is_known_is_refused(settings: StationSettings) -> None:
    done = call(settings, "clock", "--set", "2026-11-24T17:00:00+07:00")
    assert isinstance(done.exception, Conflict)


def test_a_clock_set_by_hand_counts_and_is_recorded(tmp_path: Path, centre: FakeCentre) -> None:
    clock = HandClock(utc("03:00:00"))
    parts = make_parts(tmp_path, centre, look=clock)
    try:
        assert not parts.timekeeper.read().known
        set_by_hand(parts.store, T, seen=clock())
        parts.timekeeper.adopt(parts.store.reference())
        clock.forward(60)
        reading = parts.timekeeper.read()
        assert (reading.now, reading.state.source) == (T + timedelta(minutes=1), "set")
        entry = parts.entries()[-1]
        assert (entry.event.value, entry.reason, entry.at, entry.clock.source) == ("command", "clock-set", T, "set")
    finally:
        parts.store.close()


def test_a_clock_is_not_set_before_what_the_centre_signed(tmp_path: Path, centre: FakeCentre) -> None:
    clock = HandClock(T)
    parts = make_parts(tmp_path, centre, look=clock)
    try:
        plan = centre.rundown(issued_at=T, expires_at=T + timedelta(days=7))
        assert parts.keeper.offer(sign(centre.key, RUNDOWN, plan.to_bytes()).encode(), None)
        with pytest.raises(InvalidInput):
            set_by_hand(parts.store, T - timedelta(seconds=1), seen=clock())
        assert parts.told() == ["accepted"]
    finally:
        parts.store.close()


def test_another_boot_forgets_a_clock_set_by_hand(tmp_path: Path, centre: FakeCentre) -> None:
    clock = HandClock(T)
    parts = make_parts(tmp_path, centre, look=clock)
    set_by_hand(parts.store, T, seen=clock())
    parts.store.close()
    clock = HandClock(T, boot="boot-2")
    again = make_parts(tmp_path, centre, look=clock, boot="boot-2")
    assert not again.timekeeper.read().known
    clock.seen = replace(clock.seen, kernel_error_us=1000)
    assert again.timekeeper.read().known
    clock.seen = replace(clock.seen, kernel_error_us=None)
    again.timekeeper.adopt(again.store.reference())  # that of the boot before: it takes nothing away
    assert again.timekeeper.read().state.source == "kernel"
    again.store.close()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"centre": 1}', b"\xff\xfe", b"[" * 100_000])
def test_settings_that_cannot_be_read(settings: StationSettings, content: bytes) -> None:
    (settings.directory / "station.json").write_bytes(content)
    with pytest.raises(SettingsUnusable):
        load_settings(settings.directory)


def test_a_player_that_is_not_known(settings: StationSettings) -> None:
    told = json.loads((settings.directory / "station.json").read_text())
    (settings.directory / "station.json").write_text(json.dumps(told | {"player": "gramophone"}))
    with pytest.raises(SettingsUnusable):
        load_settings(settings.directory)


def test_a_machine_without_mpv(settings: StationSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PlayerUnavailable, match="cài gói mpv"):
        choose_player(replace(settings, player="mpv"), offset_us=lambda: 0)


def test_a_second_process_is_refused(settings: StationSettings, centre: FakeCentre, station, eventually) -> None:
    station.directory = settings.directory
    station.run()
    eventually(lambda: centre.heartbeats, "the first one running")
    with pytest.raises(AlreadyRunning):
        run(settings)


def test_a_key_that_is_gone(settings: StationSettings) -> None:
    settings.key_path.unlink()
    with pytest.raises(KeyUnusable):
        run(settings)


@pytest.fixture
def chain(settings: StationSettings) -> Iterator[str]:
    store = Store(settings.store_path, boot="b")
    yield store.chain
    store.close()


@pytest.mark.parametrize("place", [0, 4096])
def test_a_damaged_store_is_noticed(settings: StationSettings, place: int) -> None:
    store = Store(settings.store_path, boot="b")
    store.close()
    content = bytearray(settings.store_path.read_bytes())
    content[place : place + 600] = b"\x5a" * 600
    settings.store_path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        Store(settings.store_path, boot="b")


@pytest.mark.parametrize("arguments", [("status",), ("clock", "--set", "2026-11-24T17:00:00+07:00")])
def test_a_lost_store_is_not_replaced_by_a_look_at_it(settings: StationSettings, arguments: tuple[str, ...]) -> None:
    for part in settings.directory.glob("store.db*"):
        part.unlink()
    done = call(settings, *arguments)
    assert isinstance(done.exception, StoreUnusable)
    assert not settings.store_path.exists()


def test_a_store_that_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "store.db").mkdir()
    with pytest.raises(StoreUnusable):
        Store(tmp_path / "store.db", boot="b")


def test_the_first_entry_of_a_station_tells_its_enrolment(settings: StationSettings, chain: str) -> None:
    store = Store(settings.store_path, boot="b")
    (line,) = store.lines_after(0, 10)
    store.close()
    entry = read_entry(line)
    assert (entry.chain, entry.n, entry.event.value, entry.reason) == (chain, 1, "command", "enrolled")
    assert entry.clock.source == "centre"
