"""The driver of espeak-ng: offline, always there, hard to understand; a draft and emergency voice."""

from __future__ import annotations

import os
import subprocess
import sys

from tts.engine import Speech, Voice, check_request
from tts.engines.programs import environment, program
from tts.errors import EngineRefused, EngineUnavailable
from tts.wav import NotOurWav, from_wav

_WORDS_PER_MINUTE = 150  # espeak's own 175 is too quick for an outdoor loudspeaker
_VOICES = (
    Voice("vi", "vi", "Giọng miền Bắc"),
    Voice("vi-vn-x-central", "vi", "Giọng miền Trung"),
    Voice("vi-vn-x-south", "vi", "Giọng miền Nam"),
)


class EspeakEngine:
    """Vietnamese by espeak-ng, one fresh process an utterance, so that the same text gives the same bytes."""

    name = "espeak"
    draft = True
    parallel = os.cpu_count() or 1

    def __init__(self, *, timeout_s: float = 30.0, python: str = sys.executable) -> None:
        self._timeout_s = timeout_s
        self._python = python

    def voices(self) -> tuple[Voice, ...]:
        """Northern, central and southern."""
        return _VOICES

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """Say ``text``; see the port. An utterance that takes longer than ``timeout_s`` is EngineUnavailable."""
        check_request(self, text, voice, speed)
        # NUL ends a C string: what stands behind it would be left out in silence.
        raw = text.replace("\0", " ").encode("utf-8", "replace")
        rate = str(round(_WORDS_PER_MINUTE * speed))
        command = [
            *program(self._python, "tts.engines.espeak_process"),
            *("--voice", voice.id, "--words-per-minute", rate),
        ]
        try:
            done = subprocess.run(
                command, input=raw, capture_output=True, timeout=self._timeout_s, check=False, env=environment()
            )
        except subprocess.TimeoutExpired as error:
            why = f"không đọc xong một câu trong {self._timeout_s:g} giây"
            raise EngineUnavailable(engine=self.name, why=why, retryable=True) from error
        except OSError as error:
            why = f"không chạy được chương trình đọc ({error.strerror})"
            raise EngineUnavailable(engine=self.name, why=why, retryable=False) from error
        if done.returncode != 0:
            lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
            why = f"chương trình đọc dừng với mã {done.returncode}" + (f" ({lines[-1]})" if lines else "")
            raise EngineUnavailable(engine=self.name, why=why, retryable=False)
        return self._speech(done.stdout)

    def _speech(self, wav: bytes) -> Speech:
        try:
            speech = from_wav(wav)
        except NotOurWav as error:
            raise EngineRefused(engine=self.name, why="âm thanh trả về bị hỏng") from error
        if not speech.pcm:
            raise EngineRefused(engine=self.name, why="không có tiếng nào trả về")
        return speech
