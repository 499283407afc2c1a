"""How an outcome is written: the columns of the air log's rows, and the ledger line that proves them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from playlists.model import BulletinClass
from playlists.outcomes import RowOutcome
from scheduler.db.planning import Airing
from scheduler.db.reports import LogRow, Settlement
from scheduler.services.judging import Judged
from scheduler.services.log_names import Names

ONE_MILLISECOND = timedelta(milliseconds=1)


def rows_told(judged: Judged) -> tuple[RowOutcome, ...]:
    """Return the outcomes that have a row: the content, or everything where a session is a mere test or stand-by."""
    return judged.outcome.content_rows or judged.outcome.rows


def columns(judged: Judged, names: Names) -> list[dict[str, Any]]:
    """Return the columns of an airing's rows in the air log, in order."""
    return [_columns(ordinal, row, judged.row, names) for ordinal, row in enumerate(rows_told(judged))]


def _columns(ordinal: int, row: RowOutcome, airing: Airing, names: Names) -> dict[str, Any]:
    bulletin_id = str(row.bulletin_id)
    offset, uncertainty = row.clock_offset, row.clock_uncertainty
    told_clock = offset is not None or uncertainty is not None
    return {
        "ordinal": ordinal,
        "item": row.ordinal,
        "kind": row.kind.value,
        "bulletin_id": bulletin_id,
        "revision": row.revision,
        "title": row.title or names.title(bulletin_id, row.revision),
        "language": row.language,
        "media_sha256": row.media,
        "approval_digest": row.approval,
        "approver_name": names.approver(row.approval),
        "planned_start": row.planned_start or airing.starts_at,
        "planned_end": row.planned_end or airing.starts_at,
        "actual_start": _whole_ms(row.actual_start),
        "actual_end": _whole_ms(row.actual_end),
        "result": row.result.value,
        "reason": str(row.reason) if row.reason is not None else None,
        "note": ",".join(note.value for note in row.notes) or None,
        "clock": {"offset_ms": _ms(offset), "uncertainty_ms": _ms(uncertainty)} if told_clock else None,
    }


def _ms(span: timedelta | None) -> int | None:
    return None if span is None else span // ONE_MILLISECOND


def _whole_ms(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def ledger_body(airing: Airing, settlement: Settlement, rows: Sequence[LogRow]) -> dict[str, object]:
    """Return what the ledger keeps of a settlement: every column that a reader of the air log sees.

    Of an emergency it tells the class too, and whether it was a drill.
    """
    told: dict[str, object] = {
        "airing": airing.id,
        "ordinal": settlement.ordinal,
        "result": settlement.result,
        "rundown": settlement.rundown_sequence,
        "title": airing.title,
        "date": airing.local_date.isoformat(),
        "station": airing.station_id,
        "station_name": airing.station_name,
        "unit_code": airing.unit_code,
        "unit_name": airing.unit_name,
        "rows": [_row_body(row) for row in rows],
    }
    if airing.bulletin_class == BulletinClass.EMERGENCY.value:
        told |= {"class": airing.bulletin_class, "drill": airing.drill}
    return told


def _row_body(row: LogRow) -> dict[str, object]:
    told: dict[str, object] = {}
    for name in _TOLD:
        value = getattr(row, name)
        told[name] = value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
    if row.item is not None:
        # Lines of before the column do not tell it, and neither do those of items that no rundown held.
        told["item"] = row.item
    return told


_TOLD = (
    "ordinal",
    "kind",
    "bulletin_id",
    "revision",
    "title",
    "language",
    "media_sha256",
    "approval_digest",
    "approver_name",
    "planned_start",
    "planned_end",
    "actual_start",
    "actual_end",
    "result",
    "reason",
    "note",
    "clock",
)
