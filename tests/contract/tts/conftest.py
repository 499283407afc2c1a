"""A running server of the online voice, with a certificate of its own."""

from __future__ import annotations

import datetime as dt
import ssl
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from online_voice_server import OnlineVoice, VoiceServer, handler_of
from piper_voice import english_voice

from tts.engines.piper import PiperChildren
from tts.voices.store import InstalledVoice

_BORN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_DIES = dt.datetime(2120, 1, 1, tzinfo=dt.UTC)


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
    server = VoiceServer(("localhost", 0), BaseHTTPRequestHandler)
    voice = OnlineVoice(f"https://localhost:{server.server_port}", ssl.create_default_context(cafile=certificate_file))
    server.RequestHandlerClass = handler_of(voice, closing)
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


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> InstalledVoice:
    """The English voice, in a store of its own; nobody may change it."""
    return english_voice(tmp_path_factory.mktemp("voices"))


@pytest.fixture(scope="session")
def piper_children() -> Iterator[PiperChildren]:
    """The children that have loaded it."""
    children = PiperChildren()
    yield children
    children.close()
