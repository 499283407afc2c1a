"""Campaigns: the list, one campaign with what is decided on it, and the form of a new one."""

from web.campaigns import deciding, proposing
from web.campaigns.blueprint import pages

__all__ = ["deciding", "pages", "proposing"]
