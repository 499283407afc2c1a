"""A whole station as a process: enrols, syncs, plays on time, reports; first without faults, then with."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from station_fake_centre import FakeCentre, airing, sound

from scheduler.canonical import sha256_hex

JINGLE, BULLETIN = sound("nhạc hiệu "), sound("bản tin ", 9000)
WHOLE = ["started", "item0-start", "item0-end", "item1-start", "item1-end", "finished"]


def test_an_airing_sounds_on_time_and_is_reported(centre, station, eventually) -> None:
    station.enrol(centre)
    coming = airing(centre.now() + timedelta(seconds=2), (JINGLE, 400), (BULLETIN, 700))
    centre.publish(centre.rundown(coming, contents=(JINGLE, BULLETIN)))
    station.run()
    eventually(lambda: centre.events(coming.id) == WHOLE, "the airing reported whole")
    started, first, *_ = [entry for entry in centre.entries() if entry.airing == coming.id]
    assert timedelta(0) <= started.at - coming.starts_at < timedelta(seconds=1)
    assert started.detail == {"starts_at": started.detail["starts_at"], "late_ms": started.detail["late_ms"]}
    assert first.clock.source == "centre"
    assert [entry for entry in centre.told()][:2] == [("command", "enrolled"), ("accepted", None)]
    assert centre.alarms == []
    report = json.loads((station.directory / "sounded" / coming.id / "airing.json").read_text())
    assert [item["media"] for item in report["items"]] == [item.media for item in coming.items]
    copy = Path(station.directory / "sounded" / coming.id / sha256_hex(BULLETIN))
    assert copy.read_bytes() == BULLETIN
