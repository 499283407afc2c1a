"""A centre for the station's tests: speaks the HTTP contract in a thread, keeps the books, fails on demand."""

from __future__ import annotations

import base64
import json
import ssl
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scheduler.canonical import media_name, sha256_hex
from scheduler.protocol import (
    CHAIN_START,
    AsRunEntry,
    MediaFact,
    Rundown,
    RundownAiring,
    RundownItem,
    line_hash,
    read_batch,
    read_enrol_request,
    read_entry,
    read_heartbeat,
)
from scheduler.signing import (
    AS_RUN,
    ENROL,
    RUNDOWN,
    SignatureRefused,
    fingerprint,
    generate_key,
    key_id,
    public_bytes,
    sign,
    verify,
)

SECRET = "one-time-secret"
APPROVAL = media_name("a" * 64)


def sound(text: str, size: int = 4000) -> bytes:
    """Return bytes that stand for a medium; what they are doesn't matter to the wav and mute players."""
    return (text.encode() * (size // len(text) + 1))[:size]


def airing(starts_at: datetime, *items: tuple[bytes, int], name: str = "", **facts: object) -> RundownAiring:
    """Return an airing of ``items`` (bytes, duration in milliseconds)."""
    made = RundownAiring(
        id=name or str(uuid.uuid4()),
        starts_at=starts_at,
        start="hard",
        grace_s=5,
        bulletin_class="normal",
        drill=False,
        gain_cb=-300,
        items=tuple(
            RundownItem("bulletin", media_name(sha256_hex(content)), duration_ms, "b", 1, "vi", APPROVAL)
            for content, duration_ms in items
        ),
    )
    return replace(made, **facts)


@dataclass
class Faults:
    """What goes wrong at the centre, set by a test at any moment."""

    down: bool = False  # connections are closed without an answer
    failing: set[str] = field(default_factory=set)  # these paths (first part) answer 500
    cut_media_after: int | None = None  # a medium's answer ends after so many bytes, once
    range_shift: int = 0  # a part of a medium starts so many bytes after what was asked
    ranges: bool = True  # parts of media are given at all
    lose_enrol_reply: bool = False  # the next enrolment is done but not answered


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, centre: FakeCentre, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.centre = centre
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet of connections that the tests, or the clients, break on purpose."""
        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # as it came


class FakeCentre:
    """One centre with one station's worth of books."""

    def __init__(self, *, clock_offset: timedelta = timedelta(0), tls: ssl.SSLContext | None = None) -> None:
        self.key: Ed25519PrivateKey = generate_key()
        self.station = str(uuid.uuid4())
        self.api_token = "api-token"
        self.clock_offset = clock_offset
        self.faults = Faults()
        self.station_key: bytes | None = None
        self.media: dict[str, bytes] = {}
        self.envelope: bytes | None = None
        self.sequence = 1000
        self.lines: dict[str, list[str]] = {}
        self.heartbeats: list[dict[str, object]] = []
        self.requests: list[tuple[str, str, str | None]] = []
        self.alarms: list[str] = []
        self.forget_through: int | None = None
        self._scheme = "http" if tls is None else "https"
        self._server = _Server(self, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"

    @property
    def token(self) -> str:
        return f"{SECRET}.{fingerprint(public_bytes(self.key))}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def now(self) -> datetime:
        """Return the centre's time in whole milliseconds, as documents tell it."""
        now = datetime.now(UTC) + self.clock_offset
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def rundown(self, *airings: RundownAiring, contents: tuple[bytes, ...] = (), **facts: object) -> Rundown:
        """Return the next rundown of the station with ``airings``, whose media are ``contents``."""
        self.sequence += 1
        self.publish_media(*contents)
        named = {item.media for each in airings for item in each.items}
        media = {name: MediaFact(len(self.media[name.removeprefix("sha256:")])) for name in named}
        now = self.now()
        made = Rundown(
            station=self.station,
            sequence=self.sequence,
            issued_at=now,
            expires_at=now + timedelta(days=7),
            from_=now - timedelta(days=1),
            to=now + timedelta(days=7),
            zone="Asia/Ho_Chi_Minh",
            airings=airings,
            media=media,
        )
        return replace(made, **facts)

    def publish_media(self, *contents: bytes) -> list[str]:
        """Offer ``contents``; return their names."""
        self.media |= {sha256_hex(content): content for content in contents}
        return [media_name(sha256_hex(content)) for content in contents]

    def publish(self, rundown: Rundown, *, key: Ed25519PrivateKey | None = None) -> None:
        self.envelope = sign(key or self.key, RUNDOWN, rundown.to_bytes()).encode()

    def entries(self) -> list[AsRunEntry]:
        """Return all entries received, chain after chain, as the books have them."""
        return [read_entry(line) for lines in list(self.lines.values()) for line in list(lines)]

    def told(self) -> list[tuple[str, str | None]]:
        """Return (event, reason) of all entries received."""
        return [(entry.event.value, entry.reason) for entry in self.entries()]

    def events(self, airing_id: str) -> list[str]:
        """Return the events of one airing, items with their edge: ``item0-start``."""
        return [_told_event(entry) for entry in self.entries() if entry.airing == airing_id]

    # What the handler asks for

    def enrol(self, body: bytes) -> dict[str, object]:
        # The request names its own key, and must be signed with that one.
        told = json.loads(base64.b64decode(json.loads(body)["payload"]))
        claimed = bytes.fromhex(told["public_key"])
        request = read_enrol_request(verify(body, ENROL, {key_id(claimed): claimed}))
        public = bytes.fromhex(request.public_key)
        if request.secret != SECRET or (self.station_key is not None and self.station_key != public):
            raise PermissionError
        self.station_key = public
        own = public_bytes(self.key)
        return {
            "station": self.station,
            "name": "Cụm loa thử",
            "centre_keys": [{"keyid": key_id(own), "public_key": own.hex()}],
            "api_token": self.api_token,
            "centre_time_us": self.now_us(),
            "zone": "Asia/Ho_Chi_Minh",
        }

    def now_us(self) -> int:
        return time.time_ns() // 1000 + self.clock_offset // timedelta(microseconds=1)

    def as_run(self, body: bytes) -> dict[str, object]:
        assert self.station_key is not None
        batch = read_batch(verify(body, AS_RUN, {key_id(self.station_key): self.station_key}))
        assert batch.station == self.station
        lines = self.lines.setdefault(batch.chain, [])
        if self.forget_through is not None:
            del lines[self.forget_through :]
            self.forget_through = None
        for line in batch.lines:
            self._take(lines, line)
        return {"chain": batch.chain, "received_through": len(lines)}

    def _take(self, lines: list[str], line: str) -> None:
        entry = read_entry(line)
        if entry.n <= len(lines):
            if lines[entry.n - 1] != line:
                self.alarms.append(line)
        elif entry.n == len(lines) + 1:
            if entry.prev != (line_hash(lines[-1]) if lines else CHAIN_START):
                self.alarms.append(line)
            lines.append(line)


def _told_event(entry: AsRunEntry) -> str:
    if entry.event.value == "item" and entry.detail is not None:
        return f"item{entry.item}-{entry.detail['edge']}"
    return entry.event.value if entry.reason is None else f"{entry.event.value}:{entry.reason}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def centre(self) -> FakeCentre:
        return self.server.centre  # type: ignore[attr-defined]  # _Server's

    def log_message(self, *args: object) -> None:
        """Keep the tests' output quiet."""

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        self._answer("POST", self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, method: str, body: bytes) -> None:
        kind, _, rest = self.path.removeprefix("/station/v1/").partition("/")
        self.centre.requests.append((method, self.path, self.headers.get("Range")))
        if self.centre.faults.down:
            self.close_connection = True
            self.connection.close()
        elif kind in self.centre.faults.failing:
            self._error(500, "internal", "Lỗi của trung tâm")
        elif kind == "enrol":
            self._enrol(body)
        elif self.headers.get("Authorization") != f"Bearer {self.centre.api_token}":
            self._error(401, "unauthorized", "Mã truy cập không đúng")
        elif kind == "rundown":
            self._rundown()
        elif kind == "media":
            self._media(rest)
        elif kind == "heartbeat":
            t2 = self.centre.now_us()
            told = read_heartbeat(body)
            self.centre.heartbeats.append(told.to_json())
            self._json({"t1": told.t1, "t2": t2, "t3": self.centre.now_us(), "poll_after_s": 1})
        elif kind == "as-run":
            self._json(self.centre.as_run(body))

    def _enrol(self, body: bytes) -> None:
        try:
            told = self.centre.enrol(body)
        except (PermissionError, SignatureRefused):
            self._error(403, "token", "Mã ghi danh không dùng được")
            return
        if self.centre.faults.lose_enrol_reply:
            self.centre.faults.lose_enrol_reply = False
            self.close_connection = True
            self.connection.close()
            return
        self._json(told)

    def _rundown(self) -> None:
        if self.centre.envelope is None:
            self._send(204, b"")
            return
        etag = f'"{sha256_hex(self.centre.envelope)}"'
        if self.headers.get("If-None-Match") == etag:
            self._send(304, b"", {"ETag": etag})
        else:
            self._send(200, self.centre.envelope, {"ETag": etag})

    def _media(self, sha256: str) -> None:
        content = self.centre.media.get(sha256)
        if content is None:
            self._error(404, "media", "Không có tệp này")
            return
        start = 0
        wanted = self.headers.get("Range")
        if wanted and self.centre.faults.ranges and self.headers.get("If-Range") == f'"{sha256}"':
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) + self.centre.faults.range_shift
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        cut, self.centre.faults.cut_media_after = self.centre.faults.cut_media_after, None
        if cut is not None:
            self.wfile.write(content[start : start + cut])
            self.close_connection = True
            return
        self.wfile.write(content[start:])

    def _json(self, told: dict[str, object]) -> None:
        self._send(200, json.dumps(told).encode())

    def _error(self, status: int, code: str, message: str) -> None:
        self._send(status, json.dumps({"error": {"code": code, "message": message}}).encode())

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
