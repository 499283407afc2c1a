"""What the server refuses by a request's header, before its body is read."""

from __future__ import annotations

import pytest
from waitress.adjustments import Adjustments

from web.request_size import OTHER_MOST, RECORDING_MOST, LimitedParser

SLACK = 1024 * 1024
RECORDING = "/ban-tin/0f8a/thu-am"


def parsed(path: str, headers: str) -> LimitedParser:
    parser = LimitedParser(Adjustments())
    parser.received(f"POST {path} HTTP/1.1\r\nHost: loa\r\n{headers}\r\n\r\n".encode())
    return parser


@pytest.mark.parametrize(
    ("path", "size", "taken"),
    [
        (RECORDING, RECORDING_MOST, True),
        (f"{RECORDING}?lan=2", RECORDING_MOST, True),
        (RECORDING, RECORDING_MOST + SLACK, False),
        (RECORDING, 10**15, False),
        (f"{RECORDING}/9/go", OTHER_MOST + SLACK, False),
        ("/ban-tin/thu-am", RECORDING_MOST, False),
        ("/x/ban-tin/0f8a/thu-am", RECORDING_MOST, False),
        ("/dang-nhap", OTHER_MOST, True),
        ("/dang-nhap", RECORDING_MOST, False),
    ],
)
def test_a_body_is_measured_by_where_it_goes(path: str, size: int, taken: bool) -> None:
    parser = parsed(path, f"Content-Length: {size}")
    assert (parser.error is None) is taken
    assert parser.completed is not taken


def test_the_refusal_says_what_to_do_and_does_not_ask_for_the_body() -> None:
    parser = parsed("/dang-nhap", f"Content-Length: {RECORDING_MOST}\r\nExpect: 100-continue")
    assert parser.error is not None
    status, headers, body = parser.error.to_response("loa")
    assert status == "413 Request Entity Too Large"
    assert headers == [("Content-Type", "text/plain; charset=utf-8")]
    assert "hãy xuất thành MP3 hoặc M4A" in bytes(body).decode()
    assert not parser.expect_continue


def test_a_body_without_a_stated_length_is_cut_off_at_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.request_size.OTHER_MOST", 0)
    parser = parsed("/dang-nhap", "Transfer-Encoding: chunked")
    piece = b"x" * 65_536
    for _ in range(20):
        if not parser.completed:
            parser.received(b"10000\r\n" + piece + b"\r\n")
    assert parser.error is not None
    assert parser.error.code == 413
