"""Any sound into a file that is ready to air: trimmed, treated for horn loudspeakers, at one loudness, MP3.

The limits are the project's own: -16 LUFS with a tolerance of 1 LU, as speech over a loudspeaker is heard beside
traffic, and a true peak of at most -1 dBTP. Both are measured on the encoded file, and corrected by another pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from tts.assembly import LONGEST_MIN, Pauses, framed, trim
from tts.engine import Speech
from tts.errors import AudioTooLong, EmptyAudio, LoudnessNotReached, SilentAudio
from tts.ffmpeg import decode, raw_input, raw_output, run, workspace
from tts.loudness import QUIETEST_LUFS, Loudness, measure
from tts.waveform import outline

RATE_HZ = 44_100
BITRATE_KBPS = 96
TARGET_LUFS = -16.0
TOLERANCE_LU = 1.0
CEILING_DBTP = -1.0
_FLOAT = "f32le"  # between the passes: nothing clips
_LEVELLED_LUFS = -22.0  # what the compressor's threshold is set for
_AIM_LU = 0.2  # another pass when the first is further off
_MOST_PASSES = 7
_MOST_EFFORT = 4.0  # decibels of gain for one of loudness
_MOST_SQUEEZE_DB = 18.0  # more gain than this into the limiter is no longer the same sound
_ENCODER_LOSS_DB = 0.446  # LAME scales what it encodes by 0.95
_FIRST_LIMIT_DB = -1.3  # encoding moves a peak by some tenths, mostly down by the same scaling
_LOWEST_LIMIT_DB = -8.0
_LEAST_MS = 1000  # loudness is defined on blocks of 400 ms
_OVERSAMPLED_HZ = 176_400  # BS.1770-4 annex 2: true peaks need four times the sample rate


class Treatment(Enum):
    """What is done to the sound before its loudness is set.

    A horn gives little below 250 Hz and its transformer saturates there, so low sounds only cost loudness; words stay
    clear over distance when soft syllables are lifted towards the loud ones.
    """

    SPEECH = (
        "highpass=f=140:poles=2",
        "equalizer=f=3000:t=q:w=0.9:g=2.5",
        "acompressor=threshold=-26dB:ratio=2.5:attack=8:release=180:knee=4:makeup=2",
    )
    MUSIC = ("highpass=f=90:poles=2",)


@dataclass(frozen=True, slots=True)
class Mastered:
    """A file ready to air, and what was measured on it after encoding.

    ``sha256`` is of the bytes; ``duration_ms`` from the decoded samples; ``loudness_clufs`` and ``true_peak_cdbtp`` in
    hundredths of LUFS and dBTP; ``peaks`` are the bars that ``tts.waveform.outline`` gives for a page to draw.
    """

    mp3: bytes
    sha256: str
    duration_ms: int
    loudness_clufs: int
    true_peak_cdbtp: int
    peaks: tuple[int, ...]


def master(
    speech: Speech, *, title: str, reading_sha256: str = "", treatment: Treatment = Treatment.SPEECH
) -> Mastered:
    """Master ``speech``; ``title`` and ``reading_sha256`` are written into the file's ID3 tags.

    The same input gives the same bytes. Raises EmptyAudio, SilentAudio, AudioTooLong, LoudnessNotReached,
    AudioToolMissing, AudioToolFailed.
    """
    shaped = _shape(_checked(speech), treatment)
    tags = {"title": title, "loa_reading_sha256": reading_sha256}
    before = measure(raw_input(RATE_HZ, _FLOAT), shaped)
    setting = _Setting(TARGET_LUFS - before.integrated_lufs + _ENCODER_LOSS_DB, _FIRST_LIMIT_DB)
    passes: list[_Pass] = []
    while True:
        mp3 = _encode(shaped, setting, tags)
        passes.append(_Pass(setting, mp3, measure(["-f", "mp3", "-i", "pipe:0"], mp3)))
        if len(passes) == _MOST_PASSES or (passes[-1].fits and passes[-1].off_lu <= _AIM_LU):
            break
        setting = _corrected(passes)
    best = min((each for each in passes if each.fits), key=lambda each: each.off_lu, default=passes[-1])
    if not best.fits or best.off_lu > TOLERANCE_LU:
        level = best.level
        raise LoudnessNotReached(
            loudness_lufs=f"{level.integrated_lufs:.1f}", true_peak_dbtp=f"{level.true_peak_dbtp:.1f}"
        )
    return _described(best.mp3, best.level)


def master_recording(audio: bytes, *, title: str, treatment: Treatment = Treatment.SPEECH) -> Mastered:
    """Master a recorded or uploaded sound file of any common format (untrusted bytes); see ``master``.

    Raises also UnreadableAudio.
    """
    if not audio:
        raise EmptyAudio
    speech = decode(audio, RATE_HZ, limit_s=LONGEST_MIN * 60 + 1)
    return master(speech, title=title, treatment=treatment)


def _checked(speech: Speech) -> Speech:
    if not speech.pcm:
        raise EmptyAudio
    if speech.duration_ms > LONGEST_MIN * 60_000:
        raise AudioTooLong(limit_min=LONGEST_MIN)
    trimmed = trim(speech)
    if not trimmed.pcm:
        raise SilentAudio
    pauses = Pauses()
    missing_ms = _LEAST_MS - trimmed.duration_ms - pauses.lead_ms - pauses.tail_ms
    return framed(trimmed, Pauses(tail_ms=pauses.tail_ms + max(0, missing_ms)))


def _shape(speech: Speech, treatment: Treatment) -> bytes:
    """Levelled and treated: mono 32-bit floats at 44.1 kHz."""
    source = raw_input(speech.rate_hz)
    level = measure(source, speech.pcm)
    if level.integrated_lufs <= QUIETEST_LUFS:
        raise SilentAudio
    levelling = f"volume={_LEVELLED_LUFS - level.integrated_lufs:.3f}dB:precision=float"
    chain = ",".join((f"aresample={RATE_HZ}", levelling, *treatment.value))
    return run("xử lý tiếng", [*source, "-af", chain, *raw_output(RATE_HZ, _FLOAT)], stdin=speech.pcm).stdout


@dataclass(frozen=True, slots=True)
class _Setting:
    """What one pass applies: a gain, and the limiter's ceiling behind it."""

    gain_db: float
    limit_db: float


@dataclass(frozen=True, slots=True)
class _Pass:
    """One encoding, and what was measured on it."""

    setting: _Setting
    mp3: bytes
    level: Loudness

    @property
    def off_lu(self) -> float:
        return abs(TARGET_LUFS - self.level.integrated_lufs)

    @property
    def fits(self) -> bool:
        return self.level.true_peak_dbtp <= CEILING_DBTP


def _corrected(passes: Sequence[_Pass]) -> _Setting:
    """The next setting: where the limiter eats part of each decibel, as the last two passes show, more is given."""
    first, last = passes[0], passes[-1]
    effort = 1.0
    if len(passes) > 1:
        gained_lu = last.level.integrated_lufs - passes[-2].level.integrated_lufs
        given_db = last.setting.gain_db - passes[-2].setting.gain_db
        effort = min(max(given_db / gained_lu, 1.0), _MOST_EFFORT) if abs(gained_lu) > 0.01 else _MOST_EFFORT
    over_db = last.level.true_peak_dbtp - CEILING_DBTP
    return _Setting(
        gain_db=min(
            last.setting.gain_db + effort * (TARGET_LUFS - last.level.integrated_lufs),
            first.setting.gain_db + _MOST_SQUEEZE_DB,
        ),
        limit_db=last.setting.limit_db - (over_db + 0.1 if over_db > 0 else 0.0),
    )


def _encode(sound: bytes, setting: _Setting, tags: Mapping[str, str]) -> bytes:
    limiter = (
        f"alimiter=limit={max(setting.limit_db, _LOWEST_LIMIT_DB):.3f}dB:attack=4:release=60:level=false:latency=true"
    )
    chain = f"volume={setting.gain_db:.3f}dB:precision=float,aresample={_OVERSAMPLED_HZ},{limiter},aresample={RATE_HZ}"
    written = {name: _tag(value) for name, value in tags.items()}
    step = "ghi tệp MP3"
    with workspace(step) as folder:
        path = folder / "out.mp3"  # a file: the header with the exact length is written last
        arguments = [
            *raw_input(RATE_HZ, _FLOAT),
            *("-af", chain, "-c:a", "libmp3lame", "-b:a", f"{BITRATE_KBPS}k", "-ar", str(RATE_HZ), "-ac", "1"),
            *("-map_metadata", "-1", "-id3v2_version", "3", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
            *(part for name, value in written.items() if value for part in ("-metadata", f"{name}={value}")),
            *("-f", "mp3", f"file:{path}"),
        ]
        run(step, arguments, stdin=sound)
        return path.read_bytes()


def _tag(value: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in value).split())[:200]


def _described(mp3: bytes, level: Loudness) -> Mastered:
    decoded = decode(mp3, RATE_HZ)
    return Mastered(
        mp3=mp3,
        sha256=hashlib.sha256(mp3).hexdigest(),
        duration_ms=decoded.duration_ms,
        loudness_clufs=round(level.integrated_lufs * 100),
        true_peak_cdbtp=round(level.true_peak_dbtp * 100),
        peaks=outline(decoded),
    )
