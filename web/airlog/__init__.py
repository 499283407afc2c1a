"""The air log's pages: the list with its figures, its file, and the story of one airing."""

from web.airlog import explaining, listing, story
from web.airlog.blueprint import pages

__all__ = ["explaining", "listing", "pages", "story"]
