"""One session of a slot: where it stands, and what may be asked of it: another time, a day off, another slot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from playlists.changes import Skip, Step, Unskip
from playlists.scopes import Reach
from playlists.slots import Slot
from scheduler.errors import InvalidInput, LoaError, NotFound
from scheduler.rules.permissions import Deed
from scheduler.services.timetable.drafts import read_draft
from scheduler.services.timetable.standing import network
from scheduler.services.timetable.step_words import slot_words
from scheduler.services.timetable.weeks import MOST_STATIONS, Placed, WeekSession, week
from web import door
from web.days import shown_day, typed_day
from web.timetable import moves
from web.timetable.blueprint import pages
from web.timetable.hours import typed_time
from web.timetable.looking import put, slot_in
from web.timetable.slot_form import shown_time

ONE_DAY = timedelta(days=1)


@pages.get("/khung-gio/<slot_id>/buoi/<day>")
def session(slot_id: str, day: str) -> str:
    """Show the session that a slot has on a day; ``sang`` and ``gio`` are where the reader wants to put it."""
    who = door.may(Deed.READ)
    wanted = {"to": _shown(request.args.get("sang", "")), "at": request.args.get("gio", "")}
    return _page(slot_id, _day(day), wanted if who.may(Deed.PROPOSE_SLOT) else {})


def _shown(text: str) -> str:
    try:
        return shown_day(typed_day(text, "Sang ngày"))
    except InvalidInput:
        return ""


@pages.post("/khung-gio/<slot_id>/buoi/<day>/doi")
def move_session(slot_id: str, day: str) -> Response | tuple[str, int]:
    """Put a move into the draft: of this session alone, or of all sessions of its slot alike."""
    door.may(Deed.PROPOSE_SLOT)
    form, at = request.form, _day(day)
    try:
        put(lambda slots: _moved(slot_in(slots, slot_id), at))
    except LoaError as refusal:
        return _page(slot_id, at, {"to": form.get("to", ""), "at": form.get("at", "")}, refusal), 422
    flash("Đã vào bản nháp. Xem ảnh hưởng rồi đề xuất.", "ok")
    return redirect(url_for("timetable.draft"), 303)


def _moved(slot: Slot, day: date) -> Sequence[Step]:
    form = request.form
    to_day, to_time = typed_day(form.get("to", ""), "Sang ngày"), typed_time(form.get("at", ""))
    if to_day < door.today():
        raise InvalidInput(what=f"Ngày {shown_day(to_day)} đã qua; hãy chọn ngày khác")
    which = form.get("which", "")
    if which == "this":
        return moves.only_this(slot, day, to_day, to_time)
    if which == "every":
        return moves.every_one(slot, day, typed_time(form.get("was", "")), to_day, to_time)
    raise InvalidInput(what="Hãy chọn dời chỉ buổi này hay mọi buổi của khung giờ")


@pages.post("/khung-gio/<slot_id>/buoi/<day>/nghi")
def skip_session(slot_id: str, day: str) -> Response | tuple[str, int]:
    """Put into the draft that the session is left out."""
    return _dated(slot_id, _day(day), lambda slot: Skip(slot.id, slot.title, _day(day)))


@pages.post("/khung-gio/<slot_id>/buoi/<day>/phat-lai")
def hold_session(slot_id: str, day: str) -> Response | tuple[str, int]:
    """Put into the draft that a session which was left out takes place again."""
    return _dated(slot_id, _day(day), lambda slot: Unskip(slot.id, slot.title, _day(day)))


def _dated(slot_id: str, day: date, made: Callable[[Slot], Step]) -> Response | tuple[str, int]:
    door.may(Deed.PROPOSE_SLOT)
    try:
        put(lambda slots: (made(slot_in(slots, slot_id)),))
    except LoaError as refusal:
        return _page(slot_id, day, {}, refusal), 422
    flash("Đã vào bản nháp. Xem ảnh hưởng rồi đề xuất.", "ok")
    return redirect(url_for("timetable.draft"), 303)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(what="buổi phát này") from error
    if not date(1971, 1, 4) <= day <= date(2198, 12, 1):
        raise NotFound(what="buổi phát này")
    return day


def _page(slot_id: str, day: date, typed: Mapping[str, str], refusal: LoaError | None = None) -> str:
    who, settings, now = door.actor(), door.settings(), door.now()
    with door.reading() as database:
        draft = read_draft(database, who, now=now)
        slot = slot_in(draft.standing, slot_id)
        reached = Reach(network(database)).stations(slot.scope, day)
        # A session may start on the day before or after the one that it is meant for, over slots that follow others.
        told = week(
            database,
            first_day=day - ONE_DAY,
            days=3,
            station_ids=frozenset(sorted(reached)[:MOST_STATIONS]),
            hours=settings.hours,
            zone=settings.zone,
            now=now,
        )
        words = slot_words(slot, told.network)
    here = [each for each in told.placed if each.session.slot_id == slot_id and each.session.date == day]
    first = next((each.session for each in here if each.session.sounds), here[0].session if here else None)
    starts_at = first.starts_at.astimezone(settings.tz) if first is not None else None
    return render_template(
        "timetable/session.html",
        slot=slot,
        day=day,
        words=words,
        groups=_groups(here),
        names={station.id: station.name for station in told.stations},
        first=first,
        was=shown_time(starts_at.time()) if starts_at is not None else "",
        ahead=first is not None and first.starts_at > now and first.sounds,
        to=typed.get("to") or shown_day(starts_at.date() if starts_at is not None else day),
        at=typed.get("at") or (shown_time(starts_at.time()) if starts_at is not None else ""),
        skipped=day in slot.calendar.skipped,
        moved=bool(typed.get("to") or typed.get("at")),
        refusal=refusal,
        may_propose=who.may(Deed.PROPOSE_SLOT),
    )


def _groups(here: Sequence[Placed]) -> list[tuple[WeekSession, list[Placed]]]:
    """The session as it stands at its stations, those where it stands alike together."""
    alike: dict[WeekSession, list[Placed]] = {}
    for each in here:
        alike.setdefault(each.session, []).append(each)
    return list(alike.items())
