"""What was measured on a sound, and who spoke it, in the words of a page: pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from markupsafe import Markup

from tts.mastering import CEILING_DBTP, TARGET_LUFS, TOLERANCE_LU
from web.filters import duration, number, short_hash

#: A row of the figures partial: term, figure, line below, tone of the figure, tone of the line below.
Row = tuple[str, str, str, str, str]

ENGINES: Mapping[str, str] = {
    "google": "giọng Google",
    "piper": "giọng Piper",
    "espeak": "giọng dự phòng eSpeak",
    "tone": "âm thử, không có lời",
    "house": "âm thanh của phần mềm",
    "recorded": "người đọc",
}


class Measured(Protocol):
    """A sound's facts: milliseconds, hundredths of LUFS and of dBTP, the hash of its bytes."""

    @property
    def duration_ms(self) -> int: ...
    @property
    def loudness_clufs(self) -> int: ...
    @property
    def true_peak_cdbtp(self) -> int: ...
    @property
    def media_sha256(self) -> str: ...


def figures(sound: Measured) -> tuple[Row, ...]:
    """Return the figures that an approver reads beside a sound."""
    level, peak = sound.loudness_clufs / 100, sound.true_peak_cdbtp / 100
    even = abs(level - TARGET_LUFS) <= TOLERANCE_LU
    aim = f"{number(TARGET_LUFS)} ± {number(TOLERANCE_LU, 1)}"
    clean = peak <= CEILING_DBTP
    digits = Markup('<span class="loa-hash" title="{}">{}</span>').format(
        sound.media_sha256, short_hash(sound.media_sha256)
    )
    return (
        ("Thời lượng", duration(sound.duration_ms), "", "", ""),
        (
            "Độ to",
            f"{number(level, 1)} LUFS",
            f"đạt {aim}" if even else f"lệch mức {aim}",
            "",
            "ok" if even else "warn",
        ),
        (
            "Đỉnh",
            f"{number(peak, 1)} dBTP",
            "không vỡ tiếng" if clean else "có thể vỡ tiếng",
            "",
            "ok" if clean else "warn",
        ),
        ("Mã băm bản âm thanh", Markup("<small>{}</small>").format(digits), "bản nghe ở đây là bản sẽ phát", "", ""),
    )


def for_templates() -> dict[str, object]:
    """Return what the templates that show a sound call."""
    return {"sound_figures": figures, "engine_word": engine_word}


def engine_word(name: str) -> str:
    """Return what a page calls the engine that spoke; an engine without a word of its own goes by its name."""
    return ENGINES.get(name, name)
