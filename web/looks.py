"""The words, colours and icons of every state, class and language that a page shows: one table, read by templates.

Three carriers of meaning stand together, icon, word and colour, never colour alone. The codes are those of the protocol
(``docs/protocol.md``: bulletins, the air log); a code that is not here is refused, so a new state cannot pass unnamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jinja2 import Environment


@dataclass(frozen=True)
class Look:
    """A word for the reader, the ending of its style class (empty: neutral) and an icon of the sprite (empty: none)."""

    word: str
    style: str = ""
    icon: str = ""


BULLETIN_STATES: Mapping[str, Look] = {
    "draft": Look("Nháp", "nhap", "pencil"),
    "submitted": Look("Chờ duyệt", "cho-duyet", "wait"),
    "returned": Look("Trả lại", "tra-lai", "return"),
    "approved": Look("Đã duyệt", "da-duyet", "seal"),
    "superseded": Look("Đã có lần sửa mới", "", "diff"),
    "withdrawn": Look("Đã thu hồi", "da-thu-hoi", "ban"),
    "expired": Look("Hết hiệu lực", "", "clock"),
}

RESULTS: Mapping[str, Look] = {
    "planned": Look("Sắp phát", "sap-phat", "clock"),
    "on-air": Look("Đang phát", "dang-phat", "bars"),
    "aired": Look("Đã phát", "da-phat", "check"),
    "partly": Look("Phát một phần", "mot-phan", "half"),
    "interrupted": Look("Bị ngắt", "bi-ngat", "cut"),
    "missed": Look("Không phát được", "lo", "miss"),
    "left-out": Look("Để lại", "mot-phan", "wait"),
    "cancelled": Look("Đã bỏ khỏi lịch", "", "x"),
    "unknown": Look("Chưa rõ", "chua-ro", "unknown"),
}

READINESS: Mapping[str, Look] = {
    "ready": Look("Sẵn sàng", "da-phat", "check"),
    "loading": Look("Đang tải", "cho-duyet", "wait"),
    "not-ready": Look("Chưa sẵn sàng", "lo", "x"),
    "unknown": Look("Chưa rõ", "chua-ro", "unknown"),
}

CLASSES: Mapping[str, Look] = {
    "normal": Look("Thông thường"),
    "priority": Look("Ưu tiên", "uu-tien", "up"),
    "emergency": Look("Khẩn cấp", "khan-cap", "siren"),
    "drill": Look("Diễn tập", "dien-tap", "siren"),
}

LANGUAGES: Mapping[str, Look] = {
    "vi": Look("Tiếng Việt"),
    "blt": Look("Tiếng Thái đen"),
    "twh": Look("Tiếng Thái trắng"),
    "hmn": Look("Tiếng Mông"),
    "kjg": Look("Tiếng Khơ Mú"),
    "zxx": Look("Không lời"),
}

ROLES: Mapping[str, Look] = {
    "editor": Look("Biên tập viên"),
    "approver": Look("Người duyệt"),
    "operator": Look("Cán bộ trực đài"),
    "auditor": Look("Lãnh đạo, thanh tra"),
    "admin": Look("Quản trị"),
}

ITEM_KINDS: Mapping[str, Look] = {
    "jingle": Look("Nhạc hiệu"),
    "sting": Look("Nhạc cắt"),
    "opening": Look("Lời xướng"),
    "headline": Look("Điểm tin"),
    "bulletin": Look("Bản tin"),
    "notice": Look("Thông báo"),
    "closing": Look("Lời chào kết thúc"),
    "standby": Look("Mục chờ"),
    "test": Look("Phát thử loa"),
}

LOOKS: Mapping[str, Mapping[str, Look]] = {
    "state": BULLETIN_STATES,
    "result": RESULTS,
    "readiness": READINESS,
    "class": CLASSES,
    "language": LANGUAGES,
    "role": ROLES,
    "item": ITEM_KINDS,
}


def look(code: object, subject: str) -> Look:
    """The look of a code, or of an enum member by its value; KeyError, naming both, for one without a look."""
    written = str(getattr(code, "value", code))
    try:
        return LOOKS[subject][written]
    except KeyError:
        raise KeyError(f"{subject} {written!r} has no look") from None


def install(environment: Environment) -> None:
    """Give a Jinja environment the filters ``look`` and ``word``: ``{{ "aired"|word("result") }}``."""
    environment.filters["look"] = look
    environment.filters["word"] = lambda code, subject: look(code, subject).word
