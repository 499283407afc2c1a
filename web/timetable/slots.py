"""Weekly slots: proposed for stations, published, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from playlists.calendar import Calendar
from playlists.changes import Add, End
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.errors import Conflict, InvalidInput, LoaError, NotFound
from scheduler.rules.permissions import Actor, Deed
from scheduler.services.plan_values import refusing
from scheduler.services.programmes import checked_title
from scheduler.services.sounding import Sounding
from scheduler.services.timetable import changes
from scheduler.services.timetable.change_views import ChangeLine, change_view, open_changes
from scheduler.services.timetable.effects import Outlook
from scheduler.services.timetable.standing import standing_slots
from web import door
from web.days import shown_day, typed_day, typed_day_or_none
from web.timetable.blueprint import pages
from web.timetable.hours import typed_time
from web.timetable.sounding import form_context, read_sounding

_LONGEST_TITLE = 200


@pages.route("/khung-gio/moi", methods=["GET", "POST"])
def new_slot() -> Response | str | tuple[str, int]:
    """Show the form of a new slot, or propose it for the chosen stations."""
    who = door.may(Deed.PROPOSE_SLOT)
    if request.method == "GET":
        return _form(_defaults(), stations=request.args.getlist("cum-loa"), weekdays=[str(day) for day in range(7)])
    form = request.form
    try:
        slot = _slot()
        with door.writing() as database:
            changes.propose(database, who, title=slot.title, steps=[Add(slot)], now=door.now(), outlook=outlook())
    except LoaError as refusal:
        return _form(form.to_dict(), form.getlist("station"), form.getlist("weekday"), refusal), 422
    made = len(slot.scope.stations)
    flash(f"Đã đề xuất khung giờ cho {made} cụm loa. Người duyệt công bố thì mới vào lịch.", "ok")
    return redirect(url_for("timetable.index", _anchor="khung-gio"), 303)


@pages.post("/khung-gio/cong-bo")
def publish() -> Response:
    """Publish the changes that propose the slots that the form names."""
    who = door.may(Deed.PUBLISH_SLOT)
    with door.writing() as database:
        for line in _open_changes(database, Add):
            _publish(database, who, line.id)
    flash("Đã công bố. Các buổi phát vào lịch trong ít giây.", "ok")
    return redirect(url_for("timetable.index", _anchor="khung-gio"), 303)


@pages.post("/khung-gio/ket-thuc")
def end() -> Response:
    """Drop the proposals of the slots that the form names; propose to end those that stand, or publish that."""
    who = door.actor()
    told = "Đã bỏ đề xuất."
    with door.writing() as database:
        for line in _open_changes(database, Add):
            if line.proposer_id == who.id:
                changes.withdraw(database, who, change_id=line.id, now=door.now())
            else:
                changes.refuse(database, who, change_id=line.id, reason="Bỏ từ danh sách khung giờ", now=door.now())
        standing = standing_slots(database, door.now())
        ended = [slot for each in request.form.getlist("slot") if (slot := _known(standing, each)) is not None]
        ending = _open_changes(database, End)
        if ended and ending and who.may(Deed.PUBLISH_SLOT):
            for line in ending:
                _publish(database, who, line.id)
            told = "Đã kết thúc khung giờ. Các buổi chưa phát rời khỏi lịch trong ít giây."
        elif ended:
            steps = [End(slot.id, slot.title) for slot in ended]
            title = f"Kết thúc {ended[0].title}"[:_LONGEST_TITLE]
            changes.propose(database, who, title=title, steps=steps, now=door.now(), outlook=outlook())
            told = "Đã đề xuất kết thúc khung giờ. Người duyệt công bố thì các buổi mới rời khỏi lịch."
    flash(told, "ok")
    return redirect(url_for("timetable.index", _anchor="khung-gio"), 303)


def outlook() -> Outlook:
    """Return by what the timetable is looked at here."""
    settings = door.settings()
    return Outlook(settings.zone, settings.days_ahead, settings.hours)


def _open_changes(database: Session, kind: type[Add | End]) -> list[ChangeLine]:
    """Return the open changes that add, or end, one of the slots that the form names."""
    named = set(request.form.getlist("slot"))
    return [
        line
        for line in open_changes(database)
        if any(isinstance(step, kind) and str(step.slot_id) in named for step in line.told)
    ]


def _publish(database: Session, who: Actor, change_id: str) -> None:
    view = change_view(database, change_id, now=door.now(), outlook=outlook())
    if view.seen is None:
        raise Conflict(what=(view.problem or "Đề xuất này không công bố được").rstrip("."))
    changes.publish(database, who, change_id=change_id, seen=view.seen, now=door.now(), outlook=outlook())


def _known(standing: Mapping[UUID, Slot], identity: str) -> Slot | None:
    return next((slot for slot in standing.values() if str(slot.id) == identity), None)


def _slot() -> Slot:
    """Return the slot that the form describes; raises :class:`~scheduler.errors.InvalidInput` and
    :class:`~scheduler.errors.NotFound`."""
    form, sounding = request.form, read_sounding()
    stations = form.getlist("station")
    if not stations:
        raise NotFound(what="cụm loa đã chọn; hãy chọn ít nhất một")
    first, last = typed_day(form.get("from", ""), "Từ ngày"), typed_day_or_none(form.get("to", ""), "Đến hết ngày")
    weekdays, starts = _weekdays(form.getlist("weekday")), typed_time(form.get("starts", ""))
    checked = Sounding(sounding.start_rule, sounding.grace_s, sounding.gain_cb, sounding.max_duration_s)
    with refusing():
        return Slot(
            id=UUID(changes.new_slot_id()),
            title=checked_title(form.get("title", ""), "khung giờ"),
            scope=Scope(stations=frozenset(_identity(each, "cụm loa đã chọn") for each in stations)),
            calendar=Calendar(first, last, frozenset(weekdays)),
            start=starts,
            max_duration=timedelta(seconds=checked.max_duration_s),
            zone=door.settings().zone,
            programme_id=_identity(form.get("programme", ""), "chương trình này"),
            start_rule=StartRule(checked.start_rule),
            grace=timedelta(seconds=checked.grace_s),
            gain_cb=checked.gain_cb,
        )


def _identity(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound(what=what) from error


def _weekdays(typed: Sequence[str]) -> list[int]:
    if not typed or not all(day.isascii() and day.isdigit() for day in typed):
        raise InvalidInput(what="Hãy chọn ít nhất một ngày trong tuần")
    return [int(day) for day in typed]


def _defaults() -> dict[str, str]:
    settings = door.settings()
    return {
        "programme": request.args.get("chuong_trinh", ""),
        "title": "",
        "starts": "17:00",
        "minutes": "15",
        "rule": "hard",
        "grace": str(settings.grace_s),
        "quieter": "0",
        "from": shown_day(door.today()),
        "to": "",
    }


def _form(
    typed: dict[str, str], stations: Sequence[str], weekdays: Sequence[str], refusal: LoaError | None = None
) -> str:
    return render_template("timetable/slot.html", weekdays=weekdays, refusal=refusal, **form_context(typed, stations))
