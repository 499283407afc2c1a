"""An emergency's approval is its release: its airings come into being with the approval, and are called off with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from playlists.emergencies import Alert, Emergency, EmergencyOrder, alerts, refuse_too_long
from playlists.model import BulletinClass, StartRule
from scheduler.canonical import digest
from scheduler.db.bulletins import Approval, Bulletin, Medium, Recording, Revision
from scheduler.db.emergencies import Release
from scheduler.db.planning import Airing, AiringItem, RundownIssue
from scheduler.db.reports import AsRunRow
from scheduler.db.units import Station
from scheduler.errors import Conflict, InvalidInput, LoaError
from scheduler.protocol import Event
from scheduler.rules.approval import State
from scheduler.services import audit
from scheduler.services.emergencies import urgent
from scheduler.services.emergencies.orders import order_in
from scheduler.services.emergencies.reach import stations_meant
from scheduler.services.local_days import end_of, local_day, midnight
from scheduler.services.places import Places
from scheduler.services.plan_values import length_s, refusing

CALLED_OFF = "Lệnh phát khẩn cấp đã dừng."
_ONE_MS = timedelta(milliseconds=1)
_ONE_SECOND = timedelta(seconds=1)


class ReleaseUnconfirmed(LoaError):
    """Duyệt là phát ngay ở {count} cụm loa. Hãy gõ đúng số {count} vào ô xác nhận rồi bấm lại."""

    count: int


class ReleaseChanged(LoaError):
    """Nơi phát đã đổi từ lúc bạn mở trang: nay là {count} cụm loa. Hãy xem lại tên cụm loa rồi gõ lại số."""

    count: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What an approver confirms of a release: ``count`` as typed, and ``shown``, the digest of the stations listed."""

    count: int | None
    shown: str


def stations_shown(stations: Iterable[Station]) -> str:
    """Return the digest of the stations that a page lists before a release."""
    return digest({"stations": sorted(station.id for station in stations)})


def is_emergency(revision: Revision) -> bool:
    """Tell whether a revision's approval releases it at once."""
    return revision.bulletin_class == BulletinClass.EMERGENCY.value


def check_order(revision: Revision) -> EmergencyOrder:
    """Return what an emergency orders; raises :class:`~scheduler.errors.InvalidInput` when something is missing."""
    order = order_in(revision.emergency)
    if order is None or order.scope is None:
        raise InvalidInput(what="Tin khẩn cấp cần nơi phát, số lần, khoảng cách và hiệu lực. Hãy chọn rồi gửi duyệt")
    return order


def emergency_of(revision: Revision, *, zone: str, now: datetime) -> Emergency:
    """Return what an approval of ``revision`` at ``now`` releases.

    Raises :class:`~scheduler.errors.InvalidInput` when its days of validity don't hold ``now``.
    """
    order = check_order(revision)
    if midnight(revision.valid_from, zone) > now:
        raise InvalidInput(
            what=f"Tin khẩn cấp phát ngay khi duyệt, mà hiệu lực bắt đầu ngày {revision.valid_from:%d/%m/%Y}. "
            "Hãy trả lại để người viết sửa ngày"
        )
    ends = end_of(revision.valid_to, zone) if revision.valid_to is not None else None
    at = now - timedelta(microseconds=now.microsecond % 1000)  # as the approval's document writes it
    with refusing():
        return order.released(UUID(revision.bulletin_id), revision.number, at=at, no_later_than=ends)


def check_release(
    session: Session,
    revision: Revision,
    tracks: Sequence[Recording],
    *,
    confirmed: Confirmed | None,
    zone: str,
    now: datetime,
) -> None:
    """Raise what stands between an approver and the release of an emergency, before anything is written.

    Raises :class:`ReleaseUnconfirmed`, :class:`ReleaseChanged` when other stations are meant than the page listed,
    :class:`~scheduler.errors.Conflict` when it would sound nowhere, :class:`~scheduler.errors.InvalidInput`.
    """
    emergency = emergency_of(revision, zone=zone, now=now)
    stations = stations_meant(session, emergency.scope, local_day(now, zone))
    if not stations:
        raise Conflict(what="Nơi phát đã chọn hôm nay không có cụm loa nào. Hãy trả lại để người viết chọn lại")
    with refusing():
        refuse_too_long(order_left(check_order(revision), emergency), longest_track(session, tracks))
    if confirmed is not None and confirmed.shown != stations_shown(stations):
        raise ReleaseChanged(count=len(stations))
    if confirmed is None or confirmed.count != len(stations):
        raise ReleaseUnconfirmed(count=len(stations))


def order_left(order: EmergencyOrder, emergency: Emergency) -> EmergencyOrder:
    """Return what is left of an order that ends early, with the bulletin's last day."""
    soundings = len(alerts(emergency, UUID(int=0)))
    return replace(order, times=soundings, valid_for=emergency.expires_at - emergency.released_at)


def longest_track(session: Session, tracks: Sequence[Recording]) -> timedelta:
    """Return how long the longest of the tracks that may sound is."""
    hashes = [track.media_sha256 for track in tracks if track.track == "main"]
    lengths = session.scalars(select(Medium.duration_ms).where(Medium.sha256.in_(hashes)))
    return max(lengths, default=0) * _ONE_MS


def release(
    session: Session, approval: Approval, revision: Revision, tracks: Sequence[Recording], *, zone: str, now: datetime
) -> list[Airing]:
    """Make the airings of an emergency that was approved ``now`` wherever it is meant for, and have them told."""
    emergency = emergency_of(revision, zone=zone, now=now)
    day = local_day(now, zone)
    stations = stations_meant(session, emergency.scope, day)
    places = Places(session)
    lasts = longest_track(session, tracks)
    kind = session.get_one(Bulletin, revision.bulletin_id).kind
    rows = []
    for station in stations:
        place = places.on(station.id, day)
        for alert in alerts(emergency, UUID(station.id)):
            row = _airing(alert, emergency, revision, station)
            row.local_date, row.ends_by = local_day(row.starts_at, zone), row.starts_at + max(lasts, _ONE_SECOND)
            row.unit_code, row.unit_name = place.unit_code, place.unit_name
            row.planned_by, row.planned_at = approval.approver_id, now
            row.items = [AiringItem(ordinal=0, kind=kind, bulletin_id=revision.bulletin_id, language=revision.language)]
            rows.append(row)
    session.add_all(rows)
    session.flush()
    session.add_all([Release(airing_id=row.id, approval_digest=approval.digest) for row in rows])
    there = [station.id for station in stations]
    urgent.ask(session, station_ids=there, bulletin_id=revision.bulletin_id, cause="emergency", now=now)
    _record(session, approval, emergency, stations=there, airings=len(rows), now=now)
    return rows


def _airing(alert: Alert, emergency: Emergency, revision: Revision, station: Station) -> Airing:
    return Airing(
        id=str(alert.id),
        slot_id=None,
        station_id=station.id,
        title=revision.title,
        ordinal=alert.ordinal,
        starts_at=alert.starts_at,
        start_rule=StartRule.HARD.value,
        grace_s=length_s(alert.grace),
        gain_cb=0,
        bulletin_class=BulletinClass.EMERGENCY.value,
        drill=emergency.drill,
        expires_at=emergency.expires_at,
        station_name=station.name,
    )


def _record(
    session: Session, approval: Approval, emergency: Emergency, *, stations: Sequence[str], airings: int, now: datetime
) -> None:
    audit.record(
        session,
        person=approval.approver_id,
        deed="emergency-released",
        subject_kind="bulletin",
        subject_id=approval.bulletin_id,
        at=now,
        facts={
            "revision": emergency.revision,
            "approval": approval.digest,
            "drill": emergency.drill,
            "stations": list(stations),
            "airings": airings,
            "times": emergency.times,
            "every_s": length_s(emergency.every),
            "expires_at": emergency.expires_at.isoformat(),
        },
    )


def call_off(session: Session, approval: Approval, *, kind: str, reason: str | None, now: datetime) -> list[str]:
    """Take the airings that an approval released out of the plan once it has ended (``kind``: withdrawn, superseded,
    expired), but for those that may have begun; return the stations where any soundings were left.

    Those are the ones that a station said to have begun and, of a withdrawn one, those whose station was told of them:
    it stops or skips them and says so. One that has expired needs no end.
    """
    here = Airing.id.in_(select(Release.airing_id).where(Release.approval_digest == approval.digest))
    still = Airing.cancelled_at.is_(None), or_(Airing.starts_at > now, Airing.settled_at.is_(None))
    stations = set(session.scalars(select(Airing.station_id).where(here, *still).distinct()))
    if kind == State.EXPIRED:
        return sorted(stations)
    told = Airing.station_id.in_(urgent.telling(approval).with_only_columns(RundownIssue.station_id))
    may_have_begun = or_(_heard_of(), told) if kind == State.WITHDRAWN else _heard_of()
    query = select(Airing).where(here, *still, or_(Airing.starts_at > now, ~may_have_begun))
    for row in session.scalars(query.order_by(Airing.id).with_for_update(of=Airing)):
        row.cancelled_at, row.cancel_reason = now, reason or CALLED_OFF
    session.flush()
    return sorted(stations)


def _heard_of() -> ColumnElement[bool]:
    told = (Event.STARTED.value, Event.MISSED.value)
    return exists().where(
        AsRunRow.airing_id == Airing.id, AsRunRow.station_id == Airing.station_id, AsRunRow.event.in_(told)
    )
