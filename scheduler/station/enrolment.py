"""Enrolment: a one-time token makes this machine a station of the centre whose key the token names."""

from __future__ import annotations

import hmac
import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scheduler.protocol import EnrolRequest, Event
from scheduler.signing import (
    ENROL,
    FINGERPRINT_DIGITS,
    fingerprint,
    generate_key,
    key_id,
    load_private_key,
    public_bytes,
    save_private_key,
    sign,
)
from scheduler.station.chain import Happening
from scheduler.station.client import Centre, check_centre_url
from scheduler.station.errors import (
    AlreadyEnrolled,
    AnswerUnusable,
    CentreNotExpected,
    NotEnrolled,
    StoreUnusable,
    TokenMalformed,
    os_reason,
)
from scheduler.station.settings import StationSettings, load_settings, save_settings
from scheduler.station.store import Store
from scheduler.station.timekeeper import Timekeeper, boot_id, boottime_us

__all__ = ["Token", "enrol", "read_token"]


@dataclass(frozen=True, slots=True)
class Token:
    """The two halves of an enrolment token: the secret for the centre, the fingerprint of the centre's key."""

    secret: str
    fingerprint: str


def read_token(text: str) -> Token:
    """Return the token that someone typed; raises :class:`TokenMalformed`."""
    secret, dot, mark = text.strip().rpartition(".")
    mark = mark.lower()
    if not dot or not secret or len(mark) != FINGERPRINT_DIGITS or not set(mark) <= set(string.hexdigits):
        raise TokenMalformed
    if not secret.isascii() or not secret.isprintable() or len(secret) > 200 or " " in secret:
        raise TokenMalformed
    return Token(secret, mark)


def enrol(
    directory: Path,
    *,
    centre_url: str,
    token: str,
    player: str,
    rtc: bool,
    ca_file: str | None,
    mpv_options: tuple[str, ...] = (),
) -> StationSettings:
    """Enrol this machine and write its settings into ``directory``; returns them.

    The station's key is written before the centre is asked, so a lost answer costs nothing: the same call again asks
    with the same key. Raises :class:`TokenMalformed`, :class:`AlreadyEnrolled`, :class:`CentreNotExpected` and what the
    centre's call raises.
    """
    url = check_centre_url(centre_url)
    wanted = read_token(token)
    _refuse_enrolled(directory)
    key = _own_key(directory)
    request = EnrolRequest(wanted.secret, public_bytes(key).hex())
    centre = Centre(url, ca_file=ca_file)
    asked = boottime_us()
    try:
        told = centre.enrol(sign(key, ENROL, request.to_bytes()))
    finally:
        centre.close()
    answered = boottime_us()
    settings = _settings(
        directory, told, wanted, url=url, player=player, rtc=rtc, ca_file=ca_file, mpv_options=mpv_options
    )
    _first_entry(settings, _centre_time_us(told), asked, answered)
    save_settings(settings)
    return settings


def _refuse_enrolled(directory: Path) -> None:
    try:
        existing = load_settings(directory)
    except NotEnrolled:
        return
    raise AlreadyEnrolled(directory=str(directory), centre=existing.centre)


def _own_key(directory: Path) -> Ed25519PrivateKey:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(path=str(directory), reason=os_reason(error)) from error
    path = directory / "station.key"
    if path.exists():
        return load_private_key(path)
    key = generate_key()
    save_private_key(key, path)
    return key


def _settings(
    directory: Path,
    told: Mapping[str, Any],
    wanted: Token,
    *,
    url: str,
    player: str,
    rtc: bool,
    ca_file: str | None,
    mpv_options: tuple[str, ...],
) -> StationSettings:
    keys = _expected_keys(told, wanted)
    try:
        station, name, zone, api_token = (told[field] for field in ("station", "name", "zone", "api_token"))
    except KeyError as error:
        raise AnswerUnusable(reason=f"thiếu trường {error.args[0]}") from error
    if not all(isinstance(each, str) and each for each in (station, name, zone, api_token)):
        raise AnswerUnusable(reason="trường sai kiểu")
    if not (api_token.isascii() and api_token.isprintable()):
        raise AnswerUnusable(reason="mã truy cập có ký tự lạ")
    return StationSettings(
        directory=directory,
        centre=url,
        station=station,
        name=name,
        zone=zone,
        api_token=api_token,
        centre_keys=keys,
        player=player,
        rtc=rtc,
        ca_file=None if ca_file is None else str(Path(ca_file).resolve()),
        mpv_options=mpv_options,
    )


def _expected_keys(told: Mapping[str, Any], wanted: Token) -> dict[str, bytes]:
    """Return the one key of the centre that the token names; any other is not pinned."""
    try:
        offered = [bytes.fromhex(each["public_key"]) for each in told["centre_keys"]]
    except (KeyError, TypeError, ValueError) as error:
        raise AnswerUnusable(reason="khóa của trung tâm không đúng dạng") from error
    matching = [public for public in offered if hmac.compare_digest(fingerprint(public), wanted.fingerprint)]
    if not matching:
        raise CentreNotExpected
    return {key_id(matching[0]): matching[0]}


def _centre_time_us(told: Mapping[str, Any]) -> int:
    value = told.get("centre_time_us")
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**53:
        raise AnswerUnusable(reason="thiếu giờ của trung tâm")
    return value


def _first_entry(settings: StationSettings, centre_time_us: int, asked: int, answered: int) -> None:
    """Make the store, with the time that the centre told and the chain's first entry."""
    store = Store(settings.store_path, boot=boot_id())
    try:
        timekeeper = Timekeeper(rtc=settings.rtc, reference=None, floor=None, keep=store.keep_reference)
        timekeeper.heard(t1=asked, t2=centre_time_us, t3=centre_time_us, t4=answered)
        reading = timekeeper.read()
        detail = {"station": settings.station, "centre": settings.centre, "player": settings.player}
        store.append(Happening(Event.COMMAND, reading.now, reading.state, reason="enrolled", detail=detail))
    finally:
        store.close()
