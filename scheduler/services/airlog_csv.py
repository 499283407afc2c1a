"""The air log as CSV, for spreadsheets that must show it and never run it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from playlists.model import BulletinClass, RowResult
from playlists.recurrence import zone_named
from scheduler.services.airlog import AirLogRow
from scheduler.services.bulletins.stand_ins import WORDS

HEADERS = (
    "Ngày",
    "Kế hoạch bắt đầu",
    "Kế hoạch kết thúc",
    "Thực tế bắt đầu",
    "Thực tế kết thúc",
    "Lệch (mili giây)",
    "Cụm loa lúc phát",
    "Mã đơn vị",
    "Đơn vị lúc phát",
    "Buổi phát",
    "Loại buổi phát",
    "Bản tin",
    "Lần sửa",
    "Ngôn ngữ",
    "Mã băm âm thanh",
    "Giọng",
    "Mã băm bản duyệt",
    "Người duyệt",
    "Kết quả",
    "Lý do",
    "Ghi chú",
    "Giải trình",
    "Số mục trong sổ",
)
RESULT_WORDS: Mapping[str, str] = {
    "planned": "sắp phát",
    "on-air": "đang phát",
    "aired": "đã phát",
    "partly": "phát một phần",
    "interrupted": "bị ngắt",
    "missed": "không phát được",
    "left-out": "để lại",
    "cancelled": "đã bỏ khỏi lịch",
    "unknown": "chưa rõ",
}
# What makes a spreadsheet take a cell for a formula (OWASP, CSV injection).
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def air_log_csv(
    rows: Sequence[AirLogRow],
    zone: str,
    *,
    reasons: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    missed: Mapping[str, str] | None = None,
) -> bytes:
    """Return ``rows`` as CSV: UTF-8 with a byte-order mark, Vietnamese headers, local times.

    ``reasons`` and ``notes`` are the words for codes; a code without one stands as it is. ``missed`` tells by airing id
    why one did not start, in more words than its code. A cell that a spreadsheet
    would run is written as text with a leading apostrophe.
    """
    tz = zone_named(zone)
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADERS)
    for row in rows:
        writer.writerow(
            [safe_cell(cell) for cell in _cells(row, tz, _why(row, reasons or {}, missed or {}), notes or {})]
        )
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def safe_cell(value: str | int | None) -> str | int:
    """Return a cell that is shown as it is; numbers stay numbers, and nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_RUNS):
        return f"'{value}"
    return value


def _why(row: AirLogRow, reasons: Mapping[str, str], missed: Mapping[str, str]) -> str | None:
    if row.result == RowResult.MISSED.value and row.airing_id in missed:
        return missed[row.airing_id]
    return reasons.get(row.reason, row.reason) if row.reason is not None else None


def _cells(row: AirLogRow, tz: ZoneInfo, why: str | None, notes: Mapping[str, str]) -> list[str | int | None]:
    return [
        f"{row.local_date:%d/%m/%Y}",
        _moment(row.planned_start, tz),
        _moment(row.planned_end, tz),
        _moment(row.actual_start, tz),
        _moment(row.actual_end, tz),
        row.difference_ms,
        row.station_name,
        row.unit_code,
        row.unit_name,
        row.session_title,
        _class(row),
        row.title,
        row.revision,
        row.language,
        row.media_sha256,
        WORDS if row.draft_voice else None,
        row.approval_digest,
        row.approver_name,
        RESULT_WORDS.get(row.result, row.result),
        why,
        "; ".join(notes.get(note, note) for note in row.notes),
        f"{row.explanation.text} ({row.explanation.person_name})" if row.explanation is not None else None,
        row.ledger_seq,
    ]


def _class(row: AirLogRow) -> str:
    if row.bulletin_class != BulletinClass.EMERGENCY.value:
        return "theo lịch"
    return "diễn tập khẩn cấp" if row.drill else "khẩn cấp"


def _moment(instant: datetime | None, tz: ZoneInfo) -> str | None:
    return None if instant is None else f"{instant.astimezone(tz):%d/%m/%Y %H:%M:%S}"
