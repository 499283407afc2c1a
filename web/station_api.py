"""The stations' HTTP API of ``docs/protocol.md``: enrolment, rundown, media, heartbeat, as-run."""

from __future__ import annotations

import time

from flask import Blueprint, Response, jsonify, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from scheduler.db.units import Station
from scheduler.errors import InvalidInput, NotFound
from scheduler.services import dispatch, intake, stations
from scheduler.signing import key_id
from web import door
from web.auth import limiter

MOST_BODY = 4 * 1024 * 1024
ENROL_RATE = "30 per minute"

api = Blueprint("station_api", __name__, url_prefix="/station/v1")


@api.post("/enrol")
@limiter.limit(ENROL_RATE)
def enrol() -> Response:
    """Enrol the station whose one-time token the signed request shows."""
    envelope = _body()
    try:
        with door.writing() as database:
            told = stations.enrol(database, envelope=envelope, now=door.now())
    except stations.TokenRefused:
        with door.writing() as database:
            stations.note_token_misuse(database, envelope=envelope, now=door.now())
        raise
    public = door.centre().public_key
    return jsonify(
        station=told.station_id,
        name=told.name,
        centre_keys=[{"keyid": key_id(public), "public_key": public.hex()}],
        api_token=told.api_token,
        centre_time_us=time.time_ns() // 1000,
        zone=door.settings().zone,
    )


@api.get("/rundown")
def rundown() -> AnyResponse:
    """Answer the newest signed rundown of the station, 304 when it holds it, 204 when there is none yet."""
    station = _station()
    with door.reading() as database:
        current = dispatch.current_rundown(database, station.id)
    if current is None:
        return Response(status=204)
    envelope, etag = current
    answer = Response(envelope, mimetype="application/json")
    answer.set_etag(etag)
    answer.headers["Cache-Control"] = "no-cache"
    return answer.make_conditional(request)


@api.get("/media/<sha256>")
def media(sha256: str) -> Response:
    """Answer a medium, whole or a range of it, when one of the station's rundowns names it."""
    station = _station()
    with door.reading() as database:
        allowed = dispatch.may_fetch(database, station.id, sha256)
    path = door.centre().media.path(sha256) if allowed else None
    if path is None or not path.is_file():
        raise NotFound(what="tệp âm thanh này trong danh sách phát của cụm loa")
    return send_file(path.absolute(), mimetype="audio/mpeg", conditional=True, etag=sha256, max_age=0)


@api.post("/heartbeat")
def heartbeat() -> Response:
    """Take what the station says of itself; answer the centre's time, for the station to estimate it."""
    received_us = time.time_ns() // 1000
    station, content = _station(), _body()
    with door.writing() as database:
        told = intake.receive_heartbeat(database, station=station, content=content, now=door.now())
    return jsonify(t1=told.t1, t2=received_us, t3=time.time_ns() // 1000, poll_after_s=door.settings().poll_after_s)


@api.post("/as-run")
def as_run() -> Response:
    """Take a signed batch of as-run entries; answer through which number they are held."""
    station, envelope = _station(), _body()  # a body that comes slowly holds up no writer
    with door.writing() as database:
        chain, received_through = intake.receive_batch(database, station=station, envelope=envelope, now=door.now())
    return jsonify(chain=chain, received_through=received_through)


def _station() -> Station:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not bearer:
        raise stations.StationUnknown
    with door.reading() as database:
        return stations.authenticate(database, bearer.strip())


def _body() -> bytes:
    request.max_content_length = MOST_BODY
    content = request.get_data(cache=False)
    if not content:
        raise InvalidInput(what="Thiếu nội dung gửi lên")
    return content
