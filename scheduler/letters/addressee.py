"""Who is told to act in the heading of an obligation, and where the action begins."""

from __future__ import annotations

import re

LONGEST_ADDRESSEE, LONGEST_EXECUTORS = 300, 1500
_ORDER = re.compile(
    r"(?:(?:Trân trọng\s|Kính\s)?(?:yêu cầu|đề nghị|kiến nghị)|Giao(?: nhiệm vụ)?(?: cho)?"
    r"|Phân công|Ủy nhiệm|Đối với)\s",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:(?:các|toàn thể|tất cả các)\s(?:tổ chức|cơ quan|đơn vị|phòng|ban|sở|ngành|xã|phường|thị trấn|thôn|bản|tổ|đội"
    r"|hội|đoàn thể|đài|trường|doanh nghiệp|trung tâm|huyện|tỉnh|cụm|hộ|ông|bà|đồng chí|cán bộ)"
    r"|cơ quan|đơn vị|phòng(?!,|\schống|\sngừa|\sngự|\sdịch)|sở(?!\shữu)|ban(?!\shành|\sbố|\sđầu|\sngày|\sđêm)"
    r"|xã(?!\shội)|phường|thị trấn|đoàn thể|doanh nghiệp|trường(?!\shợp)|thôn|ngành|[ủu][ỷy] ban|ubnd|hđnd|trung tâm"
    r"|công an(?!\sninh)|đài|văn phòng|đội|hội(?!\snghị|\sthi|\sthảo|\shọp|\schợ|\sdiễn|\slàng)|đoàn(?!\skết)|mặt trận"
    r"|thủ trưởng|chủ tịch|phó chủ tịch|chánh|trưởng|giám đốc|hạt|trạm|chi cục|cục|bưu điện|vnpt|viettel|bộ chỉ huy"
    r"|liên đoàn|thanh tra(?!,)|thành phố|huyện|tỉnh|viện|công chức|bệnh viện|kho bạc|ngân hàng|tòa án|viện kiểm sát"
    r"|đồng chí|ông|bà|cán bộ)(?!\w)",
    re.IGNORECASE,
)
_VERBS = (
    "chủ trì", "chịu trách nhiệm", "có trách nhiệm", "tăng cường", "tiếp tục", "thường xuyên", "nghiêm túc", "chủ động",
    "khẩn trương", "kịp thời", "tổ chức thực hiện", "tổ chức tuyên truyền", "tổ chức phát", "tổ chức triển khai",
    "tổ chức quán triệt", "thực hiện", "triển khai", "chỉ đạo", "phối hợp", "tham mưu", "xây dựng", "tuyên truyền",
    "phổ biến", "quán triệt", "rà soát", "theo dõi", "kiểm tra", "đôn đốc", "hướng dẫn", "báo cáo", "đưa tin",
    "biên tập", "thi hành(?! án)", "xử lý", "giúp", "mời", "hỗ trợ", "hoàn thành", "hoàn thiện", "vận động",
    "phát sóng",
    "phát lại", "phát trên", "phát bản tin", "tiếp sóng", "tiếp âm", "bố trí", "cử cán bộ", "cử người", "cử công chức",
    "lập danh sách", "lập kế hoạch", "lập dự toán", "lập hồ sơ", "gửi", "cung cấp", "duy trì", "đẩy mạnh", "căn cứ",
    "trên cơ sở", "xem xét", "cho ý kiến", "phê duyệt", "thẩm định", "quan tâm", "tạo điều kiện", "phải", "cần", "sớm",
    "không chia sẻ", "không được", "bảo đảm", "đảm bảo", "tổng hợp", "nghiên cứu", "tập trung", "niêm yết", "đăng tải",
    "thông báo", "dành", "sửa chữa", "khắc phục", "tham gia", "chuẩn bị", "cập nhật", "lắp đặt", "nâng cao",
    "phân công", "lồng ghép", "thu âm", "sản xuất", "nộp", "chấp hành",
)  # fmt: skip
_VERB = re.compile(rf"(?<![\w-])(?:{'|'.join(sorted(_VERBS, key=len, reverse=True))})(?!\w)")
_OPINION = re.compile(r"(?:có ý kiến|yêu cầu|đề nghị|chỉ đạo|kết luận|giao nhiệm vụ)\b[^.;]{0,120}:$", re.IGNORECASE)
_EXECUTION = re.compile(r"\s(?=(?:chịu|có) trách nhiệm (?:thi hành|thực hiện))")
_PART_OF_NAME = re.compile(
    r"(?:đội|ban|tổ|đoàn|hội đồng|ủy ban|văn phòng|phòng|trung tâm|bộ phận|và|[-–])\s*$", re.IGNORECASE
)
_BEFORE_ORDER = re.compile(
    r"(?:(?:UBND|Ủy ban|Phòng|Sở|Chủ tịch|Giám đốc|Ban|Trung tâm|Đài|Văn phòng|Công an)[^.;:]{0,80}?\s"
    r"(?=(?:trân trọng\s)?(?:yêu cầu|đề nghị|giao)\s)|,\s(?=(?:trân trọng\s)?(?:yêu cầu|đề nghị)\s))"
)


def order_in(text: str) -> str | None:
    """What follows an ordering verb at the start of ``text`` ("Yêu cầu", "Giao", "Đề nghị"), or ``None``."""
    found = _ORDER.match(text)
    return text[found.end() :] if found else None


def order_within(text: str) -> str | None:
    """What follows the ordering verb when the issuer or a clause stands before it: "UBND huyện yêu cầu …"."""
    direct = order_in(text)
    if direct is not None:
        return direct
    found = _BEFORE_ORDER.search(text[:400])
    return order_in(text[found.end() :]) if found else None


def names_a_body(text: str) -> bool:
    """Whether ``text`` opens with the name of an office, unit or officer."""
    return _BODY.match(text) is not None


def opens_with_action(text: str) -> bool:
    """Whether ``text`` opens with what to do ("Tăng cường …") rather than with who."""
    return _VERB.match(text[:1].lower() + text[1:40]) is not None


def lead_in(text: str) -> tuple[bool, str | None]:
    """Whether ``text`` is a sentence that orders what stands beneath ("… yêu cầu các xã thực hiện:"), and of whom."""
    if not text.endswith(":"):
        return False, None
    order = order_within(text)
    if order:
        who, _ = split_addressee(order, heads_a_list=True)
        return True, who
    return _OPINION.search(text) is not None, None


def split_addressee(text: str, *, heads_a_list: bool) -> tuple[str | None, str]:
    """(who, what) of a heading whose ordering verb is taken off; either may be missing.

    A colon parts them; else the first verb that is not part of a body's name ("Đội kiểm tra liên ngành"); a heading
    that only names bodies, with its actions listed beneath, is all addressee.
    """
    execution = _EXECUTION.search(text[:LONGEST_EXECUTORS])
    if execution and names_a_body(text):
        return text[: execution.start()].strip(" ,;"), text[execution.end() :].strip()
    who, colon, what = text.partition(":")
    if colon and len(who) <= LONGEST_ADDRESSEE and ". " not in who and not _first_verb(who):
        named = names_a_body(who) or not who.rstrip().endswith("sau")  # "đề nghị như sau:" names nobody
        return (who.strip() if named else None), what.strip()
    verb = _first_verb(text[: LONGEST_ADDRESSEE + 20])
    if verb:
        who = text[: verb.start()].strip(" ,;:-–")
        return (who or None), text[verb.start() :].strip()
    if len(text) <= LONGEST_ADDRESSEE and (heads_a_list or names_a_body(text)):
        return text.strip(" ,;:."), ""
    return None, text


def _first_verb(text: str) -> re.Match[str] | None:
    return next(
        (m for m in _VERB.finditer(text) if not _PART_OF_NAME.search(text[max(0, m.start() - 15) : m.start()])), None
    )
