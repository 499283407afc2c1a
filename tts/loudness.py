"""Measuring loudness after ITU-R BS.1770 and EBU R 128 with ffmpeg's ebur128 filter."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tts.errors import AudioToolFailed
from tts.ffmpeg import run

_FILTER = "ebur128=peak=true:metadata=1:framelog=quiet,ametadata=mode=print:file=-"
_INTEGRATED = re.compile(r"lavfi\.r128\.I=(\S+)")
_TRUE_PEAK = re.compile(r"lavfi\.r128\.true_peak=(\S+)")
_SUMMARY_PEAK = re.compile(r"Peak:\s+(\S+) dBFS")
_STEP = "đo độ to"
QUIETEST_LUFS = -70.0
"""The absolute gate of BS.1770: below it nothing counts as sound."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness in LUFS and true peak in dBTP, each to about a hundredth."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(source: Sequence[str], audio: bytes) -> Loudness:
    """Measure the sound that ffmpeg reads from ``audio`` by the input arguments ``source``.

    Of a sound under 400 ms, or below the gate, the loudness is -70. Raises AudioToolMissing, AudioToolFailed.
    """
    output = run(_STEP, [*source, "-af", _FILTER, "-f", "null", "-"], stdin=audio, loglevel="info")
    report = output.stdout.decode("ascii", "replace")
    integrated, peaks = _INTEGRATED.findall(report), _TRUE_PEAK.findall(report)
    summary = _SUMMARY_PEAK.findall(output.stderr)
    if not summary:
        raise AudioToolFailed(step=_STEP, detail="ebur128")
    # The filter reports to a thousandth every 100 ms; what is left at the end stands in its summary alone, to a tenth.
    exact = _decibels(float(peaks[-1])) if peaks else -math.inf
    rough = float(summary[-1])
    return Loudness(
        integrated_lufs=max(float(integrated[-1]) if integrated else QUIETEST_LUFS, QUIETEST_LUFS),
        true_peak_dbtp=rough if rough > exact + 0.06 else exact,
    )


def _decibels(amplitude: float) -> float:
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf
