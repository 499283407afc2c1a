"""The errors of speech, each with its message in the user's language.

An error's docstring is its default message; its facts are keyword arguments, kept as attributes and filled into the
message. ``retryable`` says whether the same call may succeed later without anybody changing anything.
"""

from __future__ import annotations


class TtsError(Exception):
    """Có lỗi khi tạo tiếng nói."""

    retryable = False
    exit_code = 1

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        for name, value in facts.items():
            setattr(self, name, value)
        super().__init__((type(self).__doc__ or "").strip().format_map(facts))


class EngineError(TtsError):
    """Giọng {engine} không đọc được: {why}."""

    engine: str
    why: str


class EngineUnavailable(EngineError):
    """Giọng {engine} không trả lời: {why}."""

    retry_after_s: float | None

    def __init__(self, *, engine: str, why: str, retryable: bool, retry_after_s: float | None = None) -> None:
        super().__init__(engine=engine, why=why, retryable=retryable, retry_after_s=retry_after_s)


class EngineRefused(EngineError):
    """Giọng {engine} từ chối: {why}."""

    def __init__(self, *, engine: str, why: str) -> None:
        super().__init__(engine=engine, why=why)


class NoEngineSpoke(TtsError):
    """Không giọng nào đọc được bản tin. {summary}."""

    causes: tuple[tuple[str, str], ...]

    def __init__(self, *, causes: tuple[tuple[str, str], ...], retryable: bool) -> None:
        super().__init__(
            causes=causes, retryable=retryable, summary="; ".join(message.rstrip(".") for _, message in causes)
        )


class UnknownEngine(TtsError):
    """Không có giọng tên “{name}”; hãy chọn một trong: {known}."""

    exit_code = 2


class UnknownVoice(EngineError):
    """Giọng {engine} không có kiểu “{voice}”; hãy chọn một trong: {known}."""

    exit_code = 2


class ChosenVoiceMissing(TtsError):
    """Giọng đã chọn “{voice}” không còn trên máy; hãy cài lại giọng hoặc chọn giọng khác."""

    exit_code = 2


class NoVoiceInstalled(TtsError):
    """Giọng {engine} chưa có giọng tiếng Việt nào; hãy cài bằng lệnh: loa voice install."""


class SpeedOutOfRange(TtsError):
    """Tốc độ đọc {speed} nằm ngoài khoảng cho phép, từ {least} đến {most}."""

    exit_code = 2


class NothingToSpeak(TtsError):
    """Lời đọc trống, không có câu nào để đọc; hãy viết lời bản tin rồi tạo lại."""

    exit_code = 2


class EmptyAudio(TtsError):
    """Bản âm thanh trống; hãy tạo lại hoặc chọn tệp khác."""

    exit_code = 2


class SilentAudio(TtsError):
    """Bản âm thanh im lặng từ đầu đến cuối; hãy kiểm tra micrô hoặc giọng đọc rồi tạo lại."""

    exit_code = 2


class UnreadableAudio(TtsError):
    """Không đọc được tệp âm thanh; hãy dùng tệp MP3, WAV, FLAC, OGG, M4A hoặc WebM còn nguyên vẹn."""

    exit_code = 2


class AudioTooLong(TtsError):
    """Bản âm thanh dài hơn {limit_min} phút; hãy cắt bớt hoặc chia làm nhiều bản tin."""

    exit_code = 2


class LoudnessNotReached(TtsError):
    """Không đạt độ to quy định (đo được {loudness_lufs} LUFS, đỉnh {true_peak_dbtp} dBTP); hãy thu lại."""

    exit_code = 2


class AudioToolMissing(TtsError):
    """Không tìm thấy chương trình xử lý âm thanh ffmpeg; hãy cài lại gói imageio-ffmpeg."""


class AudioToolFailed(TtsError):
    """Chương trình xử lý âm thanh ffmpeg báo lỗi khi {step}: {detail}."""
