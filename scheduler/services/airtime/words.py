"""An obligation's account in sentences, as a leader reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from playlists.obligations import Verdict
from scheduler.letters.dates import Deadline
from scheduler.services.airtime.directive import DirectiveAirtime, ObligationAirtime, StationAccount

NAMED_MOST = 6

VERDICT_WORDS = {
    Verdict.COVERED: "Đã phát đủ",
    Verdict.COMING: "Kịp trước hạn",
    Verdict.SHORT: "Thiếu",
    Verdict.LATE: "Thiếu, đã quá hạn",
    Verdict.NOTHING: "Chưa có bản tin",
}


def sentence(told: ObligationAirtime) -> str:
    """Return how an obligation stands, in one or two sentences with figures and the names of those that lack."""
    subject = "Cả văn bản" if told.ordinal is None else f"Nhiệm vụ {told.ordinal}"
    if not told.counted:
        waiting = f" ({len(told.bulletins)} bản tin chưa duyệt)" if told.bulletins else ""
        return f"{subject}: chưa có bản tin nào được duyệt{waiting}; {_time(told)}."
    if not told.stations:
        return f"{subject}: chưa có cụm loa nào hoạt động; {_time(told)}."
    return f"{subject}: {_heard(told)}; {_time(told)}."


def missing(told: ObligationAirtime) -> str:
    """Return what is missing, as a reminder says it: ``3 cụm loa chưa phát đủ: …``; nothing when all is well."""
    if not told.counted:
        return "chưa có bản tin nào được duyệt"
    lacking = told.of(Verdict.SHORT, Verdict.LATE)
    silent = [each for each in lacking if not each.cover.aired and not each.cover.coming]
    partly = [each for each in lacking if each not in silent]
    pieces = []
    if silent:
        pieces.append(f"{len(silent)} cụm loa chưa phát và chưa có trong lịch: {names(silent)}")
    if partly:
        pieces.append(f"{len(partly)} cụm loa còn thiếu bản tin: {names(partly)}")
    return "; ".join(pieces)


def overall(told: DirectiveAirtime) -> str:
    """Return how the directive stands as a whole, in one sentence."""
    if not told.obligations:
        return "Văn bản này không có nhiệm vụ nào có phần truyền thanh và chưa có bản tin nào."
    verdicts = [each.verdict for each in told.obligations]
    counted = [
        (verdicts.count(Verdict.COVERED), "đã phát đủ"),
        (verdicts.count(Verdict.COMING), "còn lượt trong lịch là đủ"),
        (verdicts.count(Verdict.SHORT), "đang thiếu"),
        (verdicts.count(Verdict.LATE), "thiếu khi đã quá hạn"),
        (verdicts.count(Verdict.NOTHING), "chưa có bản tin được duyệt"),
    ]
    pieces = ", ".join(f"{count} {words}" for count, words in counted if count)
    return f"{len(verdicts)} nhiệm vụ có phần truyền thanh: {pieces}."


def left(deadline: Deadline, days_left: int, *, over: bool = False) -> str:
    """Return ``còn 2 ngày``, ``còn đến hết hôm nay``, ``còn đến 17:00 hôm nay`` or ``đã quá hạn``."""
    if over or days_left <= 0:
        return "đã quá hạn"
    if days_left > 1:
        return f"còn {days_left} ngày"
    return "còn đến hết hôm nay" if deadline.end.time() == time.min else f"còn đến {deadline.end:%H:%M} hôm nay"


def names(accounts: Sequence[StationAccount]) -> str:
    """Return the stations' names, the first few and how many more."""
    told = ", ".join(each.name for each in accounts[:NAMED_MOST])
    more = len(accounts) - NAMED_MOST
    return f"{told} và {more} cụm loa nữa" if more > 0 else told


def _heard(told: ObligationAirtime) -> str:
    every, covered = len(told.stations), len(told.of(Verdict.COVERED))
    asked = f"{told.counted} bản tin"
    if covered == every:
        head = f"cả {every} cụm loa đã phát đủ {asked}, {told.sum('airings_aired')} lượt"
    else:
        head = f"{covered}/{every} cụm loa đã phát đủ {asked}, {told.sum('airings_aired')} lượt"
    coming = len(told.of(Verdict.COMING))
    if coming:
        head += f"; {coming} cụm loa sẽ phát đủ theo lịch"
    lacking = missing(told)
    return f"{head}; {lacking}" if lacking else head


def _time(told: ObligationAirtime) -> str:
    if told.deadline is None or told.days_left is None:
        return "văn bản không ghi hạn"
    whose = "hạn" if told.own else "hạn của văn bản"
    return f"{left(told.deadline, told.days_left, over=told.over)}, {whose} {told.deadline.words}"
