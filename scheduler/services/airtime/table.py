"""A directive's account as CSV, for leaders' spreadsheets: a row for each obligation and station."""

from __future__ import annotations

import csv
import io

from playlists.obligations import Verdict
from scheduler.services.airlog_csv import safe_cell
from scheduler.services.airtime.directive import DirectiveAirtime, ObligationAirtime, StationAccount
from scheduler.services.airtime.words import VERDICT_WORDS, sentence

HEADERS = (
    "Nhiệm vụ",
    "Hạn phải phát",
    "Mã đơn vị",
    "Đơn vị",
    "Cụm loa",
    "Kết luận",
    "Bản tin phải phát",
    "Bản tin đã phát trước hạn",
    "Bản tin có trong lịch trước hạn",
    "Bản tin còn thiếu",
    "Tên bản tin còn thiếu",
    "Lượt đã phát trước hạn",
    "Lượt đã phát sau hạn",
    "Lượt có trong lịch trước hạn",
    "Lượt có trong lịch sau hạn",
    "Lượt không phát được",
    "Lượt chưa rõ",
)


def airtime_csv(told: DirectiveAirtime) -> bytes:
    """Return the account as CSV: UTF-8 with a byte-order mark, Vietnamese headers, no cell that is run.

    The sentences for leaders stand below the rows, so that a spreadsheet finds the columns in the first line.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADERS)
    for obligation in told.obligations:
        for account in obligation.stations:
            writer.writerow([safe_cell(cell) for cell in _cells(obligation, account)])
    writer.writerow([])
    writer.writerows([[safe_cell(sentence(obligation))] for obligation in told.obligations])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def _cells(told: ObligationAirtime, account: StationAccount) -> list[str | int | None]:
    cover = account.cover
    titles = {each.line.bulletin_id: each.line.title for each in told.bulletins}
    return [
        "cả văn bản" if told.ordinal is None else told.ordinal,
        told.deadline.words if told.deadline else None,
        account.place.unit_code,
        account.place.unit_name,
        account.name,
        VERDICT_WORDS[Verdict(cover.verdict)],
        told.counted,
        len(cover.aired),
        len(cover.coming),
        len(cover.missing),
        "; ".join(sorted(titles[each] for each in cover.missing)),
        cover.airings_aired,
        cover.late,
        cover.airings_planned,
        cover.later,
        cover.failed,
        cover.unknown,
    ]
