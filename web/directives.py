"""Directives: official letters brought in as files, and the page of what each orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from playlists.obligations import Verdict, together
from scheduler.errors import InvalidInput, LoaError, NotFound
from scheduler.letters.dates import Deadline
from scheduler.letters.reading.letter import MAX_FILE_BYTES
from scheduler.rules.permissions import Deed
from scheduler.services import letters, units
from scheduler.services.airtime import words
from scheduler.services.airtime.directive import DirectiveAirtime, directive_airtime
from scheduler.services.airtime.table import airtime_csv
from scheduler.services.bulletins import views
from scheduler.services.campaigns.views import campaigns_answering
from web import door
from web.looks import look

SLACK = 1024 * 1024
"""What a form may add around the file; a file a little too large is still refused in the form, with its own words."""

_TONES = {
    Verdict.COVERED: "ok",
    Verdict.COMING: "",
    Verdict.SHORT: "warn",
    Verdict.LATE: "bad",
    Verdict.NOTHING: "warn",
}

pages = Blueprint("directives", __name__, url_prefix="/van-ban")


@pages.url_value_preprocessor
def take_letters(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a letter's file in: the CSRF guard reads the form before any view could raise the limit."""
    if endpoint == "directives.bring_in":
        request.max_content_length = MAX_FILE_BYTES + SLACK


@pages.get("")
def index() -> str:
    """List the directives, the last imported first, with the form that brings one in."""
    door.may(Deed.READ)
    return _list()


@pages.post("")
def bring_in() -> AnyResponse | tuple[str, int]:
    """Read an uploaded letter and keep it; the same file again leads to the directive that stands."""
    who = door.may(Deed.IMPORT_LETTER)
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise InvalidInput(what="Hãy chọn tệp công văn")
        content = file.read()
        with door.reading() as database:
            known = sorted({unit.name for unit in units.units_on(database, door.today())})
            before = {line.id for line in letters.directives(database)}
        with door.writing() as database:
            told = letters.import_letter(
                database,
                who,
                content=content,
                file_name=file.filename,
                store=door.centre().letters,
                known_names=known,
                now=door.now(),
            )
    except LoaError as refusal:
        return _list(refusal), 422
    if told.id in before:
        flash("Tệp này đã được nhập trước đây. Đây là văn bản đã có.", "info")
    else:
        flash(f"Đã đọc văn bản: {len(told.obligations)} nhiệm vụ, {len(told.warnings)} cảnh báo.", "ok")
    return redirect(url_for("directives.show", directive_id=told.id), 303)


@pages.get("/<directive_id>")
def show(directive_id: str) -> str:
    """Show what a directive orders, what is wrong in it, and which bulletins answer it."""
    who = door.may(Deed.READ)
    with door.reading() as database:
        told = letters.directive(database, directive_id)
        answers = views.bulletin_list(database, directive_id=directive_id)
        airtime = _airtime(database, directive_id)
        campaigns = campaigns_answering(database, [each.id for each in told.obligations], today=door.today())
    nearest = _nearest(told)
    left_words, left_tone = _left(nearest[1]) if nearest else ("", "")
    return render_template(
        "directives/show.html",
        directive=told,
        bases=[
            (base["symbol"] or base["text"], date.fromisoformat(base["date"]) if base["date"] else None)
            for base in told.bases
        ],
        day_missing=any(warning.code == "missing-day" for warning in told.warnings),
        nearest=nearest,
        left_words=left_words,
        left_tone=left_tone,
        answers=answers,
        answer_words=_states_in_words(answers),
        by_obligation={
            each.id: [line for line in answers if line.obligation_id == each.id] for each in told.obligations
        },
        whole=[line for line in answers if line.obligation_id is None],
        may_write=who.may(Deed.WRITE),
        campaigns=campaigns,
        ready={
            each.obligation_id
            for each in airtime.obligations
            if who.may(Deed.PROPOSE_CAMPAIGN) and any(answer.line.standing is not None for answer in each.bulletins)
        },
        airtime=airtime,
        overall=words.overall(airtime),
        sentences=[words.sentence(each) for each in airtime.obligations],
        lead_tone=_TONES[together([each.verdict for each in airtime.obligations])] if airtime.obligations else "",
    )


@pages.get("/<directive_id>/do-phu.csv")
def airtime_file(directive_id: str) -> Response:
    """Answer what of a directive sounded, obligation by obligation and station by station, for a spreadsheet."""
    door.may(Deed.READ)
    with door.reading() as database:
        told = _airtime(database, directive_id)
    answer = Response(airtime_csv(told), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="do-phu-{door.today():%Y-%m-%d}.csv"'
    return answer


@pages.get("/<directive_id>/tep")
def file(directive_id: str) -> Response:
    """Answer the file as it was brought in, to be kept and not shown: it is from outside."""
    door.may(Deed.READ)
    with door.reading() as database:
        told = letters.directive(database, directive_id)
    path = door.centre().letters.path(told.file_sha256)
    if not path.is_file():
        raise NotFound(what="tệp gốc của văn bản này trong kho")
    return send_file(
        path.absolute(),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=told.file_name,
        etag=told.file_sha256,
        max_age=0,
    )


def _list(refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        lines = letters.directives(database)
        deadlines = {line.id: _deadline(database, line.id) for line in lines}
    return render_template(
        "directives/index.html",
        lines=lines,
        deadlines=deadlines,
        refusal=refusal,
        may_import=door.actor().may(Deed.IMPORT_LETTER),
        most_mb=MAX_FILE_BYTES // 1024 // 1024,
    )


def _airtime(database: Session, directive_id: str) -> DirectiveAirtime:
    settings = door.settings()
    allowance = timedelta(seconds=settings.reporting_allowance_s)
    return directive_airtime(database, directive_id, zone=settings.zone, allowance=allowance, now=door.now())


def _deadline(database: Session, directive_id: str) -> Deadline | None:
    nearest = _nearest(letters.directive(database, directive_id))
    return None if nearest is None else nearest[1]


def _nearest(told: letters.DirectiveView) -> tuple[int, Deadline] | None:
    """Return the obligation (its ordinal) whose deadline comes first of those ahead, else the last that passed."""
    found = [(each.ordinal, deadline) for each in told.obligations for deadline in each.deadlines]
    ahead = [pair for pair in found if pair[1].end > _here()]
    if ahead:
        return min(ahead, key=lambda pair: pair[1].end)
    return max(found, key=lambda pair: pair[1].end, default=None)


def _left(deadline: Deadline) -> tuple[str, str]:
    """Return how many days are left to act, today and the last one counted, and the tone of it."""
    if deadline.end <= _here():
        return "đã qua", "warn"
    return f"{(deadline.last_day - door.today()).days + 1} ngày", ""


def _here() -> datetime:
    """Return the local time, as deadlines are written."""
    return door.now().astimezone(door.settings().tz).replace(tzinfo=None)


def _states_in_words(lines: Sequence[views.BulletinLine]) -> str:
    """Return ``5 đã duyệt, 2 chờ duyệt``: how many of the newest revisions stand in each state."""
    counts = Counter(line.state for line in lines)
    return ", ".join(f"{count} {look(state, 'state').word.lower()}" for state, count in counts.most_common())
