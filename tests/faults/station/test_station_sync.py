"""The station's talk with a centre that fails in every way it can."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from station_fake_centre import FakeCentre, airing, sound
from station_parts import Parts, make_parts

from scheduler.canonical import media_name, sha256_hex
from scheduler.protocol import BATCH_LIMIT, Event
from scheduler.signing import fingerprint, generate_key, public_bytes
from scheduler.station.chain import Happening
from scheduler.station.client import Centre
from scheduler.station.enrolment import enrol
from scheduler.station.errors import (
    AlreadyEnrolled,
    AnswerUnusable,
    CentreNotExpected,
    CentreRefused,
    CentreUnreachable,
)
from scheduler.station.settings import load_settings
from scheduler.station.timekeeper import boot_id

SMALL, LARGE = sound("nhỏ ", 1000), sound("lớn ", 300_000)
SOON = 60.0


@pytest.fixture
def parts(tmp_path: Path, centre: FakeCentre) -> Iterator[Parts]:
    made = make_parts(tmp_path, centre, boot=boot_id())
    yield made
    made.store.close()


def until() -> float:
    return time.monotonic() + SOON


def plan(centre: FakeCentre, *contents: bytes, **facts: object):
    """Publish a rundown with one airing a medium, the first nearest."""
    airings = [
        airing(centre.now() + timedelta(hours=hour + 1), (content, 1000), name=f"airing-{hour}")
        for hour, content in enumerate(contents)
    ]
    made = centre.rundown(*airings, contents=contents, **facts)
    centre.publish(made)
    return made


def append(parts: Parts, count: int) -> None:
    reading = parts.timekeeper.read()
    with parts.store.transaction():
        for _ in range(count):
            parts.store.append(Happening(Event.FAULT, reading.now, reading.state, reason="test"))


# Rundown and media


def test_rundown_and_media_come_nearest_start_first(parts: Parts, centre: FakeCentre) -> None:
    plan(centre, LARGE, SMALL)
    parts.sync.fetch_rundown()
    assert parts.keeper.current is not None
    parts.sync.fetch_media(until())
    assert parts.shelf.path(media_name(sha256_hex(LARGE))).read_bytes() == LARGE
    assert [path for _, path, _ in centre.requests if "/media/" in path] == [
        f"/station/v1/media/{sha256_hex(content)}" for content in (LARGE, SMALL)
    ]


def test_an_emergencys_media_come_before_all_others(parts: Parts, centre: FakeCentre) -> None:
    soon = centre.now() + timedelta(minutes=1)
    usual = airing(soon, (LARGE, 1000))
    urgent = airing(soon + timedelta(minutes=1), (SMALL, 1000), bulletin_class="emergency")
    centre.publish(centre.rundown(usual, urgent, contents=(LARGE, SMALL)))
    parts.sync.fetch_rundown()
    parts.sync.fetch_media(until())
    assert [path for _, path, _ in centre.requests if "/media/" in path] == [
        f"/station/v1/media/{sha256_hex(content)}" for content in (SMALL, LARGE)
    ]


def test_entries_that_cannot_be_sent_hold_up_no_emergency(parts: Parts, centre: FakeCentre, eventually) -> None:
    append(parts, 1)
    centre.faults.failing = {"as-run"}
    soon = centre.now() + timedelta(minutes=1)
    usual, urgent = airing(soon, (LARGE, 1000)), airing(soon, (SMALL, 1000), bulletin_class="emergency")
    centre.publish(centre.rundown(usual, urgent, contents=(LARGE, SMALL)))
    thread = threading.Thread(target=parts.sync.run)
    thread.start()
    try:
        eventually(lambda: parts.shelf.names() == {media_name(sha256_hex(SMALL))}, "the emergency's medium")
        eventually(lambda: any(path.endswith("/as-run") for _, path, _ in centre.requests), "an attempt to send")
    finally:
        parts.sync.stop()
        thread.join(10)
    assert parts.outbox.unsent() > 0
    paths = [path.removeprefix("/station/v1/") for _, path, _ in centre.requests]
    assert paths.index(f"media/{sha256_hex(SMALL)}") < paths.index("as-run")


def test_an_unchanged_rundown_is_not_sent_again(parts: Parts, centre: FakeCentre) -> None:
    plan(centre, SMALL)
    parts.sync.fetch_rundown()
    etag = parts.keeper.etag
    assert etag == f'"{sha256_hex(centre.envelope or b"")}"'
    parts.sync.fetch_rundown()
    assert parts.told() == ["accepted"]
    assert parts.changes == ["changed"]


def test_no_rundown_yet(parts: Parts) -> None:
    parts.sync.fetch_rundown()
    assert (parts.keeper.current, parts.told()) == (None, [])


def cut(parts: Parts, centre: FakeCentre) -> None:
    """Leave a part of the large medium on the shelf."""
    plan(centre, LARGE)
    parts.sync.fetch_rundown()
    centre.faults.cut_media_after = 100_000
    with pytest.raises(CentreUnreachable):
        parts.sync.fetch_media(until())


def test_a_cut_in_mid_medium_is_taken_up_where_it_was(parts: Parts, centre: FakeCentre) -> None:
    cut(parts, centre)
    came = parts.shelf.part(media_name(sha256_hex(LARGE))).size
    assert 0 < came <= 100_000
    assert parts.shelf.names() == frozenset()
    parts.sync.fetch_media(until())
    assert parts.shelf.whole(media_name(sha256_hex(LARGE)))
    assert centre.requests[-1][2] == f"bytes={came}-"


def test_a_centre_that_gives_no_parts_sends_the_whole_again(parts: Parts, centre: FakeCentre) -> None:
    cut(parts, centre)
    centre.faults.ranges = False
    parts.sync.fetch_media(until())
    assert parts.shelf.whole(media_name(sha256_hex(LARGE)))


def test_another_part_than_was_asked_is_not_taken(parts: Parts, centre: FakeCentre) -> None:
    cut(parts, centre)
    came = parts.shelf.part(media_name(sha256_hex(LARGE))).size
    centre.faults.range_shift = 7
    with pytest.raises(AnswerUnusable, match="đoạn tệp"):
        parts.sync.fetch_media(until())
    assert parts.shelf.part(media_name(sha256_hex(LARGE))).size == came


def test_an_empty_medium_is_fetched_like_any_other(parts: Parts, centre: FakeCentre) -> None:
    plan(centre, b"")
    parts.sync.fetch_rundown()
    parts.sync.fetch_media(until())
    assert parts.shelf.names() == {media_name(sha256_hex(b""))}


def test_wrong_bytes_are_not_kept_and_hold_up_no_other(parts: Parts, centre: FakeCentre) -> None:
    plan(centre, LARGE, SMALL)
    parts.sync.fetch_rundown()
    wrong = sha256_hex(LARGE)
    centre.media[wrong] = b"X" + LARGE[1:]
    parts.sync.fetch_media(until())
    assert parts.shelf.names() == {media_name(sha256_hex(SMALL))}
    assert parts.shelf.part(media_name(wrong)).size == 0
    centre.media[wrong] = LARGE
    parts.sync.fetch_media(until())
    assert parts.shelf.whole(media_name(wrong))


def test_a_part_left_damaged_is_found_at_its_end(parts: Parts, centre: FakeCentre) -> None:
    plan(centre, LARGE)
    parts.sync.fetch_rundown()
    part = parts.shelf.part(media_name(sha256_hex(LARGE)))
    part.write(b"X" * 1000)
    parts.sync.fetch_media(until())
    assert parts.shelf.names() == frozenset()
    parts.sync.fetch_media(until())
    assert parts.shelf.whole(media_name(sha256_hex(LARGE)))


@pytest.mark.parametrize("change", [b"more", b""])
def test_a_medium_of_another_size_than_the_rundown_says(parts: Parts, centre: FakeCentre, change: bytes) -> None:
    plan(centre, LARGE)
    parts.sync.fetch_rundown()
    centre.media[sha256_hex(LARGE)] = LARGE + change if change else LARGE[:-1]
    if change:
        parts.sync.fetch_media(until())
    else:
        with pytest.raises(AnswerUnusable):
            parts.sync.fetch_media(until())
    assert parts.shelf.names() == frozenset()


def test_fetching_gives_way_when_its_time_is_over(parts: Parts, centre: FakeCentre) -> None:
    plan(centre, LARGE)
    parts.sync.fetch_rundown()
    parts.sync.fetch_media(time.monotonic() - 1)
    assert parts.shelf.names() == frozenset()


def test_a_stranger_and_a_changed_rundown_are_refused_once_each(parts: Parts, centre: FakeCentre) -> None:
    good = plan(centre, SMALL)
    parts.sync.fetch_rundown()
    centre.publish(replace(good, sequence=good.sequence + 1), key=generate_key())
    for _ in range(3):
        parts.sync.fetch_rundown()
    centre.publish(replace(good, zone="Asia/Bangkok"))
    for _ in range(3):
        parts.sync.fetch_rundown()
    centre.publish(replace(good, sequence=good.sequence - 1))
    parts.sync.fetch_rundown()
    assert parts.told() == ["accepted", "refused:signature", "refused:sequence-conflict", "refused:sequence-old"]
    assert parts.keeper.current == good


def test_a_cancelled_plan_needs_no_media(parts: Parts, centre: FakeCentre) -> None:
    good = plan(centre, SMALL)
    parts.sync.fetch_rundown()
    centre.publish(replace(good, sequence=good.sequence + 1, airings=()))
    parts.sync.fetch_rundown()
    parts.sync.fetch_media(until())
    assert parts.shelf.names() == frozenset()


# A rundown on disk


def test_a_rundown_damaged_on_disk_is_refused_and_taken_again(parts: Parts, centre: FakeCentre, tmp_path: Path) -> None:
    good = plan(centre, SMALL)
    parts.sync.fetch_rundown()
    kept = tmp_path / "rundown.json"
    whole = kept.read_bytes()
    kept.write_bytes(whole.replace(b"A", b"B", 1))
    parts.store.close()
    again = make_parts(tmp_path, centre, boot=boot_id())
    again.keeper.load()
    assert (again.keeper.current, again.keeper.etag) == (None, None)
    assert again.told() == ["accepted", "refused:signature"]
    again.sync.fetch_rundown()
    assert again.keeper.current == good
    assert kept.read_bytes() == whole
    assert again.told() == ["accepted", "refused:signature"]
    again.store.close()


def test_an_older_rundown_put_in_its_place_is_refused(parts: Parts, centre: FakeCentre, tmp_path: Path) -> None:
    good = plan(centre, SMALL)
    older = (centre.envelope or b"")[:]
    parts.sync.fetch_rundown()
    centre.publish(replace(good, sequence=good.sequence + 1, airings=()))
    parts.sync.fetch_rundown()
    (tmp_path / "rundown.json").write_bytes(older)
    parts.store.close()
    again = make_parts(tmp_path, centre, boot=boot_id())
    again.keeper.load()
    assert again.keeper.current is None
    assert again.told()[-1] == "refused:sequence-old"
    again.store.close()


def test_a_rundown_written_just_before_the_power_went_is_taken_at_the_next_start(
    parts: Parts, centre: FakeCentre, tmp_path: Path
) -> None:
    good = plan(centre, SMALL)
    (tmp_path / "rundown.json").write_bytes(centre.envelope or b"")
    parts.keeper.load()
    assert parts.keeper.current == good
    assert parts.told() == ["accepted"]


# Heartbeat


def test_heartbeats_tell_how_it_stands_and_set_the_clock(tmp_path: Path) -> None:
    centre = FakeCentre(clock_offset=timedelta(hours=-3))
    parts = make_parts(tmp_path, centre, boot=boot_id())
    try:
        good = plan(centre, SMALL)
        parts.sync.fetch_rundown()
        assert parts.sync.heartbeat() == 1
        reading = parts.timekeeper.read()
        assert reading.state.source == "centre"
        assert abs(reading.now - centre.now()) < timedelta(seconds=1)
        told = centre.heartbeats[-1]
        assert told["sequence"] == good.sequence
        assert told["media_missing"] == [media_name(sha256_hex(SMALL))]
        assert told["unsent"] == 1
        assert parts.store.reference() == reading.reference
    finally:
        parts.store.close()
        centre.close()


# As-run


def test_entries_are_sent_in_batches_until_all_are_there(parts: Parts, centre: FakeCentre) -> None:
    append(parts, BATCH_LIMIT + 30)
    parts.outbox.send()
    (lines,) = centre.lines.values()
    assert lines == parts.store.lines_after(0, 10_000)
    assert parts.outbox.unsent() == 0
    assert [path for _, path, _ in centre.requests].count("/station/v1/as-run") == 2
    parts.outbox.send()
    assert [path for _, path, _ in centre.requests].count("/station/v1/as-run") == 2


def test_a_lost_answer_sends_again_and_nothing_is_doubled(parts: Parts, centre: FakeCentre) -> None:
    append(parts, 5)
    parts.outbox.send()
    parts.store.set_received_through(2)
    parts.outbox.send()
    (lines,) = centre.lines.values()
    assert len(lines) == 5
    assert centre.alarms == []


def test_a_centre_that_lost_its_tail_gets_it_again(parts: Parts, centre: FakeCentre) -> None:
    append(parts, 5)
    parts.outbox.send()
    centre.forget_through = 2
    append(parts, 1)
    parts.outbox.send()
    assert parts.store.received_through == 2
    parts.outbox.send()
    (lines,) = centre.lines.values()
    assert lines == parts.store.lines_after(0, 100)
    assert centre.alarms == []


def test_a_store_put_back_to_an_older_state_begins_a_new_chain(
    parts: Parts, centre: FakeCentre, tmp_path: Path
) -> None:
    append(parts, 3)
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(parts.store.path)) as source, closing(sqlite3.connect(old)) as copy:
        source.backup(copy)
    append(parts, 2)
    parts.outbox.send()
    parts.store.close()
    for part in tmp_path.glob("store.db*"):
        part.unlink()
    old.rename(tmp_path / "store.db")
    key = centre.station_key
    again = make_parts(tmp_path, centre, boot=boot_id())
    assert key != centre.station_key
    append(again, 1)
    again.outbox.send()
    again.outbox.send()
    first, second = centre.lines.values()
    assert len(first) == 5
    assert json.loads(second[0])["reason"] == "store-lost"
    assert again.store.fact("horizon") == "pending"
    again.store.close()


@pytest.mark.parametrize("kind", ["heartbeat", "rundown", "as-run"])
def test_an_error_of_the_centre_is_told_in_its_words(parts: Parts, centre: FakeCentre, kind: str) -> None:
    append(parts, 1)
    centre.faults.failing.add(kind)
    calls = {"heartbeat": parts.sync.heartbeat, "rundown": parts.sync.fetch_rundown, "as-run": parts.outbox.send}
    with pytest.raises(CentreRefused, match="Lỗi của trung tâm") as refusal:
        calls[kind]()
    assert (refusal.value.status, refusal.value.code) == (500, "internal")


def test_the_thread_outlives_a_centre_that_is_down(parts: Parts, centre: FakeCentre, eventually) -> None:
    append(parts, 1)
    centre.faults.down = True
    thread = threading.Thread(target=parts.sync.run)
    thread.start()
    try:
        eventually(lambda: len(centre.requests) >= 2, "two attempts")
        assert centre.lines == {}
        centre.faults.down = False
        eventually(lambda: parts.outbox.unsent() == 0, "the entry sent")
        append(parts, 1)
        parts.sync.nudge()
        eventually(lambda: parts.outbox.unsent() == 0, "the second entry sent")
    finally:
        parts.sync.stop()
        thread.join(10)
    assert not thread.is_alive()


def test_stopping_sends_what_is_left(parts: Parts, centre: FakeCentre, eventually) -> None:
    thread = threading.Thread(target=parts.sync.run)
    thread.start()
    eventually(lambda: centre.heartbeats, "the first poll")
    append(parts, 1)
    parts.sync.stop()
    thread.join(10)
    assert parts.outbox.unsent() == 0


# Enrolment


def enrolled(directory: Path, centre: FakeCentre, token: str | None = None):
    return enrol(directory, centre_url=centre.url, token=token or centre.token, player="mute", rtc=False, ca_file=None)


def test_enrolment_pins_the_centres_key_and_keeps_its_own_to_itself(tmp_path: Path, centre: FakeCentre) -> None:
    made = enrolled(tmp_path / "s", centre)
    assert load_settings(tmp_path / "s") == made
    assert list(made.centre_keys.values()) == [public_bytes(centre.key)]
    for secret in ("station.key", "station.json"):
        assert (tmp_path / "s" / secret).stat().st_mode & 0o777 == 0o600
    with pytest.raises(AlreadyEnrolled):
        enrolled(tmp_path / "s", centre)


def test_a_centre_with_another_key_is_refused(tmp_path: Path, centre: FakeCentre) -> None:
    secret = centre.token.partition(".")[0]
    with pytest.raises(CentreNotExpected):
        enrolled(tmp_path / "s", centre, f"{secret}.{fingerprint(public_bytes(generate_key()))}")
    assert not (tmp_path / "s" / "station.json").exists()


def test_a_lost_answer_costs_nothing(tmp_path: Path, centre: FakeCentre) -> None:
    centre.faults.lose_enrol_reply = True
    with pytest.raises(CentreUnreachable):
        enrolled(tmp_path / "s", centre)
    key = centre.station_key
    assert key is not None
    assert enrolled(tmp_path / "s", centre).station == centre.station
    assert centre.station_key == key


def test_a_used_token_is_refused_in_the_centres_words(tmp_path: Path, centre: FakeCentre) -> None:
    enrolled(tmp_path / "one", centre)
    with pytest.raises(CentreRefused, match="Mã ghi danh không dùng được"):
        enrolled(tmp_path / "two", centre)


def test_a_wrong_api_token_is_told(centre: FakeCentre) -> None:
    with pytest.raises(CentreRefused, match="Mã truy cập không đúng"):
        Centre(centre.url, api_token="other").rundown(None)
