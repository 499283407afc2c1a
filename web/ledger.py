"""The ledger for auditors and admins: its head, its last lines in words, and a check of the whole on the spot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.canonical import parse_instant
from scheduler.db.accounts import LedgerEntry, Person
from scheduler.db.units import Station
from web import door, seal
from web.auth import limiter
from web.deeds import KINDS, deed_words
from web.looks import RESULTS
from web.reasons import told

A_PAGE = 50
CHECK_RATE = "6 per minute"

pages = Blueprint("ledger", __name__, url_prefix="/so")


@dataclass(frozen=True, slots=True)
class LineTold:
    """One ledger line in words."""

    seq: int
    at: datetime
    kind: str
    who: str
    what: str
    hash: str


@pages.get("")
def index() -> str:
    """Show the head and one page of lines, newest first."""
    seal.require_keeper()
    shown = seal.seal()
    last = max(1, -(-shown.head.seq // A_PAGE))
    number = min(max(1, request.args.get("trang", 1, type=int)), last)
    newest = shown.head.seq - (number - 1) * A_PAGE
    with door.reading() as database:
        lines = _lines(database, newest)
    return render_template(
        "ledger/index.html", seal=shown, lines=lines, page=number, last=last, newest=newest, size=A_PAGE
    )


@pages.post("/kiem")
@limiter.limit(CHECK_RATE)
def verify() -> Response:
    """Check the whole ledger now and tell the result on the page that asked."""
    seal.require_keeper()
    found = seal.check()
    if found.broken is None:
        flash(f"Sổ nguyên vẹn: đã kiểm đủ {found.head.seq} mục và mọi hồ sơ dựa trên sổ.", "ok")
    else:
        flash(f"{found.broken} Hãy dừng xuất báo cáo và báo quản trị.", "bad")
    back = request.form.get("back", "")
    airing_id = request.form.get("airing", "")
    if back == "story" and airing_id:
        return redirect(url_for("airlog.story", airing_id=airing_id), 303)
    return redirect(url_for("airlog.index" if back == "airlog" else "ledger.index"), 303)


def _lines(database: Session, newest: int) -> list[LineTold]:
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.seq <= newest, LedgerEntry.seq > newest - A_PAGE)
        .order_by(LedgerEntry.seq.desc())
    )
    rows = [(row, json.loads(row.line)["body"]) for row in database.scalars(query)]
    people = _names(database, {body.get("person") or body.get("approver") for _, body in rows}, Person)
    stations = _names(database, {body.get("station") for _, body in rows}, Station)
    return [_told(row, body, people, stations) for row, body in rows]


def _names(database: Session, wanted: set[Any], table: type[Person | Station]) -> dict[str, str]:
    identities = [each for each in wanted if isinstance(each, str)]
    if table is Person:
        return {row.id: row.display_name for row in database.scalars(select(Person).where(Person.id.in_(identities)))}
    return {row.id: row.name for row in database.scalars(select(Station).where(Station.id.in_(identities)))}


def _told(
    row: LedgerEntry, body: Mapping[str, Any], people: Mapping[str, str], stations: Mapping[str, str]
) -> LineTold:
    person = body.get("person") or body.get("approver")
    who = people.get(str(person)) or stations.get(str(body.get("station"))) or "trung tâm"
    return LineTold(row.seq, parse_instant(row.at), KINDS.get(row.kind, row.kind), who, _what(row.kind, body), row.hash)


def _what(kind: str, body: Mapping[str, Any]) -> str:
    if kind == "audit":
        return deed_words(str(body.get("deed", "")), body.get("facts") or {})
    if kind == "approval":
        return f"duyệt bản tin: {body.get('title', '')}, lần sửa {body.get('revision', '')}"
    if kind == "as-run":
        entry = _entry(body)
        reason = told(entry.get("reason"))
        event = told(entry.get("event"), "event").lower()
        return f"{event}: {reason}" if reason else event
    if kind == "result":
        result = str(body.get("result", ""))
        return RESULTS[result].word.lower() if result in RESULTS else result
    if kind == "rundown":
        return f"ký lịch số {body.get('sequence', '')}"
    return ""


def _entry(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the station's own words, whether the ledger keeps them as columns or as the line that was hashed."""
    line = body.get("line")
    if not isinstance(line, str):
        return body
    try:
        entry = json.loads(line)
    except ValueError:
        return body
    return entry if isinstance(entry, dict) else body
