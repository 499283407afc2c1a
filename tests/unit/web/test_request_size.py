"""What the server refuses by a request's header, before its body is read."""

from __future__ import annotations

import pytest
from flask import Flask, session
from flask.testing import FlaskClient
from waitress.adjustments import Adjustments

from web.auth import signed_in
from web.request_size import OTHER_MOST, RECORDING_MOST, LimitedParser

SLACK = 1024 * 1024
RECORDING = "/ban-tin/0f8a/thu-am"


class Parser(LimitedParser):
    """Knows one session."""

    @staticmethod
    def signed_in(cookies: str) -> bool:
        return cookies == "loa=mine"


def parsed(path: str, headers: str, cookies: str = "loa=mine") -> LimitedParser:
    parser = Parser(Adjustments())
    parser.received(f"POST {path} HTTP/1.1\r\nHost: loa\r\nCookie: {cookies}\r\n{headers}\r\n\r\n".encode())
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


@pytest.mark.parametrize("cookies", ["loa=forged", ""])
def test_a_stranger_sends_no_recording(cookies: str) -> None:
    assert parsed(RECORDING, f"Content-Length: {OTHER_MOST}", cookies).error is None
    parser = parsed(RECORDING, f"Content-Length: {RECORDING_MOST}", cookies)
    assert parser.error is not None
    status, _, body = parser.error.to_response("loa")
    assert status == "401 Unauthorized"
    assert "đăng nhập lại" in bytes(body).decode()


def test_a_session_that_its_cookie_holds_is_known() -> None:
    app = app_with_sessions()
    with app.test_client() as browser:
        browser.get("/dang-nhap")
        anonymous = cookie_of(browser)
        with browser.session_transaction() as kept:
            kept["_user_id"] = "lan:1"
        assert signed_in(app, cookie_of(browser))
    assert not signed_in(app, anonymous)
    assert not signed_in(app, "loa=eyJfdXNlcl9pZCI6ImxhbjoxIn0.forged.forged")
    assert not signed_in(app, "")


def app_with_sessions() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="a key of this test", SESSION_COOKIE_NAME="loa")

    @app.get("/dang-nhap")
    def sign_in() -> str:
        session["csrf_token"] = "x"
        return ""

    return app


def cookie_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("loa")
    assert cookie is not None
    return f"loa={cookie.value}"


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
