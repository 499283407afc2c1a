"""The draft of a change: looked at with its effect, amended by a remedy's press, proposed or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from playlists.changes import Edit, MoveDate, Step
from playlists.slots import Slot
from scheduler.errors import InvalidInput, LoaError
from scheduler.rules.permissions import Deed
from scheduler.services.timetable import drafts
from web import door
from web.days import typed_day
from web.timetable.blueprint import pages
from web.timetable.looking import draft_look, outlook, put, slot_in


@pages.get("/thay-doi/dang-soan")
def draft() -> str:
    """Show the reader's draft: its steps, what they would do, and what stands in the way."""
    door.may(Deed.PROPOSE_SLOT)
    return _page("", "")


@pages.post("/thay-doi/dang-soan/de-xuat")
def propose() -> Response | tuple[str, int]:
    """Propose the draft as it was seen."""
    who = door.may(Deed.PROPOSE_SLOT)
    title, note = request.form.get("title", ""), request.form.get("note", "")
    try:
        with door.writing() as database:
            change_id = drafts.propose_draft(
                database,
                who,
                title=title,
                note=note,
                seen=request.form.get("seen", ""),
                now=door.now(),
                outlook=outlook(),
            )
    except LoaError as refusal:
        return _page(title, note, refusal), 422
    flash("Đã đề xuất. Người duyệt công bố thì mới vào lịch.", "ok")
    return redirect(url_for("timetable.change", change_id=change_id), 303)


@pages.post("/thay-doi/dang-soan/bo-buoc")
def drop_step() -> Response:
    """Take one step out of the draft."""
    who = door.may(Deed.PROPOSE_SLOT)
    with door.writing() as database:
        drafts.drop_step(database, who, request.form.get("step", ""), now=door.now())
    return redirect(url_for("timetable.draft"), 303)


@pages.post("/thay-doi/dang-soan/bo")
def clear() -> Response:
    """Drop the whole draft."""
    who = door.may(Deed.PROPOSE_SLOT)
    with door.writing() as database:
        drafts.clear_draft(database, who)
    flash("Đã bỏ bản nháp thay đổi lịch.", "ok")
    return redirect(url_for("timetable.index"), 303)


@pages.post("/thay-doi/dang-soan/cach")
def remedy() -> Response:
    """Amend the draft by a remedy: another hour or length for a slot, or for its session of one day."""
    door.may(Deed.PROPOSE_SLOT)
    back = request.form.get("back", "")
    try:
        put(lambda slots: _remedy_steps(slot_in(slots, request.form.get("slot", ""))))
    except LoaError as refusal:
        flash(str(refusal), "bad")
    return redirect(back if back.startswith(url_for("timetable.index")) else url_for("timetable.draft"), 303)


def _remedy_steps(slot: Slot) -> Sequence[Step]:
    form = request.form
    if form.get("length_s", ""):
        return (Edit(slot, replace(slot, max_duration=timedelta(seconds=_number(form["length_s"])))),)
    try:
        start = time.fromisoformat(form.get("start", ""))
    except ValueError as error:
        raise InvalidInput(what="Cách xử lý này không đọc được; hãy tải lại trang") from error
    if form.get("day", ""):
        return (MoveDate(slot.id, slot.title, typed_day(form["day"], "Ngày"), start),)
    return (Edit(slot, replace(slot, start=start)),)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise InvalidInput(what="Cách xử lý này không đọc được; hãy tải lại trang")
    return int(text[:6])


def _page(title: str, note: str, refusal: LoaError | None = None) -> str:
    who = door.actor()
    with door.reading() as database:
        look = draft_look(database, who)
        marked = look.draft.marked() if look is not None else []
        words = drafts.steps_words(database, [step for _, step in marked])
    return render_template(
        "timetable/draft.html",
        look=look,
        steps=[(mark, told) for (mark, _), told in zip(marked, words, strict=True)],
        title_typed=title or (words[0][:200] if len(words) == 1 else ""),
        note_typed=note,
        refusal=refusal,
    )
