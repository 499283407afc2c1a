"""The second half of the demonstration: from an approved bulletin to four stations, the air log and the proof."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from scheduler.compose import Centre
from scheduler.db.bulletins import Bulletin
from scheduler.demonstration.cast import Cast, Place
from scheduler.demonstration.processes import sounded, wait_until
from scheduler.demonstration.story import Say, Unproven, now
from scheduler.services import audit, planning
from scheduler.services.airlog import AirLogFilters, AirLogRow, Page, air_log
from scheduler.services.bulletins.standing import StandingTrack, standing_approvals
from scheduler.services.ledger_check import verify_records
from scheduler.services.programmes import make_programme

PROGRAMME = ("jingle", "opening", "bulletin", "sting")
AHEAD = timedelta(seconds=18)  # stations prepare 10 s before the start, and need a poll or two before that
STEP_S = 30
REPORT_WAIT_S = 30

RESULT_WORDS = {"aired": "đã phát", "missed": "không phát được", "interrupted": "bị ngắt", "unknown": "chưa rõ"}


def next_step(after: datetime) -> datetime:
    """Return the first half-minute at or after an instant."""
    return datetime.fromtimestamp(math.ceil(after.timestamp() / STEP_S) * STEP_S, UTC)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What was planned: the start, and what each station shall sound, in order."""

    starts_at: datetime
    tracks: tuple[StandingTrack, ...]

    @property
    def ends_at(self) -> datetime:
        """When the last item ends at a station that starts on time."""
        return self.starts_at + timedelta(milliseconds=sum(track.duration_ms for track in self.tracks))


class Network:
    """The stations as the centre sees them; each method is one step from the approval to the proof."""

    def __init__(self, centre: Centre, cast: Cast, places: list[Place], say: Say) -> None:
        self.centre = centre
        self.cast = cast
        self.places = places
        self.say = say

    def schedule(self, bulletin_id: str) -> Scheduled:
        """Plan a one-off session at every station for the next half-minute that leaves time to prepare."""
        with self.centre.readers() as session:
            house = dict(session.execute(select(Bulletin.house_key, Bulletin.id)).all())
            standing = {(track.bulletin_id, track.kind): track for track in standing_approvals(session, at=now())}
        tracks = tuple(standing[bulletin_id if kind == "bulletin" else house[kind], kind] for kind in PROGRAMME)
        starts_at = next_step(now() + AHEAD)
        with self.centre.writers.begin() as session:
            programme = make_programme(
                session,
                self.cast.editor,
                title="Bản tin Quy tắc ứng xử",
                items=[(track.kind, track.bulletin_id, track.language) for track in tracks],
                now=now(),
            )
            planning.plan_one_off(
                session,
                self.cast.approver,
                station_ids=[place.station_id for place in self.places],
                programme_id=programme.id,
                title="Buổi phát thử",
                starts_at=starts_at,
                start_rule="hard",
                grace_s=self.centre.settings.grace_s,
                gain_cb=0,
                zone=self.centre.settings.zone,
                now=now(),
            )
        self.say(f"\nXếp lịch {self._time(starts_at)} tại {len(self.places)} cụm loa, mỗi cụm một tiến trình riêng.")
        return Scheduled(starts_at, tracks)

    def await_result(self, planned: Scheduled, bulletin_id: str) -> list[AirLogRow]:
        """Wait until every station's airing stands in the ledger; return the bulletin's rows by station."""
        left = max(0.0, (planned.ends_at - now()).total_seconds())
        self.say(f"Chờ phát và báo về, khoảng {left:.0f} giây…")
        wait_until("có kết quả trong nhật ký phát sóng", lambda: self._settled(bulletin_id), left + REPORT_WAIT_S)
        return self._rows(bulletin_id)

    def _settled(self, bulletin_id: str) -> bool:
        rows = self._rows(bulletin_id)
        return len(rows) == len(self.places) and all(row.ledger_seq is not None for row in rows)

    def _rows(self, bulletin_id: str) -> list[AirLogRow]:
        with self.centre.readers() as session:
            page = air_log(
                session,
                filters=AirLogFilters(bulletin_id=bulletin_id),
                page=Page(),
                reporting_allowance=timedelta(seconds=self.centre.settings.reporting_allowance_s),
                now=now(),
            )
        return sorted(page.rows, key=lambda row: row.station_name)

    def tell_log(self, rows: list[AirLogRow]) -> None:
        """Print the bulletin's air log as a table, with the difference from plan in milliseconds."""
        self.say(f"\n{'Cụm loa':<30}{'Kế hoạch':<15}{'Thực tế':<15}{'Lệch (ms)':>10}  {'Kết quả':<16}Số mục trong sổ")
        for row in rows:
            difference = "-" if row.difference_ms is None else f"{row.difference_ms:+d}"
            self.say(
                f"{row.station_name:<30}{self._time(row.planned_start):<15}{self._time(row.actual_start):<15}"
                f"{difference:>10}  {RESULT_WORDS.get(row.result, row.result):<16}{row.ledger_seq}"
            )

    def _time(self, instant: datetime | None) -> str:
        if instant is None:
            return "-"
        return instant.astimezone(self.centre.settings.tz).strftime("%H:%M:%S.%f")[:-3]

    def prove_bytes(self, planned: Scheduled, rows: list[AirLogRow], directories: list[Path]) -> int:
        """Check that each station sounded exactly the approved bytes, item by item; return how many items that were.

        Raises :class:`~scheduler.demonstration.story.Unproven`.
        """
        places = dict(zip([place.station_id for place in self.places], directories, strict=True))
        wanted = [track.media_sha256 for track in planned.tracks]
        for row in rows:
            if row.result != "aired":
                raise Unproven(what=f"{row.station_name}: {row.result} ({row.reason or 'không rõ lý do'})")
            heard = [item.sha256 for item in sounded(places[row.station_id], row.airing_id) if item.whole]
            if heard != wanted:
                raise Unproven(what=f"{row.station_name} không phát đúng từng byte đã duyệt")
        exact = len(rows) * len(wanted)
        self.say(
            f"\n{len(rows)} cụm loa đã phát đúng từng byte đã duyệt: {exact} mục, so SHA-256 của chính byte đã phát."
        )
        return exact

    def verify_ledger(self) -> int:
        """Check the whole ledger and all that rests on it; return the number of its last line."""
        with self.centre.readers() as session:
            head = audit.verify(session)
            verify_records(session)
        self.say(f"Sổ nguyên vẹn: {head.seq} mục, mã băm cuối {head.hash[:12]}…")
        return head.seq
