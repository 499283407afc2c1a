"""The most memory that half an hour takes: to speak and master it, and to join it as a preview.

Each is done by a program of its own; its resident memory and that of all it starts (the voice's processes, ffmpeg) are
summed every 10 ms (see `family.py`). The half hour is spoken by the stand-in voice: what rendering
holds doesn't depend on who speaks. What Piper's own processes hold depends on the
voice and the longest sentence, and not on the length of the script: a minute of it is told apart, without a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from family import peak_of
from figure import Figure

from tts.mp3_length import mp3_samples

SENTENCES = 210
"""They last just under the half hour that one rendering may last."""
A_MINUTE = 10
MOST_MB = 300
LEAST_MIN = 28
_HERE = Path(__file__).resolve().parents[1]


def measure() -> Iterator[Figure]:
    """Give `memory.programme_30_min` for rendering and for the preview, and what a minute by Piper takes."""
    with TemporaryDirectory(prefix="loa-bench-") as folder:
        for name, what, count in (("render", "espeak", SENTENCES), ("preview", "preview", 1)):
            peak = peak_of("programme.py", [what, folder, str(count)], path=_HERE)
            minutes = mp3_samples(Path(folder) / "item.mp3") / 44_100 / 60
            if minutes < LEAST_MIN:
                message = f"the programme lasts {minutes:.1f} minutes only"
                raise ValueError(message)
            yield Figure(f"memory.programme_30_min.{name}", peak.family_mb, "MB", most=MOST_MB)
    with TemporaryDirectory(prefix="loa-bench-") as folder:
        peak = peak_of("programme.py", ["piper", folder, str(A_MINUTE)], path=_HERE)
        yield Figure("memory.render_1_min.piper", peak.family_mb, "MB")
