"""What can go wrong at a station, each with the sentence that its keeper reads."""

from __future__ import annotations

import errno

from scheduler.errors import LoaError

_REASONS = {
    errno.ENOENT: "không có",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EEXIST: "đã có",
    errno.EISDIR: "là một thư mục",
    errno.ENOTDIR: "không phải thư mục",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.EIO: "ổ đĩa bị lỗi",
    errno.ENAMETOOLONG: "tên quá dài",
}


def os_reason(error: OSError) -> str:
    """Return why the system refused, in the keeper's words."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class NotEnrolled(LoaError):
    """Thư mục {directory} chưa ghi danh cụm loa nào; hãy chạy "loa station enrol --centre … --token …"."""

    directory: str
    exit_code = 2


class AlreadyEnrolled(LoaError):
    """Thư mục {directory} đã ghi danh với trung tâm {centre}; hãy dùng thư mục khác (--dir)."""

    directory: str
    centre: str
    exit_code = 2


class SettingsUnusable(LoaError):
    """Không dùng được tệp cài đặt {path}: {reason}."""

    path: str
    reason: str
    exit_code = 2


class CentreInsecure(LoaError):
    """Địa chỉ trung tâm {url} không dùng được: {reason}."""

    url: str
    reason: str
    exit_code = 2


class AuthorityUnusable(LoaError):
    """Không dùng được tệp chứng chỉ gốc {path}: {reason}."""

    path: str
    reason: str
    exit_code = 2


class CentreUnreachable(LoaError):
    """Không liên lạc được với trung tâm: {reason}."""

    reason: str
    retryable = True
    exit_code = 3


class CentreRefused(LoaError):
    """Trung tâm từ chối ({status}): {reason}."""

    status: int
    code: str
    reason: str
    exit_code = 4


class AnswerUnusable(LoaError):
    """Câu trả lời của trung tâm không dùng được: {reason}."""

    reason: str
    retryable = True
    exit_code = 4


class TokenMalformed(LoaError):
    """Mã ghi danh không đúng dạng; hãy chép lại trọn mã do trung tâm cấp (hai phần, có dấu chấm ở giữa)."""

    exit_code = 2


class CentreNotExpected(LoaError):
    """Khóa của trung tâm không khớp mã ghi danh, có thể là trung tâm giả; cụm loa không ghi danh."""

    exit_code = 4


class RundownRefused(LoaError):
    """Không nhận lịch phát của trung tâm: {why}."""

    code: str
    why: str
    sequence: int | None


class MediaRefused(LoaError):
    """Tệp âm thanh {media} tải về không đúng: {reason}."""

    media: str
    reason: str
    retryable = True


class StoreDamaged(LoaError):
    """Sổ của cụm loa {path} bị hỏng: {reason}."""

    path: str
    reason: str


class StoreUnusable(LoaError):
    """Không dùng được thư mục của cụm loa {path}: {reason}."""

    path: str
    reason: str
    exit_code = 2


class AlreadyRunning(LoaError):
    """Cụm loa ở thư mục {directory} đang chạy trong một tiến trình khác."""

    directory: str
    exit_code = 2


class PlayerUnavailable(LoaError):
    """Không phát được bằng {player}: {reason}."""

    player: str
    reason: str
    exit_code = 2
