"""Why a person's recording isn't taken, one error a fault, each with what to do; all of them TtsError."""

from __future__ import annotations

from tts.errors import TtsError, UnreadableAudio


class NotSound(UnreadableAudio):
    """Tệp này là {what}, không phải tệp âm thanh; hãy chọn tệp MP3, WAV, M4A, OGG, FLAC hoặc WebM."""

    exit_code = 2


class AudioDamaged(UnreadableAudio):
    """Tệp âm thanh bị hỏng hoặc bị cụt{detail}; hãy chép lại từ máy thu hoặc thu lại rồi tải lên lần nữa."""

    exit_code = 2

    def __init__(self, *, detail: str = "") -> None:
        super().__init__(detail=detail)


class HasVideo(TtsError):
    """Tệp này là video; hãy xuất riêng phần tiếng thành MP3 hoặc M4A rồi tải lên."""

    exit_code = 2


class SeveralSounds(TtsError):
    """Tệp có {count} luồng tiếng nên không biết phát luồng nào; hãy xuất thành tệp chỉ có một luồng tiếng."""

    exit_code = 2


class RecordingTooShort(TtsError):
    """Bản thu chưa đủ 1 giây có tiếng; hãy thu lại trọn câu."""

    exit_code = 2


class MostlySilent(TtsError):
    """Bản thu gần như im lặng, chỉ có tiếng trong {percent}% thời gian; hãy kiểm tra micrô rồi thu lại."""

    exit_code = 2


class TooQuiet(TtsError):
    """Tiếng thu quá nhỏ ({level_dbfs} dBFS, cần từ {least_dbfs} trở lên); hãy để micrô gần miệng hơn rồi thu lại."""

    exit_code = 2


class Clipped(TtsError):
    """Tiếng thu bị vỡ vì quá to; hãy giảm độ nhạy micrô hoặc đứng xa micrô hơn rồi thu lại."""

    exit_code = 2
