"""The blueprint that the parts of the campaigns' pages hang on, and by what they look at the timetable."""

from flask import Blueprint

from scheduler.services.timetable.effects import Outlook
from web import door

pages = Blueprint("campaigns", __name__, url_prefix="/dot-tuyen-truyen")


def outlook() -> Outlook:
    """Return by what a campaign's effect on the timetable is looked at."""
    settings = door.settings()
    return Outlook(settings.zone, settings.days_ahead, settings.hours)
