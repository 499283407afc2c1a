"""All tables, imported in one place for migrations and their check."""

from scheduler.db import accounts, bulletins, glossary, letters, planning, reports, units
from scheduler.db.base import Base

__all__ = ["accounts", "bulletins", "glossary", "letters", "metadata", "planning", "reports", "units"]

metadata = Base.metadata
