"""Nouns that tell a share (1/2 số hộ) from a count (9/10 xã) and both from a date."""

from __future__ import annotations

import re

from tts.reading.line import words

_PORTIONED = words(
    "số diện dân tổng quãng thời chiều khối sản nhu nguồn chặng phần lượng đoạn công tài ngân lãnh thế kinh vốn giá"
)
"""First words of what a fraction is a part of."""

_COUNTED = words(
    "xã thị phường huyện tỉnh thôn bản tổ khu hộ trường lớp người đại đơn cơ phòng ban học em cháu phiếu"
    " đảng chi ủy uỷ thành mục nhiệm cụm trạm đài loa giáo nhà đội nhóm điểm bộ ngành tuyến dự hạng gia câu bài môn"
    " suất lượt ca mẫu con vụ cây hợp doanh cán nội thanh hội cử tri đoàn"
)
"""First words of what is counted out of a total."""

_COUNTED_PAIRS = frozenset(("chỉ tiêu", "tiêu chí", "ý kiến", "đồng chí"))
_COMRADES = re.compile(r"[ \u00a0]?đ/c(?!\w)", re.IGNORECASE)
_TWO_WORDS = re.compile(r"[ \u00a0]?([^\W\d_]{1,8})(?:[ \u00a0]([^\W\d_]{1,8}))?")


def is_counted(text: str, position: int) -> bool:
    """Tell whether what is counted out of a total follows a position: "xã", "chỉ tiêu"."""
    if _COMRADES.match(text, position):
        return True
    found = _TWO_WORDS.match(text, position)
    if found is None:
        return False
    first, second = found[1].lower(), (found[2] or "").lower()
    return first in _COUNTED or f"{first} {second}" in _COUNTED_PAIRS


def is_portioned(text: str, position: int) -> bool:
    """Tell whether what a fraction is a part of follows a position: "số hộ", "diện tích"."""
    found = _TWO_WORDS.match(text, position)
    return found is not None and found[1].lower() in _PORTIONED
