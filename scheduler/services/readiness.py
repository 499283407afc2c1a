"""Whether a station will be able to play, as far as its last heartbeat tells."""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.db.units import StationReport

ONLINE_FOR = timedelta(minutes=5)
"""How long a heartbeat counts as the station's word about now."""

LAST_MINUTES = timedelta(minutes=5)
"""What is still missing so shortly before the start is told as not ready rather than loading."""


def is_online(report: StationReport | None, now: datetime) -> bool:
    """Tell whether the station was heard from lately."""
    return report is not None and now - report.at <= ONLINE_FOR


def readiness(
    report: StationReport | None,
    *,
    newest_sequence: int | None,
    missing: bool,
    starts_at: datetime | None,
    now: datetime,
) -> str:
    """Return ``ready``, ``loading``, ``not-ready`` or ``unknown`` (nothing heard lately).

    ``missing``: the station lacks media that count. A station is ready when it holds the newest rundown issued to it
    and every medium, and knows the time; near the start, or with nothing issued, what is lacking is ``not-ready``.
    """
    if report is None or not is_online(report, now):
        return "unknown"
    if newest_sequence is None or report.clock_source == "unset":
        return "not-ready"
    if report.sequence == newest_sequence and not missing:
        return "ready"
    near = starts_at is not None and starts_at - now <= LAST_MINUTES
    return "not-ready" if near else "loading"
