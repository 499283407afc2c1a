"""Voices offered over the network, with an index in the form in which Piper's project publishes its own.

``<base>/voices.json`` maps names to ``{"files": {path: {"size_bytes": …, "md5_digest": …}}}``, paths relative to the
base. Everything comes over TLS with the certificate checked, plain HTTP from this machine alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tts.voices.description import MOST_BYTES as MOST_CONFIG_BYTES
from tts.voices.description import check_name
from tts.voices.download import Downloads
from tts.voices.errors import VoiceRefused
from tts.voices.offer import MOST_CARD_BYTES, MOST_MODEL_BYTES

_MOST_INDEX_BYTES = 20_000_000
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.+-]*){0,9}")
_MD5 = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as the index tells it: its path, its length and its MD5 (hexadecimal)."""

    path: str
    size_bytes: int
    md5: str


@dataclass(frozen=True, slots=True)
class SourceOffer:
    """One voice of a source; see the port ``tts.voices.offer``."""

    name: str
    downloads: Downloads
    files: Mapping[str, Listed]

    @property
    def source(self) -> str:
        """The model's address."""
        return self.downloads.address(self.files["model"].path)

    def card(self) -> bytes | None:
        """See the port."""
        return b"".join(self._fetched("card", MOST_CARD_BYTES)) if "card" in self.files else None

    def config(self) -> bytes:
        """See the port."""
        return b"".join(self._fetched("config", MOST_CONFIG_BYTES))

    def model(self) -> Iterator[bytes]:
        """See the port."""
        return self._fetched("model", MOST_MODEL_BYTES)

    def _fetched(self, part: str, most: int) -> Iterator[bytes]:
        listed = self.files[part]
        if listed.size_bytes > most:
            raise VoiceRefused(name=self.name, why=f"tệp {listed.path} quá lớn, quá {most / 1_000_000:g} MB")
        digest, size_bytes = hashlib.md5(usedforsecurity=False), 0
        for chunk in self.downloads.fetch(listed.path, listed.size_bytes):
            digest.update(chunk)
            size_bytes += len(chunk)
            yield chunk
        if size_bytes != listed.size_bytes or digest.hexdigest() != listed.md5.lower():
            why = f"tệp {listed.path} tải về không khớp mã băm trong danh mục; hãy tải lại"
            raise VoiceRefused(name=self.name, why=why)


def offer_of(name: str, downloads: Downloads) -> SourceOffer:
    """The voice ``name`` of the source behind ``downloads``. Raises BadVoiceName, VoiceRefused, VoiceSourceFailed."""
    check_name(name)
    raw = b"".join(downloads.fetch("voices.json", _MOST_INDEX_BYTES))
    try:
        index = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):
        index = None
    if not isinstance(index, dict):
        raise VoiceRefused(name=name, why="nguồn giọng không có danh mục voices.json đúng dạng; hãy xem lại địa chỉ")
    if name not in index:
        vietnamese = [each for each in index if each.startswith("vi_") and len(each) <= 80 and each.isprintable()]
        known = f"; các giọng tiếng Việt ở đó: {', '.join(sorted(vietnamese)[:20])}" if vietnamese else ""
        raise VoiceRefused(name=name, why=f"nguồn giọng không có giọng tên này{known}")
    files = _files(index[name])
    if files is None:
        raise VoiceRefused(name=name, why="danh mục của nguồn mô tả giọng này không đúng dạng")
    return SourceOffer(name, downloads, files)


def _files(told: object) -> dict[str, Listed] | None:
    """The files of one voice of the index; None when anything is missing, or a path could lead elsewhere."""
    listing = told.get("files") if isinstance(told, dict) else None
    if not isinstance(listing, dict):
        return None
    found: dict[str, Listed] = {}
    for path, facts in listing.items():
        part = _part_of(path)
        if part is None:
            continue
        listed = _listed(path, facts)
        if part in found or listed is None:
            return None
        found[part] = listed
    return found if {"model", "config"} <= set(found) else None


def _listed(path: str, facts: object) -> Listed | None:
    if not isinstance(facts, dict) or not _PATH.fullmatch(path):
        return None
    size_bytes, md5 = facts.get("size_bytes"), facts.get("md5_digest")
    if not isinstance(size_bytes, int) or size_bytes <= 0 or not isinstance(md5, str) or not _MD5.fullmatch(md5):
        return None
    return Listed(path, size_bytes, md5)


def _part_of(path: str) -> str | None:
    if path.endswith(".onnx"):
        return "model"
    if path.endswith(".onnx.json"):
        return "config"
    return "card" if path.rpartition("/")[2] == "MODEL_CARD" else None
