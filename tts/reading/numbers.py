"""Numbers in words, as newsreaders of the north say them."""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
LARGEST = 10**15
"""The largest integer said as a number; longer rows of digits are codes."""


def _two_digits(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones]
    if tens == 1:
        last = {0: "", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")
        return f"mười{last}"
    last = {0: "", 1: " mốt", 4: " tư", 5: " lăm"}.get(ones, f" {DIGITS[ones]}")
    return f"{DIGITS[tens]} mươi{last}"


def _three_digits(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    if rest == 0:
        return f"{DIGITS[hundreds]} trăm"
    linked = f"linh {DIGITS[rest]}" if rest < 10 else _two_digits(rest)
    return f"{DIGITS[hundreds]} trăm {linked}"


_FULL = tuple(_three_digits(number) for number in range(1000))
_SHORT = tuple(_two_digits(number) if number < 100 else _FULL[number] for number in range(1000))
_RANKS = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))


def _below_billion(number: int, *, whole: bool) -> list[str]:
    """Say a number below 10^9; `whole` says hundreds even where they are nought, because a higher rank went before."""
    parts: list[str] = []
    for size, rank in _RANKS:
        group, number = divmod(number, size)
        if group:
            parts.append(_FULL[group] if whole or parts else _SHORT[group])
            if rank:
                parts.append(rank)
    return parts


def cardinal(number: int) -> str:
    """Say an integer: 24 is "hai mươi tư", 105 "một trăm linh năm", 10^15 "một triệu tỷ"."""
    if number < 0:
        return f"âm {cardinal(-number)}"
    if number < 1000:
        return _SHORT[number]
    billions, rest = divmod(number, 10**9)
    parts = [cardinal(billions), "tỷ"] if billions else []
    parts += _below_billion(rest, whole=bool(billions))
    return " ".join(parts)


def digit_by_digit(digits: str) -> str:
    """Say a row of ASCII digits one by one, as telephone numbers and codes are said."""
    return " ".join(DIGITS[int(digit)] for digit in digits)


def ordinal(number: int) -> str:
    """Say the word that follows "thứ": nhất, hai, ba, tư, năm ..."""
    return {1: "nhất", 4: "tư"}.get(number, cardinal(number))


def fraction_digits(digits: str) -> str:
    """Say the digits after the decimal comma: noughts one by one, up to three others as a number."""
    value = digits.lstrip("0")
    noughts = ["không"] * (len(digits) - len(value))
    if not value:
        return " ".join(noughts)
    return " ".join([*noughts, cardinal(int(value)) if len(value) <= 3 else digit_by_digit(value)])


def plain_integer(digits: str) -> str:
    """Say a row of digits without separators: a number up to 10^15, "07" as seven, "007" and longer rows as codes."""
    if (digits[0] == "0" and len(digits) > 2) or digits == "00" or len(digits) > 16 or int(digits) > LARGEST:
        return digit_by_digit(digits)
    return cardinal(int(digits))
