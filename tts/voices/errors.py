"""What can go wrong with the files of voices."""

from __future__ import annotations

from tts.errors import TtsError


class BadVoiceName(TtsError):
    """Tên giọng “{name}” viết chưa đúng; tên chỉ gồm chữ không dấu, số, dấu - _ . và dài không quá 80 ký tự."""

    exit_code = 2

    def __init__(self, *, name: str) -> None:
        printable = "".join(character if character.isprintable() else "?" for character in name[:80])
        super().__init__(name=printable)


class VoiceRefused(TtsError):
    """Không cài giọng {name}: {why}. Không có gì được cài."""

    exit_code = 2

    name: str
    why: str


class VoiceSourceFailed(TtsError):
    """Không tải được giọng từ {source}: {why}. Không có gì được cài."""


class LicenceNotAgreed(TtsError):
    """Chưa đồng ý với giấy phép của giọng {name}, nên không có gì được cài. {remedy}."""

    exit_code = 2


class VoiceAlreadyInstalled(TtsError):
    """Giọng {name} đã cài rồi (mã băm {sha256}). Muốn cài lại, hãy gỡ trước bằng lệnh: loa voice remove {name}."""


class VoiceNotInstalled(TtsError):
    """Chưa cài giọng {name}. Xem các giọng đã cài bằng lệnh: loa voice list."""


class VoicesBusy(TtsError):
    """Đang có một lượt cài hay gỡ giọng khác; hãy đợi xong rồi thử lại."""

    retryable = True


class VoicesFolderUnusable(TtsError):
    """Không dùng được thư mục giọng {folder} ({why}); hãy sửa quyền, dọn chỗ trống hoặc đổi LOA_VOICES_DIR."""

    exit_code = 2
