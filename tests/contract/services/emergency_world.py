"""Emergencies brought about by the verbs: written, submitted, rendered, heard, approved; and what stations are told."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from airing_world import ZONE, World, told_in
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from playlists.emergencies import EmergencyOrder
from playlists.scopes import Scope
from scheduler.canonical import sha256_hex
from scheduler.db.bulletins import Approval, Revision
from scheduler.db.emergencies import Release, UrgentDispatch
from scheduler.db.planning import Airing
from scheduler.db.units import Station, StationReport
from scheduler.rules.permissions import Actor
from scheduler.services import dispatch
from scheduler.services.bulletins import approvals, page, recordings, writing
from scheduler.services.emergencies.preview import release_preview
from scheduler.services.emergencies.release import Confirmed
from scheduler.services.issued import newest_issue

EVERYWHERE = Scope(everyone=True)
MINUTE = timedelta(minutes=1)
NEEDED = 950


def order(**facts: Any) -> EmergencyOrder:
    return EmergencyOrder(**({"scope": EVERYWHERE} | facts))


@dataclass
class Desk:
    """The people of a world at work on emergencies."""

    world: World

    @property
    def session(self) -> Session:
        return self.world.session

    def write(self, title: str = "Lũ về", *, bulletin_class: str = "emergency", **facts: Any) -> str:
        told = {"valid_from": self.world.now.date(), "script": "Lũ đang về. Bà con lên chỗ cao."} | facts
        if bulletin_class == "emergency":
            told.setdefault("emergency", order())
        return writing.write(
            self.session, self.world.editor, title=title, bulletin_class=bulletin_class, now=self.world.now, **told
        ).bulletin_id

    def submit(self, bulletin_id: str, *, now: datetime | None = None) -> None:
        writing.submit(self.session, self.world.editor, bulletin_id=bulletin_id, now=now or self.world.now)

    def render(self, *, lasts: timedelta = MINUTE, sound: str | None = None, now: datetime | None = None) -> str:
        """Give the first in the queue its sound, one of its own unless ``sound`` names one; return whose it is."""
        at = now or self.world.now
        work = recordings.claim_rendering(self.session, owner="thử", now=at, lease=MINUTE)
        assert work is not None
        content = sound or f"{work.title}/{work.revision}"
        duration_ms = lasts // timedelta(milliseconds=1)
        facts = recordings.MediaFacts(sha256_hex(content.encode()), 12 * duration_ms, duration_ms, -1600, -130, ())
        sound = recordings.RenderedSound(facts, "tone", "tone", draft_voice=False)
        recordings.record_rendering(self.session, work=work, owner="thử", rendered=sound, now=at)
        return work.bulletin_id

    def ready(self, title: str = "Lũ về", *, lasts: timedelta = MINUTE, **facts: Any) -> str:
        """Write, submit and render one; return its id."""
        bulletin_id = self.write(title, **facts)
        self.submit(bulletin_id)
        assert self.render(lasts=lasts) == bulletin_id
        return bulletin_id

    def hear(self, bulletin_id: str, *, who: Actor | None = None) -> str:
        """Hear every track to its end; return the digest that the page shows."""
        actor = who or self.world.approver
        seen = page.bulletin_page(self.session, actor, bulletin_id=bulletin_id, heard_needed_permille=NEEDED)
        for track in seen.tracks:
            recordings.listened(
                self.session, actor, recording_id=track.recording_id, share_permille=1000, reached_end=True,
                now=self.world.now,
            )  # fmt: skip
        return seen.shown or ""

    def approve(
        self,
        bulletin_id: str,
        stations: int | None = None,
        *,
        now: datetime | None = None,
        who: Actor | None = None,
        shown: str | None = None,
    ) -> Approval:
        at = now or self.world.now
        seen = release_preview(
            self.session, bulletin_id=bulletin_id, revision=self.number(bulletin_id), zone=ZONE, now=at
        )
        return approvals.approve(
            self.session,
            who or self.world.approver,
            bulletin_id=bulletin_id,
            shown=self.hear(bulletin_id, who=who),
            heard_needed_permille=NEEDED,
            release_confirmed=Confirmed(stations, shown or (seen.shown if seen is not None else "")),
            zone=ZONE,
            today=at.astimezone(UTC).date(),
            now=at,
        )

    def number(self, bulletin_id: str) -> int:
        """Return the number of a bulletin's newest revision."""
        numbers = select(func.max(Revision.number)).where(Revision.bulletin_id == bulletin_id)
        return self.session.scalars(numbers).one()

    def released(self, stations: int, title: str = "Lũ về", *, now: datetime | None = None, **facts: Any) -> Approval:
        return self.approve(self.ready(title, **facts), stations, now=now)

    def withdraw(self, bulletin_id: str, *, now: datetime | None = None) -> None:
        approvals.withdraw(
            self.session, self.world.approver, bulletin_id=bulletin_id, reason="Báo nhầm.", now=now or self.world.now
        )

    def airings(self, approval: Approval) -> list[Airing]:
        """Return what an approval released, by station and turn."""
        query = select(Airing).join(Release, Release.airing_id == Airing.id)
        rows = self.session.scalars(query.where(Release.approval_digest == approval.digest))
        return sorted(rows, key=lambda row: (row.station_name, row.ordinal))

    def urgent(self) -> list[tuple[str, str]]:
        """Return what waits to be told first: station and reason."""
        rows = self.session.scalars(select(UrgentDispatch).where(UrgentDispatch.done_at.is_(None)))
        return sorted((row.station_id, row.reason) for row in rows)

    def told(self, station: Station, now: datetime | None = None, **facts: Any) -> dict[str, Any]:
        """Return the newest rundown of a station after dispatch has looked at it."""
        at = now or self.world.now
        dispatch.issue_rundown(
            self.session, station_id=station.id, key=self.world.centre, zone=ZONE, days_ahead=7, valid_days=7,
            approval_cutoff_s=300, now=at, **facts,
        )  # fmt: skip
        issue = newest_issue(self.session, station.id)
        assert issue is not None
        return told_in(issue.envelope or "")

    def holds(self, station: Station, sequence: int) -> None:
        """Let a station report that it holds the rundown of that sequence."""
        report = self.session.get(StationReport, station.id) or StationReport(
            station_id=station.id, at=self.world.now, media_missing=[], playing=None, clock_offset_ms=0,
            clock_uncertainty_ms=0, clock_source="centre", disk_free_mb=1, unsent=0, versions={},
        )  # fmt: skip
        report.sequence = sequence
        self.session.add(report)
        self.session.flush()
