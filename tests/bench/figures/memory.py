"""The most memory that half an hour takes: to speak and master it, and to join it as a preview.

Each is done by a program of its own; its resident memory and that of all it starts (the voice's processes, ffmpeg) are
summed every 10 ms (see `family.py`). The voice is the stand-in one: rendering holds the sound of whichever voice speaks
at that voice's rate, and espeak's is Piper's.
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
MOST_MB = 300
LEAST_MIN = 28
_HERE = Path(__file__).resolve().parents[1]


def measure() -> Iterator[Figure]:
    """Give `memory.programme_30_min` for rendering and for the preview."""
    with TemporaryDirectory(prefix="loa-bench-") as folder:
        for what, count in (("render", SENTENCES), ("preview", 1)):
            peak = peak_of("programme.py", [what, folder, str(count)], path=_HERE)
            minutes = mp3_samples(Path(folder) / "item.mp3") / 44_100 / 60
            if minutes < LEAST_MIN:
                message = f"the programme lasts {minutes:.1f} minutes only"
                raise ValueError(message)
            yield Figure(f"memory.programme_30_min.{what}", peak.family_mb, "MB", most=MOST_MB)
