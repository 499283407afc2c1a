"""All tables, imported in one place for migrations and their check."""

from scheduler.db import accounts, bulletins, letters, planning, reports, units
from scheduler.db.base import Base

__all__ = ["accounts", "bulletins", "letters", "metadata", "planning", "reports", "units"]

metadata = Base.metadata
