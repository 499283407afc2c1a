"""Domain errors to HTTP, once: a page for people, JSON for stations."""

from __future__ import annotations

import logging

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from playlists.errors import PlaylistError
from scheduler.db.migrate import DatabaseBehind
from scheduler.errors import Conflict, InvalidInput, LoaError, NotAllowed, NotFound
from scheduler.files import FileDamaged, FileMissing
from scheduler.protocol import DocumentRefused
from scheduler.rules.approval import (
    FourEyes,
    HasLeftovers,
    NotHeard,
    NotReady,
    PastValidity,
    Stale,
    Unconfirmed,
    WrongState,
)
from scheduler.rules.permissions import OwnGrant
from scheduler.services.accounts import SignInRefused
from scheduler.services.stations import StationUnknown, TokenRefused
from scheduler.signing import SignatureRefused
from tts.errors import TtsError
from web.request_size import TOO_LARGE

STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (FourEyes, 403),
    (OwnGrant, 403),
    (SignInRefused, 401),
    (StationUnknown, 401),
    (TokenRefused, 403),
    (SignatureRefused, 400),
    (DocumentRefused, 400),
    (InvalidInput, 400),
    (Conflict, 409),
    (WrongState, 409),
    (Stale, 409),
    (NotReady, 409),
    (NotHeard, 409),
    (PastValidity, 409),
    (Unconfirmed, 409),
    (HasLeftovers, 409),
    (FileMissing, 410),
    (FileDamaged, 410),
    (DatabaseBehind, 503),
    (PlaylistError, 409),
    (TtsError, 400),
)
TITLES = {
    400: "Chưa làm được việc này",
    401: "Chưa đăng nhập",
    403: "Bạn không làm được việc này",
    404: "Không tìm thấy trang",
    405: "Không có cách gọi này",
    409: "Chưa làm được việc này",
    410: "Tệp không còn",
    413: "Tệp quá lớn",
    429: "Thử quá nhiều lần",
    500: "Máy chủ gặp lỗi",
    503: "Hệ thống đang bận",
}
WORDS = {
    404: "Địa chỉ này không có, hoặc mục đã bị xóa. Hãy quay lại trang trước.",
    405: "Hãy quay lại trang trước và thử lại.",
    413: TOO_LARGE,
    429: "Bạn đã thử quá nhiều lần. Hãy đợi vài phút rồi thử lại.",
    500: "Lỗi đã được ghi lại. Hãy thử lại; nếu vẫn lỗi, báo cho quản trị.",
    503: "Hệ thống đang bận. Hãy đợi vài giây rồi thử lại.",
}
CSRF_WORDS = "Trang đã mở quá lâu hoặc phiên đăng nhập đã đổi. Hãy tải lại trang rồi làm lại."

_diagnostics = logging.getLogger("loa.web")


def install(app: Flask) -> None:
    """Answer every error of ours with its status and its Vietnamese sentence, and every other without its innards."""
    app.register_error_handler(LoaError, _ours)
    app.register_error_handler(PlaylistError, _ours)
    app.register_error_handler(TtsError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: Exception) -> int:
    """Return the HTTP status of one of our errors; 400 for one that is not in the table, 503 when it may pass."""
    for kind, status in STATUS:
        if isinstance(error, kind):
            return status
    return 503 if getattr(error, "retryable", False) else 400


def _ours(error: Exception) -> ResponseReturnValue:
    return _answer(status_of(error), str(error), code=_code(error))


def _csrf(error: CSRFError) -> ResponseReturnValue:  # noqa: ARG001 - Flask's signature
    return _answer(400, CSRF_WORDS, code="csrf")


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return _answer(error.code, WORDS.get(error.code, TITLES.get(error.code, "Có lỗi.")), code="http")


def _busy(error: OperationalError) -> ResponseReturnValue:
    _diagnostics.error("database: %s", error)
    return _answer(503, WORDS[503], code="busy")


def _unexpected(error: Exception) -> ResponseReturnValue:
    _diagnostics.exception("unexpected", exc_info=error)
    return _answer(500, WORDS[500], code="unexpected")


def _answer(status: int, message: str, *, code: str) -> ResponseReturnValue:
    if request.blueprint == "station_api" or request.path.startswith("/station/"):
        return jsonify(error={"code": code, "message": message}), status
    return render_template(
        "errors/error.html", status=status, title=TITLES.get(status, "Có lỗi"), message=message
    ), status


def _code(error: Exception) -> str:
    name = type(error).__name__
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
