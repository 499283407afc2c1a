"""A few instruments made of sums of sines: a plucked zither, a bell, a soft pad, a plain sine.

Each gives floats of about -1 to 1 at 44.1 kHz, beginning and ending in silence; nothing is random, so the same call
gives the same sound.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 44_100

Sound = NDArray[np.float64]
Instrument = Callable[[float, float], Sound]
"""From a pitch in Hz and a length in seconds to a sound."""

_PLUCKED_AT = 0.19  # of the string's length: full, yet with the brightness of a zither
_STIFFNESS = 0.00012  # of the string: its upper partials are a little sharp
_BELL = ((1.0, 1.0, 1.0), (2.0, 0.28, 0.7), (3.98, 0.22, 0.32), (6.3, 0.06, 0.16), (9.9, 0.04, 0.09))
_HIGHEST_HZ = 9_000  # a horn gives nothing above


def zither(pitch_hz: float, length_s: float) -> Sound:
    """A plucked string after the đàn tranh: bright at first, then round, with a slow tremble as the note is held."""
    time_s = _times(length_s)
    tremble = 0.0028 * np.sin(2 * np.pi * 5.2 * time_s) * np.clip((time_s - 0.25) / 0.4, 0, 1)
    phase = 2 * np.pi * pitch_hz * (time_s + np.cumsum(tremble) / RATE_HZ)
    sound = np.zeros_like(time_s)
    for partial in range(1, 25):
        ratio = partial * np.sqrt(1 + _STIFFNESS * partial**2)
        if ratio * pitch_hz > _HIGHEST_HZ:
            break
        strength = np.sin(np.pi * partial * _PLUCKED_AT) / partial**1.35
        decay_s = 1.5 / (1 + 0.34 * (partial - 1)) * (440 / pitch_hz) ** 0.4
        sound += strength * np.exp(-time_s / decay_s) * np.sin(ratio * phase)
    return _edged(sound, attack_s=0.002, release_s=0.08)


def bell(pitch_hz: float, length_s: float) -> Sound:
    """A struck bar with the partials of a vibraphone: a clear note that rings out."""
    time_s = _times(length_s)
    sound = np.zeros_like(time_s)
    for ratio, strength, decay in _BELL:
        if ratio * pitch_hz <= _HIGHEST_HZ:
            ringing = np.exp(-time_s / (1.3 * decay))
            sound += strength * ringing * np.sin(2 * np.pi * ratio * pitch_hz * time_s)
    return _edged(sound, attack_s=0.004, release_s=0.15)


def pad(pitch_hz: float, length_s: float) -> Sound:
    """A soft, slowly swelling chord tone of two voices slightly apart."""
    time_s = _times(length_s)
    sound = np.zeros_like(time_s)
    for apart, share in ((1.0, 0.7), (1.0011, 0.3)):  # unequal, so that they shimmer and never cancel
        for partial, strength in ((1, 1.0), (2, 0.32), (3, 0.12), (4, 0.05)):
            sound += share * strength * np.sin(2 * np.pi * partial * apart * pitch_hz * time_s)
    return _edged(sound, attack_s=min(0.6, length_s / 3), release_s=min(1.2, length_s / 2))


def sine(pitch_hz: float, length_s: float) -> Sound:
    """One steady sine, for measuring."""
    return _edged(np.sin(2 * np.pi * pitch_hz * _times(length_s)), attack_s=0.15, release_s=0.25)


def room(sound: Sound) -> Sound:
    """``sound`` in a small bright room: early reflections only, as a horn in the open adds its own echoes."""
    delays_s = (0.0113, 0.0197, 0.0271, 0.0359, 0.0467, 0.0593, 0.0719, 0.0877)
    wet = np.zeros(sound.size + round(0.1 * RATE_HZ))
    wet[: sound.size] = sound
    for order, delay_s in enumerate(delays_s):
        start = round(delay_s * RATE_HZ)
        wet[start : start + sound.size] += sound * 0.2 * (-1) ** order * 0.82**order
    return wet


def _times(length_s: float) -> Sound:
    return np.arange(round(length_s * RATE_HZ), dtype=np.float64) / RATE_HZ


def _edged(sound: Sound, *, attack_s: float, release_s: float) -> Sound:
    rise, fall = round(attack_s * RATE_HZ), min(round(release_s * RATE_HZ), sound.size)
    shape = np.ones_like(sound)
    shape[:rise] *= np.sin(np.linspace(0, np.pi / 2, rise)) ** 2
    shape[sound.size - fall :] *= np.cos(np.linspace(0, np.pi / 2, fall)) ** 2
    return sound * shape
