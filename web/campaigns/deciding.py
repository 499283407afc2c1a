"""The list of campaigns, one campaign, and what is decided on it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from scheduler.db.campaigns import Campaign
from scheduler.errors import LoaError, NotFound
from scheduler.rules.permissions import Deed
from scheduler.services.airtime.answers import obligation_answers
from scheduler.services.campaigns import carrying, deeds, views
from scheduler.services.campaigns.forecast import Forecast, forecast
from scheduler.services.campaigns.values import State, campaign_values
from scheduler.services.timetable.change_views import ChangeView, change_view
from web import door
from web.campaigns.blueprint import outlook, pages
from web.rotation_words import by_bulletin, unmet_lines


@pages.get("")
def index() -> str:
    """List the campaigns."""
    who = door.may(Deed.READ)
    with door.reading() as database:
        lines = views.campaign_lines(database, today=door.today())
    return render_template(
        "campaigns/index.html",
        waiting=[line for line in lines if line.state is State.PROPOSED and not line.over],
        running=[line for line in lines if line.state is State.RUNNING and not line.over],
        past=[line for line in lines if line.over or line.state not in {State.PROPOSED, State.RUNNING}],
        may_propose=who.may(Deed.PROPOSE_CAMPAIGN),
    )


@pages.get("/<campaign_id>")
def show(campaign_id: str) -> str:
    """Show a campaign: what it asks for, what it brings, what was decided."""
    return _page(campaign_id)


@pages.post("/<campaign_id>")
def decide(campaign_id: str) -> Response | tuple[str, int]:
    """Publish, refuse, take back or end the campaign: by the button pressed."""
    who = door.actor()
    act, reason = request.form.get("act", ""), request.form.get("reason", "")
    now = door.now()
    try:
        with door.writing() as database:
            match act:
                case "publish":
                    seen = request.form.get("seen") or None
                    carrying.publish(database, who, campaign_id=campaign_id, seen=seen, now=now, outlook=outlook())
                case "refuse":
                    carrying.refuse(database, who, campaign_id=campaign_id, reason=reason, now=now)
                case "withdraw":
                    carrying.withdraw(database, who, campaign_id=campaign_id, now=now)
                case "end":
                    deeds.end(database, who, campaign_id=campaign_id, reason=reason, now=now)
                case _:
                    raise NotFound(what="việc này")
    except LoaError as refusal:
        if not who.may(Deed.PROPOSE_CAMPAIGN) and not who.may(Deed.PUBLISH_CAMPAIGN):
            raise
        return _page(campaign_id, refusal=refusal, reason=reason), 422
    flash(_DONE[act], "ok")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


_DONE = {
    "publish": "Đã công bố. Các bản tin vào những buổi phát sắp tới trong ít giây.",
    "refuse": "Đã từ chối đợt này.",
    "withdraw": "Đã rút đề xuất.",
    "end": "Đã kết thúc đợt. Các buổi chưa phát được xếp lại không có đợt này.",
}


def _page(campaign_id: str, *, refusal: LoaError | None = None, reason: str = "") -> str:
    who, today = door.may(Deed.READ), door.today()
    with door.reading() as database:
        view = views.campaign_view(database, campaign_id, today=today)
        row = deeds.find_campaign(database, campaign_id)
        brings, change = None, None
        if view.line.state is State.PROPOSED and not view.line.over:
            change = _change(database, row)
            brings = _brings(database, row)
        goals = views.unmet_goals(database, today=today, campaign_ids=[campaign_id])
        answers = obligation_answers(database, view.obligation_id) if view.obligation_id is not None else None
    lines = (
        unmet_lines((each.station_id, goal) for each in brings.stations for goal in each.shortfalls)
        if brings
        else unmet_lines((goal.station_id, goal) for goal in goals)
    )
    open_ = view.line.state is State.PROPOSED
    return render_template(
        "campaigns/show.html",
        view=view,
        line=view.line,
        brings=brings,
        change=change,
        unmet=lines,
        by_bulletin=by_bulletin,
        titles=dict(view.bulletins),
        answers=answers,
        refusal=refusal,
        reason=reason,
        may_publish=open_ and who.may(Deed.PUBLISH_CAMPAIGN) and view.line.proposer_id != who.id,
        may_refuse=open_ and who.may(Deed.PUBLISH_CAMPAIGN),
        own=view.line.proposer_id == who.id,
        may_withdraw=open_ and view.line.proposer_id == who.id and who.may(Deed.PROPOSE_CAMPAIGN),
        may_end=view.line.state is State.RUNNING and not view.line.over and who.may(Deed.PUBLISH_CAMPAIGN),
    )


def _change(database: Session, row: Campaign) -> ChangeView | None:
    change = carrying.open_change(database, row)
    return change_view(database, change.id, now=door.now(), outlook=outlook()) if change is not None else None


def _brings(database: Session, row: Campaign) -> Forecast:
    (value,) = campaign_values(database, [row])
    settings = door.settings()
    return forecast(
        database,
        value,
        hours=settings.hours,
        zone=settings.zone,
        now=door.now(),
        slots=carrying.carried_slots(database, row),
    )
