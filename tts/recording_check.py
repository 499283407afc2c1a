"""A person's recording, looked at before it is mastered: what can't air is refused, what is doubtful is told.

The file is untrusted; it is decoded once, to disk, and read in blocks, so that half an hour costs no more memory than a
minute. Limits are the project's own, chosen so that mastering doesn't turn a fault into a louder fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tts.assembly import LONGEST_MIN, sounding
from tts.channels import Mix, to_one
from tts.errors import AudioToolFailed, AudioTooLong, EmptyAudio, SilentAudio, UnreadableAudio
from tts.ffmpeg import READING, run, untrusted_input
from tts.levels import Levels, clipping, levels
from tts.probing import Contents, SoundStream, contents
from tts.recording_errors import (
    AudioDamaged,
    Clipped,
    HasVideo,
    MostlySilent,
    RecordingTooShort,
    SeveralSounds,
    TooQuiet,
)
from tts.sound_file import SoundFile
from tts.truncation import ends_early

LEAST_S = 1.0
LEAST_VOICE_DBFS, LOW_VOICE_DBFS = -45.0, -35.0
LEAST_SPEAKING = 0.15
MOST_FLAT, SOME_FLAT = 0.01, 0.0005
MOST_CROWDED, SOME_CROWDED = 0.30, 0.17
LONG_PAUSE_S = 8.0
TELEPHONE_HZ = 16_000
"""Sounds sampled more slowly than this have lost the consonants' hiss."""
_RATES_HZ = (8_000, 48_000)
_MISSING_S, _MISSING_SHARE = 0.3, 0.01
_FAULTY_PACKETS = 3
_FAULT = re.compile(r"Error submitting packet|Decoding error|Error while decoding")
_PAIR = frozenset({"stereo", "2 channels", "downmix"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A recording that may air, as one channel, and what a person should know of it, in Vietnamese sentences."""

    sound: SoundFile
    notes: tuple[str, ...]


def check_recording(source: Path, folder: Path) -> Checked:
    """Decode the untrusted file ``source`` into ``folder``, at its own rate from 8 to 48 kHz, and check it.

    Raises EmptyAudio, UnreadableAudio (NotSound, AudioDamaged), HasVideo, SeveralSounds, AudioTooLong, SilentAudio,
    RecordingTooShort, TooQuiet, MostlySilent, Clipped, AudioToolMissing, AudioToolFailed, OSError.
    """
    if not source.stat().st_size:
        raise EmptyAudio
    told = contents(source)
    stream = _only_sound(told)
    sound, notes = _decode(source, folder, stream)
    _check_whole(source, told, sound)
    return Checked(sound, (*notes, *_check_voice(sound)))


def _only_sound(told: Contents) -> SoundStream:
    if told.video:
        raise HasVideo
    if not told.sounds:
        raise UnreadableAudio
    if len(told.sounds) > 1:
        raise SeveralSounds(count=len(told.sounds))
    if told.duration_s is not None and told.duration_s > LONGEST_MIN * 60 + 1:
        raise AudioTooLong(limit_min=LONGEST_MIN)
    return told.sounds[0]


def _decode(source: Path, folder: Path, stream: SoundStream) -> tuple[SoundFile, list[str]]:
    rate_hz = min(max(stream.rate_hz, _RATES_HZ[0]), _RATES_HZ[1])
    sound = SoundFile(folder / "sound", rate_hz)
    pair = stream.layout in _PAIR
    decoded = folder / "channels" if pair else sound.path
    output = ["-f", "s16le", "-ar", str(rate_hz), "-ac", "2" if pair else "1", f"file:{decoded}"]
    source_arguments = untrusted_input(source, limit_s=LONGEST_MIN * 60 + 1)
    try:
        report = run(READING, [*source_arguments, "-map", "0:a:0", *output]).stderr
    except AudioToolFailed as error:
        raise AudioDamaged from error
    if len(_FAULT.findall(report)) > _FAULTY_PACKETS:
        raise AudioDamaged
    notes = [_channel_words(to_one(decoded, sound))] if pair else _layout_words(stream)
    if pair:
        decoded.unlink()
    if stream.rate_hz < TELEPHONE_HZ:
        notes.append(
            f"Tiếng thu ở {_decimal(stream.rate_hz / 1000)} kHz, nghe như qua điện thoại; nên thu lại nếu được."
        )
    return sound, [note for note in notes if note]


def _channel_words(mix: Mix) -> str:
    return {
        Mix.LEFT: "Chỉ kênh trái có tiếng nên chỉ dùng kênh trái.",
        Mix.RIGHT: "Chỉ kênh phải có tiếng nên chỉ dùng kênh phải.",
        Mix.LEFT_OF_OPPOSED: "Hai kênh triệt tiêu nhau, trộn lại thì mất tiếng, nên chỉ dùng kênh trái.",
    }.get(mix, "")


def _layout_words(stream: SoundStream) -> list[str]:
    if stream.layout in {"mono", "1 channels"}:
        return []
    return [f"Tệp có tiếng nhiều kênh ({stream.layout}), đã trộn thành một; nghe kỹ xem lời có rõ không."]


def _check_whole(source: Path, told: Contents, sound: SoundFile) -> None:
    if sound.duration_ms > LONGEST_MIN * 60_000:
        raise AudioTooLong(limit_min=LONGEST_MIN)
    found_s = sound.duration_ms / 1000
    if told.duration_s is not None and told.duration_s - found_s > max(_MISSING_S, _MISSING_SHARE * told.duration_s):
        raise AudioDamaged(detail=f": chỉ đọc được {_decimal(found_s)} trong {_decimal(told.duration_s)} giây")
    if ends_early(source):
        raise AudioDamaged(detail=", thiếu phần cuối")


def _check_voice(sound: SoundFile) -> list[str]:
    first, end = sounding(sound.blocks, sound.rate_hz)
    if first == end:
        raise SilentAudio if sound.samples else EmptyAudio
    if end - first < LEAST_S * sound.rate_hz:
        raise RecordingTooShort
    measured = levels(sound, first, end)
    _check_levels(measured)
    cut = clipping(sound, first, end)
    if cut.flat >= MOST_FLAT or cut.crowded >= MOST_CROWDED:
        raise Clipped
    notes = []
    if cut.flat >= SOME_FLAT or cut.crowded >= SOME_CROWDED:
        notes.append("Có chỗ tiếng hơi vỡ vì thu quá to; nghe kỹ rồi thu lại nếu cần.")
    if measured.voice_dbfs < LOW_VOICE_DBFS:
        notes.append("Tiếng thu nhỏ, đã nâng lên; nghe kỹ xem tiếng ồn có lớn không.")
    at_s, pause_s = measured.longest_pause()
    if pause_s >= LONG_PAUSE_S:
        place_s = round(at_s + first / sound.rate_hz)
        notes.append(f"Có đoạn lặng {round(pause_s)} giây, từ {place_s // 60}:{place_s % 60:02d} của tệp đã thu.")
    return notes


def _check_levels(measured: Levels) -> None:
    if measured.voice_dbfs < LEAST_VOICE_DBFS:
        raise TooQuiet(level_dbfs=round(measured.voice_dbfs), least_dbfs=round(LEAST_VOICE_DBFS))
    if measured.speaking_share < LEAST_SPEAKING:
        raise MostlySilent(percent=round(measured.speaking_share * 100))


def _decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0").replace(".", ",")
