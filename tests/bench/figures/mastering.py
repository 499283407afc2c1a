"""What mastering costs of the sound's own time, against ffmpeg's two-pass `loudnorm` on the same file.

Both take five minutes of speech as PCM to an MP3 of 96 kb/s at -16 LUFS. Ours also filters, compresses, measures what
it has encoded and draws its outline; loudnorm measures, and then applies with what it measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from figure import Figure
from pairs import timed
from voices import espeak

from tts.ffmpeg import raw_input, run
from tts.mastering import RATE_HZ, master, mp3_output
from tts.synthesis import speak_into, whole

ROUNDS = 3
SENTENCES = 40
MOST_RATIO = 0.5
_TARGET = "loudnorm=I=-16:TP=-1:LRA=11"
_MEASURED = {"I": "input_i", "TP": "input_tp", "LRA": "input_lra", "thresh": "input_thresh"}


def measure() -> Iterator[Figure]:
    """Give `mastering.rtf`."""
    with espeak() as speaking, TemporaryDirectory(prefix="loa-bench-") as folder:
        speech = speak_into(whole, [speaking.sentences(SENTENCES)], engines=[speaking.engine]).speech
        source, target = Path(folder) / "speech.pcm", Path(folder) / "out.mp3"
        source.write_bytes(speech.pcm)

        def ours() -> object:
            return master(speech, title="Bench")

        def theirs() -> object:
            return _loudnorm(raw_input(source, speech.rate_hz), target)

        both = timed(ours, theirs, rounds=ROUNDS)
        yield Figure(
            "mastering.rtf",
            both.ours_s * 1000 / speech.duration_ms,
            "s/s",
            both.ratio,
            "two-pass loudnorm",
            most=MOST_RATIO,
        )


def _loudnorm(source: list[str], target: Path) -> object:
    first = run("bench", [*source, "-af", f"{_TARGET}:print_format=json", "-f", "null", "-"], loglevel="info").stderr
    told = json.loads(first[first.rindex("{") : first.rindex("}") + 1])
    measured = ":".join(f"measured_{name}={told[key]}" for name, key in _MEASURED.items())
    second = f"{_TARGET}:{measured}:offset={told['target_offset']}:linear=true,aresample={RATE_HZ}"
    return run("bench", [*source, "-af", second, *mp3_output(target, {"title": "Bench"})])
