"""Emergencies under way: a strip over every page, and a page with the state of each station and the way to stop it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.rules.permissions import Deed
from scheduler.services.bulletins import approvals
from scheduler.services.emergencies.under_way import (
    EmergencyLine,
    StationShare,
    StationStage,
    counted,
    emergencies_since,
    shares,
)
from web import door

USUAL_REASON = "Dừng phát khẩn cấp."
COUNTED_IN_STRIP = 500
STAGES: Mapping[StationStage, str] = {
    "sounding": "đang phát",
    "aired": "đã phát",
    "accepted": "đã nhận lệnh",
    "waiting": "chưa nhận lệnh",
    "interrupted": "bị ngắt",
    "missed": "không phát được",
    "called-off": "đã hủy lệnh",
}

pages = Blueprint("emergencies", __name__, url_prefix="/khan-cap")


@dataclass(frozen=True, slots=True)
class Strip:
    """What a strip over the page says of an emergency under way."""

    words: str
    url: str
    drill: bool
    may_stop: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An emergency with its stations, and whether it may sound still."""

    line: EmergencyLine
    stations: tuple[StationShare, ...]
    running: bool

    @property
    def counts(self) -> Counter[StationStage]:
        """How many stations are how far."""
        return counted(self.stations)


@pages.app_context_processor
def strips() -> dict[str, object]:
    """Tell every whole page what emergencies are under way; parts that htmx fetches have no strip."""
    who = g.get("actor")
    if who is None or not who.may(Deed.READ) or request.headers.get("HX-Request") or request.endpoint == "static":
        return {}
    return {"emergencies_now": _strips()}


def _strips() -> tuple[Strip, ...]:
    """Return the strips of this request, asked once: an answer may be made of several templates."""
    if "strips" not in g:
        now = door.now()
        with door.reading() as database:
            running = [line for line in emergencies_since(database, now=now) if line.running(now)]
            g.strips = tuple(_strip(line, _how_far(database, line)) for line in running)
    found: tuple[Strip, ...] = g.strips
    return found


def _how_far(database: Session, line: EmergencyLine) -> str:
    """Return how many stations are how far, in words; a page waits for no more than a few hundred of them."""
    if line.planned > COUNTED_IN_STRIP:
        return ""
    counts = counted(shares(database, line))
    return ", ".join(f"{counts[stage]} {words}" for stage, words in STAGES.items() if counts[stage])


def _strip(line: EmergencyLine, how_far: str) -> Strip:
    what = "DIỄN TẬP KHẨN CẤP" if line.drill else "ĐANG PHÁT KHẨN CẤP"
    return Strip(
        words=f"{what} tại {line.planned} cụm loa: {line.title}{f' ({how_far})' if how_far else ''}",
        url=url_for("emergencies.index"),
        drill=line.drill,
        may_stop=door.actor().may(Deed.WITHDRAW),
    )


@pages.get("")
def index() -> str:
    """Show the emergencies of the last day: what is under way first, each with the state of its stations."""
    door.may(Deed.READ)
    now = door.now()
    with door.reading() as database:
        lines = emergencies_since(database, now=now)
        shown = [Shown(line, tuple(shares(database, line)), line.running(now)) for line in lines]
    return render_template(
        "emergencies/index.html",
        running=[each for each in shown if each.running],
        over=[each for each in shown if not each.running],
        may_stop=door.actor().may(Deed.WITHDRAW),
        usual_reason=USUAL_REASON,
        stages=STAGES,
    )


@pages.post("/<bulletin_id>/thu-hoi")
def withdraw(bulletin_id: str) -> Response:
    """Withdraw an emergency: what sounds fades out, what has not begun is called off."""
    who = door.may(Deed.WITHDRAW)
    reason = request.form.get("reason", "").strip() or USUAL_REASON
    with door.writing() as database:
        approvals.withdraw(database, who, bulletin_id=bulletin_id, reason=reason, now=door.now())
    flash("Đã thu hồi. Cụm loa đang phát tự tắt dần trong một giây sau khi nhận lệnh.", "ok")
    return redirect(url_for("emergencies.index"), 303)
