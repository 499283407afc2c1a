"""A centre over TLS: its certificate is verified, always."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from station_fake_centre import FakeCentre

from scheduler.station.client import Centre
from scheduler.station.errors import AuthorityUnusable, CentreUnreachable


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """Write a certificate that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / f"{host}.pem", folder / f"{host}.key"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture
def own(tmp_path: Path) -> tuple[Path, Path]:
    return certificate(tmp_path, "127.0.0.1")


@pytest.fixture
def tls_centre(own: tuple[Path, Path]) -> Iterator[FakeCentre]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*own)
    made = FakeCentre(tls=context)
    yield made
    made.close()


def test_a_known_authority_is_trusted(tls_centre: FakeCentre, own: tuple[Path, Path]) -> None:
    centre = Centre(tls_centre.url, api_token=tls_centre.api_token, ca_file=str(own[0]))
    assert centre.rundown(None) is None


def test_an_unknown_authority_is_not(tls_centre: FakeCentre) -> None:
    with pytest.raises(CentreUnreachable, match="chứng chỉ"):
        Centre(tls_centre.url, api_token=tls_centre.api_token).rundown(None)


@pytest.mark.parametrize("content", [b"", b"no certificate", None])
def test_a_file_that_holds_no_authority(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AuthorityUnusable):
        Centre("https://127.0.0.1:9", ca_file=str(path))


def test_a_certificate_for_another_machine_is_not(tmp_path: Path) -> None:
    other = certificate(tmp_path, "192.0.2.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*other)
    made = FakeCentre(tls=context)
    try:
        with pytest.raises(CentreUnreachable, match="chứng chỉ"):
            Centre(made.url, api_token=made.api_token, ca_file=str(other[0])).rundown(None)
        assert made.requests == []
    finally:
        made.close()
