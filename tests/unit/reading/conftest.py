"""A reader of number words, written apart from the rules that it checks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

ONES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip
RANKS = {"nghìn": 10**3, "triệu": 10**6}


def parse_number(spoken: str) -> int:
    """Turn number words back into the number."""
    total = group = pending = 0
    billions = 0
    for word in spoken.split():
        if word in ONES:
            pending = ONES[word]
        elif word == "mươi":
            group, pending = group + pending * 10, 0
        elif word == "mười":
            group += 10
        elif word == "trăm":
            group, pending = group + pending * 100, 0
        elif word in RANKS:
            total, group, pending = total + (group + pending) * RANKS[word], 0, 0
        elif word == "tỷ":
            billions, total, group, pending = total + group + pending, 0, 0, 0
        else:
            assert word == "linh", spoken
    return billions * 10**9 + total + group + pending


@pytest.fixture(scope="session")
def parsed() -> Callable[[str], int]:
    """Give the function that turns number words back into the number."""
    return parse_number
