"""The editor: script, its reading beside it, saving by itself or by a button, and handing over to the approver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.errors import LoaError, NotFound
from scheduler.rules.approval import HasLeftovers, State, opens_new_revision
from scheduler.rules.lint.pace import spoken_ms
from scheduler.rules.permissions import Deed
from scheduler.services import letters, units
from scheduler.services.bulletins import writing
from scheduler.services.bulletins.fields import LANGUAGES, SPOKEN_LANGUAGE, WORDLESS_KINDS
from scheduler.services.bulletins.manner import USUAL_PERMILLE
from scheduler.services.bulletins.page import BulletinPage
from scheduler.services.emergencies.reach import place_choices
from scheduler.services.glossary.standing import reader_on
from scheduler.services.item_room import item_room
from scheduler.starters import starters
from tts.rendering import voices_at_hand
from web import door, spoken
from web.bulletins.blueprint import pages
from web.bulletins.draft import Draft, blank, from_form, from_revision, save, saved_as
from web.bulletins.emergency import valid_options
from web.bulletins.manner import seconds, speed_options, voice_options, written
from web.bulletins.revision import again_url, read_page
from web.doubts import doubts
from web.looks import look

LISTED = 50
"""So many directives a form offers, the last imported first; the one that is cited is always among them."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the edited bulletin stands: its newest revision, and whether saving opens the one after it."""

    number: int
    state: State
    return_reason: str | None = None
    saved_at: datetime | None = None
    page: BulletinPage | None = None

    @property
    def opens_next(self) -> bool:
        """Whether saving opens a new revision."""
        return opens_new_revision(self.state)


NEW = Standing(1, State.DRAFT)


@pages.get("/moi")
def new() -> str:
    """Show an empty editor, or one begun from a starter (``mau``) or an obligation (``van-ban``, ``nhiem-vu``)."""
    door.may(Deed.WRITE)
    draft = blank(door.today())
    if key := request.args.get("mau", ""):
        starter = next((each for each in starters() if each.key == key), None)
        if starter is None:
            raise NotFound(what="bản mẫu này")
        draft = replace(draft, title=starter.title, script=starter.script)
    draft = replace(draft, directive_id=request.args.get("van-ban", ""), obligation_id=request.args.get("nhiem-vu", ""))
    return _editor(draft, NEW)


@pages.get("/<bulletin_id>/sua")
def edit(bulletin_id: str) -> str:
    """Show the newest revision for editing; saving changes the draft, or opens a new one beside what stands."""
    door.may(Deed.WRITE)
    draft, standing = _stored(bulletin_id)
    return _editor(draft, standing)


@pages.post("/luu")
def keep() -> Response | str | tuple[str, int]:
    """Save the form; with ``do=submit`` hand the draft to the approver; htmx gets the saved line alone."""
    who = door.may(Deed.WRITE)
    draft = from_form(request.form)
    by_itself = bool(request.headers.get("HX-Request"))
    voices = [written(each) for each in voices_at_hand(door.centre().engines)] if draft.voice else []
    try:
        with door.writing() as database:
            revision = save(database, who, draft, voices=voices, now=door.now())
            saved = saved_as(draft, revision)
            number = revision.number
    except LoaError as refusal:
        return (_saved_line(draft, refused=refusal) if by_itself else _editor_again(draft, refusal)), 422
    if by_itself:
        answer = Response(_saved_line(saved, number=number), mimetype="text/html")
        answer.headers["HX-Replace-Url"] = url_for("bulletins.edit", bulletin_id=saved.bulletin_id)
        return answer
    if request.form.get("do") != "submit":
        flash("Đã lưu nháp.", "ok")
        return redirect(url_for("bulletins.edit", bulletin_id=saved.bulletin_id), 303)
    return _submit(saved)


@pages.post("/doc-thu")
def read_aloud() -> str:
    """Answer what the loudspeaker would say for the script in the form, and what is to be mended in it."""
    door.may(Deed.WRITE)
    draft = from_form(request.form)
    return render_template("bulletins/_live.html", live=_live(draft), draft=draft, swapped=True)


@pages.get("/nhiem-vu")
def obligations() -> str:
    """Answer the choice of obligations of the directive that the form names."""
    door.may(Deed.WRITE)
    directive_id = request.args.get("directive", "")
    with door.reading() as database:
        choices = _obligations(database, directive_id)
    return render_template("bulletins/_obligations.html", draft=Draft(directive_id=directive_id), obligations=choices)


def _submit(saved: Draft) -> Response | tuple[str, int]:
    try:
        with door.writing() as database:
            reader = reader_on(database, door.today())
            submitted = writing.submit(
                database, door.actor(), bulletin_id=saved.bulletin_id, now=door.now(), reader=reader
            )
            number = submitted.number
    except LoaError as refusal:
        return _editor_again(saved, refusal), 422
    spoken = read_page(saved.bulletin_id).rendering is not None  # else people have recorded all, or must
    flash(f"Đã gửi duyệt lần sửa {number}.{' Máy đang tạo bản âm thanh.' if spoken else ''}", "ok")
    return redirect(url_for("bulletins.show", bulletin_id=saved.bulletin_id), 303)


def _stored(bulletin_id: str) -> tuple[Draft, Standing]:
    page = read_page(bulletin_id)
    if page.kind in WORDLESS_KINDS:
        raise NotFound(what="lời của mục âm thanh này")
    revision = page.revision
    return from_revision(bulletin_id, page.kind, revision), Standing(
        revision.number, revision.state, revision.return_reason, revision.saved_at, page
    )


def _editor_again(draft: Draft, refusal: LoaError) -> str:
    """Show what was typed once more, with why it was refused."""
    standing = NEW
    if draft.bulletin_id:
        try:
            _, standing = _stored(draft.bulletin_id)
        except NotFound:
            draft = replace(draft, bulletin_id="", seen="")
    return _editor(draft, standing, refusal)


def _editor(draft: Draft, standing: Standing, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        listed = letters.directives(database)
        shown = [line for place, line in enumerate(listed) if place < LISTED or line.id == draft.directive_id]
        choices = _obligations(database, draft.directive_id)
        places = place_choices(database, door.today())
    engines, settings = door.centre().engines, door.settings()
    at_hand = voices_at_hand(engines)
    return render_template(
        "bulletins/editor.html",
        draft=draft,
        standing=standing,
        page=standing.page,
        again_url=again_url(standing.page) if standing.page else None,
        voice_options=voice_options(at_hand, engines, draft.voice),
        voice_gone=bool(draft.voice) and draft.voice not in {written(each) for each in at_hand},
        speed_options=speed_options(draft.speed),
        usual_speed=USUAL_PERMILLE,
        sentence_pause_usual=seconds(settings.pause_sentence_ms),
        paragraph_pause_usual=seconds(settings.pause_paragraph_ms),
        refusal=refusal,
        leftovers_refused=isinstance(refusal, HasLeftovers),
        live=_live(draft),
        directive_options=[("", "Không theo văn bản nào"), *((line.id, _directive_words(line)) for line in shown)],
        language_options=[(code, look(code, "language").word) for code in LANGUAGES],
        obligations=choices,
        places=places,
        valid_options=valid_options(draft.order.valid_for),
    )


def _live(draft: Draft) -> spoken.Live:
    if draft.language != SPOKEN_LANGUAGE:
        return spoken.as_written(draft.script)
    with door.reading() as database:
        reader = reader_on(database, door.today())
        known = [unit.name for unit in units.units_on(database, door.today())]
        room = item_room(
            database, draft.bulletin_id, day=door.today(), now=door.now(), usual_s=door.settings().item_longest_s
        )
    reading = reader(draft.script)
    doubted = doubts(reading.source, known, spoken_ms(reading.text), reading.text, room)
    return spoken.live(reading, reader(draft.title), doubted)


def _directive_words(line: letters.DirectiveLine) -> str:
    told = ", ".join(part for part in (line.name, line.dated) if part)
    return f"{told}: {line.subject[:80]}" if line.subject else told


def _obligations(session: Session, directive_id: str) -> Sequence[letters.ObligationView]:
    """Return a directive's obligations; none for one that is not there: saving will say so."""
    if not directive_id:
        return ()
    try:
        return letters.directive(session, directive_id).obligations
    except NotFound:
        return ()


def _saved_line(draft: Draft, *, number: int | None = None, refused: LoaError | None = None) -> str:
    return render_template(
        "bulletins/_saved.html", draft=draft, number=number, refused=refused, at=door.now(), swapped=True
    )
