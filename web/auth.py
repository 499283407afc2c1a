"""Signing in and out, who acts in a request, and the guards of every form."""

from __future__ import annotations

from urllib.parse import urlsplit

import flask_login
from flask import Blueprint, Flask, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin
from flask_wtf import CSRFProtect
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Response

from scheduler.services import accounts
from web import door, navigation
from web.looks import look

SIGN_IN_RATE = "10 per minute; 60 per hour"

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)
pages = Blueprint("auth", __name__)


class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """Who holds a session: the person's id and the session epoch under which it was opened."""

    def __init__(self, person_id: str, epoch: int) -> None:
        self.id = f"{person_id}:{epoch}"


def install(app: Flask) -> None:
    """Give the application sign-in, CSRF guard, rate limits, and what every page behind the door reads."""
    manager = LoginManager(app)
    manager.login_view = "auth.sign_in"
    manager.login_message = "Hãy đăng nhập để mở trang này."
    manager.session_protection = "basic"
    manager.user_loader(_load)
    csrf.init_app(app)
    limiter.init_app(app)
    app.register_blueprint(pages)
    app.before_request(_guard)
    app.context_processor(_page_context)


def signed_in(app: Flask, cookies: str) -> bool:
    """Return whether a Cookie header holds a session of somebody who signed in; that it still stands, pages ask."""
    asking = app.request_class(EnvironBuilder(environ_overrides={"HTTP_COOKIE": cookies}).get_environ())
    kept = app.session_interface.open_session(app, asking)
    return kept is not None and "_user_id" in kept


def _load(identity: str) -> SignedIn | None:
    person_id, _, epoch = identity.partition(":")
    if not epoch.isdigit():
        return None
    with door.reading() as database:
        who = accounts.actor(database, person_id, int(epoch))
    if who is None:
        return None
    g.actor = who
    return SignedIn(person_id, int(epoch))


def _guard() -> Response | str | None:
    """Let nobody past the door without signing in, but for the door itself, static files, stations and calendars.

    Stations show their token, calendars the secret in their address.
    """
    by_secret = request.blueprint in {"station_api", "calendar_feed"}
    open_to_all = request.endpoint in {"auth.sign_in", "static"} or by_secret
    if open_to_all or request.endpoint is None or flask_login.current_user.is_authenticated:
        return None
    if request.headers.get("HX-Request"):
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for("auth.sign_in")
        return answer
    return redirect(url_for("auth.sign_in", next=request.full_path if request.method == "GET" else None))


def _page_context() -> dict[str, object]:
    who = g.get("actor")
    if who is None:
        return {"network_name": door.settings().organisation}
    roles = sorted(role.value for role in who.roles)
    return {
        "network_name": door.settings().organisation,
        "actor": who,
        "account": {"name": who.name, "unit": _roles_line(roles), "url": url_for("auth.account")},
        "logout_url": url_for("auth.sign_out"),
        "nav": navigation.links(
            roles,
            answered={rule.endpoint for rule in current_app.url_map.iter_rules()},
            address=url_for,
            current=request.endpoint,
            waiting=g.get("waiting"),
        ),
    }


def _roles_line(roles: list[str]) -> str:
    return ", ".join(look(role, "role").word for role in roles) or "chưa có quyền"


@pages.route("/dang-nhap", methods=["GET", "POST"])
@limiter.limit(SIGN_IN_RATE, methods=["POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Show the door, or open it to whoever knows a name and its password."""
    target = _safe_target(request.values.get("next"))
    if request.method == "GET":
        return redirect(target) if flask_login.current_user.is_authenticated else _door(target)
    username = request.form.get("username", "")
    try:
        _open(username, request.form.get("password", ""))
    except accounts.SignInRefused as refusal:
        return _door(target, username=username, error=str(refusal)), 401
    return redirect(target)


def _open(username: str, password: str) -> None:
    with door.reading() as database:
        person_id, password_hash = accounts.find_for_sign_in(database, username)
    accounts.check_password(password_hash, password)
    if person_id is None:
        raise accounts.SignInRefused
    with door.reading() as database:
        epoch = accounts.session_epoch(database, person_id)
    session.clear()
    session.permanent = True
    flask_login.login_user(SignedIn(person_id, epoch))


def _door(target: str, *, username: str = "", error: str | None = None) -> str:
    return render_template(
        "auth/login.html", login_url=url_for("auth.sign_in"), next_url=target, username=username, error=error
    )


@pages.post("/dang-xuat")
def sign_out() -> Response:
    """End this session."""
    flask_login.logout_user()
    session.clear()
    return redirect(url_for("auth.sign_in"))


@pages.route("/tai-khoan-cua-toi", methods=["GET", "POST"])
@limiter.limit(SIGN_IN_RATE, methods=["POST"])
def account() -> Response | str:
    """Show one's own roles, and change one's own password."""
    who = door.actor()
    if request.method == "POST":
        with door.reading() as database:
            kept = accounts.password_hash_of(database, who.id)
        accounts.check_password(kept, request.form.get("current", ""))
        fresh = accounts.hash_password(request.form.get("fresh", ""))
        with door.writing() as database:
            accounts.change_password(database, who, person_id=who.id, password_hash=fresh, now=door.now())
            epoch = accounts.session_epoch(database, who.id)
        flask_login.login_user(SignedIn(who.id, epoch))
        flash("Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.", "ok")
        return redirect(url_for("auth.account"))
    with door.reading() as database:
        person = accounts.person_line(database, who.id)
    return render_template("auth/account.html", person=person)


def _safe_target(target: str | None) -> str:
    """Return a path of this site alone: no host, no scheme, no backslash that a browser turns into a slash."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else "/"
