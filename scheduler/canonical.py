"""One way to turn values into bytes to hash or sign.

Values are strings, integers, booleans, null, arrays and objects with ASCII keys; then RFC 8785 (JSON Canonicalization
Scheme) and Python's ``json`` write the same bytes. Floats are refused: the two write them differently.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

__all__ = [
    "NotCanonical",
    "canonical_bytes",
    "clean_text",
    "digest",
    "format_instant",
    "media_name",
    "media_sha256",
    "parse_instant",
    "sha256_hex",
]

_LARGEST = 2**53 - 1


class NotCanonical(ValueError):
    """A value that has no canonical form: its kind, key or size is outside the contract."""


def clean_text(text: str) -> str:
    """Return ``text`` in the form in which all text is kept: Unicode NFC, LF line ends, no byte-order mark."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff")).replace("\r\n", "\n").replace("\r", "\n")


def canonical_bytes(value: object) -> bytes:
    """Return the RFC 8785 form of ``value`` as UTF-8 bytes.

    Raises :class:`NotCanonical` for floats, integers beyond ±(2**53 − 1), keys that are not ASCII strings, lone
    surrogates and any other kind of value.
    """
    _check(value, "$")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"text with a lone surrogate: {error}") from error


def _check(value: object, where: str) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise NotCanonical(f"{where}: the integer {value} is beyond 2**53 - 1")
        return
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonical(f"{where}: the key {key!r} is not an ASCII string")
            _check(item, f"{where}.{key}")
        return
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]")
        return
    raise NotCanonical(f"{where}: a {type(value).__name__} has no canonical form")


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 of ``content`` as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest(value: object) -> str:
    """Return the SHA-256 (64 hexadecimal digits) of the canonical bytes of ``value``."""
    return sha256_hex(canonical_bytes(value))


def media_name(sha256: str) -> str:
    """Return the name by which documents call a medium: ``sha256:`` and its 64 digits."""
    return f"sha256:{sha256}"


def media_sha256(name: str) -> str:
    """Return the 64 digits of a medium's (or approval's) name; raises :class:`NotCanonical` for any other text."""
    kind, _, hexa = name.partition(":")
    if kind != "sha256" or len(hexa) != 64 or any(letter not in "0123456789abcdef" for letter in hexa):
        raise NotCanonical(f"{name[:80]!r} is not sha256: and 64 hexadecimal digits")
    return hexa


def format_instant(instant: datetime) -> str:
    """Return an aware instant as UTC text with milliseconds: ``2026-11-24T10:00:00.000Z`` (RFC 3339)."""
    if instant.tzinfo is None:
        raise NotCanonical(f"{instant!r} has no zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def parse_instant(text: str) -> datetime:
    """Return the aware UTC instant that ``text`` (RFC 3339 with ``Z`` or an offset) names.

    Raises :class:`NotCanonical` for anything else, local times included.
    """
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            raise NotCanonical(f"{text!r} has no zone")
        return instant.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotCanonical(f"{text!r} is not an instant") from error
