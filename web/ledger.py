"""The ledger for auditors and admins: its head, its last lines in words, and a check of the whole on the spot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scheduler.rules.permissions import Deed
from scheduler.services.ledger_views import LedgerLine, ledger_lines
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
    door.may(Deed.READ_LEDGER)
    shown = seal.seal()
    length = shown.state.head.seq
    last = max(1, -(-length // A_PAGE))
    number = min(max(1, request.args.get("trang", 1, type=int)), last)
    newest = length - (number - 1) * A_PAGE
    with door.reading() as database:
        lines = [_told(line) for line in ledger_lines(database, newest=newest, most=A_PAGE)]
    return render_template(
        "ledger/index.html", seal=shown, lines=lines, page=number, last=last, newest=newest, size=A_PAGE
    )


@pages.post("/kiem")
@limiter.limit(CHECK_RATE)
def verify() -> Response:
    """Check the whole ledger now and tell the result on the page that asked."""
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


def _told(line: LedgerLine) -> LineTold:
    who = line.person_name or line.station_name or "trung tâm"
    return LineTold(line.seq, line.at, KINDS.get(line.kind, line.kind), who, _what(line.kind, line.body), line.hash)


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
