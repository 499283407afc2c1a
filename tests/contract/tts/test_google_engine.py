"""The online voice against a server that misbehaves on command: the right outcome and message for each."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
from online_voice_server import OnlineVoice

from tts.engine import Speech
from tts.engines.google import GoogleEngine
from tts.engines.retrying import Retrying
from tts.errors import EngineError, EngineRefused, EngineUnavailable

SENTENCE = "Kính mời bà con chú ý lắng nghe"


def speak(engine: GoogleEngine | Retrying, text: str = SENTENCE) -> Speech:
    return engine.speak(text, engine.voices()[0])


def engine_of(voice: OnlineVoice, timeout_s: float = 5.0) -> GoogleEngine:
    return GoogleEngine(address=voice.address, trust=voice.trust, proxies={}, timeout_s=timeout_s)


@pytest.mark.parametrize(
    ("behaviour", "retryable", "message"),
    [
        ("429", True, "Giọng google không trả lời: bị hỏi quá nhiều, lỗi 429."),
        ("500", True, "Giọng google không trả lời: máy chủ gặp lỗi 500."),
        ("503", True, "Giọng google không trả lời: máy chủ gặp lỗi 503."),
        ("cut", True, "Giọng google không trả lời: kết nối bị ngắt giữa chừng."),
        ("hang", True, "Giọng google không trả lời: quá 0.3 giây không trả lời xong."),
        ("403", False, "Giọng google từ chối: lỗi 403."),
        ("html", False, "Giọng google từ chối: trả về trang web thay cho âm thanh."),
        ("redirect", False, "Giọng google từ chối: bị chuyển sang trang khác, có thể mạng đang bắt đăng nhập."),
        ("no-audio", False, "Giọng google từ chối: câu trả lời không có âm thanh."),
        ("empty", False, "Giọng google từ chối: câu trả lời không có âm thanh."),
        ("empty-audio", False, "Giọng google từ chối: câu trả lời không có âm thanh."),
        ("cut-json", False, "Giọng google từ chối: câu trả lời không có âm thanh."),
        ("no-base64", False, "Giọng google từ chối: âm thanh trả về bị hỏng."),
        ("odd-json", False, "Giọng google từ chối: âm thanh trả về bị hỏng."),
        ("no-mp3", False, "Giọng google từ chối: âm thanh trả về bị hỏng."),
        ("huge", False, "Giọng google từ chối: câu trả lời quá lớn."),
    ],
)
def test_each_failure_is_named(online_voice: OnlineVoice, behaviour: str, retryable: bool, message: str) -> None:
    online_voice.behaviours.append(behaviour)
    engine = engine_of(online_voice, timeout_s=0.3 if behaviour == "hang" else 5.0)
    with pytest.raises(EngineError) as caught:
        speak(engine)
    assert str(caught.value) == message
    assert caught.value.retryable is retryable
    assert isinstance(caught.value, EngineUnavailable if "không trả lời:" in message else EngineRefused)
    assert speak(engine).duration_ms > 500  # a failure spoils nothing for the next utterance


def test_asks_at_the_path_that_the_service_has(online_voice: OnlineVoice) -> None:
    speak(engine_of(online_voice))
    assert online_voice.paths == ["/_/TranslateWebserverUi/data/batchexecute"]
    assert online_voice.texts == [SENTENCE]


def test_a_long_sentence_goes_in_parts_and_comes_back_as_one(online_voice: OnlineVoice) -> None:
    long = ", ".join([SENTENCE] * 8)
    speech = speak(engine_of(online_voice), long)
    assert len(online_voice.texts) > 2
    assert all(len(text) <= 100 for text in online_voice.texts)
    assert "".join("".join(online_voice.texts).split()).replace(",", "") == long.replace(" ", "").replace(",", "")
    assert speech.duration_ms > 60 * sum(map(str.isalnum, long))


def test_a_stranger_on_the_line_is_not_believed(online_voice: OnlineVoice) -> None:
    engine = GoogleEngine(address=online_voice.address, trust=ssl.create_default_context(), proxies={})
    with pytest.raises(EngineUnavailable, match="chứng chỉ của localhost không đáng tin") as caught:
        speak(engine)
    assert not caught.value.retryable
    assert online_voice.texts == []


def test_a_certificate_for_another_name_is_not_believed(online_voice: OnlineVoice) -> None:
    address = online_voice.address.replace("localhost", "127.0.0.1")
    with pytest.raises(EngineUnavailable, match=r"chứng chỉ của 127\.0\.0\.1 không đáng tin"):
        speak(GoogleEngine(address=address, trust=online_voice.trust, proxies={}))
    assert online_voice.texts == []


def test_an_answer_that_drips_is_given_up(online_voice: OnlineVoice) -> None:
    readings = iter([0.0, 1000.0, 2000.0])
    engine = GoogleEngine(
        address=online_voice.address, trust=online_voice.trust, proxies={}, stopwatch=lambda: next(readings)
    )
    with pytest.raises(EngineUnavailable, match="quá 5 giây"):
        speak(engine)


def test_no_network_says_so(closed_port: int) -> None:
    with pytest.raises(EngineUnavailable, match=r"không nối được tới 127\.0\.0\.1; hãy kiểm tra mạng") as caught:
        speak(GoogleEngine(address=f"https://127.0.0.1:{closed_port}", proxies={}))
    assert caught.value.retryable
    assert caught.value.__cause__ is not None


def test_a_dead_proxy_says_so(online_voice: OnlineVoice, closed_port: int) -> None:
    proxies = {"https": f"http://127.0.0.1:{closed_port}"}
    with pytest.raises(EngineUnavailable, match="không qua được máy chủ proxy"):
        speak(GoogleEngine(address=online_voice.address, trust=online_voice.trust, proxies=proxies))


def test_the_proxy_of_the_environment_is_used(
    online_voice: OnlineVoice, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{closed_port}")
    engine = GoogleEngine(address=online_voice.address, trust=online_voice.trust)
    with pytest.raises(EngineUnavailable, match="không qua được máy chủ proxy"):
        speak(engine)
    monkeypatch.setenv("no_proxy", "localhost")
    assert speak(GoogleEngine(address=online_voice.address, trust=online_voice.trust)).pcm


def test_a_mistyped_proxy_says_so(online_voice: OnlineVoice) -> None:
    with pytest.raises(EngineUnavailable, match="viết sai") as caught:
        speak(GoogleEngine(address=online_voice.address, trust=online_voice.trust, proxies={"https": "gopher://x"}))
    assert not caught.value.retryable


def test_a_proxy_with_a_password_carries_the_request(online_voice: OnlineVoice, tunnel: Tunnel) -> None:
    proxies = {"https": f"http://an:m%40t@127.0.0.1:{tunnel.port}"}
    assert speak(GoogleEngine(address=online_voice.address, trust=online_voice.trust, proxies=proxies)).pcm
    assert tunnel.request.startswith(b"CONNECT localhost:")
    assert b"Basic " + base64.b64encode(b"an:m@t") in tunnel.request


def test_asks_again_until_it_is_answered(online_voice: OnlineVoice) -> None:
    online_voice.behaviours += ["429", "cut"]
    waits: list[float] = []
    engine = Retrying(engine_of(online_voice), sleep=waits.append, chance=lambda: 1.0)
    assert speak(engine).pcm
    assert waits == [0.8, 1.6]


def test_waits_as_long_as_the_server_asks(online_voice: OnlineVoice) -> None:
    online_voice.behaviours.append("429-wait-3")
    waits: list[float] = []
    assert speak(Retrying(engine_of(online_voice), sleep=waits.append, chance=lambda: 0.0)).pcm
    assert waits == [3.0]


def test_gives_up_in_the_end_and_says_how_often_it_asked(online_voice: OnlineVoice) -> None:
    online_voice.behaviours += ["500", "500", "429", "good"]
    waits: list[float] = []
    with pytest.raises(EngineUnavailable) as caught:
        speak(Retrying(engine_of(online_voice), sleep=waits.append))
    assert str(caught.value) == "Giọng google không trả lời: bị hỏi quá nhiều, lỗi 429, đã thử 3 lần."
    assert len(waits) == 2
    assert len(online_voice.texts) == 3


def test_does_not_ask_again_when_refused(online_voice: OnlineVoice) -> None:
    online_voice.behaviours.append("html")
    with pytest.raises(EngineRefused):
        speak(Retrying(engine_of(online_voice), sleep=lambda _: pytest.fail("waited")))
    assert len(online_voice.texts) == 1


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Tunnel:
    """A proxy that carries one connection and keeps what it was asked."""

    def __init__(self) -> None:
        self.request = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def _carry(self) -> None:
        client, _ = self._listener.accept()
        with client:
            while b"\r\n\r\n" not in self.request:
                self.request += client.recv(4096)
            target = self.request.split()[1].decode()
            host, _, port = target.partition(":")
            with socket.create_connection((host, int(port))) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=_pump, args=(server, client), daemon=True)
                back.start()
                _pump(client, server)
                back.join()

    def close(self) -> None:
        self._listener.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while content := source.recv(65_536):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.fixture
def tunnel() -> Iterator[Tunnel]:
    made = Tunnel()
    yield made
    made.close()
