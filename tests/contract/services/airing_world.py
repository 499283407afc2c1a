"""A small network for tests: units before and after the reform, stations with keys, bulletins with approvals."""

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from playlists.calendar import Calendar
from playlists.changes import Add, End
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.canonical import sha256_hex
from scheduler.db.accounts import Person
from scheduler.db.bulletins import Approval, ApprovalEnd, Bulletin, Medium, Recording, Revision
from scheduler.db.planning import Airing, Programme
from scheduler.db.units import Station, StationUnit, Unit
from scheduler.protocol import AsRunEntry, ClockState, Event, batch_bytes, line_hash
from scheduler.rules.approval import Approvable, Track
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit, dispatch, planning
from scheduler.services.timetable import changes
from scheduler.services.timetable.change_views import change_view
from scheduler.services.timetable.effects import Outlook
from scheduler.services.timetable.open_slots import OpenSlot
from scheduler.signing import AS_RUN, generate_key, public_bytes, sign

ZONE = "Asia/Ho_Chi_Minh"
OUTLOOK = Outlook(ZONE, 7)
CUTOFF_S = 300
ALLOWANCE = timedelta(minutes=15)


@dataclass
class World:
    session: Session
    now: datetime
    keys: dict[str, Ed25519PrivateKey] = field(default_factory=dict)
    centre: Ed25519PrivateKey = field(default_factory=generate_key)

    def __post_init__(self) -> None:
        self.editor = self.person("bien", Role.EDITOR)
        self.approver = self.person("duyet", Role.APPROVER)
        self.operator = self.person("truc", Role.OPERATOR)
        for code, name, start, end in (
            ("11", "Tỉnh Điện Biên", date(2004, 1, 1), None),
            ("102", "Huyện Mường Ảng", date(2006, 11, 14), date(2025, 6, 30)),
            ("03301", "Xã Búng Lao cũ", date(2006, 11, 14), date(2025, 6, 30)),
            ("03301", "Xã Búng Lao", date(2025, 7, 1), None),
            ("03302", "Xã Xuân Lao", date(2006, 11, 14), date(2025, 6, 30)),
            ("03313", "Xã Mường Lạn", date(2025, 7, 1), None),
        ):
            parent = {"11": None, "102": "11"}.get(code, "11" if start.year == 2025 else "102")
            self.session.add(
                Unit(
                    code=code,
                    kind="xa",
                    name=name,
                    parent_code=parent,
                    valid_from=start,
                    valid_to=end,
                    formed_from=[],
                    note="",
                )
            )
        self.session.flush()

    def person(self, username: str, *roles: Role) -> Actor:
        identity = str(uuid.uuid5(uuid.NAMESPACE_OID, username))
        self.session.add(
            Person(
                id=identity,
                username=username,
                display_name=username.title(),
                password_hash="!",
                active=True,
                session_epoch=0,
                created_at=self.now,
            )
        )
        self.session.flush()
        return Actor(identity, username.title(), tuple(Grant(role) for role in roles))

    def station(
        self, name: str, unit_code: str = "03301", until: date | None = None, languages: Sequence[str] = ("vi",)
    ) -> Station:
        key = generate_key()
        station = Station(
            id=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
            name=name,
            languages=list(languages),
            active=True,
            created_at=self.now,
            public_key=public_bytes(key).hex(),
            token_hash=sha256_hex(name.encode()),
            enrolled_at=self.now,
        )
        self.keys[station.id] = key
        self.session.add(station)
        self.session.flush()
        self.session.add(
            StationUnit(station_id=station.id, unit_code=unit_code, valid_from=date(2020, 1, 1), valid_to=until)
        )
        self.session.flush()
        return station

    def medium(self, content: str, duration_ms: int) -> str:
        sha256 = sha256_hex(content.encode())
        self.session.add(
            Medium(
                sha256=sha256,
                bytes=12 * duration_ms,
                type="audio/mpeg",
                duration_ms=duration_ms,
                loudness_clufs=-1600,
                true_peak_cdbtp=-130,
                peaks=[0.5],
                created_at=self.now,
            )
        )
        self.session.flush()
        return sha256

    def bulletin(
        self, title: str, *, kind: str = "bulletin", duration_ms: int = 60_000, approved: bool = True, **facts: object
    ) -> str:
        identity = str(uuid.uuid5(uuid.NAMESPACE_URL, title))
        self.session.add(Bulletin(id=identity, kind=kind, created_by=self.editor.id, created_at=self.now))
        self.session.flush()
        if approved:
            self.approve(identity, title, duration_ms=duration_ms, **facts)
        else:
            self._draft(identity, title, 1, at=self.now)
        return identity

    def _draft(self, bulletin_id: str, title: str, number: int, *, at: datetime) -> Revision:
        """Return the draft of that number, made when it is not there yet."""
        query = select(Revision).where(Revision.bulletin_id == bulletin_id, Revision.number == number)
        revision = self.session.scalars(query).one_or_none()
        if revision is None:
            script = f"{title}/{number}"
            revision = Revision(
                bulletin_id=bulletin_id,
                number=number,
                state="draft",
                title=title,
                bulletin_class="normal",
                language="vi",
                valid_from=date(2024, 5, 1),
                script=script,
                script_sha256=sha256_hex(script.encode()),
                reading=script,
                reading_sha256=sha256_hex(script.encode()),
                sentences=[],
                author_id=self.editor.id,
                created_at=at,
                saved_at=at,
            )
            self.session.add(revision)
            self.session.flush()
        return revision

    def approve(
        self,
        bulletin_id: str,
        title: str,
        *,
        number: int = 1,
        duration_ms: int = 60_000,
        approved_at: datetime | None = None,
        valid_from: date = date(2024, 5, 1),
        valid_to: date | None = None,
        headline: bool = False,
        bulletin_class: str = "normal",
        language: str = "vi",
        others: Sequence[str] = (),
        directive_id: str | None = None,
        obligation_id: int | None = None,
    ) -> str:
        """Approve a revision as the service does, with tracks in ``others`` too; return the approval's digest."""
        at = approved_at or self.now - timedelta(hours=1)
        revision = self._draft(bulletin_id, title, number, at=at)
        revision.bulletin_class, revision.language, revision.directive_id = bulletin_class, language, directive_id
        revision.valid_from, revision.valid_to = valid_from, valid_to
        revision.obligation_id = obligation_id
        script = revision.script_sha256
        self.session.flush()
        tracks = [Track("main", language, self.medium(f"main {title}/{number}", duration_ms))]
        if headline:
            tracks.append(Track("headline", language, self.medium(f"headline {title}/{number}", 10_000)))
        tracks += [Track("main", other, self.medium(f"main {title} {other}", duration_ms + 1_000)) for other in others]
        for track in tracks:
            self.session.add(
                Recording(
                    revision_id=revision.id,
                    track=track.kind,
                    language=track.language,
                    media_sha256=track.media,
                    engine="tone",
                    voice="tone",
                    draft_voice=False,
                    causes=[],
                    made_at=at,
                )
            )
        revision.state = "submitted"
        self.session.flush()
        approvable = Approvable(
            bulletin_id,
            number,
            title,
            bulletin_class,
            valid_from,
            valid_to,
            directive_id,
            script,
            script,
            tuple(tracks),
        )
        document, digest = approvable.document(self.approver.id, at)
        self.session.add(
            Approval(
                digest=digest,
                bulletin_id=bulletin_id,
                revision_id=revision.id,
                approver_id=self.approver.id,
                approved_at=at,
                heard_permille=1000,
                document=document,
            )
        )
        self.session.flush()
        revision.state = "approved"
        self.session.flush()
        audit.append(self.session, kind="approval", body=json.loads(document), at=at)
        return digest

    def end(self, digest: str, kind: str, at: datetime) -> None:
        approval = self.session.get_one(Approval, digest)
        reason = "thử"
        self.session.add(ApprovalEnd(digest=digest, kind=kind, at=at, person_id=self.approver.id, reason=reason))
        self.session.flush()
        audit.record(
            self.session,
            person=self.approver.id,
            deed=f"revision-{kind}",
            subject_kind="bulletin",
            subject_id=approval.bulletin_id,
            at=at,
            facts={"approval": digest, "reason": reason},
        )

    def programme(self, *items: tuple[str, str], title: str = "Chương trình huyện", language: str = "vi") -> Programme:
        return planning.make_programme(
            self.session,
            self.editor,
            title=title,
            items=[(kind, bulletin_id, language) for kind, bulletin_id in items],
            now=self.now,
        )

    def slots(
        self, stations: list[Station], programme: Programme, *, starts: time = time(17), **facts: Any
    ) -> list[OpenSlot]:
        """One slot for all of these stations, proposed."""
        told = {
            "title": "Buổi chiều",
            "weekdays": range(7),
            "max_duration_s": 900,
            "start_rule": "hard",
            "grace_s": 30,
            "gain_cb": 0,
            "zone": ZONE,
            "valid_from": date(2024, 5, 1),
            "valid_to": None,
        } | facts
        slot = Slot(
            id=UUID(changes.new_slot_id()),
            title=told["title"],
            scope=Scope(stations=frozenset(UUID(station.id) for station in stations)),
            calendar=Calendar(told["valid_from"], told["valid_to"], frozenset(told["weekdays"])),
            start=starts,
            max_duration=timedelta(seconds=told["max_duration_s"]),
            zone=told["zone"],
            programme_id=UUID(programme.id),
            start_rule=StartRule(told["start_rule"]),
            grace=timedelta(seconds=told["grace_s"]),
            gain_cb=told["gain_cb"],
        )
        change_id = changes.propose(
            self.session, self.editor, title=slot.title, steps=[Add(slot)], now=self.now, outlook=OUTLOOK
        )
        return [OpenSlot(slot, change_id, self.editor.id, self.now)]

    def publish(self, change_id: str, now: datetime | None = None) -> None:
        """Publish a change after a look at it."""
        at = now or self.now
        seen = change_view(self.session, change_id, now=at, outlook=OUTLOOK).seen
        changes.publish(self.session, self.approver, change_id=change_id, seen=seen or "", now=at, outlook=OUTLOOK)

    def end_slot(self, slot: OpenSlot, now: datetime | None = None) -> None:
        """End a slot that stands, by proposal and publication."""
        step = End(slot.slot.id, slot.slot.title)
        at = now or self.now
        told = {"title": "Kết thúc", "steps": [step], "now": at, "outlook": OUTLOOK}
        self.publish(changes.propose(self.session, self.editor, **told), now=at)

    def published(self, stations: list[Station], programme: Programme, **facts: Any) -> list[OpenSlot]:
        slots = self.slots(stations, programme, **facts)
        for slot in slots:
            self.publish(slot.change_id or "")
        return slots

    def one_off(
        self, stations: list[Station], programme: Programme, starts_at: datetime, **facts: object
    ) -> list[Airing]:
        told: dict[str, object] = {
            "title": "Phát bù",
            "start_rule": "hard",
            "grace_s": 30,
            "gain_cb": 0,
            "zone": ZONE,
            "now": self.now,
        } | facts
        return planning.plan_one_off(
            self.session,
            self.approver,
            station_ids=[station.id for station in stations],
            programme_id=programme.id,
            starts_at=starts_at,
            **told,
        )

    def plan(self, now: datetime | None = None, days_ahead: int = 7) -> planning.PlanChange:
        return planning.plan_ahead(self.session, now=now or self.now, days_ahead=days_ahead, default_zone=ZONE)

    def issue(self, station: Station, now: datetime | None = None, **facts: object):
        told: dict[str, object] = {
            "zone": ZONE,
            "days_ahead": 7,
            "valid_days": 7,
            "approval_cutoff_s": CUTOFF_S,
            "approvals": None,
        } | facts
        return dispatch.issue_rundown(self.session, station_id=station.id, key=self.centre, now=now or self.now, **told)

    def tape(self, station: Station, chain: str = "mot") -> "Tape":
        return Tape(station.id, chain, self.keys[station.id])


@dataclass
class Tape:
    """A station's chain, written as the station writes it."""

    station_id: str
    chain: str
    key: Ed25519PrivateKey
    lines: list[str] = field(default_factory=list)
    prev: str = "0" * 64

    def tell(self, event: Event, at: datetime, **facts: object) -> str:
        entry = AsRunEntry(
            chain=self.chain,
            n=len(self.lines) + 1,
            id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.chain}/{len(self.lines)}")),
            prev=self.prev,
            at=at,
            clock=ClockState(20, 30, "centre"),
            boot="boot",
            event=event,
            **facts,
        )
        self.lines.append(entry.to_line())
        self.prev = line_hash(self.lines[-1])
        return self.lines[-1]

    def sealed(
        self, lines: list[str] | None = None, *, station_id: str | None = None, key: Ed25519PrivateKey | None = None
    ) -> bytes:
        content = batch_bytes(station_id or self.station_id, self.chain, self.lines if lines is None else lines)
        return sign(key or self.key, AS_RUN, content).encode()

    def play(
        self,
        airing: Airing,
        sequence: int,
        lengths_s: list[int],
        start: datetime | None = None,
        *,
        upto: int | None = None,
        media: Sequence[str] = (),
    ) -> None:
        """Tell of an airing that sounded whole, or up to the item ``upto``, in whose middle the power went.

        ``media`` are the names of what sounded, item by item.
        """
        at = start or airing.starts_at + timedelta(milliseconds=20)
        told = {"airing": airing.id, "rundown": sequence}
        self.tell(Event.STARTED, at, **told)
        for index, length in enumerate(lengths_s):
            sound = {"media": media[index]} if media else {}
            self.tell(Event.ITEM, at, item=index, detail={"edge": "start"}, **told, **sound)
            if index == upto:
                self.tell(
                    Event.INTERRUPTED,
                    at + timedelta(minutes=20),
                    item=index,
                    reason="power",
                    detail={"position_ms": 5_000},
                    **told,
                )
                return
            at += timedelta(seconds=length)
            self.tell(Event.ITEM, at, item=index, detail={"edge": "end"}, **told)
        self.tell(Event.FINISHED, at, **told)


def without_guards(session: Session, statement: str, **values: object) -> None:
    """Do what somebody with the database in hands could do."""
    if session.get_bind().dialect.name == "sqlite":
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET session_replication_role = replica"))
    session.execute(text(statement), values)
    session.expire_all()


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def told_in(envelope: str) -> dict[str, object]:
    """Return the document in an envelope."""
    payload: dict[str, object] = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    return payload
