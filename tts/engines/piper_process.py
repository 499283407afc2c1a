"""The driver's end of a child that holds one Piper voice: started when asked, ended when it misbehaves."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tts.engine import BYTES_PER_SAMPLE, Speech
from tts.engines.piper_channel import Answer, Channel, ChildConfused, ChildEnded, ChildSilent
from tts.engines.piper_frames import Frame
from tts.engines.programs import environment, program
from tts.errors import EngineRefused, EngineUnavailable

NAME = "piper"
_RATES_HZ = range(8_000, 48_001)
_REASONS = {
    b"OtherBytes": "tệp giọng đã bị sửa sau khi cài; hãy gỡ rồi cài lại giọng này",
    b"FileNotFoundError": "không còn tệp giọng; hãy gỡ rồi cài lại giọng này",
    b"PermissionError": "không có quyền đọc tệp giọng; hãy sửa quyền của thư mục giọng",
    b"MemoryError": "giọng cần quá nhiều bộ nhớ",
}


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """The two files of a voice; ``sha256`` is of the model's bytes and then the configuration's."""

    model: Path
    config: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a child may load, speak one sentence, and wait for the next before it ends by itself, in seconds."""

    load_s: float = 60.0
    speak_s: float = 60.0
    idle_s: float = 120.0


class PiperProcess:
    """One voice, and the child that speaks in it while there is work; used from any thread, one sentence at a time."""

    def __init__(self, files: VoiceFiles, *, limits: Limits | None = None, command: Sequence[str] = ()) -> None:
        self._limits = limits or Limits()
        self._command = [
            *(command or program(sys.executable, "tts.engines.piper_child")),
            *("--model", str(files.model.absolute()), "--config", str(files.config.absolute())),
            *("--sha256", files.sha256, "--idle-s", str(self._limits.idle_s)),
        ]
        self._channel: Channel | None = None
        self._one_at_a_time = threading.Lock()

    def speak(self, text: str, speed: float) -> Speech:
        """Say ``text``. Raises EngineUnavailable (a fresh child answers the next call) and EngineRefused."""
        asked = {"text": text, "speed": speed, "within_s": self._limits.speak_s}
        line = json.dumps(asked).encode("ascii") + b"\n"
        with self._one_at_a_time:
            try:
                return _speech(self._asked(line))
            except EngineRefused:
                raise
            except BaseException:  # an interrupt too would leave half an answer for the next sentence
                self._end()
                raise

    @property
    def pid(self) -> int | None:
        """The process id of the child that runs now."""
        return self._channel.pid if self._channel is not None and self._channel.alive else None

    def close(self) -> None:
        """End the child, if there is one."""
        with self._one_at_a_time:
            self._end()

    def _asked(self, line: bytes) -> Answer:
        try:
            return self._loaded().ask(line, self._limits.speak_s)
        except ChildEnded as error:
            if error.status != 0 or error.answering:
                _dead(error)
        except ChildConfused as error:
            _confused(error)
        except ChildSilent as error:
            why = f"không đọc xong một câu trong {self._limits.speak_s:g} giây"
            raise EngineUnavailable(engine=NAME, why=why, retryable=True) from error
        # It ended because it had nothing to do, at the very moment when it was asked.
        self._end()
        try:
            return self._loaded().ask(line, self._limits.speak_s)
        except (ChildEnded, ChildConfused, ChildSilent) as error:
            _confused(error)

    def _loaded(self) -> Channel:
        """The child that runs, or else a new one that has loaded its voice."""
        if self._channel is not None and self._channel.alive:
            return self._channel
        self._end()
        try:
            self._channel = Channel(self._command, environment())
            kind, _, reason = self._channel.ask(b"", self._limits.load_s)
        except OSError as error:
            why = f"không chạy được chương trình đọc ({error.strerror})"
            raise EngineUnavailable(engine=NAME, why=why, retryable=False) from error
        except ChildSilent as error:
            why = f"không nạp xong giọng trong {self._limits.load_s:g} giây"
            raise EngineUnavailable(engine=NAME, why=why, retryable=True) from error
        except ChildEnded as error:
            _dead(error)
        except ChildConfused as error:
            _confused(error)
        if kind is Frame.UNLOADABLE:
            why = _REASONS.get(reason, "tệp giọng hỏng hoặc không phải giọng Piper; hãy gỡ rồi cài lại giọng này")
            raise EngineUnavailable(engine=NAME, why=why, retryable=False)
        if kind is not Frame.READY:
            _confused(None)
        return self._channel

    def _end(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None


def _speech(answer: Answer) -> Speech:
    kind, rate_hz, content = answer
    if kind is Frame.UNSPEAKABLE:
        raise EngineRefused(engine=NAME, why=_REASONS.get(content, "không đọc được câu này"))
    if kind is not Frame.SOUND or rate_hz not in _RATES_HZ or len(content) % BYTES_PER_SAMPLE:
        _confused(None)
    if not content:
        raise EngineRefused(engine=NAME, why="không có tiếng nào trả về")
    return Speech(content, rate_hz)


def _dead(error: ChildEnded) -> NoReturn:
    why = f"chương trình đọc dừng giữa chừng với mã {error.status}"
    raise EngineUnavailable(engine=NAME, why=why, retryable=True) from error


def _confused(error: Exception | None) -> NoReturn:
    raise EngineUnavailable(engine=NAME, why="chương trình đọc trả lời sai", retryable=True) from error
