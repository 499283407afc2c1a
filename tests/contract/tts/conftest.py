"""A server of the online voice: it speaks the endpoint's protocol over TLS, and misbehaves on command."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import socket
import ssl
import tempfile
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tts.engines.tone import ToneEngine
from tts.ffmpeg import raw_input, run

_BORN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_DIES = dt.datetime(2120, 1, 1, tzinfo=dt.UTC)


@dataclass
class OnlineVoice:
    """The server as a test sees it: ``behaviours`` are used up one a request, then it behaves; ``texts`` were asked."""

    address: str
    trust: ssl.SSLContext
    behaviours: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def certificate() -> Iterator[tuple[Path, Path]]:
    """A certificate for ``localhost`` that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(_BORN)
        .not_valid_after(_DIES)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    with tempfile.TemporaryDirectory() as folder:
        certificate_file, key_file = Path(folder, "certificate.pem"), Path(folder, "key.pem")
        certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        yield certificate_file, key_file


@pytest.fixture(scope="session")
def _running(certificate: tuple[Path, Path]) -> Iterator[tuple[OnlineVoice, threading.Event]]:
    certificate_file, key_file = certificate
    closing = threading.Event()
    server = _Server(("localhost", 0), BaseHTTPRequestHandler)
    assert ipaddress.ip_address(server.server_address[0]).is_loopback
    voice = OnlineVoice(f"https://localhost:{server.server_port}", ssl.create_default_context(cafile=certificate_file))
    server.RequestHandlerClass = _handler(voice, closing)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    # The handshake belongs to the request's own thread: a client that leaves in the middle must not stop the server.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield voice, closing
    closing.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def online_voice(_running: tuple[OnlineVoice, threading.Event]) -> Iterator[OnlineVoice]:
    """The server, well-behaved and without memory of earlier tests."""
    voice, closing = _running
    voice.behaviours.clear()
    voice.texts.clear()
    voice.paths.clear()
    yield voice
    closing.set()  # lets a hanging answer of this test go
    closing.clear()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that breaks the connection off is what the tests are about."""


def _handler(voice: OnlineVoice, closing: threading.Event) -> type[BaseHTTPRequestHandler]:
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
    return run(
        "thử", [*raw_input(speech.rate_hz), "-ar", "24000", "-b:a", "64k", "-f", "mp3", "pipe:1"], stdin=speech.pcm
    ).stdout


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
