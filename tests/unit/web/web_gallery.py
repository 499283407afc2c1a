"""Every component on one page, in a bare Flask application: what the tests render and a designer looks at.

``flask --app tests/unit/web/web_gallery.py run`` shows it in a browser.
"""

from __future__ import annotations

import io
import math
import struct
import wave
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, Response, render_template, send_file
from jinja2 import ChoiceLoader, FileSystemLoader

import web
from web import assets, filters, headers, looks, navigation

NOW = datetime(2024, 5, 8, 9, 24, tzinfo=UTC)
HERE = Path(__file__).parent
ENDPOINTS = sorted({place.endpoint for places in navigation.BY_ROLE.values() for place in places})
PEAKS = [round(abs(math.sin(n / 7)) * 500 + abs(math.sin(n / 2.3)) * 450) for n in range(150)]


def hum(seconds: int = 6) -> bytes:
    """A quiet tone as a WAV file: something for the player to play."""
    rate = 8000
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", int(4000 * math.sin(n / 8))) for n in range(seconds * rate)))
    return out.getvalue()


def create_app(*, roles: tuple[str, ...] = ("approver",), endpoints: tuple[str, ...] = tuple(ENDPOINTS)) -> Flask:
    """A bare application with the product's templates, static files and filters, at one instant."""
    root = Path(web.__file__).parent
    app = Flask("gallery", static_folder=str(root / "static"), template_folder=str(root / "templates"))
    app.secret_key = "gallery"
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([FileSystemLoader(root / "templates"), FileSystemLoader(HERE)])
    filters.install(app.jinja_env, zone=lambda: ZoneInfo("Asia/Ho_Chi_Minh"), now=lambda: NOW)
    looks.install(app.jinja_env)
    assets.install(app)
    headers.install(app)
    page = {
        "network_name": "Truyền thanh huyện Mường Ảng",
        "account": {"name": "Người duyệt 1", "unit": "Huyện Mường Ảng", "url": "/tai-khoan"},
        "logout_url": "/thoat",
        "csrf_token": lambda: "thẻ-chống-giả-mạo",
        "nav": navigation.links(
            roles, answered=endpoints, address="/{}".format, current="bulletins.show", waiting={"approvals.index": 4}
        ),
    }

    @app.get("/")
    def show_gallery() -> str:
        return render_template("gallery.html", looks=looks.LOOKS, peaks=PEAKS, now=NOW, **page)

    @app.get("/am-thanh.wav")
    def play() -> Response:
        return send_file(io.BytesIO(hum()), mimetype="audio/wav", conditional=True)

    @app.post("/nghe")
    def note_listening() -> tuple[str, int]:
        return "", 204

    @app.get("/dang-nhap")
    def show_login() -> str:
        return render_template("auth/login.html", login_url="/dang-nhap", network_name=page["network_name"])

    @app.get("/dang-nhap-loi")
    def show_refused_login() -> str:
        return render_template(
            "auth/login.html",
            login_url="/dang-nhap",
            network_name=page["network_name"],
            error="Tên đăng nhập hoặc mật khẩu chưa đúng.",
            username='nguoi"duyet<1>',
        )

    @app.get("/loi/<int:status>")
    def show_error(status: int) -> tuple[str, int]:
        known = {"title": "Không tìm thấy trang này", "message": "Địa chỉ có thể đã đổi, hoặc bản tin đã bị xóa."}
        return render_template("errors/error.html", status=status, **known, **page), status

    @app.get("/loi-ngoai-cua")
    def show_error_outside() -> str:
        return render_template("errors/error.html", status=500, title="Máy chủ gặp lỗi", message="Hãy thử lại.")

    return app
