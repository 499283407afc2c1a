"""The units' pages: the tree of a day, everything about a code, deeds with their effect, files; one blueprint."""

from web.units import deeds, files, reorganising, tree
from web.units.blueprint import pages

__all__ = ["deeds", "files", "pages", "reorganising", "tree"]
