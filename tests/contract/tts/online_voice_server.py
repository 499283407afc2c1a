"""A server of the online voice: it speaks the endpoint's protocol over TLS, and misbehaves on command."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tts.engines.tone import ToneEngine
from tts.ffmpeg import raw_input, run, workspace


@dataclass
class OnlineVoice:
    """The server as a test sees it: ``behaviours`` are used up one a request, then it behaves; ``texts`` were asked."""

    address: str
    trust: ssl.SSLContext
    behaviours: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


class VoiceServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks the connection off is what the tests are about."""


def handler_of(voice: OnlineVoice, closing: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            text, language = _asked(body)
            voice.texts.append(text)
            voice.paths.append(self.path)
            behaviour = voice.behaviours.pop(0) if voice.behaviours else "good"
            if language != "vi" or len(text) > 100:
                behaviour = "no-audio"
            _BEHAVIOURS[behaviour](self, text, closing)

        def log_message(self, *_arguments: object) -> None:
            """Stay silent."""

    return Handler


def _asked(body: str) -> tuple[str, str]:
    [[[name, parameters, _, _]]] = json.loads(urllib.parse.parse_qs(body)["f.req"][0])
    assert name == "jQ1olc"
    text, language, _speed, _null = json.loads(parameters)
    return text, language


def _send(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": "application/json; charset=utf-8", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _rpc(payload: object) -> bytes:
    row = json.dumps(["wrb.fr", "jQ1olc", payload, None, None, None, "generic"], separators=(",", ":"))
    return f')]}}\'\n\n[{row}\n,["di",61]\n,["af.httprm",61,"1",2]\n]'.encode()


def mp3_of(text: str) -> bytes:
    """A tone of the text's length as MP3, as the service sends it: 24 kHz, mono."""
    engine = ToneEngine()
    speech = engine.speak(text, engine.voices()[0])
    with workspace("thử") as folder:
        path = folder / "speech"
        path.write_bytes(speech.pcm)
        encoded = ["-ar", "24000", "-b:a", "64k", "-f", "mp3", "pipe:1"]
        return run("thử", [*raw_input(path, speech.rate_hz), *encoded]).stdout


def _good(handler: BaseHTTPRequestHandler, text: str, _closing: threading.Event) -> None:
    _send(handler, 200, _rpc(json.dumps([base64.b64encode(mp3_of(text)).decode()])))


def _cut(handler: BaseHTTPRequestHandler, _text: str, _closing: threading.Event) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b')]}\'\n\n[["wrb.fr",')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def _hang(_handler: BaseHTTPRequestHandler, _text: str, closing: threading.Event) -> None:
    closing.wait(30)


def _answering(
    status: int, body: bytes, **headers: str
) -> Callable[[BaseHTTPRequestHandler, str, threading.Event], None]:
    return lambda handler, _text, _closing: _send(handler, status, body, **headers)


_PAGE = b"<!doctype html><html><title>Sign in</title>[1,2]</html>"
_BEHAVIOURS = {
    "good": _good,
    "cut": _cut,
    "hang": _hang,
    "429": _answering(429, b""),
    "429-wait-3": _answering(429, b"", Retry_After="3"),
    "500": _answering(500, b"oops"),
    "503": _answering(503, b""),
    "403": _answering(403, b""),
    "html": _answering(200, _PAGE, Content_Type="text/html"),
    "redirect": _answering(302, b"", Location="https://localhost/login"),
    "no-audio": _answering(200, _rpc(None)),
    "empty": _answering(200, b""),
    "empty-audio": _answering(200, _rpc('[""]')),
    "no-base64": _answering(200, _rpc('["***"]')),
    "no-mp3": _answering(200, _rpc(json.dumps([base64.b64encode(b"not a sound at all").decode()]))),
    "odd-json": _answering(200, b')]}\'\n\n[["wrb.fr","jQ1olc","{}"],7,"x",["wrb.fr"]]'),
    "cut-json": _answering(200, b')]}\'\n\n[["wrb.fr","jQ1olc","[\\"AAA'),
    "huge": _answering(200, b"[" + b" " * 9_000_000),
}
