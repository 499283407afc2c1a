"""People and their roles, for the admin: made, granted, revoked, given a new password, closed."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed, Grant, Role
from scheduler.services import accounts, units
from web import door

pages = Blueprint("accounts", __name__, url_prefix="/tai-khoan")


@pages.get("")
def index() -> str:
    """List everybody with the roles that stand."""
    door.may(Deed.MANAGE_PEOPLE)
    with door.reading() as database:
        people = accounts.people(database)
    return render_template("accounts/index.html", people=people, unit_names=_unit_names())


@pages.route("/moi", methods=["GET", "POST"])
def new() -> AnyResponse | str | tuple[str, int]:
    """Make a person; the password is made here and shown once."""
    who = door.may(Deed.MANAGE_PEOPLE)
    if request.method == "GET":
        return _new_form({})
    password = accounts.new_password()
    try:
        wanted = _grant(request.form)
        password_hash = accounts.hash_password(password)
        with door.writing() as database:
            person = accounts.make_person(
                database,
                who,
                username=request.form.get("username", ""),
                display_name=request.form.get("display_name", ""),
                password_hash=password_hash,
                roles=[wanted] if wanted else [],
                now=door.now(),
            )
            person_id = person.id
    except LoaError as refusal:
        return _new_form(request.form, refusal), 422
    return _password_page(person_id, password)


@pages.get("/<person_id>")
def show(person_id: str) -> str:
    """Show one person's roles, and what may be done with the account."""
    door.may(Deed.MANAGE_PEOPLE)
    return _person_page(person_id)


@pages.post("/<person_id>/quyen")
def grant(person_id: str) -> AnyResponse | tuple[str, int]:
    """Give a role; an operator's may be limited to a unit and what is below it."""
    who = door.may(Deed.MANAGE_PEOPLE)
    try:
        wanted = _grant(request.form)
        if wanted is None:
            raise InvalidInput(what="Hãy chọn một quyền")
        with door.writing() as database:
            accounts.grant_role(database, who, person_id=person_id, grant=wanted, now=door.now())
    except LoaError as refusal:
        return _person_page(person_id, refusal), 422
    flash("Đã cấp quyền. Quyền có hiệu lực ngay.", "ok")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


@pages.post("/<person_id>/quyen/<int:grant_id>/thu")
def revoke(person_id: str, grant_id: int) -> AnyResponse | tuple[str, int]:
    """Take a role back."""
    who = door.may(Deed.MANAGE_PEOPLE)
    try:
        with door.writing() as database:
            accounts.revoke_role(database, who, grant_id=grant_id, now=door.now())
    except LoaError as refusal:
        return _person_page(person_id, refusal), 422
    flash("Đã thu quyền. Việc đã làm với quyền đó vẫn còn giá trị.", "ok")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


@pages.post("/<person_id>/mat-khau")
def reset_password(person_id: str) -> AnyResponse:
    """Give a new password, shown once; the sessions of that person end."""
    who = door.may(Deed.MANAGE_PEOPLE)
    password = accounts.new_password()
    password_hash = accounts.hash_password(password)
    with door.writing() as database:
        accounts.change_password(database, who, person_id=person_id, password_hash=password_hash, now=door.now())
    return _password_page(person_id, password)


@pages.post("/<person_id>/mo-khoa")
def set_active(person_id: str) -> AnyResponse | tuple[str, int]:
    """Close the account, or open it again."""
    who = door.may(Deed.MANAGE_PEOPLE)
    active = request.form.get("active") == "yes"
    try:
        with door.writing() as database:
            accounts.set_active(database, who, person_id=person_id, active=active, now=door.now())
    except LoaError as refusal:
        return _person_page(person_id, refusal), 422
    flash("Đã mở lại tài khoản." if active else "Đã khóa tài khoản. Người này không đăng nhập được nữa.", "ok")
    return redirect(url_for("accounts.show", person_id=person_id), 303)


def _grant(form: Mapping[str, str]) -> Grant | None:
    """Return the role that a form asks for; a unit limits an operator alone, and must be one that stands today."""
    wanted, unit = form.get("role", ""), form.get("unit", "")
    if not wanted:
        return None
    if wanted not in set(Role):
        raise InvalidInput(what="Hãy chọn một quyền trong danh sách")
    role = Role(wanted)
    if role is not Role.OPERATOR or not unit:
        return Grant(role)
    with door.reading() as database:
        return Grant(role, unit_code=units.unit_on(database, unit, door.today()).code)


def _new_form(form: Mapping[str, str], refusal: LoaError | None = None) -> str:
    return render_template("accounts/new.html", form=form, refusal=refusal, roles=list(Role), units=_units())


def _person_page(person_id: str, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        person = accounts.person_line(database, person_id)
    return render_template(
        "accounts/show.html",
        person=person,
        refusal=refusal,
        roles=list(Role),
        units=_units(),
        unit_names=_unit_names(),
        myself=person.id == door.actor().id,
    )


def _password_page(person_id: str, password: str) -> Response:
    """Show a password this once: the answer is kept nowhere, not even by the browser."""
    with door.reading() as database:
        person = accounts.person_line(database, person_id)
    answer = Response(render_template("accounts/password.html", person=person, password=password))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _units() -> list[units.UnitLine]:
    with door.reading() as database:
        return units.units_on(database, door.today())


def _unit_names() -> dict[str, str]:
    return {unit.code: unit.name for unit in _units()}
