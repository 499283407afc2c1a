"""Why a session did not start, and by how much, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.services.lateness import Lateness
from web.lateness import missed_words, span, why

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2024, 5, 8, 10, tzinfo=UTC)


def told(reason: str | None, grace_s: int = 30, late_s: float | None = None, **busy: object) -> str:
    late = timedelta(seconds=late_s) if late_s is not None else None
    found = Lateness(START, timedelta(seconds=grace_s), reason, late, **busy)  # type: ignore[arg-type]
    return missed_words(found, HERE)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"reason": "late", "late_s": 31, "busy_with": "Buổi xã", "busy_until": START + timedelta(minutes=2)},
            "loa bận đến 17:02, quá 30 giây chờ cho phép",
        ),
        (
            {"reason": "late", "busy_with": "Buổi xã", "busy_until": START + timedelta(seconds=130)},
            "loa bận đến 17:02:10, quá 30 giây chờ cho phép",
        ),
        ({"reason": "late", "busy_with": "Buổi xã"}, "loa đang phát “Buổi xã”, quá 30 giây chờ cho phép"),
        (
            {"reason": "late", "late_s": 720},
            "đến 17:12 máy ở cụm loa mới chạy, muộn 12 phút, quá 30 giây chờ cho phép",
        ),
        ({"reason": "late", "late_s": 30.2}, "quá 30 giây chờ cho phép"),
        ({"reason": "late"}, "quá 30 giây chờ cho phép"),
        ({"reason": "late", "grace_s": 0}, "khung giờ này không cho chờ"),
        ({"reason": "late", "grace_s": 300}, "quá 5 phút chờ cho phép"),
        ({"reason": "not-ready", "late_s": 31}, "cụm loa chưa tải đủ bản âm thanh, quá 30 giây chờ cho phép"),
        ({"reason": "clock-unset"}, "cụm loa chưa biết giờ đúng, quá 30 giây chờ cho phép"),
        (
            {"reason": "emergency", "busy_with": "Lũ quét", "busy_until": START + timedelta(minutes=5)},
            "nhường bản tin khẩn cấp đến 17:05, quá 30 giây chờ cho phép",
        ),
        ({"reason": "withdrawn"}, "bản tin đã thu hồi"),
        ({"reason": None}, ""),
        ({"reason": "flood"}, "flood"),
    ],
)
def test_it_says_why_and_by_how_much(facts, words):
    assert told(**facts) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 giây"),
        (30, "30 giây"),
        (60, "1 phút"),
        (90, "90 giây"),
        (120, "2 phút"),
        (200, "3 phút 20 giây"),
        (3600, "1 giờ"),
        (3900, "1 giờ 5 phút"),
        (3661, "1 giờ 1 phút"),
        (86_400, "24 giờ"),
    ],
)
def test_a_length_to_the_second(seconds, words):
    assert span(timedelta(seconds=seconds)) == words


def test_a_row_with_a_reason_of_its_own_keeps_it():
    late_of = {"a": Lateness(START, timedelta(seconds=30), "late")}
    assert why("late", "a", late_of, HERE) == "quá 30 giây chờ cho phép"
    assert why("power", "a", late_of, HERE) == "mất điện"
    assert why("late", "b", late_of, HERE) == "quá giờ chờ cho phép"
    assert why(None, "b", late_of, HERE) == ""
