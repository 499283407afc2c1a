"""Words that Vietnamese says twice on purpose."""

from __future__ import annotations

import re

_DOUBLED = re.compile(
    "ai|ba|bay|bon|buồn|bên|bì|bìm|bơ|bảy|bất|bề|bốn|cao|chan|chiều|chung|chuyên|chuồn|"
    "châm|chín|chôm|chằm|chốn|cào|dài|dần|em|giờ|gần|hai|hao|hay|hiu|hiền|hây|hơi|hơn|"
    "hằng|hồng|khe|không|khăng|khư|luôn|làng|lâng|lâu|lăm|lầm|mau|muôn|mãi|mơ|mười|một|"
    "ngon|ngành|ngày|người|nhanh|nho|nhà|năm|nơi|oang|phăm|phăng|phố|quanh|riêng|rành|ríu|"
    "rưng|rất|rầm|song|sáng|sáu|sâu|sớm|thiu|tháng|thơm|thường|tròn|trùng|trưa|tám|tím|tư|"
    "tầng|tối|từ|từng|vo|vui|vàng|vành|vân|vằng|vừa|xa|xanh|xinh|xám|xóm|ào|đa|đen|đêm|"
    "đông|đùng|đăm|đều|đỏ|đời|ầm"
)
"""Adjectives, times, places, numbers said digit by digit, sounds, and the few creatures and fruits named by one word
twice; each a whole reduplication as dictionaries list it."""

_NEVER_DOUBLED = re.compile(
    "bị|các|cho|có|của|cùng|đã|đang|đến|để|được|là|mà|những|ở|sẽ|tại|theo|thì|trên|trong|và|về|với|xã|bản"
)
"""Words that tie others together: beside "ngày ngày", "các các" is still a slip."""


def may_rhyme(word: str) -> bool:
    """Tell whether ``word`` said twice may be half of a fourfold one, as in "vội vội vàng vàng"."""
    return _NEVER_DOUBLED.fullmatch(word.casefold()) is None


def is_reduplication(word: str) -> bool:
    """Tell whether ``word`` (one syllable) said twice is right."""
    return _DOUBLED.fullmatch(word.casefold()) is not None
