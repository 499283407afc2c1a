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


_ENDS = re.compile(
    "hành vi|nhân dân|người dân|công an|cơ quan|thông tin|bảo vệ|cán bộ|chính quyền|phụ nữ|học sinh|đại hội|"
    "giáo viên|xã hội|sản xuất|bí thư|kinh doanh|gia đình|chăn nuôi|thị trường|quốc phòng|đồng bào|hỗ trợ|"
    "phong trào|chương trình|thực hiện|cuộc thi|hội thi|chính trị|quân đội|du lịch|văn hóa|văn hoá|ý thức|"
    "sự cố|việc làm|tài sản|giải pháp"
)
_STARTS = re.compile(
    "vi phạm|dân tộc|dân số|dân cư|dân quân|dân vận|dân phố|an ninh|an toàn|an sinh|quan tâm|quan trọng|"
    "quan hệ|tin cậy|tin giả|tin đồn|tin bài|tin tưởng|vệ sinh|bộ đội|bộ phận|bộ máy|quyền lợi|quyền hạn|"
    "nữ giới|sinh hoạt|sinh sống|sinh viên|hội viên|hội nghị|hội phụ|viên chức|xuất khẩu|xuất bán|xuất sắc|"
    "thư ký|doanh nghiệp|doanh thu|đình chỉ|nuôi trồng|nuôi dưỡng|trường học|trường hợp|phòng chống|"
    "phòng ngừa|phòng cháy|bào chế|trợ giúp|trợ cấp|trào lưu|trình diễn|trình độ|hiện đại|hiện nay|thi đua|"
    "thi hành|trị giá|trị bệnh|đội ngũ|lịch sử|hóa chất|hoá chất|thức ăn|cố gắng|làm việc|sản xuất|sản phẩm|"
    "pháp luật|pháp lý"
)


def joins_words(before: str, word: str, after: str) -> bool:
    """Tell whether a doubled syllable ends one word and begins the next: "hành vi vi phạm", "nhân dân dân tộc"."""
    word = word.casefold()
    ends = _ENDS.fullmatch(f"{before.casefold()} {word}")
    return ends is not None and _STARTS.fullmatch(f"{word} {after.casefold()}") is not None
