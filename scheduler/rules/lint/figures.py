"""Figures that nobody may say on air before somebody has looked them up: fines, other penalties, account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scheduler.rules.lint.flaw import Flaw

_NUMBER = (
    r"(?:\d[\d.,]*|(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|mốt|lăm|tư|trăm|linh|lẻ|nghìn|ngàn|rưỡi)(?!\w)"
    r"(?:\s+(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mươi|mốt|lăm|tư|trăm|linh|lẻ|nghìn|ngàn|rưỡi)(?!\w))*)"
)
_INSIDE = r"[^.!?;\n]|\.(?=\d)"
_MONEY = rf"{_NUMBER}\s*(?:tỷ|tỉ|triệu|nghìn|ngàn)?\s*(?:đồng|đ|VNĐ|VND|vnđ)(?!\w)|{_NUMBER}\s*(?:tỷ|tỉ|triệu)(?!\w)"
_FINE = re.compile(
    rf"(?<!\w)(?:xử\s+phạt|phạt\s+tiền|phạt|nộp\s+phạt|mức\s+phạt|tiền\s+phạt)(?!\w)(?:{_INSIDE}){{0,120}}?(?:{_MONEY})"
    rf"(?:\s*(?:đến|tới|-|–)\s*(?:{_MONEY}))?",
    re.IGNORECASE,
)
_PENALTY = re.compile(
    rf"(?<!\w)(?:phạt\s+tù|bị\s+tù|tù\s+giam|cải\s+tạo\s+không\s+giam\s+giữ|tước\s+quyền|đình\s+chỉ)(?!\w)"
    rf"(?:{_INSIDE}){{0,80}}?{_NUMBER}\s*(?:ngày|tháng|năm)(?!\w)"
    rf"(?:\s*(?:đến|tới|-|–)\s*{_NUMBER}\s*(?:ngày|tháng|năm)(?!\w))?",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?<!\w)(?:số\s+tài\s+khoản|STK|tài\s+khoản\s+số)(?!\w)[\s:]{0,4}[\d][\d\s.-]{4,28}\d", re.IGNORECASE
)
_RULES = (
    ("unconfirmed-fine", _FINE, "Mức phạt “{text}”: cần xác nhận còn hiệu lực trước khi phát."),
    ("unconfirmed-penalty", _PENALTY, "Hình phạt “{text}”: cần xác nhận còn hiệu lực trước khi phát."),
    ("unconfirmed-account", _ACCOUNT, "“{text}”: cần xác nhận đúng chủ tài khoản trước khi phát."),
)


def figure_flaws(text: str) -> Iterator[Flaw]:
    """Figures to be confirmed: "phạt tiền từ 10 triệu đến 20 triệu đồng", "phạt tù từ 2 năm", "số tài khoản 0123…"."""
    covered: list[tuple[int, int]] = []
    for code, pattern, message in _RULES:
        for found in pattern.finditer(text):
            if any(found.start() < end and start < found.end() for start, end in covered):
                continue
            covered.append(found.span())
            told = message.format(text=" ".join(found[0].split()))
            yield Flaw(code, found.start(), found.end(), told, confirm=True)
