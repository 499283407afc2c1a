"""The first page: an editor's own work; for everybody else the first place of their day."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from scheduler.rules.approval import State
from scheduler.rules.permissions import Role
from scheduler.services.bulletins import views
from scheduler.services.campaigns.views import campaign_lines
from web import door, navigation

OWN = "home.index"
NEWEST = 8

pages = Blueprint("home", __name__)


@pages.get("/")
def index() -> Response | str:
    """Show what waits for the editor; send others to the first place of their bar."""
    who = door.actor()
    if Role.EDITOR not in who.roles:
        return _elsewhere(sorted(role.value for role in who.roles))
    with door.reading() as database:
        mine = views.bulletin_list(database, mine=who.id)
        short = [
            line
            for line in campaign_lines(database, today=door.today())
            if line.open and line.unmet and line.proposer_id == who.id
        ]
    return render_template(
        "home/index.html",
        returned=[line for line in mine if line.state is State.RETURNED],
        drafts=[line for line in mine if line.state is State.DRAFT],
        submitted=[line for line in mine if line.waiting is not None],
        approved=[line for line in mine if line.standing is not None],
        newest=NEWEST,
        nothing=not mine,
        short_campaigns=short,
    )


def _elsewhere(roles: list[str]) -> Response | str:
    answered = {rule.endpoint for rule in current_app.url_map.iter_rules()}
    for place in navigation.places(roles):
        if place.endpoint in answered and place.endpoint != OWN:
            return redirect(url_for(place.endpoint))
    return render_template("home/no_role.html")
