"""Dated units, stations and enrolment on both databases."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.units import Alarm, EnrolmentToken, StationUnit, Unit
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.protocol import EnrolRequest
from scheduler.rules.permissions import Actor, Role
from scheduler.services import stations, units
from scheduler.signing import ENROL, SignatureRefused, fingerprint, generate_key, public_bytes, sign

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
OLD, NEW = ("2006-11-14", "2025-06-30"), ("2025-07-01", None)


def _unit(code: str, kind: str, name: str, parent: str | None, days: tuple[str, str | None]) -> dict[str, object]:
    return {"code": code, "kind": kind, "name": name, "parent": parent, "valid_from": days[0], "valid_to": days[1]}


UNITS = {
    "units": [
        _unit("11", "tinh", "Tỉnh Mẫu", None, ("2004-01-01", None)),
        _unit("102", "huyen", "Huyện Cũ", "11", OLD),
        _unit("301", "xa", "Xã Một", "102", OLD),
        _unit("302", "xa", "Xã Hai", "102", OLD),
        _unit("301", "xa", "Xã Một Mới", "11", NEW) | {"formed_from": ["301", "302"]},
    ]
}
CENTRE = generate_key()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.fixture
def admin(session: Session, person: Callable[..., Actor], now: datetime) -> Actor:
    actor = person("quan.tri", Role.ADMIN)
    units.import_units(session, actor, content=_json(UNITS), now=now)
    return actor


def test_import_is_idempotent_and_dated(session: Session, admin: Actor, now: datetime) -> None:
    assert units.import_units(session, admin, content=_json(UNITS), now=now) == 0
    assert [unit.name for unit in units.chain_above(session, "301", BEFORE)] == ["Xã Một", "Huyện Cũ", "Tỉnh Mẫu"]
    assert [unit.name for unit in units.chain_above(session, "301", AFTER)] == ["Xã Một Mới", "Tỉnh Mẫu"]
    assert [(line.name, line.depth) for line in units.units_on(session, BEFORE)] == [
        ("Tỉnh Mẫu", 0), ("Huyện Cũ", 1), ("Xã Hai", 2), ("Xã Một", 2),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        units.unit_on(session, "302", AFTER)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe", b"[]", b"{}", b'{"units": 5}', _json({"units": [{"code": "1"}]}),
        _json({"units": [UNITS["units"][0], UNITS["units"][0]]}),
        _json({"units": [{**UNITS["units"][1], "code": "999", "parent": "998"}]}),
        _json({"units": [{**UNITS["units"][0], "valid_to": "1999-01-01"}]}),
        _json({"units": [UNITS["units"][0], {**UNITS["units"][0], "valid_from": "2005-01-01"}]}),
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_bad_files_change_nothing(session: Session, admin: Actor, now: datetime, content: bytes) -> None:
    with pytest.raises(InvalidInput):
        units.import_units(session, admin, content=content, now=now)
    assert len(session.scalars(select(Unit)).all()) == len(UNITS["units"])


def test_station_keeps_its_identity_when_it_moves(session: Session, admin: Actor, now: datetime) -> None:
    station = stations.make_station(
        session, admin, name="Cụm loa bản Cuông", unit_code="302", today=date(2024, 5, 8), now=now
    )
    stations.move_station(session, admin, station_id=station.id, unit_code="301", from_day=AFTER, now=now)
    assert stations.unit_code_on(session, station.id, BEFORE) == "302"
    assert stations.unit_codes_above(session, station.id, AFTER) == ["301", "11"]
    with pytest.raises(InvalidInput):
        stations.move_station(session, admin, station_id=station.id, unit_code="301", from_day=AFTER, now=now)
    with pytest.raises(Conflict):
        stations.make_station(session, admin, name="Cụm loa bản Cuông", unit_code="302", today=BEFORE, now=now)


def test_a_move_leaves_days_on_which_the_station_stood_nowhere(session: Session, admin: Actor, now: datetime) -> None:
    first, last = date(2024, 5, 8), date(2024, 12, 31)
    station = stations.make_station(session, admin, name="Cụm loa lưu động", unit_code="302", today=first, now=now)
    session.scalars(select(StationUnit)).one().valid_to = last
    session.flush()
    stations.move_station(session, admin, station_id=station.id, unit_code="301", from_day=AFTER, now=now)
    assert stations.unit_code_on(session, station.id, last) == "302"
    assert stations.unit_codes_above(session, station.id, BEFORE) == []
    assert stations.unit_code_on(session, station.id, AFTER) == "301"


def test_only_admins_manage_stations(
    session: Session, admin: Actor, person: Callable[..., Actor], now: datetime
) -> None:
    editor = person("editor", Role.EDITOR)
    with pytest.raises(NotAllowed):
        stations.make_station(session, editor, name="X", unit_code="302", today=BEFORE, now=now)


@pytest.fixture
def token(session: Session, admin: Actor, now: datetime) -> str:
    station = stations.make_station(session, admin, name="Loa", unit_code="302", today=date(2024, 5, 8), now=now)
    return stations.make_token(
        session, admin, station_id=station.id, centre_public=public_bytes(CENTRE), valid=timedelta(hours=24), now=now
    )


def _request(token: str, key: Ed25519PrivateKey, signer: Ed25519PrivateKey | None = None) -> bytes:
    request = EnrolRequest(token.partition(".")[0], public_bytes(key).hex())
    return sign(signer or key, ENROL, request.to_bytes()).encode()


def test_token_enrols_once_and_repeats_for_the_same_key(session: Session, token: str, now: datetime) -> None:
    assert token.endswith("." + fingerprint(public_bytes(CENTRE)))
    assert token.partition(".")[0] not in {row.secret_hash for row in session.scalars(select(EnrolmentToken))}
    key = generate_key()
    first = stations.enrol(session, envelope=_request(token, key), now=now)
    again = stations.enrol(session, envelope=_request(token, key), now=now + timedelta(hours=23))
    assert again == first
    assert stations.authenticate(session, first.api_token).id == first.station_id
    thief = _request(token, generate_key())
    with pytest.raises(stations.TokenRefused):
        stations.enrol(session, envelope=thief, now=now)
    stations.note_token_misuse(session, envelope=thief, now=now)
    session.flush()
    assert [alarm.kind for alarm in session.scalars(select(Alarm))] == ["token-reused"]


def test_tokens_expire(session: Session, token: str, now: datetime) -> None:
    with pytest.raises(stations.TokenRefused):
        stations.enrol(session, envelope=_request(token, generate_key()), now=now + timedelta(hours=24))


def test_a_request_must_be_signed_by_the_key_it_names(session: Session, token: str, now: datetime) -> None:
    with pytest.raises(SignatureRefused):
        stations.enrol(session, envelope=_request(token, generate_key(), signer=generate_key()), now=now)


@pytest.mark.parametrize("envelope", [b"", b"{}", b"[]", b'{"payload":"!","payloadType":"x","signatures":[]}', b"\xff"])
def test_hostile_requests_are_refused(session: Session, admin: Actor, now: datetime, envelope: bytes) -> None:
    with pytest.raises(SignatureRefused):
        stations.enrol(session, envelope=envelope, now=now)


def test_stopped_station_is_unknown_until_it_enrols_again(
    session: Session, admin: Actor, token: str, now: datetime
) -> None:
    told = stations.enrol(session, envelope=_request(token, generate_key()), now=now)
    stations.set_active(session, admin, station_id=told.station_id, active=False, now=now)
    with pytest.raises(stations.StationUnknown):
        stations.authenticate(session, told.api_token)
