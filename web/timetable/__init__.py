"""The timetable's pages: the week, slots and sessions, changes and drafts, programmes, one-offs; one blueprint in
parts."""

from web.timetable import (
    calls,
    cancelling,
    changes,
    drafts,
    handing_over,
    holidays,
    listening,
    one_off,
    programmes,
    sessions,
    slots,
    week,
)
from web.timetable.blueprint import pages

__all__ = [
    "calls",
    "cancelling",
    "changes",
    "drafts",
    "handing_over",
    "holidays",
    "listening",
    "one_off",
    "pages",
    "programmes",
    "sessions",
    "slots",
    "week",
]
