"""Stations: made, placed in a unit, enrolled once with a token, and known by their bearer token."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from scheduler.canonical import clean_text, sha256_hex
from scheduler.db.units import Alarm, EnrolmentToken, Station, StationUnit
from scheduler.errors import Conflict, InvalidInput, LoaError, NotFound
from scheduler.protocol import EnrolRequest, read_enrol_request
from scheduler.rules.permissions import Actor, Deed, require
from scheduler.services import audit, units
from scheduler.signing import ENROL, FINGERPRINT_DIGITS, SignatureRefused, key_id, unverified_payload, verify

LANGUAGES = ("vi", "blt", "twh", "hmn", "kjg")
_SECRET_BYTES = 24


class TokenRefused(LoaError):
    """Mã ghi danh không đúng, đã dùng hoặc hết hạn. Hãy tạo mã mới trên trang Cụm loa."""


class StationUnknown(LoaError):
    """Cụm loa chưa ghi danh hoặc đã bị ngừng. Hãy ghi danh lại bằng mã mới."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What an enrolled station is told: who it is and the bearer token with which it speaks from now on."""

    station_id: str
    name: str
    api_token: str


def make_station(
    session: Session,
    actor: Actor | None,
    *,
    name: str,
    unit_code: str,
    languages: Sequence[str] = ("vi",),
    today: date,
    now: datetime,
) -> Station:
    """Make a station that stands in ``unit_code`` from ``today`` on."""
    _may_manage(actor)
    shown = clean_text(name).strip()
    if not 1 <= len(shown) <= 120 or "\n" in shown:
        raise InvalidInput(what="Tên cụm loa cần từ 1 đến 120 ký tự")
    spoken = checked_languages(languages)
    if session.scalars(select(Station.id).where(Station.name == shown)).first():
        raise Conflict(what=f"Đã có cụm loa tên {shown}")
    unit = units.unit_on(session, unit_code, today)
    station = Station(id=str(uuid.uuid4()), name=shown, languages=list(spoken), active=True, created_at=now)
    session.add(station)
    session.flush()
    session.add(StationUnit(station_id=station.id, unit_code=unit.code, valid_from=today))
    _record(session, actor, "station-made", station.id, now=now, name=shown, unit=unit.code)
    return station


def checked_languages(languages: Sequence[str]) -> tuple[str, ...]:
    """Return languages, each once, in the order of :data:`LANGUAGES`; raises InvalidInput for none or another."""
    if not languages or not set(languages) <= set(LANGUAGES):
        raise InvalidInput(what=f"Ngôn ngữ phải là một hay nhiều trong {', '.join(LANGUAGES)}")
    return tuple(language for language in LANGUAGES if language in languages)


def move_station(
    session: Session, actor: Actor | None, *, station_id: str, unit_code: str, from_day: date, now: datetime
) -> None:
    """Let a station stand in another unit from ``from_day`` on; its identity and history stay."""
    _may_manage(actor)
    station = find(session, station_id)
    units.unit_on(session, unit_code, from_day)
    current = session.scalars(
        select(StationUnit).where(StationUnit.station_id == station.id).order_by(StationUnit.valid_from.desc())
    ).first()
    if current is not None and current.valid_from >= from_day:
        raise InvalidInput(what=f"Cụm loa đã chuyển đơn vị từ ngày {current.valid_from:%d/%m/%Y}; hãy chọn ngày sau đó")
    if current is not None and (current.valid_to is None or current.valid_to >= from_day):
        current.valid_to = from_day - timedelta(days=1)
    session.add(StationUnit(station_id=station.id, unit_code=unit_code, valid_from=from_day))
    _record(session, actor, "station-moved", station.id, now=now, unit=unit_code, from_day=from_day.isoformat())


def set_active(session: Session, actor: Actor | None, *, station_id: str, active: bool, now: datetime) -> None:
    """Stop or resume a station; stopping takes its bearer token away, so it must enrol again."""
    _may_manage(actor)
    station = find(session, station_id)
    station.active = active
    if not active:
        station.token_hash = None
    _record(session, actor, "station-resumed" if active else "station-stopped", station.id, now=now)


def find(session: Session, station_id: str) -> Station:
    """Return a station; raises :class:`~scheduler.errors.NotFound`."""
    station = session.get(Station, station_id)
    if station is None:
        raise NotFound(what="cụm loa này")
    return station


def all_stations(session: Session) -> list[Station]:
    """Return all stations by name."""
    return list(session.scalars(select(Station).order_by(Station.name)))


def unit_code_on(session: Session, station_id: str, day: date) -> str:
    """Return the code of the unit in which the station stands on ``day``; raises :class:`NotFound`."""
    code = session.scalars(
        select(StationUnit.unit_code).where(
            StationUnit.station_id == station_id,
            StationUnit.valid_from <= day,
            or_(StationUnit.valid_to.is_(None), StationUnit.valid_to >= day),
        )
    ).first()
    if code is None:
        raise NotFound(what=f"đơn vị của cụm loa vào ngày {day:%d/%m/%Y}")
    return code


def unit_codes_above(session: Session, station_id: str, day: date) -> list[str]:
    """Return the codes of the station's unit on ``day`` and of all units above it; empty when it stands in none."""
    try:
        code = unit_code_on(session, station_id, day)
    except NotFound:
        return []
    return [unit.code for unit in units.chain_above(session, code, day)]


def make_token(
    session: Session, actor: Actor | None, *, station_id: str, centre_public: bytes, valid: timedelta, now: datetime
) -> str:
    """Return a one-time enrolment token ``secret.fingerprint``; only the secret's hash is kept."""
    _may_manage(actor)
    station = find(session, station_id)
    if not station.active:
        raise InvalidInput(what="Cụm loa đang ngừng. Hãy cho hoạt động lại trước khi tạo mã ghi danh")
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(
        EnrolmentToken(
            station_id=station.id,
            secret_hash=sha256_hex(secret.encode("ascii")),
            created_by=actor.id if actor else None,
            created_at=now,
            expires_at=now + valid,
        )
    )
    _record(session, actor, "enrolment-token-made", station.id, now=now, valid_s=int(valid.total_seconds()))
    return f"{secret}.{key_id(centre_public)[:FINGERPRINT_DIGITS]}"


def enrol(session: Session, *, envelope: bytes, now: datetime) -> Enrolled:
    """Enrol the station whose token and key the signed ``envelope`` shows.

    The token is consumed by one conditional UPDATE. The same token with the same key answers the same again while it
    is valid. Raises :class:`TokenRefused`, :class:`~scheduler.signing.SignatureRefused` or ``DocumentRefused``.
    """
    request = _signed_request(envelope)
    secret_hash = sha256_hex(request.secret.encode("utf-8"))
    consumed = session.execute(
        update(EnrolmentToken)
        .where(
            EnrolmentToken.secret_hash == secret_hash,
            EnrolmentToken.consumed_at.is_(None),
            EnrolmentToken.expires_at > now,
        )
        .values(consumed_at=now, consumed_key=request.public_key)
    )
    token = session.scalars(
        select(EnrolmentToken)
        .where(EnrolmentToken.secret_hash == secret_hash, EnrolmentToken.expires_at > now)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if token is None:
        raise TokenRefused
    station = find(session, token.station_id)
    if token.consumed_key != request.public_key or not station.active:
        raise TokenRefused
    api_token = _api_token(request, station.id)
    if consumed.rowcount:  # type: ignore[attr-defined] # the result of an UPDATE is a CursorResult
        station.public_key = request.public_key
        station.token_hash = sha256_hex(api_token.encode("ascii"))
        station.enrolled_at = now
        _record(session, None, "station-enrolled", station.id, now=now, key=key_id(bytes.fromhex(request.public_key)))
    return Enrolled(station.id, station.name, api_token)


def note_token_misuse(session: Session, *, envelope: bytes, now: datetime) -> None:
    """Raise an alarm when a refused request showed a token that another key had consumed; else do nothing."""
    try:
        request = _signed_request(envelope)
    except LoaError:
        return
    token = session.scalars(
        select(EnrolmentToken).where(EnrolmentToken.secret_hash == sha256_hex(request.secret.encode("utf-8")))
    ).one_or_none()
    if token is not None and token.consumed_key not in {None, request.public_key}:
        session.add(Alarm(station_id=token.station_id, kind="token-reused", at=now, detail={"key": request.public_key}))


def authenticate(session: Session, bearer: str) -> Station:
    """Return the active station that holds the bearer token; raises :class:`StationUnknown`."""
    station = session.scalars(
        select(Station).where(Station.token_hash == sha256_hex(bearer.encode("utf-8", "replace")), Station.active)
    ).one_or_none()
    if station is None:
        raise StationUnknown
    return station


def settle_alarm(session: Session, actor: Actor, *, alarm_id: int, now: datetime) -> None:
    """Note that a person has looked at an alarm; the alarm itself stays."""
    require(actor, Deed.MANAGE_STATIONS)
    alarm = session.get(Alarm, alarm_id)
    if alarm is None:
        raise NotFound(what="cảnh báo này")
    if alarm.settled_at is None:
        alarm.settled_by, alarm.settled_at = actor.id, now
        _record(session, actor, "alarm-settled", alarm.station_id or "*", now=now, alarm=alarm.id, kind=alarm.kind)


def _signed_request(envelope: bytes) -> EnrolRequest:
    """Return the request, signed by the very key that it names."""
    request = read_enrol_request(unverified_payload(envelope))
    try:
        public = bytes.fromhex(request.public_key)
    except ValueError as error:
        raise SignatureRefused(reason="khóa của cụm loa không đúng dạng") from error
    if len(public) != 32 or request.public_key != public.hex():
        raise SignatureRefused(reason="khóa của cụm loa không đúng dạng")
    verify(envelope, ENROL, {key_id(public): public})
    return request


def _api_token(request: EnrolRequest, station_id: str) -> str:
    """Derive the bearer token from what only the station and this request hold: a lost reply can be given again."""
    told = f"loa.api-token/1:{station_id}:{request.public_key}".encode("ascii")
    return hmac.new(request.secret.encode("utf-8"), told, hashlib.sha256).hexdigest()


def _may_manage(actor: Actor | None) -> None:
    if actor is not None:
        require(actor, Deed.MANAGE_STATIONS)


def _record(
    session: Session, actor: Actor | None, deed: str, station_id: str, *, now: datetime, **facts: object
) -> None:
    audit.record(
        session,
        person=actor.id if actor else None,
        deed=deed,
        subject_kind="station",
        subject_id=station_id,
        at=now,
        facts=facts,
    )
