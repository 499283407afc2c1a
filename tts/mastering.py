"""Any sound into a file that is ready to air: trimmed, treated for horn loudspeakers, at one loudness, MP3.

The limits are the project's own: -16 LUFS with a tolerance of 0.5 LU, as speech over a loudspeaker is heard beside
traffic, and a true peak of at most -1 dBTP. Both are measured on the encoded file, and corrected by another pass. The
sound goes from step to step through files, so that a long one needs no more memory than a short one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path

import numpy as np

from tts.assembly import LONGEST_MIN, Pauses, silence, sounding
from tts.engine import Speech
from tts.errors import AudioTooLong, EmptyAudio, LoudnessNotReached, SilentAudio
from tts.ffmpeg import feed, raw_input, raw_output, raw_pipe, run, workspace
from tts.loudness import FILTER, QUIETEST_LUFS, Loudness, integrated_lufs, level_of, loudness_of, measure_encoded
from tts.sound_file import SoundFile
from tts.waveform import BARS, heights

RATE_HZ = 44_100
BITRATE_KBPS = 96
TARGET_LUFS = -16.0
TOLERANCE_LU = 0.5
CEILING_DBTP = -1.0
_FLOAT, _FLOAT_BYTES = "f32le", 4  # between the passes: nothing clips
_LEVELLED_DB = -22.0  # what the compressor's threshold is set for
_AIM_LU = 0.25  # another encoding when the first is further off
_SEARCH_LU = 0.3  # so near, one more step leads to within a tenth without being tried
_MOST_SEARCHES = 5
_STRETCH_S = 30.0
_ALIKE_LU = 2.0
_MOST_PASSES = 7
_MOST_EFFORT = 4.0  # decibels of gain for one of loudness
_USUAL_EFFORT = 1.5  # for speech, before two tries have shown it
_USUAL_LOSS_LU = 0.6  # what the limiter takes from treated speech, whoever speaks
_MOST_SQUEEZE_DB = 18.0  # more gain than this into the limiter is no longer the same sound
_ENCODER_LOSS_DB = 0.446  # LAME scales what it encodes by 0.95
_ENCODER_EFFORT = "7"  # of LAME: half the time, and nearer to the samples: at 96 kb/s mono nothing needs hiding
_FIRST_LIMIT_DB = -2.0  # encoding raises single peaks by as much as a decibel: so one encoding nearly always does
_LOWEST_LIMIT_DB, _HIGHEST_LIMIT_DB = -8.0, -0.9
_LEAST_MS = 1000  # loudness is defined on blocks of 400 ms
_WRITING, _SHAPING = "ghi tệp MP3", "xử lý tiếng"


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
    hundredths of LUFS and dBTP; ``peaks`` are the bars that ``tts.waveform.heights`` gives for a page to draw.
    """

    mp3: bytes
    sha256: str
    duration_ms: int
    loudness_clufs: int
    true_peak_cdbtp: int
    peaks: tuple[int, ...]


def master(
    speech: Speech,
    *,
    title: str,
    reading_sha256: str = "",
    treatment: Treatment = Treatment.SPEECH,
    pauses: Pauses | None = None,
) -> Mastered:
    """Master ``speech``; ``title`` and ``reading_sha256`` are written into the file's ID3 tags, and the ends of
    ``pauses`` put around it.

    The same input gives the same bytes. Raises EmptyAudio, SilentAudio, AudioTooLong, LoudnessNotReached,
    AudioToolMissing, AudioToolFailed.
    """
    if not speech.pcm:
        raise EmptyAudio
    with workspace(_WRITING) as folder:
        sound = SoundFile(folder / "sound", speech.rate_hz)
        sound.path.write_bytes(speech.pcm)
        tags = {"title": title, "loa_reading_sha256": reading_sha256}
        return _master(sound, tags, treatment, pauses or Pauses())


def master_file(sound: SoundFile, *, title: str, treatment: Treatment = Treatment.SPEECH) -> Mastered:
    """Master a sound that stands in a file, however long, in a folder of its own that is written to; see ``master``."""
    return _master(sound, {"title": title}, treatment, Pauses())


def shape_speech(path: Path, spoken: Iterable[bytes], rate_hz: int) -> Shaped:
    """Shape speech that is still being spoken, into a file at ``path``; ``master_shaped`` makes it ready to air.

    ``spoken`` gives utterances and silences as PCM (see ``tts.assembly.pieces``); each utterance is levelled by itself,
    since nobody knows yet how loud the whole is. Raises AudioTooLong, SilentAudio, AudioToolMissing, AudioToolFailed,
    and whatever ``spoken`` raises.
    """
    shaped_hz = min(rate_hz, RATE_HZ)
    treated = ",".join((f"aresample={shaped_hz}", *Treatment.SPEECH.value, FILTER))
    arguments = [*raw_pipe(rate_hz, _FLOAT), "-af", treated, *raw_output(path, shaped_hz, _FLOAT)]
    loudness_lufs = integrated_lufs(feed(_SHAPING, arguments, _levelled(spoken, rate_hz)))
    if loudness_lufs <= QUIETEST_LUFS:
        raise SilentAudio
    return Shaped(path, shaped_hz, loudness_lufs)


def _levelled(spoken: Iterable[bytes], rate_hz: int) -> Iterator[bytes]:
    """``spoken`` as floats, each utterance at the level that the compressor is set for, and no shorter than may be."""
    length = 0
    for piece in spoken:
        samples = np.frombuffer(piece, dtype="<i2")
        level_db = level_of([samples], rate_hz)
        gain_db = _LEVELLED_DB - level_db if level_db > QUIETEST_LUFS else 0.0
        yield (samples * np.float32(10 ** (gain_db / 20) / 32_768)).astype("<f4").tobytes()
        length += samples.size
        if length > LONGEST_MIN * 60 * rate_hz:
            raise AudioTooLong(limit_min=LONGEST_MIN)
    yield bytes(_FLOAT_BYTES * max(0, _LEAST_MS * rate_hz // 1000 - length))


def master_shaped(shaped: Shaped, *, title: str, reading_sha256: str = "") -> Mastered:
    """Make a shaped speech ready to air; see ``master``."""
    return _finish(shaped, {"title": title, "loa_reading_sha256": reading_sha256}, Treatment.SPEECH)


def _master(sound: SoundFile, tags: Mapping[str, str], treatment: Treatment, pauses: Pauses) -> Mastered:
    return _finish(_shape(_framed(sound, pauses), treatment), tags, treatment)


def _finish(shaped: Shaped, tags: Mapping[str, str], treatment: Treatment) -> Mastered:
    setting = _found(shaped, treatment)
    passes: list[_Pass] = []
    while True:
        passes.append(_encode(shaped, setting, tags))
        if len(passes) == _MOST_PASSES or (passes[-1].fits and passes[-1].off_lu <= _AIM_LU):
            break
        setting = _corrected(passes, shaped.first_gain_db)
        if setting == passes[-1].setting:  # as far as it may go
            break
    best = min((each for each in passes if each.fits), key=lambda each: each.off_lu, default=passes[-1])
    if not best.fits or best.off_lu > TOLERANCE_LU:
        level = best.level
        raise LoudnessNotReached(
            loudness_lufs=f"{level.integrated_lufs:.1f}", true_peak_dbtp=f"{level.true_peak_dbtp:.1f}"
        )
    return best.described()


def _framed(sound: SoundFile, pauses: Pauses) -> SoundFile:
    """The sound without the silence at its ends, between the silences that belong there."""
    if sound.duration_ms > LONGEST_MIN * 60_000:
        raise AudioTooLong(limit_min=LONGEST_MIN)
    first, end = sounding(sound.blocks, sound.rate_hz)
    if first == end:
        raise SilentAudio if sound.samples else EmptyAudio
    spoken_ms = (end - first) * 1000 // sound.rate_hz
    missing_ms = max(0, _LEAST_MS - spoken_ms - pauses.lead_ms - pauses.tail_ms)
    lead, tail = silence(pauses.lead_ms, sound.rate_hz), silence(pauses.tail_ms + missing_ms, sound.rate_hz)
    framed = SoundFile(sound.path.with_name("framed"), sound.rate_hz)
    spoken = (block.tobytes() for block in sound.blocks(first, end))
    framed.write(chain((lead.pcm,), spoken, (tail.pcm,)))
    return framed


@dataclass(frozen=True, slots=True)
class Shaped:
    """A sound levelled and treated, as mono 32-bit floats, and its loudness."""

    path: Path
    rate_hz: int
    loudness_lufs: float

    @property
    def source(self) -> list[str]:
        return raw_input(self.path, self.rate_hz, _FLOAT)

    @property
    def duration_s(self) -> float:
        return self.path.stat().st_size / _FLOAT_BYTES / self.rate_hz

    @property
    def first_gain_db(self) -> float:
        """What would do if the limiter took nothing."""
        return TARGET_LUFS - self.loudness_lufs + _ENCODER_LOSS_DB


def _shape(sound: SoundFile, treatment: Treatment) -> Shaped:
    """Treat the sound at its own rate: a voice of 22 kHz has nothing above it that would be worth the work."""
    source = raw_input(sound.path, sound.rate_hz)
    level_db = level_of(sound.blocks(), sound.rate_hz)
    if level_db <= QUIETEST_LUFS:
        raise SilentAudio
    levelling = f"volume={_LEVELLED_DB - level_db:.3f}dB:precision=float"
    rate_hz = min(sound.rate_hz, RATE_HZ)
    filters = ",".join((f"aresample={rate_hz}", levelling, *treatment.value, FILTER))
    path = sound.path.with_name("shaped")
    output = run(_SHAPING, [*source, "-af", filters, *raw_output(path, rate_hz, _FLOAT)])
    return Shaped(path, rate_hz, integrated_lufs(output))


def _found(shaped: Shaped, treatment: Treatment) -> _Setting:
    """The gain that brings the limited sound to the target, searched without encoding.

    The limiter eats part of each decibel: as much more is given as the last two tries show. Most voices need one try.
    Of a long sound what the limiter eats is heard on half a minute in its middle.
    """
    source, loudness_lufs = _stretch(shaped)
    target_lufs = TARGET_LUFS + _ENCODER_LOSS_DB + loudness_lufs - shaped.loudness_lufs
    tries: list[tuple[float, float]] = []
    gain_db = shaped.first_gain_db + (_USUAL_LOSS_LU * _USUAL_EFFORT if treatment is Treatment.SPEECH else 0.0)
    for _ in range(_MOST_SEARCHES):
        limited = (f"volume={gain_db:.3f}dB:precision=float", _limiter(_FIRST_LIMIT_DB))
        tries.append((gain_db, loudness_of(source, limited)))
        off_lu = target_lufs - tries[-1][1]
        gain_db = min(gain_db + _effort(tries) * off_lu, shaped.first_gain_db + _MOST_SQUEEZE_DB)
        if abs(off_lu) <= _SEARCH_LU:
            break
    return _Setting(gain_db, _FIRST_LIMIT_DB)


def _stretch(shaped: Shaped) -> tuple[list[str], float]:
    """What to search the gain on, and its loudness: the whole, or half a minute that sounds about like it."""
    spare_s = shaped.duration_s - _STRETCH_S
    if spare_s > _STRETCH_S / 2:
        source = ["-ss", f"{spare_s / 2:.3f}", "-t", f"{_STRETCH_S:.3f}", *shaped.source]
        loudness_lufs = loudness_of(source)
        if abs(loudness_lufs - shaped.loudness_lufs) <= _ALIKE_LU:
            return source, loudness_lufs
    return shaped.source, shaped.loudness_lufs


def _effort(tries: Sequence[tuple[float, float]]) -> float:
    """The decibels of gain that one of loudness costs, from the last two (gain, loudness)."""
    if len(tries) < 2:
        return _USUAL_EFFORT
    (gain_before, loud_before), (gain, loud) = tries[-2:]
    gained_lu = loud - loud_before
    return min(max((gain - gain_before) / gained_lu, 1.0), _MOST_EFFORT) if abs(gained_lu) > 0.01 else _MOST_EFFORT


@dataclass(frozen=True, slots=True)
class _Setting:
    """What one pass applies: a gain, and the limiter's ceiling behind it."""

    gain_db: float
    limit_db: float


@dataclass(frozen=True, slots=True)
class _Pass:
    """One encoding, and what was measured on it; its decoded samples stand in a file that the next pass reuses."""

    setting: _Setting
    mp3: bytes
    level: Loudness
    duration_ms: int
    peaks: tuple[int, ...]

    @property
    def off_lu(self) -> float:
        return abs(TARGET_LUFS - self.level.integrated_lufs)

    @property
    def fits(self) -> bool:
        return self.level.true_peak_dbtp <= CEILING_DBTP

    def described(self) -> Mastered:
        return Mastered(
            mp3=self.mp3,
            sha256=hashlib.sha256(self.mp3).hexdigest(),
            duration_ms=self.duration_ms,
            loudness_clufs=round(self.level.integrated_lufs * 100),
            true_peak_cdbtp=round(self.level.true_peak_dbtp * 100),
            peaks=self.peaks,
        )


def _corrected(passes: Sequence[_Pass], first_gain_db: float) -> _Setting:
    """The next setting, when an encoding was too far off or its peaks too high.

    Where gain alone can do no more, what room the peaks have left is given to them.
    """
    last = passes[-1]
    most_db = first_gain_db + _MOST_SQUEEZE_DB
    effort = _effort([(each.setting.gain_db, each.level.integrated_lufs) for each in passes])
    gain_db = min(last.setting.gain_db + effort * (TARGET_LUFS - last.level.integrated_lufs), most_db)
    over_db = last.level.true_peak_dbtp - CEILING_DBTP + 0.1
    limit_db = last.setting.limit_db
    if not last.fits:
        limit_db -= over_db
    elif gain_db == most_db:
        limit_db = max(limit_db, min(limit_db - over_db, _HIGHEST_LIMIT_DB))
    return _Setting(gain_db, limit_db)


def _limiter(limit_db: float) -> str:
    return f"alimiter=limit={max(limit_db, _LOWEST_LIMIT_DB):.3f}dB:attack=4:release=60:level=false:latency=true"


def _encode(shaped: Shaped, setting: _Setting, tags: Mapping[str, str]) -> _Pass:
    gain = f"volume={setting.gain_db:.3f}dB:precision=float"
    filters = f"{gain},aresample={RATE_HZ},{_limiter(setting.limit_db)}"
    path, decoded = shaped.path.with_name("out.mp3"), SoundFile(shaped.path.with_name("decoded"), RATE_HZ)
    heard = raw_output(decoded.path, RATE_HZ)
    level = measure_encoded(shaped.source, filters, mp3_output(path, tags), heard, step=_WRITING)
    return _Pass(setting, path.read_bytes(), level, decoded.duration_ms, heights(decoded.parts(BARS)))


def mp3_output(path: Path, tags: Mapping[str, str]) -> list[str]:
    """Arguments that write an MP3 of 96 kb/s with ``tags`` to a file: its header is written last."""
    written = {name: _tag(value) for name, value in tags.items()}
    return [
        *("-c:a", "libmp3lame", "-b:a", f"{BITRATE_KBPS}k", "-ar", str(RATE_HZ), "-ac", "1"),
        *("-compression_level", _ENCODER_EFFORT),
        *("-map_metadata", "-1", "-id3v2_version", "3", "-fflags", "+bitexact", "-flags:a", "+bitexact"),
        *(part for name, value in written.items() if value for part in ("-metadata", f"{name}={value}")),
        *("-f", "mp3", f"file:{path}"),
    ]


def _tag(value: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in value).split())[:200]
