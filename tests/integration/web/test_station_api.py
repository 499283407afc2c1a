"""The stations' HTTP API as a station, another station and a stranger meet it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from web_network import Network

from scheduler.canonical import sha256_hex
from scheduler.db.units import Alarm, StationReport
from scheduler.protocol import ClockState, EnrolRequest, Heartbeat, read_rundown
from scheduler.services import stations
from scheduler.services.dispatch import current_rundown
from scheduler.signing import ENROL, generate_key, public_bytes, sign, unverified_payload

API = "/station/v1"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def medium(stage, network: Network) -> str:
    """A rundown of the near station alone; returns the SHA-256 of its medium."""
    programme_id = network.programme(stage.approved())
    network.one_off(programme_id, network.near, network.now + timedelta(hours=1))
    network.dispatched(network.near)
    network.dispatched(network.far)
    with stage.centre.readers() as session:
        envelope, _ = current_rundown(session, network.near) or ("", "")
    (media,) = {item.media for airing in read_rundown(unverified_payload(envelope)).airings for item in airing.items}
    return media.removeprefix("sha256:")


def _as(station_id: str, **more: str) -> dict[str, str]:
    """The network's stations bear their own id as token."""
    return {"Authorization": f"Bearer {station_id}", **more}


@pytest.mark.parametrize("path", ["/rundown", f"/media/{'0' * 64}"])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer khong-phai", "Basic eDp5"])
def test_a_stranger_is_told_nothing(client: FlaskClient, path: str, header: str | None) -> None:
    answer = client.get(API + path, headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "station-unknown"


def test_a_rundown_is_answered_once(client: FlaskClient, network: Network) -> None:
    assert client.get(f"{API}/rundown", headers=_as(network.near)).status_code == 204
    network.dispatched(network.near)
    answer = client.get(f"{API}/rundown", headers=_as(network.near))
    assert read_rundown(unverified_payload(answer.data)).station == network.near
    etag = answer.headers["ETag"]
    held = client.get(f"{API}/rundown", headers=_as(network.near, **{"If-None-Match": etag}))
    assert (held.status_code, held.data) == (304, b"")
    other = client.get(f"{API}/rundown", headers=_as(network.near, **{"If-None-Match": '"khac"'}))
    assert (other.status_code, other.headers["ETag"]) == (200, etag)
    assert client.get(f"{API}/rundown", headers=_as(network.far)).status_code == 204


def test_a_medium_is_given_to_the_station_whose_rundown_names_it(
    client: FlaskClient, network: Network, medium: str
) -> None:
    path = f"{API}/media/{medium}"
    whole = client.get(path, headers=_as(network.near)).data
    assert sha256_hex(whole) == medium
    assert client.get(path, headers=_as(network.far)).status_code == 404
    for wrong in ("0" * 64, medium.upper(), "..", medium[:-1]):
        assert client.get(f"{API}/media/{wrong}", headers=_as(network.near)).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "begin", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=2-", 206, 2, None),
        ("bytes=2-3", 206, 2, 4),
        ("bytes=-3", 206, -3, None),
        ("bytes=99999999-", 416, 0, 0),
    ],
)
def test_ranges_of_a_medium(
    client: FlaskClient, network: Network, medium: str, *, asked: str, status: int, begin: int, end: int | None
) -> None:
    path = f"{API}/media/{medium}"
    whole = client.get(path, headers=_as(network.near)).data
    answer = client.get(path, headers=_as(network.near, Range=asked, **{"If-Range": f'"{medium}"'}))
    assert answer.status_code == status
    if status != 416:
        assert answer.data == whole[begin:end]


def test_a_range_of_another_file_gives_the_whole(client: FlaskClient, network: Network, medium: str) -> None:
    path = f"{API}/media/{medium}"
    answer = client.get(path, headers=_as(network.near, Range="bytes=2-", **{"If-Range": f'"{"0" * 64}"'}))
    assert (answer.status_code, answer.data) == (200, client.get(path, headers=_as(network.near)).data)


def test_a_heartbeat_is_kept_and_answered_with_the_time(client: FlaskClient, network: Network, stage) -> None:
    told = Heartbeat(-5, None, (), None, ClockState(None, None, "unset"), 900, 0, {"loa": "1"}).to_json()
    answer = client.post(f"{API}/heartbeat", json=told, headers=_as(network.near)).get_json()
    assert answer["t1"] == -5
    assert answer["t2"] <= answer["t3"]
    with stage.centre.readers() as session:
        assert session.get_one(StationReport, network.near).clock_source == "unset"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[]", b'{"type": "loa.heartbeat/2"}', b"[" * 100_000])
@pytest.mark.parametrize("call", ["heartbeat", "as-run", "enrol"])
def test_hostile_bodies_are_refused_in_words(client: FlaskClient, network: Network, call: str, body: bytes) -> None:
    answer = client.post(f"{API}/{call}", data=body, headers=_as(network.near))
    assert answer.status_code == 400
    assert answer.get_json()["error"]["message"]


def test_a_body_without_end_is_refused(client: FlaskClient, network: Network) -> None:
    answer = client.post(f"{API}/as-run", data=b"x" * (5 * 1024 * 1024), headers=_as(network.near))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "http")


def test_a_token_enrols_one_key(client: FlaskClient, network: Network, stage) -> None:
    with stage.centre.writers.begin() as session:
        token = stations.make_token(
            session,
            None,
            station_id=network.near,
            centre_public=stage.centre.public_key,
            valid=timedelta(hours=24),
            now=network.now,
        )
    secret = token.partition(".")[0]

    def ask(key) -> tuple[int, dict]:
        request = EnrolRequest(secret, public_bytes(key).hex())
        answer = client.post(f"{API}/enrol", data=sign(key, ENROL, request.to_bytes()))
        return answer.status_code, answer.get_json()

    own, thief = generate_key(), generate_key()
    first, again = ask(own), ask(own)
    assert (first[0], first[1]["station"], first[1]["api_token"]) == (200, network.near, again[1]["api_token"])
    assert ask(thief)[0] == 403
    assert client.get(f"{API}/rundown", headers=_as(first[1]["api_token"])).status_code == 204
    assert client.get(f"{API}/rundown", headers=_as(network.near)).status_code == 401
    with stage.centre.readers() as session:
        assert list(session.scalars(select(Alarm.kind))) == ["token-reused"]
    assert secret not in json.dumps(first[1])
