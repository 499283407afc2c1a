"""Units as dated data: found by day, changed as they were seen to change, and brought in and out as files."""

from __future__ import annotations

from scheduler.services.units.files import import_units
from scheduler.services.units.tree import KIND_WORDS, UnitLine, chain_above, unit_on, units_on

__all__ = ["KIND_WORDS", "UnitLine", "chain_above", "import_units", "unit_on", "units_on"]
