"""Bulletins' pages: the list, the editor, and the page of a revision; one blueprint in five parts."""

from web.bulletins import editor, listing, revision, sample, voice
from web.bulletins.blueprint import pages

__all__ = ["editor", "listing", "pages", "revision", "sample", "voice"]
