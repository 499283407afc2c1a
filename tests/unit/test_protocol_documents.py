"""The documents between centre and station: read back as written, refused in one sentence when they are not right."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.protocol import (
    BATCH_LIMIT,
    AsRunEntry,
    ClockState,
    DocumentRefused,
    EnrolRequest,
    Event,
    Heartbeat,
    MediaFact,
    Rundown,
    RundownAiring,
    RundownItem,
    batch_bytes,
    line_hash,
    read_batch,
    read_enrol_request,
    read_entry,
    read_heartbeat,
    read_rundown,
)

NOW = datetime(2024, 5, 8, 10, 0, tzinfo=UTC)
MEDIA = "sha256:" + "a" * 64
ITEM = RundownItem("bulletin", MEDIA, 61_234, "b1", 3, "vi", "sha256:" + "b" * 64)
AIRING = RundownAiring("a1", NOW, "hard", 30, "normal", False, -300, (ITEM,))
RUNDOWN = Rundown(
    station="s1", sequence=1_715_158_800, issued_at=NOW, expires_at=NOW + timedelta(days=7), from_=NOW,
    to=NOW + timedelta(days=7), zone="Asia/Ho_Chi_Minh", airings=(AIRING,), media={MEDIA: MediaFact(734_003)},
    withdrawn=("sha256:" + "c" * 64,), checkpoint={"seq": 5, "hash": "d" * 64},
)  # fmt: skip
ENTRY = AsRunEntry(
    chain="c1", n=1, id="e1", prev="0" * 64, at=NOW, clock=ClockState(-12, 40, "centre"), boot="boot",
    event=Event.STARTED, rundown=1_715_158_800, airing="a1", item=0, media=MEDIA, detail={"late_ms": 3},
)  # fmt: skip


def test_a_rundown_is_read_back_as_written() -> None:
    assert read_rundown(RUNDOWN.to_bytes()) == RUNDOWN
    assert RUNDOWN.airings[0].duration_ms == 61_234


def test_an_emergency_says_until_when_and_an_ordinary_airing_what_becomes_of_it_when_cut() -> None:
    expires_at = NOW + timedelta(minutes=30)
    alert = replace(AIRING, id="a2", bulletin_class="emergency", drill=True, expires_at=expires_at)
    dropped = replace(AIRING, id="a3", after_interruption="drop")
    told = replace(RUNDOWN, airings=(alert, dropped))
    assert read_rundown(told.to_bytes()) == told
    assert told.to_json()["airings"][0]["expires_at"] == "2024-05-08T10:30:00.000Z"  # type: ignore[index]


@pytest.mark.parametrize("after", [None, "later-rule", 5])
def test_a_rundown_of_an_older_or_later_centre_has_the_usual_rules(after: object) -> None:
    told = RUNDOWN.to_json()
    airing = {key: value for key, value in told["airings"][0].items() if key != "expires_at"}  # type: ignore[index]
    if after is None:
        del airing["after_interruption"]
    else:
        airing["after_interruption"] = after
    read = read_rundown(json.dumps(told | {"airings": [airing]}).encode()).airings[0]
    assert (read.expires_at, read.after_interruption) == (None, "resume")


@pytest.mark.parametrize("expires_at", ["2024-05-08T10:00:00", 1_715_158_800])
def test_an_expiry_that_cannot_be_read_is_refused(expires_at: object) -> None:
    told = RUNDOWN.to_json()
    airing = told["airings"][0] | {"expires_at": expires_at}  # type: ignore[index]
    with pytest.raises(DocumentRefused):
        read_rundown(json.dumps(told | {"airings": [airing]}).encode())


def test_unknown_fields_are_ignored_and_an_unknown_major_version_is_not() -> None:
    told = RUNDOWN.to_json() | {"later": {"x": 1}}
    assert read_rundown(json.dumps(told).encode()) == RUNDOWN
    with pytest.raises(DocumentRefused, match="nâng cấp"):
        read_rundown(json.dumps(told | {"type": "loa.rundown/2"}).encode())


@pytest.mark.parametrize(
    "key", ["station", "sequence", "issued_at", "expires_at", "from", "to", "zone", "airings", "media", "withdrawn"]
)
def test_a_missing_field_is_named(key: str) -> None:
    told = RUNDOWN.to_json()
    del told[key]
    with pytest.raises(DocumentRefused, match=key):
        read_rundown(json.dumps(told).encode())


@pytest.mark.parametrize(
    "change",
    [
        {"sequence": "5"}, {"sequence": -1}, {"sequence": 1.5}, {"sequence": True},
        {"issued_at": "2024-05-08T10:00:00"},
        {"airings": {}}, {"airings": [5]}, {"media": []}, {"media": {}}, {"withdrawn": ["x"]}, {"station": None},
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(DocumentRefused):
        read_rundown(json.dumps(RUNDOWN.to_json() | change).encode())


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_noise_is_refused_and_never_a_traceback(content: bytes) -> None:
    for read in (read_rundown, read_batch, read_heartbeat, read_enrol_request):
        with pytest.raises(DocumentRefused):
            read(content)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(DocumentRefused):
        read_rundown(b"[" * 200_000)


def test_only_what_a_station_must_know_makes_a_new_issue() -> None:
    later = NOW + timedelta(hours=1)
    again = Rundown(**{
        **{name: getattr(RUNDOWN, name) for name in Rundown.__slots__},
        "sequence": 1_715_158_900, "issued_at": later, "expires_at": later, "checkpoint": None,
    })  # fmt: skip
    assert again.content_digest() == RUNDOWN.content_digest()
    moved = Rundown(**{**{name: getattr(RUNDOWN, name) for name in Rundown.__slots__}, "withdrawn": ()})
    assert moved.content_digest() != RUNDOWN.content_digest()


def test_an_entry_is_its_line() -> None:
    line = ENTRY.to_line()
    assert read_entry(line) == ENTRY
    assert read_entry(line).to_line() == line
    assert line_hash(line) != line_hash(line.replace('"n":1', '"n":2'))


@pytest.mark.parametrize(
    "change",
    [
        ("started", "sang"),
        ('"n":1', '"n":"1"'),
        ('"late_ms":3', '"late_ms":3.5'),
        ('"late_ms":3', '"late_ms":NaN'),
        ('"late_ms":3', '"late_ms":-Infinity'),
        ('"detail":{"late_ms":3}', '"detail":5'),
    ],
)
def test_a_wrong_entry_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(DocumentRefused):
        read_entry(ENTRY.to_line().replace(*change))


def test_a_batch_keeps_raw_lines_and_has_a_limit() -> None:
    lines = [ENTRY.to_line(), "not even JSON"]
    assert read_batch(batch_bytes("s1", "c1", lines)).lines == tuple(lines)
    with pytest.raises(DocumentRefused, match=str(BATCH_LIMIT)):
        read_batch(batch_bytes("s1", "c1", ["x"] * (BATCH_LIMIT + 1)))


def test_heartbeat_and_enrolment_are_read_back() -> None:
    beat = Heartbeat(-5, None, (MEDIA,), None, ClockState(None, None, "unset"), 900, 3, {"loa": "0.1.0"})
    assert read_heartbeat(json.dumps(beat.to_json()).encode()) == beat
    request = EnrolRequest("secret", "ab" * 32)
    assert read_enrol_request(request.to_bytes()) == request
