"""Fractions and counts out of a total: 1/2 số hộ, 9/10 xã; a bare one that could be a date is left."""

from __future__ import annotations

import re

from tts.reading import dates
from tts.reading.line import Found, Line, words
from tts.reading.nouns import is_counted, is_portioned
from tts.reading.numbers import cardinal

_FRACTION = re.compile(r"(\d{1,7}(?:\.\d{3})*)[ ]?/[ ]?(\d{1,7}(?:\.\d{3})*)(?![\w]|[/,]\d)")
_BEFORE_SHARE = words("chiếm hơn gần bằng quá giảm tăng")


def fraction(line: Line, index: int) -> Found | None:
    """Read 1/2 số hộ and 9/10 xã by the word after; a bare one that could be a date is left with both readings."""
    found = _FRACTION.match(line.text, line.starts[index])
    if found is None:
        return None
    top, bottom = (int(part.replace(".", "")) for part in found.groups())
    over = f"{cardinal(top)} trên {cardinal(bottom)}"
    parts = f"{cardinal(top)} phần {'tư' if bottom == 4 else cardinal(bottom)}"
    if is_counted(line.text, found.end()) and top <= bottom:
        if dates.is_date(top, bottom) and line.word_before(index) in dates.ALSO_BEFORE_AMOUNTS:
            offered = (f"ngày {dates.date_words(top, bottom)}", over)
            return Found(found.end(), reason="có thể là ngày, hoặc số lượng", suggestions=offered)
        return Found(found.end(), over)
    before = line.word_before(index)
    if before == "lệ":
        return Found(found.end(), over)
    if (before in _BEFORE_SHARE or is_portioned(line.text, found.end())) and 0 < top < bottom:
        return Found(found.end(), parts)
    if bottom == top + 1 and 1900 <= top <= 2199:
        return Found(found.end(), f"{cardinal(top)} đến {cardinal(bottom)}")
    if not dates.is_date(top, bottom) and (top, bottom) not in ((24, 7), (7, 7)):
        return Found(found.end(), over)
    said = f"ngày {dates.date_words(top, bottom)}" if dates.is_date(top, bottom) else over
    if (top, bottom) == (24, 7):
        return Found(found.end(), reason="có thể là ngày, hoặc suốt ngày đêm", suggestions=("suốt ngày đêm", said))
    return Found(
        found.end(), reason="có thể là ngày, hoặc phân số", suggestions=(said, parts if top < bottom else over)
    )
