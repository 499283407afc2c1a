"""The port of a voice on offer, and its driver for files at hand (the other one is ``tts.voices.source``)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from tts.voices.description import MOST_BYTES as MOST_CONFIG_BYTES
from tts.voices.description import check_name
from tts.voices.errors import BadVoiceName, VoiceRefused

MOST_MODEL_BYTES = 400_000_000  # the largest voices that are published have 120 MB
MOST_CARD_BYTES = 200_000
_CHUNK = 1 << 20


class VoiceOffer(Protocol):
    """A voice that may be installed: its name (a good one), where it comes from, and its files.

    Errors of the three: VoiceRefused, VoiceSourceFailed. None of them gives more bytes than its limit above.
    """

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> str: ...

    def card(self) -> bytes | None:
        """The licence and origin, or None where the voice comes without."""
        ...

    def config(self) -> bytes:
        """The JSON file beside the model."""
        ...

    def model(self) -> Iterator[bytes]:
        """The model, in chunks."""
        ...


class FileOffer:
    """``NAME.onnx`` with ``NAME.onnx.json`` beside it, and MODEL_CARD where there is one.

    Raises VoiceRefused at once when the file is none or has no companion.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._config = model.with_name(f"{model.name}.json")
        shown = model.name or str(model)
        if model.suffix != ".onnx":
            raise VoiceRefused(name=shown, why="tệp giọng phải có đuôi .onnx; hãy chỉ đúng tệp .onnx")
        try:
            self._name = check_name(model.stem)
        except BadVoiceName as error:
            why = "tên tệp chỉ được gồm chữ không dấu, số, dấu - _ .; hãy đổi tên cả tệp .onnx lẫn tệp .onnx.json"
            raise VoiceRefused(name=ascii(shown), why=why) from error
        for path, why in (
            (model, f"không có tệp {model}; hãy kiểm tra đường dẫn"),
            (self._config, f"thiếu tệp {self._config.name} bên cạnh; hãy tải cả hai tệp về cùng một thư mục"),
        ):
            if not path.is_file():
                raise VoiceRefused(name=shown, why=why)

    @property
    def name(self) -> str:
        """The file's name without its end."""
        return self._name

    @property
    def source(self) -> str:
        """Where the file lies."""
        return str(self._model.absolute())

    def card(self) -> bytes | None:
        """See the port."""
        path = self._model.with_name("MODEL_CARD")
        return b"".join(self._read(path, MOST_CARD_BYTES)) if path.is_file() else None

    def config(self) -> bytes:
        """See the port."""
        return b"".join(self._read(self._config, MOST_CONFIG_BYTES))

    def model(self) -> Iterator[bytes]:
        """See the port."""
        return self._read(self._model, MOST_MODEL_BYTES)

    def _read(self, path: Path, most: int) -> Iterator[bytes]:
        came = 0
        try:
            with path.open("rb") as file:
                self._check_size(path, os.fstat(file.fileno()).st_size, most)
                while chunk := file.read(_CHUNK):
                    came += len(chunk)
                    self._check_size(path, came, most)  # it may be growing
                    yield chunk
        except OSError as error:
            why = f"không đọc được tệp {path} ({error.strerror}); hãy kiểm tra quyền đọc"
            raise VoiceRefused(name=self._name, why=why) from error

    def _check_size(self, path: Path, size_bytes: int, most: int) -> None:
        if size_bytes > most:
            raise VoiceRefused(name=self._name, why=f"tệp {path.name} quá lớn, quá {most / 1_000_000:g} MB")
