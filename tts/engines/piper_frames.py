"""What goes between the driver of Piper and its child: a JSON line there, a frame back.

A request is ``{"text": …, "speed": …, "within_s": …}`` on one line in UTF-8. A frame is twelve bytes (kind, a number,
the length of what follows; big-endian) and then as many bytes: the samples, or a reason in UTF-8.
"""

from __future__ import annotations

import struct
from enum import Enum

HEADER = struct.Struct(">4sII")
MOST_BYTES = 64_000_000
"""The longest frame: ten minutes of sound, more than any sentence."""


class Frame(Enum):
    """The kinds of frame."""

    READY = b"REDY"
    """The voice is loaded; the number is its rate in hertz, and nothing follows."""
    SOUND = b"PCM1"
    """The sentence as mono signed 16-bit little-endian samples; the number is their rate in hertz."""
    UNLOADABLE = b"LOAD"
    """The voice can't be loaded; the reason follows, and the child ends."""
    UNSPEAKABLE = b"SAID"
    """This sentence can't be spoken; the reason follows, and the child goes on."""
