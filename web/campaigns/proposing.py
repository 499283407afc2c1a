"""The form of a new campaign: choose, see what it would bring, propose."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from scheduler.errors import LoaError, NotFound
from scheduler.rules.permissions import Deed
from scheduler.services.airtime.answers import ObligationAnswers, obligation_answers
from scheduler.services.campaigns import carrying
from web import door
from web.campaigns import form as forms
from web.campaigns.blueprint import outlook, pages
from web.rotation_words import by_bulletin, unmet_lines

MOST_TITLE = 200


@pages.route("/moi", methods=["GET", "POST"])
def new() -> Response | str | tuple[str, int]:
    """Show the form, show it again with what the campaign would bring, or propose it: by the button pressed."""
    who = door.may(Deed.PROPOSE_CAMPAIGN)
    if request.method == "GET":
        return _page(_begun())
    form = request.form.copy()
    act = form.get("act", "look")
    if act in {"all", "none"}:
        return _page(_ticked(form, chosen=act == "all"))
    try:
        asked, carriage = forms.read_asked(form), forms.read_carriage(form)
        if act != "propose":
            with door.reading() as database:
                look = carrying.look(database, asked=asked, carriage=carriage, now=door.now(), outlook=outlook())
            return _page(form, look=look)
        with door.writing() as database:
            row = carrying.propose(database, who, asked=asked, carriage=carriage, now=door.now(), outlook=outlook())
            campaign_id, title = row.id, row.title
    except LoaError as refusal:
        return _page(form, refusal=refusal), 422
    flash(f"Đã đề xuất “{title}”. Người duyệt công bố thì đợt mới được phát.", "ok")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


def _begun() -> forms.Form:
    """The form as a link opens it: for an obligation (``nhiem-vu``) with its bulletins, or for bulletins (``ban-tin``).

    What is not approved can't be chosen and is left out.
    """
    asked = MultiDict([("obligation", request.args.get("nhiem-vu", ""))])
    obligation_id = forms.obligation_id(asked)
    with door.reading() as database:
        offered = {piece.entry[1] for piece in forms.bulletin_choices(database)}
        answers = obligation_answers(database, obligation_id) if obligation_id is not None else None
    if answers is None:
        form = forms.beginning(door.today())
        wanted: Iterable[str] = request.args.getlist("ban-tin")
    else:
        title = f"Nhiệm vụ {answers.ordinal}, {answers.directive_name}"[:MOST_TITLE]
        form = forms.beginning(door.today(), title, answers.deadline.end.date() if answers.deadline else None)
        form["obligation"] = str(answers.obligation_id)
        wanted = answers.bulletin_ids
    form.setlist("bulletin", [each for each in wanted if each in offered])
    return form


def _ticked(form: forms.Form, *, chosen: bool) -> forms.Form:
    with door.reading() as database:
        bulletins = [piece.entry[1] for piece in forms.bulletin_choices(database)]
    form.setlist("bulletin", bulletins if chosen else [])
    return form


def _page(form: forms.Form, *, look: carrying.Look | None = None, refusal: LoaError | None = None) -> str:
    with door.reading() as database:
        bulletins = forms.bulletin_choices(database)
        units = forms.unit_choices(database, door.today())
        languages = forms.languages_spoken(database)
        templates = [(row.id, row.title) for row in carrying.templates(database)]
        answers = _answers(database, form)
    unmet = (
        unmet_lines((station.station_id, goal) for station in look.forecast.stations for goal in station.shortfalls)
        if look
        else []
    )
    return render_template(
        "campaigns/new.html",
        typed=form,
        bulletins=bulletins,
        chosen_bulletins=set(form.getlist("bulletin")),
        units=units,
        chosen_units=set(form.getlist("unit")),
        chosen_stations=set(form.getlist("station")),
        languages=languages,
        chosen_languages=form.getlist("language"),
        templates=templates,
        usual_template=carrying.USUAL_TITLE,
        look=look,
        unmet=unmet,
        by_bulletin=by_bulletin,
        titles={piece.entry[1]: piece.title for piece in bulletins},
        refusal=refusal,
        answers=answers,
    )


def _answers(database: Session, form: forms.Form) -> ObligationAnswers | None:
    """The obligation that the form is for, null for none and for one that isn't there (proposing says so)."""
    try:
        obligation_id = forms.obligation_id(form)
        return obligation_answers(database, obligation_id) if obligation_id is not None else None
    except NotFound:
        return None
