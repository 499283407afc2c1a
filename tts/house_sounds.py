"""The sounds of the house: jingle, sting and test tone, composed here and played by ``tts.instruments``.

The melodies keep to the Vietnamese five tones hò xự xang xê cống, here G A C D E, in the range that a horn
loudspeaker gives well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tts.engine import Speech
from tts.instruments import RATE_HZ, Instrument, Sound, bell, pad, room, sine, zither
from tts.mastering import Mastered, Treatment, master

_SEMITONES_FROM_A4 = {
    "C4": -9,
    "D4": -7,
    "G4": -2,
    "A4": 0,
    "C5": 3,
    "D5": 5,
    "E5": 7,
    "G5": 10,
    "A5": 12,
    "B5": 14,
    "C6": 15,
    "D6": 17,
    "E6": 19,
    "G6": 22,
}
_PITCH_HZ = {name: 440.0 * 2 ** (semitones / 12) for name, semitones in _SEMITONES_FROM_A4.items()}


@dataclass(frozen=True, slots=True)
class Note:
    """A note: when it begins and how long it may sound (seconds), its pitch, its strength (0 to 1), its player."""

    at_s: float
    length_s: float
    pitch: str
    strength: float
    player: Instrument = zither


@dataclass(frozen=True, slots=True)
class HouseSound:
    """A piece: ``kind`` as rundowns call it, its title for people, its notes and whole length in seconds."""

    kind: str
    title: str
    notes: tuple[Note, ...]
    length_s: float

    def mastered(self) -> Mastered:
        """The piece as a file ready to air; the same bytes each time. Raises as ``tts.mastering.master``."""
        return master(_played(self.notes, self.length_s), title=self.title, treatment=Treatment.MUSIC)


def _run(at_s: float, step_s: float, pitches: str, strength: float, length_s: float) -> list[Note]:
    """Notes swept one after another over the strings, each stronger than the one before."""
    names = pitches.split()
    return [
        Note(at_s + step_s * order, length_s, name, strength * (0.55 + 0.45 * (order + 1) / len(names)))
        for order, name in enumerate(names)
    ]


def _jingle_notes() -> list[Note]:
    beat = 0.56
    melody = (
        *((0.0, 1.2, "D5", 0.75), (0.5, 1.2, "E5", 0.75), (1.0, 1.8, "G5", 1.0), (2.0, 1.2, "A5", 0.8)),
        *((2.5, 1.2, "G5", 0.7), (3.0, 1.2, "E5", 0.75), (3.5, 1.2, "D5", 0.7), (4.0, 1.8, "C5", 0.85)),
        *((5.0, 1.2, "D5", 0.75), (5.5, 1.2, "E5", 0.8), (6.0, 1.2, "A5", 0.85), (6.5, 1.2, "E5", 0.75)),
    )
    start = 0.3
    close = start + 7.0 * beat
    sung = [Note(start + at * beat, length, pitch, strength) for at, length, pitch, strength in melody]
    low = [
        *(
            Note(start + at * beat, 2.0, pitch, 0.4)
            for at, pitch in ((1.0, "G4"), (2.0, "C4"), (4.0, "A4"), (6.0, "D4"))
        ),
        *(Note(start + at * beat, 3.0, pitch, 0.22, bell) for at, pitch in ((1.0, "G5"), (4.0, "C6"), (6.0, "E6"))),
    ]
    ending = [
        Note(close, 2.9, "G5", 1.0),
        Note(close, 2.9, "G4", 0.5),
        *(Note(close + 0.16 * order, 2.7, pitch, 0.34, bell) for order, pitch in enumerate(("D6", "G6", "D6"))),
    ]
    beds = [
        *(Note(0.0, 2.9, pitch, 0.13, pad) for pitch in ("G4", "D5")),
        *(Note(2.3, 2.2, pitch, 0.13, pad) for pitch in ("C5", "E5")),
        *(Note(3.7, 3.7, pitch, 0.14, pad) for pitch in ("G4", "D5", "G5")),
    ]
    sweep = _run(close - 6 * 0.05, 0.05, "G4 A4 C5 D5 E5 G5", 0.4, 1.6)
    return [*_run(0.0, 0.05, "G4 A4 C5 D5 E5", 0.35, 1.2), *sung, *low, *sweep, *ending, *beds]


def _sting_notes() -> list[Note]:
    return [
        *_run(0.0, 0.11, "D5 E5 G5 A5", 0.8, 1.6),
        Note(0.44, 2.3, "D6", 0.9),
        Note(0.44, 2.3, "G4", 0.5),
        *(Note(0.44 + 0.14 * order, 2.2, pitch, 0.4, bell) for order, pitch in enumerate(("G5", "D6", "G6"))),
        *(Note(0.1, 2.7, pitch, 0.12, pad) for pitch in ("G4", "D5")),
    ]


def _test_notes() -> list[Note]:
    scale = enumerate(("G4", "A4", "C5", "D5", "E5", "G5", "A5", "C6", "D6", "G6"))
    return [
        *(Note(0.22 * order, 1.6, pitch, 0.7, bell) for order, pitch in scale),
        Note(3.0, 3.0, "B5", 0.6, sine),  # 988 Hz: the note nearest to the 1 kHz that levels are set by
        *(Note(6.2 + 0.3 * order, 1.9, pitch, 0.8) for order, pitch in enumerate(("D6", "A5", "G5"))),
    ]


JINGLE = HouseSound("jingle", "Nhạc hiệu", tuple(_jingle_notes()), 7.4)
STING = HouseSound("sting", "Nhạc cắt", tuple(_sting_notes()), 3.0)
TEST = HouseSound("test", "Phát thử loa", tuple(_test_notes()), 8.8)


def house_sounds() -> tuple[HouseSound, ...]:
    """All pieces, not yet played."""
    return JINGLE, STING, TEST


def _played(notes: Sequence[Note], length_s: float) -> Speech:
    mix: Sound = np.zeros(round(length_s * RATE_HZ))
    for note in notes:
        sound = note.player(_PITCH_HZ[note.pitch], note.length_s) * note.strength
        start = round(note.at_s * RATE_HZ)
        end = min(start + sound.size, mix.size)
        mix[start:end] += sound[: end - start]
    heard = room(mix)[: mix.size]
    fade = round(0.5 * RATE_HZ)
    heard[-fade:] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    level = 0.5 / float(np.max(np.abs(heard)))
    return Speech(np.round(heard * level * 32_767).astype("<i2").tobytes(), RATE_HZ)
