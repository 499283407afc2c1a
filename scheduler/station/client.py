"""The station's side of the HTTP API (``docs/protocol.md``, section Station API): requests and answers, no policy."""

from __future__ import annotations

import ipaddress
import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import urllib3

from scheduler.canonical import media_sha256
from scheduler.protocol import Heartbeat
from scheduler.station.errors import (
    AnswerUnusable,
    AuthorityUnusable,
    CentreInsecure,
    CentreRefused,
    CentreUnreachable,
    MediaRefused,
    os_reason,
)

__all__ = ["Centre", "Fetched", "HeartbeatAnswer", "check_centre_url"]

_CONNECT_S = 10.0
_READ_S = 20.0
_ANSWER_S = 300.0  # a slow SIM card may need long for a long rundown; a trickle may not hold the thread for ever
_CHUNK = 64 * 1024
_ANSWER_LIMIT = 1_000_000
_RUNDOWN_LIMIT = 32_000_000


@dataclass(frozen=True, slots=True)
class HeartbeatAnswer:
    """The centre's answer: its times of receipt and sending (Unix microseconds) and when to come again (seconds)."""

    t1: int
    t2: int
    t3: int
    poll_after_s: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A rundown's envelope as it came, and its ETag."""

    envelope: bytes
    etag: str | None


def check_centre_url(url: str) -> str:
    """Return the centre's address without its last slash; raises :class:`CentreInsecure`.

    Plain HTTP is taken on this machine alone: elsewhere anyone on the way could read the token and shift the clock.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise CentreInsecure(url=url, reason="không phải địa chỉ web") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise CentreInsecure(url=url, reason="cần địa chỉ dạng https://tên-máy")
    if parts.username or parts.query or parts.fragment:
        raise CentreInsecure(url=url, reason="địa chỉ chỉ gồm tên máy và cổng, không kèm mật khẩu hay tham số")
    if parts.scheme == "http" and not _loopback(host):
        raise CentreInsecure(url=url, reason="http:// chỉ dùng được trên chính máy này, hãy dùng https://")
    return url.rstrip("/")


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Centre:
    """The centre as its API answers; raises :class:`AuthorityUnusable` for a file that holds no certificate.

    Every call raises :class:`CentreUnreachable` (no answer, or none in time), :class:`CentreRefused` (an answer that
    says no) or :class:`AnswerUnusable` (an answer out of the contract). TLS certificates are always verified.
    """

    def __init__(self, url: str, *, api_token: str | None = None, ca_file: str | None = None) -> None:
        self._url = check_centre_url(url)
        self._headers = {"Accept-Encoding": "identity"}
        if api_token is not None:
            self._headers["Authorization"] = f"Bearer {api_token}"
        self._pool = urllib3.PoolManager(
            num_pools=1,
            maxsize=1,
            retries=False,
            timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S),
            cert_reqs="CERT_REQUIRED",
            ssl_context=_tls(ca_file) if self._url.startswith("https:") else None,
        )

    def enrol(self, envelope: str) -> Mapping[str, Any]:
        """Send the signed request; return the answer's JSON object."""
        return self._post("/enrol", envelope.encode("utf-8"))

    def heartbeat(self, heartbeat: Heartbeat) -> HeartbeatAnswer:
        """Say how the station is."""
        told = self._post("/heartbeat", json.dumps(heartbeat.to_json()).encode("utf-8"))
        try:
            return HeartbeatAnswer(*(_whole(told[name]) for name in ("t1", "t2", "t3", "poll_after_s")))
        except KeyError as error:
            raise AnswerUnusable(reason=f"thiếu trường {error.args[0]}") from error

    def rundown(self, etag: str | None) -> Fetched | None:
        """Return the station's rundown, or None when there is none or it still is the one of ``etag``."""
        headers = {} if etag is None else {"If-None-Match": etag}
        with self._answer("GET", "/rundown", headers=headers) as answer:
            if answer.status in {204, 304}:
                return None
            _expect(answer, 200)
            return Fetched(_body(answer, _RUNDOWN_LIMIT), answer.headers.get("ETag"))

    @contextmanager
    def media(self, name: str, *, size: int, start: int) -> Iterator[tuple[int, Iterator[bytes]]]:
        """Open the medium ``name`` from byte ``start`` on; gives the byte at which the answer starts, and its chunks.

        ``size`` is what the rundown says: an answer that runs beyond it raises :class:`MediaRefused`.
        """
        sha256 = media_sha256(name)
        headers = {"Range": f"bytes={start}-", "If-Range": f'"{sha256}"'} if start else {}
        with self._answer("GET", f"/media/{sha256}", headers=headers) as answer:
            if answer.status == 206:
                begins = _range_start(answer)
                if begins != start:
                    raise AnswerUnusable(reason=f"đoạn tệp bắt đầu từ {begins}, đã hỏi từ {start}")
            else:
                _expect(answer, 200)
                begins = 0
            yield begins, _chunks(answer, name, size - begins)
            answer.close()  # it may have been left in the middle

    def as_run(self, envelope: str) -> tuple[str, int]:
        """Send a signed batch; return the chain and the number through which the centre has it."""
        told = self._post("/as-run", envelope.encode("utf-8"))
        try:
            return str(told["chain"]), _whole(told["received_through"])
        except KeyError as error:
            raise AnswerUnusable(reason=f"thiếu trường {error.args[0]}") from error

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _post(self, path: str, body: bytes) -> Mapping[str, Any]:
        with self._answer("POST", path, headers={"Content-Type": "application/json"}, body=body) as answer:
            _expect(answer, 200)
            return _object(_body(answer, _ANSWER_LIMIT))

    @contextmanager
    def _answer(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        url = f"{self._url}/station/v1{path}"
        try:
            answer = self._pool.request(
                method, url, headers={**self._headers, **headers}, body=body, preload_content=False, redirect=False
            )
            try:
                yield answer
            except BaseException:
                answer.close()  # what is left of the body is of no use, nor is its connection
                raise
            answer.release_conn()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise CentreUnreachable(reason=_why(error)) from error


def _tls(ca_file: str | None) -> ssl.SSLContext:
    """Return a context that verifies the centre's certificate and name, by ``ca_file`` or the system's authorities."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        raise AuthorityUnusable(path=str(ca_file), reason="không phải chứng chỉ dạng PEM") from error
    except OSError as error:
        raise AuthorityUnusable(path=str(ca_file), reason=os_reason(error)) from error


def _why(error: Exception) -> str:
    if isinstance(error, urllib3.exceptions.SSLError):
        return f"không kiểm chứng được chứng chỉ TLS ({error})"
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return "không phân giải được tên máy"
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "không mở được kết nối"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "quá thời gian chờ"
    return f"kết nối bị đứt ({type(error).__name__}: {error})"[:300]


def _expect(answer: urllib3.BaseHTTPResponse, status: int) -> None:
    if answer.status == status:
        return
    code, reason = "http", f"HTTP {answer.status}"
    try:
        told = _object(_body(answer, _ANSWER_LIMIT))["error"]
        code, reason = str(told["code"])[:80], str(told["message"])[:500]
    except (AnswerUnusable, KeyError, TypeError):
        pass  # a proxy's page rather than the centre's word: the status says enough
    raise CentreRefused(status=answer.status, code=code, reason=reason)


def _body(answer: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    content = bytearray()
    until = time.monotonic() + _ANSWER_S
    for chunk in answer.stream(_CHUNK):
        content += chunk
        if len(content) > limit:
            raise AnswerUnusable(reason=f"dài hơn {limit} byte")
        if time.monotonic() > until:
            raise CentreUnreachable(reason="câu trả lời tới quá chậm")
    return bytes(content)


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise AnswerUnusable(reason="không phải JSON") from error
    if not isinstance(told, dict):
        raise AnswerUnusable(reason="không phải đối tượng JSON")
    return told


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise AnswerUnusable(reason=f"cần số nguyên, gặp {value!r:.40}")
    return value


def _range_start(answer: urllib3.BaseHTTPResponse) -> int:
    unit, _, span = answer.headers.get("Content-Range", "").partition(" ")
    first = span.partition("-")[0]
    if unit != "bytes" or not first.isdecimal():
        raise AnswerUnusable(reason="thiếu Content-Range")
    return int(first)


def _chunks(answer: urllib3.BaseHTTPResponse, name: str, most: int) -> Iterator[bytes]:
    left = most
    for chunk in answer.stream(_CHUNK):
        left -= len(chunk)
        if left < 0:
            raise MediaRefused(media=name, reason="dài hơn cỡ ghi trong lịch phát")
        yield chunk
