"""The driver of Google's online voice: gTTS words the requests, and this module carries them.

gTTS would send them without checking the server's certificate; a loudspeaker must not say what a stranger on the line
answers, so they go over a connection of our own that checks it.
"""

from __future__ import annotations

import base64
import binascii
import json
import ssl
import time
from collections.abc import Callable, Mapping
from typing import cast
from urllib.parse import urlsplit

import urllib3
from gtts import gTTS
from gtts.tokenizer import pre_processors

from tts.assembly import Pauses, join
from tts.engine import Speech, Voice, check_request
from tts.errors import EngineError, EngineRefused, EngineUnavailable, UnreadableAudio
from tts.ffmpeg import decode
from tts.network import has_cause, pool, system_proxy

_PATH = "/_/TranslateWebserverUi/data/batchexecute"
_RATE_HZ = 24_000  # what the service sends
_BREATH = Pauses(sentence_ms=120, lead_ms=0, tail_ms=0)  # between the parts of a sentence too long for one request
_ANSWER_BYTES = 8_000_000
_VOICE = Voice("vi", "vi", "Giọng Google tiếng Việt")


class GoogleEngine:
    """Vietnamese by Google Translate's voice; one try an utterance (see ``Retrying``).

    ``timeout_s`` bounds connecting and every wait for bytes; a whole answer may take twice as long. ``trust`` and
    ``proxies`` (scheme to address) are those of the system and the environment unless given.
    """

    name = "google"
    draft = False
    parallel = 2  # more at once is what the service answers with 429

    def __init__(
        self,
        *,
        timeout_s: float = 5.0,
        address: str = "https://translate.google.com",
        trust: ssl.SSLContext | None = None,
        proxies: Mapping[str, str] | None = None,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout_s = timeout_s
        self._address = address
        self._host = urlsplit(address).hostname or address
        self._trust = trust or ssl.create_default_context()
        self._proxies = proxies
        self._stopwatch = stopwatch
        self._pool: urllib3.PoolManager | None = None

    def voices(self) -> tuple[Voice, ...]:
        """The one Vietnamese voice."""
        return (_VOICE,)

    def speak(self, text: str, voice: Voice, speed: float = 1.0) -> Speech:
        """Say ``text``; see the port."""
        check_request(self, text, voice, speed)
        tempo = None if speed == 1.0 else f"atempo={speed:.3f}"
        parts = [self._decoded(self._ask(body), tempo) for body in _request_bodies(text)]
        return join([parts], _BREATH, _RATE_HZ)

    def _decoded(self, mp3: bytes, tempo: str | None) -> Speech:
        try:
            return decode(mp3, _RATE_HZ, filters=tempo)
        except UnreadableAudio as error:
            raise EngineRefused(engine=self.name, why="âm thanh trả về bị hỏng") from error

    def _ask(self, body: str) -> bytes:
        """Send one request; the MP3 of its answer."""
        try:
            status, headers, answer = self._exchange(body)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._translated(error) from error
        if status == 429 or status >= 500:
            why = "bị hỏi quá nhiều, lỗi 429" if status == 429 else f"máy chủ gặp lỗi {status}"
            asked = headers.get("Retry-After", "")
            raise EngineUnavailable(
                engine=self.name,
                why=why,
                retryable=True,
                retry_after_s=float(asked) if asked.isascii() and asked.isdigit() else None,
            )
        if 300 <= status < 400:
            raise EngineRefused(engine=self.name, why="bị chuyển sang trang khác, có thể mạng đang bắt đăng nhập")
        if status != 200:
            raise EngineRefused(engine=self.name, why=f"lỗi {status}")
        return self._audio(answer)

    def _exchange(self, body: str) -> tuple[int, Mapping[str, str], bytes]:
        response = self._connections().request(
            "POST",
            self._address + _PATH,
            body=body.encode("ascii"),
            headers=dict(gTTS.GOOGLE_TTS_HEADERS),
            timeout=urllib3.Timeout(connect=self._timeout_s, read=self._timeout_s),
            retries=False,  # nor redirections
            preload_content=False,
        )
        try:
            return response.status, response.headers, self._whole(response)
        finally:
            response.close()

    def _whole(self, response: urllib3.BaseHTTPResponse) -> bytes:
        started, answer = self._stopwatch(), bytearray()
        for chunk in response.stream(16_384, decode_content=True):
            answer += chunk
            if self._stopwatch() - started > 2 * self._timeout_s:  # a line that drips never times out by itself
                raise TimeoutError
            if len(answer) > _ANSWER_BYTES:
                raise EngineRefused(engine=self.name, why="câu trả lời quá lớn")
        return bytes(answer)

    def _connections(self) -> urllib3.PoolManager:
        if self._pool is None:
            named = self._proxies.get("https") if self._proxies is not None else system_proxy("https", self._host)
            self._pool = pool(self._trust, named)
        return self._pool

    def _audio(self, answer: bytes) -> bytes:
        text = answer.decode("utf-8", "replace")
        if text.lstrip().startswith("<"):
            raise EngineRefused(engine=self.name, why="trả về trang web thay cho âm thanh")
        for row in _rows(text):
            if len(row) > 2 and row[1] == gTTS.GOOGLE_TTS_RPC and isinstance(row[2], str):
                try:
                    mp3 = base64.b64decode(json.loads(row[2])[0], validate=True)
                except (ValueError, TypeError, LookupError, binascii.Error) as error:
                    raise EngineRefused(engine=self.name, why="âm thanh trả về bị hỏng") from error
                if mp3:
                    return mp3
        raise EngineRefused(engine=self.name, why="câu trả lời không có âm thanh")

    def _translated(self, error: Exception) -> EngineError:
        """The port's error for one of the connection's."""
        if has_cause(error, ssl.SSLCertVerificationError):
            why = f"chứng chỉ của {self._host} không đáng tin; có thể có người chặn đường mạng"
            return EngineUnavailable(engine=self.name, why=why, retryable=False)
        if isinstance(error, urllib3.exceptions.NewConnectionError):  # urllib3 counts it among the timeouts too
            why = f"không nối được tới {self._host}; hãy kiểm tra mạng"
        elif isinstance(error, (urllib3.exceptions.TimeoutError, TimeoutError)):
            why = f"quá {self._timeout_s:g} giây không trả lời xong"
        elif isinstance(error, urllib3.exceptions.ProxyError):
            why = "không qua được máy chủ proxy"
        elif isinstance(error, (urllib3.exceptions.LocationValueError, ValueError)):
            why = "địa chỉ máy chủ hoặc proxy viết sai"
            return EngineUnavailable(engine=self.name, why=why, retryable=False)
        else:
            why = "kết nối bị ngắt giữa chừng"
        return EngineUnavailable(engine=self.name, why=why, retryable=True)


def _request_bodies(text: str) -> list[str]:
    # gTTS's further preparation is for English abbreviations; the reading has none left.
    prepared = gTTS(
        text,
        lang=_VOICE.language,
        lang_check=False,
        pre_processor_funcs=[pre_processors.tone_marks, pre_processors.end_of_line],
    )
    return cast("list[str]", prepared.get_bodies())


def _rows(text: str) -> list[list[object]]:
    """The rows of every JSON array in an answer, whatever stands around the arrays."""
    decoder = json.JSONDecoder()
    rows: list[list[object]] = []
    at = text.find("[")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return rows
        rows += [row for row in found if isinstance(row, list)]
        at = text.find("[", end)
    return rows
