"""The timetable's pages: the week, programmes, slots, one-offs; one blueprint in parts."""

from web.timetable import cancelling, listening, one_off, programmes, slots, week
from web.timetable.blueprint import pages

__all__ = ["cancelling", "listening", "one_off", "pages", "programmes", "slots", "week"]
