"""All tables, imported in one place for migrations and their check."""

from scheduler.db import (
    accounts,
    bulletins,
    calendar_links,
    campaigns,
    emergencies,
    glossary,
    letters,
    planning,
    reports,
    timetable,
    units,
)
from scheduler.db.base import Base

__all__ = [
    "accounts",
    "bulletins",
    "calendar_links",
    "campaigns",
    "emergencies",
    "glossary",
    "letters",
    "metadata",
    "planning",
    "reports",
    "timetable",
    "units",
]

metadata = Base.metadata
