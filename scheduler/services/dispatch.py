"""Signs for each station what it may play, from standing approvals alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from playlists.model import PlannedAiring
from scheduler.canonical import format_instant, media_name, sha256_hex
from scheduler.db.accounts import LedgerEntry
from scheduler.db.bulletins import Approval, ApprovalEnd, Recording
from scheduler.db.emergencies import Release
from scheduler.db.planning import Airing, AiringItem, RundownIssue, RundownMedium
from scheduler.db.units import Alarm, Station
from scheduler.errors import Conflict, NotFound
from scheduler.protocol import RESUME, MediaFact, Rundown, RundownAiring, RundownItem
from scheduler.services import audit
from scheduler.services.approval_proof import NotCovered
from scheduler.services.bulletins.standing import StandingTrack
from scheduler.services.emergencies import urgent
from scheduler.services.issued import newest_issue, rundown_in
from scheduler.services.local_days import local_day, midnight
from scheduler.services.rundown_plan import approvals_now, plan_rows
from scheduler.signing import RUNDOWN, sign

__all__ = ["Due", "SequenceTaken", "approvals_now", "current_rundown", "issue_rundown", "may_fetch", "stations_due"]

ONE_MILLISECOND = timedelta(milliseconds=1)
# What the ledger says of reports and of dispatch itself changes nothing that a station shall play.
_OUTSIDE = ("as-run", "result", "rundown")


class SequenceTaken(Conflict):
    """Một tiến trình khác vừa phát hành lịch cho cụm loa này."""

    retryable = True


@dataclass(frozen=True, slots=True)
class Due:
    """The stations whose rundown may have to be issued anew, and the ledger number up to which that is true."""

    station_ids: tuple[str, ...]
    through: int


def stations_due(session: Session, *, zone: str, now: datetime, since: int = 0) -> Due:
    """Return the enrolled stations to look at.

    All of them if anything but reports and rundowns came into the ledger after ``since`` (the ``through`` of a round
    that went well; 0 after a start); else those whose newest rundown is not of this local day.
    """
    through = _told_through(session, since, now)
    enrolled = select(Station.id).where(Station.active, Station.public_key.is_not(None)).order_by(Station.id)
    changed = select(LedgerEntry.seq).where(LedgerEntry.seq > since, LedgerEntry.kind.not_in(_OUTSIDE)).limit(1)
    if since == 0 or session.scalars(changed).first() is not None:
        return Due(tuple(session.scalars(enrolled)), through)
    today = midnight(local_day(now, zone), zone)
    of_today = select(RundownIssue.station_id).where(RundownIssue.from_at == today, RundownIssue.envelope.is_not(None))
    return Due(tuple(session.scalars(enrolled.where(Station.id.not_in(of_today)))), through)


def _told_through(session: Session, since: int, now: datetime) -> int:
    """Return up to which number the ledger tells of nothing that a reading as of ``now`` would miss.

    A page may have written a deed of a later instant than that at which the round began.
    """
    later = select(func.min(LedgerEntry.seq)).where(
        LedgerEntry.seq > since, LedgerEntry.kind.not_in(_OUTSIDE), LedgerEntry.at >= format_instant(now)
    )
    missed = session.scalar(later)
    return missed - 1 if missed is not None else audit.head(session).seq


def issue_rundown(
    session: Session,
    *,
    station_id: str,
    key: Ed25519PrivateKey,
    approvals: Sequence[StandingTrack] | None = None,
    zone: str,
    days_ahead: int,
    valid_days: int,
    approval_cutoff_s: int,
    after_interruption: str = RESUME,
    now: datetime,
) -> RundownIssue | None:
    """Sign and store the station's rundown if it says something else than its last one; null when it does not.

    ``approvals`` are those of :func:`approvals_now`, read here when not given. Items without an approval that stands,
    is valid at the start and was made ``approval_cutoff_s`` before it are left out and noted at the airing.
    ``after_interruption`` is what becomes of an airing that an emergency cuts (``resume`` or ``drop``). Raises
    :class:`SequenceTaken` when another process issued at the same moment.
    """
    # Whoever issues for this station at the same moment waits here, and then finds what was issued.
    station = session.get(Station, station_id, with_for_update={"key_share": True}, populate_existing=True)
    if station is None or station.public_key is None or not station.active:
        raise NotFound(what="cụm loa đã ghi danh này")
    urgent.mark_told(session, station_id, now=now)
    tracks = approvals if approvals is not None else approvals_now(session, now=now)
    today = local_day(now, zone)
    since, until = midnight(today, zone), midnight(today + timedelta(days=days_ahead), zone)
    issue = newest_issue(session, station_id)
    last = rundown_in(issue) if issue is not None else None
    rows = _rows(session, station_id, since, until, now)
    ended = _ended_releases(session, rows)
    coming = [row for row in rows if row.starts_at > now or (_may_sound_still(row, now) and row.id not in ended)]
    cutoff = timedelta(seconds=approval_cutoff_s)
    planned, refusals = plan_rows(session, coming, tracks, zone=zone, cutoff=cutoff, now=now)
    _note_omissions(coming, planned)
    _raise_alarms(session, refusals, now)
    begun = {row.id for row in rows} - {row.id for row in coming}
    told = [_airing(planned[row.id], row, after_interruption) for row in coming if planned[row.id].sent]
    airings = [*_under_way(last, begun), *told]
    head = audit.head(session)
    rundown = Rundown(
        station=station_id,
        sequence=_next_sequence(session, station_id, now),
        issued_at=now,
        expires_at=now + timedelta(days=valid_days),
        from_=since,
        to=until,
        zone=zone,
        airings=tuple(sorted(airings, key=lambda airing: (airing.starts_at, airing.id))),
        media=_media_facts(airings, tracks, last),
        withdrawn=_withdrawn(session, station_id, since - timedelta(days=valid_days)),
        checkpoint={"seq": head.seq, "hash": head.hash},
    )
    if issue is not None and issue.content_digest == rundown.content_digest():
        return None
    return _publish(session, rundown, key)


def _may_sound_still(row: Airing, now: datetime) -> bool:
    """Whether an emergency that was released already can begin all the same at a station that hears of it only now."""
    return row.expires_at is not None and row.expires_at > now


def _ended_releases(session: Session, rows: Iterable[Airing]) -> frozenset[str]:
    """Return the soundings whose approval has ended: what is left of them in the plan may have begun, and is told word
    for word as it was."""
    soundings = [row.id for row in rows if row.expires_at is not None]
    query = select(Release.airing_id).join(ApprovalEnd, ApprovalEnd.digest == Release.approval_digest)
    return frozenset(session.scalars(query.where(Release.airing_id.in_(soundings)))) if soundings else frozenset()


def _rows(session: Session, station_id: str, since: datetime, until: datetime, now: datetime) -> list[Airing]:
    query = select(Airing).where(
        Airing.station_id == station_id,
        or_(Airing.starts_at >= since, Airing.expires_at > now),
        Airing.starts_at < until,
        Airing.cancelled_at.is_(None),
    )
    return list(session.scalars(query.order_by(Airing.starts_at, Airing.id)))


def _under_way(last: Rundown | None, begun: Collection[str]) -> list[RundownAiring]:
    """Return the airings whose start has come word for word as the station was last told."""
    return [airing for airing in last.airings if airing.id in begun] if last is not None else []


def _airing(planned: PlannedAiring, row: Airing, after_interruption: str) -> RundownAiring:
    airing = planned.airing
    return RundownAiring(
        id=str(airing.id),
        starts_at=airing.starts_at,
        start=airing.start_rule.value,
        grace_s=airing.grace // timedelta(seconds=1),
        bulletin_class=airing.bulletin_class.value,
        drill=airing.drill,
        gain_cb=airing.gain_cb,
        items=tuple(
            RundownItem(
                kind=item.kind.value,
                media=media_name(item.media or ""),
                duration_ms=item.duration // ONE_MILLISECOND,
                bulletin=str(item.bulletin_id),
                revision=item.revision,
                language=item.language,
                approval=media_name(item.approval),
            )
            for item in planned.items
        ),
        expires_at=row.expires_at,
        after_interruption=RESUME if row.expires_at is not None else after_interruption,
    )


def _note_omissions(rows: Iterable[Airing], planned: Mapping[str, PlannedAiring]) -> None:
    for row in rows:
        reasons = {omission.item_ordinal: omission.reason.value for omission in planned[row.id].omissions}
        for item in row.items:
            if item.omitted != reasons.get(item.ordinal):
                item.omitted = reasons.get(item.ordinal)


def _raise_alarms(session: Session, refusals: Sequence[NotCovered], now: datetime) -> None:
    if not refusals:
        return
    known = session.scalars(select(Alarm).where(Alarm.kind == "approval-damaged", Alarm.settled_at.is_(None)))
    told = {alarm.detail.get("approval") for alarm in known}
    for refusal in refusals:
        if refusal.digest not in told:
            detail = {"approval": refusal.digest, "reason": refusal.reason}
            session.add(Alarm(station_id=None, kind="approval-damaged", at=now, detail=detail))


def _next_sequence(session: Session, station_id: str, now: datetime) -> int:
    last = session.scalar(select(func.max(RundownIssue.sequence)).where(RundownIssue.station_id == station_id))
    return max((last or 0) + 1, int(now.timestamp()))


def _media_facts(
    airings: Iterable[RundownAiring], tracks: Iterable[StandingTrack], last: Rundown | None
) -> dict[str, MediaFact]:
    known = dict(last.media) if last is not None else {}
    known |= {media_name(track.media_sha256): MediaFact(track.media_bytes, track.media_type) for track in tracks}
    return {item.media: known[item.media] for airing in airings for item in airing.items}


def _withdrawn(session: Session, station_id: str, since: datetime) -> tuple[str, ...]:
    """Return the approvals that were withdrawn while a rundown that still stands may name them: those of bulletins in
    this station's plan, and of those that were when it was told last."""
    here = (
        select(AiringItem.bulletin_id)
        .join(Airing, Airing.id == AiringItem.airing_id)
        .where(Airing.station_id == station_id, Airing.starts_at >= since)
    )
    told = exists().where(
        RundownIssue.station_id == station_id,
        RundownIssue.issued_at >= since,
        RundownMedium.issue_id == RundownIssue.id,
        RundownMedium.media_sha256 == Recording.media_sha256,
        Recording.revision_id == Approval.revision_id,
    )
    query = (
        select(ApprovalEnd.digest)
        .join(Approval, Approval.digest == ApprovalEnd.digest)
        .where(ApprovalEnd.kind == "withdrawn", ApprovalEnd.at >= since, or_(Approval.bulletin_id.in_(here), told))
    )
    return tuple(media_name(digest) for digest in sorted(session.scalars(query)))


def _publish(session: Session, rundown: Rundown, key: Ed25519PrivateKey) -> RundownIssue:
    """Reserve the sequence, then sign under it; the row is whole when the caller's transaction ends."""
    issue = RundownIssue(
        station_id=rundown.station,
        sequence=rundown.sequence,
        issued_at=rundown.issued_at,
        expires_at=rundown.expires_at,
        from_at=rundown.from_,
        to_at=rundown.to,
        content_digest=rundown.content_digest(),
    )
    try:
        with session.begin_nested():
            session.add(issue)
    except IntegrityError as error:
        raise SequenceTaken from error
    issue.envelope = sign(key, RUNDOWN, rundown.to_bytes())
    issue.envelope_sha256 = sha256_hex(issue.envelope.encode("utf-8"))
    hashes = {name.removeprefix("sha256:") for name in rundown.media}
    session.add_all([RundownMedium(issue_id=issue.id, media_sha256=sha256) for sha256 in sorted(hashes)])
    audit.append(session, kind="rundown", body=ledger_body(issue), at=rundown.issued_at)
    session.flush()
    return issue


def ledger_body(issue: RundownIssue) -> dict[str, object]:
    """Return what the ledger keeps of an issue."""
    return {
        "station": issue.station_id,
        "sequence": issue.sequence,
        "envelope": issue.envelope_sha256,
        "content": issue.content_digest,
    }


def ledger_number(session: Session, issue: RundownIssue) -> int | None:
    """Return the number of the ledger line about an issue, null when there is none."""
    query = select(LedgerEntry).where(LedgerEntry.kind == "rundown", LedgerEntry.at == format_instant(issue.issued_at))
    body = ledger_body(issue)
    return next((row.seq for row in session.scalars(query) if json.loads(row.line)["body"] == body), None)


def current_rundown(session: Session, station_id: str) -> tuple[str, str] | None:
    """Return the newest envelope of a station and its ETag (the envelope's SHA-256), null before the first."""
    issue = newest_issue(session, station_id)
    if issue is None or issue.envelope is None or issue.envelope_sha256 is None:
        return None
    return issue.envelope, issue.envelope_sha256


def may_fetch(session: Session, station_id: str, sha256: str) -> bool:
    """Tell whether the station's newest rundown names the medium."""
    newest = (
        select(RundownIssue.id)
        .where(RundownIssue.station_id == station_id, RundownIssue.envelope.is_not(None))
        .order_by(RundownIssue.sequence.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = select(RundownMedium.media_sha256).where(
        RundownMedium.issue_id == newest, RundownMedium.media_sha256 == sha256
    )
    return session.scalars(found).first() is not None
