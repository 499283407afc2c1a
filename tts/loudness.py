"""Measuring loudness after ITU-R BS.1770 and EBU R 128 with ffmpeg's ebur128 filter."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tts.errors import AudioToolFailed
from tts.ffmpeg import Output, run
from tts.sound_file import Samples

_PRINTED = "ametadata=mode=print:file=-"
FILTER = f"ebur128=metadata=1:framelog=quiet,{_PRINTED}"
"""Passes sound through and reports its loudness on standard output, for ``integrated_lufs``."""
_FILTER_WITH_PEAK = f"ebur128=peak=true:metadata=1:framelog=quiet,{_PRINTED}"
_INTEGRATED = re.compile(r"lavfi\.r128\.I=(\S+)")
_TRUE_PEAK = re.compile(r"lavfi\.r128\.true_peak=(\S+)")
_SUMMARY_PEAK = re.compile(r"Peak:\s+(\S+) dBFS")
_STEP = "đo độ to"
QUIETEST_LUFS = -70.0
"""The absolute gate of BS.1770: below it nothing counts as sound."""
_GATED_MS = 400
_GATE_BELOW_MEAN_LU = -10.0


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBTP, each to about a hundredth."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(source: Sequence[str], output: Sequence[str]) -> Loudness:
    """Measure the sound that ffmpeg reads by the input arguments ``source``, on its way to ``output``.

    Of a sound under 400 ms, or below the gate, the loudness is -70. Raises AudioToolMissing, AudioToolFailed.
    """
    return _told(run(_STEP, [*source, "-af", _FILTER_WITH_PEAK, *output], loglevel="info"))


def measure_encoded(
    source: Sequence[str], filters: str, encoded: Sequence[str], decoded: Sequence[str], *, step: str
) -> Loudness:
    """Encode what ``source`` gives through ``filters`` to ``encoded``, and measure it as it is decoded again, on its
    way to ``decoded``: both at once, in one run, as ``step``. See ``measure``.
    """
    heard = ["-dec", "0:0", "-filter_complex", f"[dec:0]{_FILTER_WITH_PEAK}[heard]", "-map", "[heard]"]
    return _told(run(step, [*source, "-map", "0:a", "-af", filters, *encoded, *heard, *decoded], loglevel="info"))


def _told(done: Output) -> Loudness:
    peaks = _TRUE_PEAK.findall(done.stdout.decode("ascii", "replace"))
    summary = _SUMMARY_PEAK.findall(done.stderr)
    if not summary:
        raise AudioToolFailed(step=_STEP, detail="ebur128")
    # The filter reports to a thousandth every 100 ms; what is left at the end stands in its summary alone, to a tenth.
    exact = _decibels(float(peaks[-1])) if peaks else -math.inf
    rough = float(summary[-1])
    return Loudness(integrated_lufs(done), rough if rough > exact + 0.06 else exact)


def loudness_of(source: Sequence[str], filters: Sequence[str] = ()) -> float:
    """The integrated loudness in LUFS of what ``source`` gives through ``filters``; see ``measure``."""
    return integrated_lufs(run(_STEP, [*source, "-af", ",".join((*filters, FILTER)), "-f", "null", "-"]))


def level_of(blocks: Iterable[Samples], rate_hz: int) -> float:
    """The level of a sound in dBFS by the gates of BS.1770, but every frequency alike; -70 when nothing passes.

    Near its loudness for speech, and a tenth of the work: enough to set a compressor by, not to judge a sound by.
    """
    length = rate_hz * _GATED_MS // 1000
    powers = np.concatenate([np.empty(0), *(_powers(block, min(length, block.size)) for block in blocks if block.size)])
    powers = powers[powers > 10 ** (QUIETEST_LUFS / 10)]
    if not powers.size:
        return QUIETEST_LUFS
    heard = powers[powers >= powers.mean() * 10 ** (_GATE_BELOW_MEAN_LU / 10)]
    return 10 * math.log10(float(heard.mean()))


def _powers(block: Samples, length: int) -> NDArray[np.float64]:
    """The mean power of each whole piece of ``length`` samples, 1 being full scale."""
    pieces = block[: block.size // length * length].reshape(-1, length) / np.float64(32_768)
    powers: NDArray[np.float64] = np.square(pieces).mean(axis=1)
    return powers


def integrated_lufs(output: Output) -> float:
    """The loudness that ``FILTER`` reported in a run; -70 when it had nothing to report."""
    found = _INTEGRATED.findall(output.stdout.decode("ascii", "replace"))
    return max(float(found[-1]) if found else QUIETEST_LUFS, QUIETEST_LUFS)


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf
