"""Nouns that tell a share (1/2 số hộ) from a count (9/10 xã) and both from a date."""

from __future__ import annotations

PORTIONED = frozenset(
    "số diện dân tổng quãng thời chiều khối sản nhu nguồn chặng phần lượng đoạn công tài ngân lãnh thế kinh vốn giá".split()
)
"""First words of what a fraction is a part of."""

COUNTED = frozenset(
    "xã thị phường huyện tỉnh thôn bản tổ khu hộ trường lớp người đại đơn cơ phòng ban chỉ tiêu học em cháu phiếu"
    " đảng chi ủy uỷ thành mục nhiệm cụm trạm đài loa giáo nhà đội nhóm điểm bộ ngành tuyến dự hạng gia"
    " câu bài môn suất lượt ca mẫu con vụ cây ý hợp doanh cán nội thanh hội cử tri đoàn".split()
)
"""First words of what is counted out of a total."""
