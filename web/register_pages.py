"""A register as a file: out, and in by way of a look at what it would change; the same for units and stations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from scheduler.canonical import sha256_hex
from scheduler.errors import LoaError
from scheduler.rules.permissions import Actor, Deed
from scheduler.services.registers.faults import FileRefused
from scheduler.services.registers.tables import Header
from scheduler.services.units.change import EffectDiffers
from web import door, kept_files

TYPES = {"csv": "text/csv", "json": "application/json"}

Told = TypeVar("Told")
_Taken_co = TypeVar("_Taken_co", covariant=True)


class TakeIn(Protocol[_Taken_co]):
    """Takes a file in just as it was ``seen``, and tells what it did."""

    def __call__(
        self, session: Session, actor: Actor, *, content: bytes, seen: str, today: date, now: datetime
    ) -> _Taken_co: ...


@dataclass(frozen=True, slots=True)
class Register(Generic[Told]):
    """What tells one register from another: its ``folder`` of templates, the name that its files bear, the page that
    lists it, and its verbs. ``words`` counts what was taken in; ``beside`` is what its preview needs more."""

    folder: str
    file_name: str
    listed_at: str
    header: Header
    export: Callable[[Session, str], bytes]
    look: Callable[[Session, bytes, date, datetime], Told]
    take_in: TakeIn[Told]
    words: Callable[[Told], str]
    beside: Mapping[str, Any] = field(default_factory=dict)


def add_register_pages(pages: Blueprint, register: Register[Told]) -> None:
    """Give ``pages`` the addresses under which ``register`` goes out and comes in."""

    def bring_out(form: str) -> Response:
        door.may(Deed.READ)
        if form not in TYPES:
            abort(404)
        with door.reading() as database:
            content = register.export(database, form)
        answer = Response(content, mimetype=TYPES[form])
        name = f"{register.file_name}-{door.today():%Y-%m-%d}.{form}"
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def take_in() -> str:
        door.may(Deed.MANAGE_STATIONS)
        return _form(register, None)

    def look_at_file() -> str | tuple[str, int]:
        door.may(Deed.MANAGE_STATIONS)
        try:
            return _preview(register, kept_files.uploaded())
        except LoaError as refusal:
            return _form(register, refusal), 422

    def take_in_seen() -> AnyResponse | str | tuple[str, int]:
        who = door.may(Deed.MANAGE_STATIONS)
        name, seen = request.form.get("file", ""), request.form.get("seen", "")
        try:
            content = kept_files.kept(name)
            with door.writing() as database:
                told = register.take_in(database, who, content=content, seen=seen, today=door.today(), now=door.now())
        except EffectDiffers as changed:
            return _preview(register, content, changed), 409
        except LoaError as refusal:
            return _form(register, refusal), 422
        kept_files.forget(name)
        flash(f"Đã nhập: {register.words(told)}.", "ok")
        return redirect(url_for(register.listed_at), 303)

    pages.add_url_rule("/tep.<form>", view_func=bring_out)
    pages.add_url_rule("/nhap", view_func=take_in)
    pages.add_url_rule("/nhap", view_func=look_at_file, methods=["POST"])
    pages.add_url_rule("/nhap/ghi", view_func=take_in_seen, methods=["POST"])


def _preview(register: Register[Told], content: bytes, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        told = register.look(database, content, door.today(), door.now())
    shown = {"told": told, "file": sha256_hex(content), "refusal": refusal, **register.beside}
    return render_template(f"{register.folder}/preview.html", **shown)


def _form(register: Register[Told], refusal: LoaError | None) -> str:
    header = register.header
    return render_template(
        f"{register.folder}/file.html",
        refusal=refusal,
        faults=refusal.faults if isinstance(refusal, FileRefused) else (),
        total=refusal.total if isinstance(refusal, FileRefused) else 0,
        columns=[(words[0], field, field in header.needed) for field, words in header.words.items()],
    )
