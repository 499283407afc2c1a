"""Nouns that tell a share (1/2 số hộ) from a count (9/10 xã) and both from a date."""

from __future__ import annotations

from tts.reading.line import words

PORTIONED = words(
    "số diện dân tổng quãng thời chiều khối sản nhu nguồn chặng phần lượng đoạn công tài ngân lãnh thế kinh vốn giá"
)
"""First words of what a fraction is a part of."""

COUNTED = words(
    "xã thị phường huyện tỉnh thôn bản tổ khu hộ trường lớp người đại đơn cơ phòng ban chỉ tiêu học em cháu phiếu"
    " đảng chi ủy uỷ thành mục nhiệm cụm trạm đài loa giáo nhà đội nhóm điểm bộ ngành tuyến dự hạng gia câu bài môn"
    " suất lượt ca mẫu con vụ cây ý hợp doanh cán nội thanh hội cử tri đoàn"
)
"""First words of what is counted out of a total."""
