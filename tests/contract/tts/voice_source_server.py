"""A source of voices on this machine: an index and files in the public form, misbehaving on command."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

NAME = "vi_VN-thu-medium"
MODEL = b"not a real network " * 20_000
CONFIG = json.dumps(
    {
        "audio": {"sample_rate": 22_050, "quality": "medium"},
        "espeak": {"voice": "vi"},
        "language": {"code": "vi_VN"},
        "num_symbols": 256,
        "phoneme_id_map": {"_": [0]},
        "dataset": "thu",
    }
).encode()
CARD = "# Giọng thử\n\nLicense: CC0\n".encode()
FOLDER = "vi/vi_VN/thu/medium"
FILES = {
    f"{FOLDER}/{NAME}.onnx": MODEL,
    f"{FOLDER}/{NAME}.onnx.json": CONFIG,
    f"{FOLDER}/MODEL_CARD": CARD,
}


def listed(content: bytes) -> dict[str, object]:
    return {"size_bytes": len(content), "md5_digest": hashlib.md5(content, usedforsecurity=False).hexdigest()}


def usual_index() -> dict[str, Any]:
    return {
        NAME: {"key": NAME, "language": {"code": "vi_VN"}, "files": {p: listed(c) for p, c in FILES.items()}},
        "en_US-else-low": {"files": {}},
    }


@dataclass
class VoiceShop:
    """The server as a test sees it. ``behaviours`` maps the end of a path to what happens there."""

    address: str = ""
    index: bytes = b""
    behaviours: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, shop: VoiceShop) -> None:
        self.shop = shop
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks the connection off is what the tests are about."""


@contextmanager
def voice_shop() -> Iterator[VoiceShop]:
    """A well-behaved one."""
    shop = VoiceShop(index=json.dumps(usual_index()).encode())
    server = _Server(shop)
    shop.address = f"http://127.0.0.1:{server.server_port}/voices"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield shop
    finally:
        shop.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self.server.shop.asked.append(self.path)
        behaviour = next((what for end, what in self.server.shop.behaviours.items() if self.path.endswith(end)), "good")
        path = self.path.removeprefix("/voices/")
        content = self.server.shop.index if path == "voices.json" else FILES.get(path)
        if content is None:
            self._send(404, b"")
        elif behaviour.startswith("http"):
            self._send(302, b"", Location=behaviour)
        elif behaviour.isdigit():
            self._send(int(behaviour), b"")
        else:
            getattr(self, f"_{behaviour.replace('-', '_')}")(content)

    def _good(self, content: bytes) -> None:
        self._send(200, content)

    def _elsewhere(self, _content: bytes) -> None:
        self.server.shop.behaviours.clear()
        self._send(302, b"", Location=self.path)

    def _in_circles(self, _content: bytes) -> None:
        self._send(302, b"", Location=self.path)

    def _changed(self, content: bytes) -> None:
        self._send(200, b"X" + content[1:])

    def _longer(self, content: bytes) -> None:
        self._send(200, content + b"x")

    def _shorter(self, content: bytes) -> None:
        self._send(200, content[:-1])

    def _page(self, _content: bytes) -> None:
        self._send(200, b"<!doctype html><title>Sign in</title>")

    def _cut(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self, _content: bytes) -> None:
        self.server.shop.closing.wait(30)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Stay silent."""
