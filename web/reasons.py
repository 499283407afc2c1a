"""The words for why something was left out, stopped, did not start, or waits for somebody: one table of all codes.

The codes are those of ``playlists`` (omissions, reasons, notes), of the stations' as-run entries and alarms, and of the
centre's own alarms. A station may tell others, of a newer version; they are shown as told.
"""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Environment

LEFT_OUT: Mapping[str, str] = {
    "not-approved": "chưa được duyệt kịp giờ",
    "withdrawn": "bản tin đã thu hồi",
    "expired": "bản tin hết hiệu lực",
    "not-yet-valid": "bản tin chưa đến ngày phát",
    "no-media": "chưa có bản âm thanh",
    "wrong-language": "cụm loa không phát ngôn ngữ này",
    "does-not-fit": "không đủ thời gian trong khung giờ",
}

REASONS: Mapping[str, str] = {
    **LEFT_OUT,
    "emergency": "nhường bản tin khẩn cấp",
    "withdrawal": "bản tin bị thu hồi khi đang phát",
    "power": "mất điện",
    "crash": "máy ở cụm loa khởi động lại",
    "fault": "lỗi thiết bị ở cụm loa",
    "overrun": "quá thời lượng, buổi phát sau đã đến giờ",
    "expired": "hết hiệu lực",
    "late": "quá giờ chờ cho phép",
    "not-ready": "cụm loa chưa tải đủ bản âm thanh",
    "clock-unset": "cụm loa chưa biết giờ đúng",
    "short": "âm thanh kết thúc sớm hơn độ dài đã duyệt",
    "old-plan": "cụm loa phát theo lịch cũ, lịch đó không có mục này",
    "media-damaged": "tệp âm thanh ở cụm loa bị hỏng",
    "player": "máy phát âm thanh ở cụm loa bị lỗi",
    "command": "dừng bằng lệnh tại cụm loa",
    "store-lost": "cụm loa mất sổ cũ, bắt đầu sổ mới",
    "signature": "chữ ký của lịch không đúng",
    "document": "lịch không đọc được",
    "other-station": "lịch của cụm loa khác",
    "sequence-old": "lịch cũ hơn lịch đang giữ",
    "sequence-conflict": "hai lịch khác nhau cùng một số",
    "issued-ahead": "lịch ghi giờ ký ở tương lai",
    "enrolled": "ghi danh",
    "clock-set": "đặt giờ bằng tay",
    "not-in-timetable": "không còn trong lịch phát",
    "sounded-after-all": "báo cáo đến muộn cho biết nội dung cần phát bù đã phát đủ",
}

NOTES: Mapping[str, str] = {
    "old-plan": "phát theo lịch cũ",
    "late-start": "bắt đầu muộn hơn cho phép",
    "repeated": "báo phát hai lần",
    "other-media": "cụm loa báo phát tệp khác với kế hoạch",
    "silence": "có lúc không ra tiếng",
    "fault": "có lỗi thiết bị",
    "uncertain-clock": "giờ của cụm loa chưa chắc",
    "awaiting-report": "đang chờ cụm loa báo về",
}

ALARMS: Mapping[str, str] = {
    "token-reused": "Có máy khác dùng lại mã ghi danh đã dùng",
    "approval-damaged": "Một lần duyệt không còn khớp với hồ sơ, bản tin đó không được gửi đi",
    "forked": "Cụm loa gửi hai mục khác nhau cùng một số trong sổ của nó",
    "broken-chain": "Sổ cụm loa gửi về không nối với phần đã nhận",
    "malformed": "Cụm loa gửi về mục không đọc được",
    "store-lost": "Cụm loa mất sổ cũ và đã bắt đầu sổ mới",
    "rundown-refused": "Cụm loa từ chối lịch phát",
}

EVENTS: Mapping[str, str] = {
    "accepted": "Nhận lịch",
    "refused": "Từ chối lịch",
    "started": "Bắt đầu phát",
    "item": "Phát mục",
    "finished": "Phát xong",
    "interrupted": "Bị ngắt",
    "missed": "Không phát được",
    "silence": "Không ra tiếng",
    "fault": "Lỗi thiết bị",
    "command": "Lệnh tại chỗ",
}

CLOCK_SOURCES: Mapping[str, str] = {
    "centre": "theo trung tâm",
    "kernel": "theo đồng hồ máy đã đồng bộ",
    "rtc": "theo đồng hồ máy có pin",
    "set": "đặt bằng tay",
    "unset": "chưa biết giờ đúng",
}

APPROVAL_ENDS: Mapping[str, str] = {
    "superseded": "có lần sửa mới được duyệt",
    "withdrawn": "thu hồi",
    "expired": "hết hiệu lực",
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "reason": REASONS,
    "left-out": LEFT_OUT,
    "note": NOTES,
    "alarm": ALARMS,
    "event": EVENTS,
    "clock": CLOCK_SOURCES,
    "approval-end": APPROVAL_ENDS,
}


def told(code: object, subject: str = "reason") -> str:
    """Return the words for a code, the code itself when it has none, and nothing for null."""
    if code is None or code == "":
        return ""
    written = str(getattr(code, "value", code))
    return TABLES[subject].get(written, written)


def install(environment: Environment) -> None:
    """Give a Jinja environment the filter ``told``: ``{{ row.reason|told }}``, ``{{ note|told("note") }}``."""
    environment.filters["told"] = told
