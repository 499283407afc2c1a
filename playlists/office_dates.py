"""Dates as Vietnamese offices write them."""

from __future__ import annotations

from datetime import date


def office_date(day: date) -> str:
    """Return ``day`` as offices write it: a day under 10 and the months 1 and 2 take a zero (Decree 30/2020/NĐ-CP)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"
