"""A small network for the pages' tests: units, stations with keys, a programme, and an airing that sounded."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from playlists.calendar import Calendar
from playlists.changes import Add
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.canonical import sha256_hex
from scheduler.compose import Centre
from scheduler.db.planning import Airing
from scheduler.db.units import Alarm, Station, StationReport
from scheduler.protocol import AsRunEntry, ClockState, Event, batch_bytes, line_hash, read_rundown
from scheduler.rules.permissions import Actor
from scheduler.services import dispatch, intake, planning, stations, units
from scheduler.services.settlement import settle
from scheduler.services.timetable import change_views, changes
from scheduler.services.timetable.effects import Outlook
from scheduler.signing import AS_RUN, generate_key, load_private_key, public_bytes, sign, unverified_payload

UNITS = {
    "units": [
        {"code": "11", "kind": "tinh", "name": "Tỉnh thử", "parent": None, "valid_from": "2004-01-01"},
        {"code": "03301", "kind": "xa", "name": "Xã Búng thử", "parent": "11", "valid_from": "2020-01-01"},
        {"code": "03313", "kind": "xa", "name": "Xã Lạn thử", "parent": "11", "valid_from": "2020-01-01"},
    ]
}
ZONE = "Asia/Ho_Chi_Minh"


def units_file(told: object = UNITS) -> bytes:
    """The units as somebody would upload them."""
    return json.dumps(told).encode()


@dataclass
class Network:
    """Two communes with a station each; deeds are done at ``now`` unless a test says otherwise."""

    centre: Centre
    editor: Actor
    approver: Actor
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    keys: dict[str, Ed25519PrivateKey] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.centre.writers.begin() as session:
            units.import_units(session, None, content=units_file(), now=self.now)
        self.near = self.station("Cụm loa trung tâm", "03301")
        self.far = self.station("Cụm loa bản xa", "03313")

    @property
    def today(self) -> date:
        """Today where the stations are."""
        return self.now.astimezone(self.centre.settings.tz).date()

    def station(self, name: str, unit_code: str) -> str:
        """An enrolled station; returns its id."""
        key = generate_key()
        with self.centre.writers.begin() as session:
            made = stations.make_station(
                session, None, name=name, unit_code=unit_code, today=self.today - timedelta(days=30), now=self.now
            )
            row = session.get_one(Station, made.id)
            row.public_key, row.token_hash = public_bytes(key).hex(), sha256_hex(made.id.encode())
            row.enrolled_at = self.now
            self.keys[made.id] = key
            return made.id

    def programme(self, *bulletin_ids: str, title: str = "Chương trình thử") -> str:
        """A programme of these bulletins; returns its id."""
        items = [("bulletin", bulletin_id, "vi") for bulletin_id in bulletin_ids]
        with self.centre.writers.begin() as session:
            return planning.make_programme(session, self.editor, title=title, items=items, now=self.now).id

    def slots(
        self, programme_id: str, *station_ids: str, starts: time = time(17), title: str = "Buổi chiều"
    ) -> list[str]:
        """One proposed slot for these stations; returns its id in a list."""
        slot = Slot(
            id=uuid.UUID(changes.new_slot_id()),
            title=title,
            scope=Scope(stations=frozenset(uuid.UUID(each) for each in station_ids)),
            calendar=Calendar(self.today),
            start=starts,
            max_duration=timedelta(minutes=15),
            zone=ZONE,
            programme_id=uuid.UUID(programme_id),
        )
        with self.centre.writers.begin() as session:
            steps = [Add(slot)]
            changes.propose(session, self.editor, title=title, steps=steps, now=self.now, outlook=Outlook(ZONE, 7))
            return [str(slot.id)]

    def publish_all(self) -> None:
        """Publish every change that waits, oldest first."""
        told = {"now": self.now, "outlook": Outlook(ZONE, 7)}
        with self.centre.writers.begin() as session:
            for line in change_views.open_changes(session):
                seen = change_views.change_view(session, line.id, **told).seen
                changes.publish(session, self.approver, change_id=line.id, seen=seen or "", **told)

    def one_off(self, programme_id: str, station_id: str, starts_at: datetime, *, title: str = "Phát bù") -> str:
        """A planned session outside of any slot, planned in good time; returns its airing's id."""
        with self.centre.writers.begin() as session:
            made = planning.plan_one_off(
                session,
                self.approver,
                station_ids=[station_id],
                programme_id=programme_id,
                title=title,
                starts_at=starts_at,
                start_rule="hard",
                grace_s=30,
                gain_cb=0,
                zone=ZONE,
                now=min(self.now, starts_at - timedelta(hours=1)),
            )
            return made[0].id

    def dispatched(self, station_id: str, at: datetime | None = None) -> int:
        """Give the station its rundown; returns its sequence."""
        settings = self.centre.settings
        with self.centre.writers.begin() as session:
            issue = dispatch.issue_rundown(
                session,
                station_id=station_id,
                key=load_private_key(settings.key_path),
                zone=ZONE,
                days_ahead=settings.days_ahead,
                valid_days=settings.rundown_valid_days,
                approval_cutoff_s=settings.approval_cutoff_s,
                now=at or self.now,
            )
            assert issue is not None
            return issue.sequence

    def heard_from(self, station_id: str, sequence: int, *, missing: Sequence[str] = ()) -> None:
        """Let the station have said just now what it holds."""
        with self.centre.writers.begin() as session:
            session.add(
                StationReport(
                    station_id=station_id,
                    at=self.now,
                    sequence=sequence,
                    media_missing=list(missing),
                    playing=None,
                    clock_offset_ms=12,
                    clock_uncertainty_ms=40,
                    clock_source="centre",
                    disk_free_mb=5_400,
                    unsent=0,
                    versions={"loa": "0.1.0"},
                )
            )

    def alarm(self, station_id: str | None, kind: str = "rundown-refused") -> int:
        """An alarm that nobody has looked at; returns its id."""
        with self.centre.writers.begin() as session:
            row = Alarm(station_id=station_id, kind=kind, at=self.now, detail={"reason": "<b>signature</b>"})
            session.add(row)
            session.flush()
            return row.id

    def aired(self, programme_id: str, station_id: str) -> str:
        """A session of an hour ago that sounded whole, reported and settled; returns its airing's id."""
        start = self.now - timedelta(hours=1)
        airing_id = self.one_off(programme_id, station_id, start)
        sequence = self.dispatched(station_id, start - timedelta(minutes=30))
        self.reported(airing_id, station_id, sequence)
        with self.centre.writers.begin() as session:
            settle(session, now=self.now, reporting_allowance=timedelta(minutes=15))
        return airing_id

    def reported(self, airing_id: str, station_id: str, sequence: int) -> None:
        """Let the station say that a session of its newest rundown sounded whole; nothing is settled."""
        with self.centre.writers.begin() as session:
            station, airing = session.get_one(Station, station_id), session.get_one(Airing, airing_id)
            envelope, _ = dispatch.current_rundown(session, station_id) or ("", "")
            rundown = read_rundown(unverified_payload(envelope if isinstance(envelope, bytes) else envelope.encode()))
            items = next(each for each in rundown.airings if each.id == airing_id).items
            batch = self._played(station_id, airing, sequence, [(item.media, item.duration_ms) for item in items])
            intake.receive_batch(session, station=station, envelope=batch, now=self.now)

    def missed(self, programme_id: str, station_id: str, *, late_s: int, reason: str = "late") -> str:
        """A session of an hour ago that its station gave up, reported and settled; returns its airing's id."""
        start = self.now - timedelta(hours=1)
        airing_id = self.one_off(programme_id, station_id, start)
        sequence = self.dispatched(station_id, start - timedelta(minutes=30))
        entry = AsRunEntry(
            chain="hai",
            n=1,
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{station_id}/missed")),
            prev="0" * 64,
            at=start + timedelta(seconds=late_s),
            clock=ClockState(20, 30, "centre"),
            boot="boot",
            event=Event.MISSED,
            rundown=sequence,
            airing=airing_id,
            reason=reason,
            detail={"late_ms": late_s * 1000},
        )
        batch = sign(self.keys[station_id], AS_RUN, batch_bytes(station_id, "hai", [entry.to_line()])).encode()
        with self.centre.writers.begin() as session:
            station = session.get_one(Station, station_id)
            intake.receive_batch(session, station=station, envelope=batch, now=self.now)
        with self.centre.writers.begin() as session:
            settle(session, now=self.now, reporting_allowance=timedelta(minutes=15))
        return airing_id

    def _played(self, station_id: str, airing: Airing, sequence: int, items: list[tuple[str, int]]) -> bytes:
        at = airing.starts_at + timedelta(milliseconds=20)
        told: list[tuple[Event, datetime, dict[str, object]]] = [(Event.STARTED, at, {})]
        for index, (media, duration_ms) in enumerate(items):
            told.append((Event.ITEM, at, {"item": index, "media": media, "detail": {"edge": "start"}}))
            at += timedelta(milliseconds=duration_ms)
            detail = {"edge": "end", "duration_ms": duration_ms}
            told.append((Event.ITEM, at, {"item": index, "media": media, "detail": detail}))
        told.append((Event.FINISHED, at, {}))
        lines: list[str] = []
        prev = "0" * 64
        for n, (event, moment, facts) in enumerate(told, 1):
            entry = AsRunEntry(
                chain="mot",
                n=n,
                id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{station_id}/{n}")),
                prev=prev,
                at=moment,
                clock=ClockState(20, 30, "centre"),
                boot="boot",
                event=event,
                rundown=sequence,
                airing=airing.id,
                **facts,  # type: ignore[arg-type] # facts of every kind of entry
            )
            lines.append(entry.to_line())
            prev = line_hash(lines[-1])
        return sign(self.keys[station_id], AS_RUN, batch_bytes(station_id, "mot", lines)).encode()
