"""What was done, in words: the deeds of the audit and the kinds of ledger lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scheduler.services.bulletins.stand_ins import WORDS
from web.looks import ROLES

DEEDS: Mapping[str, str] = {
    "first-admin-made": "tạo tài khoản quản trị đầu tiên",
    "person-made": "tạo tài khoản",
    "person-opened": "mở lại tài khoản",
    "person-closed": "khóa tài khoản",
    "role-granted": "cấp quyền",
    "role-revoked": "thu quyền",
    "password-changed": "đổi mật khẩu",
    "units-imported": "nhập danh sách đơn vị",
    "unit-made": "thêm đơn vị",
    "unit-ended": "kết thúc đơn vị",
    "unit-renamed": "đổi tên đơn vị",
    "units-reorganised": "sáp nhập, chia tách đơn vị",
    "stations-imported": "nhập danh sách cụm loa",
    "station-changed": "sửa cụm loa theo tệp",
    "station-languages-set": "đổi ngôn ngữ phát của cụm loa",
    "station-move-taken-back": "bỏ lần chuyển đơn vị chưa đến ngày",
    "station-made": "thêm cụm loa",
    "station-moved": "chuyển cụm loa sang đơn vị khác",
    "station-stopped": "ngừng cụm loa",
    "station-resumed": "cho cụm loa hoạt động lại",
    "station-enrolled": "cụm loa ghi danh",
    "enrolment-token-made": "tạo mã ghi danh",
    "alarm-settled": "xem xong cảnh báo",
    "letter-imported": "nhập văn bản chỉ đạo",
    "bulletin-written": "viết bản tin",
    "revision-opened": "mở lần sửa mới",
    "revision-edited": "sửa bản tin",
    "revision-submitted": "gửi duyệt bản tin",
    "revision-returned": "trả lại bản tin",
    "revision-approved": "duyệt bản tin",
    "revision-withdrawn": "thu hồi bản tin",
    "revision-superseded": "thay bằng lần sửa mới",
    "revision-expired": "bản tin hết hiệu lực",
    "emergency-released": "phát khẩn cấp ngay khi duyệt",
    "priorities-ordered": "xếp thứ tự tin ưu tiên",
    "rendered": "tạo xong bản âm thanh",
    "voice-recorded": "thu giọng người đọc",
    "rendering-requested": "yêu cầu tạo lại bản âm thanh",
    "house-item-added": "thêm mục dùng chung",
    "glossary-added": "thêm mục từ điển",
    "glossary-changed": "sửa mục từ điển",
    "glossary-ended": "thôi dùng mục từ điển",
    "glossary-imported": "nhập tệp từ điển",
    "programme-made": "lập chương trình",
    "programme-changed": "sửa chương trình",
    "slot-proposed": "đề xuất khung giờ",
    "slot-published": "công bố khung giờ",
    "slot-ended": "kết thúc khung giờ",
    "airing-planned": "xếp buổi phát riêng",
    "airing-cancelled": "bỏ buổi phát",
    "campaign-proposed": "đề xuất đợt tuyên truyền",
    "campaign-published": "công bố đợt tuyên truyền",
    "campaign-refused": "từ chối đợt tuyên truyền",
    "campaign-withdrawn": "rút đề xuất đợt tuyên truyền",
    "campaign-ended": "kết thúc đợt tuyên truyền",
    "timetable-proposed": "đề xuất đổi lịch phát",
    "timetable-published": "công bố đổi lịch phát",
    "timetable-refused": "từ chối đổi lịch phát",
    "timetable-withdrawn": "rút đề xuất đổi lịch phát",
    "timetable-confirmed": "xác nhận đổi lịch ở cụm loa",
    "timetable-objected": "phản đối đổi lịch ở cụm loa",
    "holiday-corrected": "sửa ngày lễ",
    "planned-ahead": "xếp các buổi phát sắp tới",
    "airing-explained": "giải trình lượt phát",
    "make-good-requested": "đề nghị phát bù",
    "make-good-planned": "xếp buổi phát bù",
    "make-good-dismissed": "quyết định không phát bù",
    "make-good-called-off": "bỏ buổi phát bù vì nội dung đã phát đủ",
    "calendar-link-made": "tạo đường dẫn lịch",
    "calendar-link-renewed": "đổi đường dẫn lịch",
    "calendar-link-ended": "bỏ đường dẫn lịch",
    "ledger-verified": "kiểm sổ",
}

KINDS: Mapping[str, str] = {
    "audit": "Thao tác",
    "approval": "Duyệt",
    "as-run": "Cụm loa báo",
    "result": "Kết quả phát",
    "rundown": "Lịch đã ký",
    "checkpoint": "Mốc ký",
}


def deed_words(deed: str, facts: Mapping[str, Any] | None = None) -> str:
    """Return a deed in words with the fact that a reader looks for; a deed without words is shown as it is."""
    words = DEEDS.get(deed, deed)
    named = _found(facts or {}) if deed == "ledger-verified" else _named(facts or {})
    return f"{words}: {named}" if named else words


def _found(facts: Mapping[str, Any]) -> str:
    return str(facts.get("broken") or f"nguyên vẹn đến mục {facts.get('seq', '')}")


def _named(facts: Mapping[str, Any]) -> str:
    if "role" in facts:
        role = str(facts["role"])
        return ROLES[role].word if role in ROLES else role
    told = next(
        (facts[name] for name in ("title", "name", "display_name", "username", "file_name") if facts.get(name)), None
    )
    place = facts.get("unit")
    said = facts.get("text")
    pieces = [
        str(told) if told else "",
        f"“{said}”" if said else "",
        f"đơn vị {place}" if place else "",
        f"“{facts['reason']}”" if facts.get("reason") else "",
        WORDS if facts.get("draft_voice") else "",
    ]
    return ", ".join(piece for piece in pieces if piece)
