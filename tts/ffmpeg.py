"""Running ffmpeg: a fixed list of arguments, files in, files out, bounded in time, deterministic."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from tts.engine import Speech
from tts.errors import AudioToolFailed, AudioToolMissing, UnreadableAudio
from tts.sound_file import SoundFile

_TIMEOUT_S = 300
_PIPE_BYTES = 1 << 20  # what Linux gives to anybody: fewer turns between the two processes
READING = "đọc tệp âm thanh"
# Only formats that carry sound themselves: a playlist format would let a file name other files or addresses.
_FORMATS = "aac,aiff,amr,caf,flac,matroska,mov,mp3,ogg,wav"


@dataclass(frozen=True, slots=True)
class Output:
    """What one run wrote: standard output, and standard error as text."""

    stdout: bytes
    stderr: str


def executable() -> str:
    """The path of ffmpeg: the one that imageio-ffmpeg ships, unless IMAGEIO_FFMPEG_EXE names another.

    Raises AudioToolMissing.
    """
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise AudioToolMissing from error


def run(step: str, arguments: Sequence[str], *, loglevel: str = "error") -> Output:
    """Run ffmpeg with ``arguments``; ``step`` says in Vietnamese what for, should it fail.

    Raises AudioToolMissing, AudioToolFailed.
    """
    command = [executable(), "-hide_banner", "-nostats", "-nostdin", "-y", "-loglevel", loglevel, *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT_S, check=False)
    except FileNotFoundError as error:
        raise AudioToolMissing from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AudioToolFailed(step=step, detail=str(error)) from error
    stderr = done.stderr.decode("utf-8", "replace")
    if done.returncode != 0:
        lines = stderr.strip().splitlines()
        raise AudioToolFailed(step=step, detail=lines[-1] if lines else f"mã {done.returncode}")
    return Output(done.stdout, stderr)


@contextmanager
def workspace(step: str) -> Iterator[Path]:
    """A folder that is gone at the end; a disk that is full or shut becomes AudioToolFailed at ``step``."""
    try:
        with tempfile.TemporaryDirectory(prefix="loa-") as folder:
            yield Path(folder)
    except OSError as error:
        raise AudioToolFailed(step=step, detail=error.strerror or str(error)) from error


def feed(step: str, arguments: Sequence[str], blocks: Iterable[bytes]) -> Output:
    """Run ffmpeg with ``arguments`` on what ``blocks`` give to its standard input, a block at a time.

    Whatever ``blocks`` raises ends the run. Raises AudioToolMissing, AudioToolFailed.
    """
    command = [executable(), "-hide_banner", "-nostats", "-y", "-loglevel", "error", *arguments]
    # Not pipes: nobody reads them while the blocks go in.
    with tempfile.TemporaryFile() as wrote, tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=wrote, stderr=said)
        except FileNotFoundError as error:
            raise AudioToolMissing from error
        except OSError as error:
            raise AudioToolFailed(step=step, detail=str(error)) from error
        try:
            whole = _pour(process, blocks)
            code = process.wait(_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise AudioToolFailed(step=step, detail=str(error)) from error
        finally:
            process.kill()
            process.wait()
        wrote.seek(0)
        said.seek(0)
        output = Output(wrote.read(), said.read().decode("utf-8", "replace"))
    if code != 0 or not whole:
        lines = output.stderr.strip().splitlines()
        raise AudioToolFailed(step=step, detail=lines[-1] if lines else f"mã {code}")
    return output


def _pour(process: subprocess.Popen[bytes], blocks: Iterable[bytes]) -> bool:
    """Write ``blocks`` to the process; tell whether it took them all."""
    if process.stdin is None:
        return False
    try:
        with contextlib.suppress(OSError):  # a small pipe does it too
            fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
        with process.stdin as pipe:
            for block in blocks:
                pipe.write(block)
    except BrokenPipeError:
        return False
    return True


def raw_input(path: Path, rate_hz: int, sample_format: str = "s16le") -> list[str]:
    """Arguments that read mono PCM at ``rate_hz`` from a file."""
    return ["-f", sample_format, "-ar", str(rate_hz), "-ac", "1", "-i", f"file:{path}"]


def raw_pipe(rate_hz: int, sample_format: str = "s16le") -> list[str]:
    """Arguments that read mono PCM at ``rate_hz`` from standard input."""
    return ["-f", sample_format, "-ar", str(rate_hz), "-ac", "1", "-i", "pipe:0"]


def raw_output(path: Path | None, rate_hz: int, sample_format: str = "s16le") -> list[str]:
    """Arguments that write mono PCM at ``rate_hz`` to a file, or to standard output."""
    target = "pipe:1" if path is None else f"file:{path}"
    return ["-map_metadata", "-1", "-f", sample_format, "-ar", str(rate_hz), "-ac", "1", target]


def decode(audio: bytes, rate_hz: int, *, limit_s: float | None = None, filters: str | None = None) -> Speech:
    """Decode a whole sound file of any known format to mono PCM at ``rate_hz``, at most ``limit_s`` seconds of it,
    through the audio ``filters`` if any.

    The file is untrusted: only formats that carry sound are tried, and nothing else may be opened through it.
    Raises UnreadableAudio, AudioToolMissing, AudioToolFailed.
    """
    with workspace(READING) as folder:
        path = folder / "audio"  # a file, as an M4A often keeps its index at the end
        path.write_bytes(audio)
        return Speech(_decoded(path, raw_output(None, rate_hz), limit_s=limit_s, filters=filters), rate_hz)


def decode_file(source: Path, target: SoundFile, *, limit_s: float | None = None) -> None:
    """Decode the sound file ``source`` into ``target``; see ``decode``."""
    _decoded(source, raw_output(target.path, target.rate_hz), limit_s=limit_s, filters=None)


def _decoded(path: Path, output: Sequence[str], *, limit_s: float | None, filters: str | None) -> bytes:
    through = [] if filters is None else ["-af", filters]
    try:
        return run(READING, [*untrusted_input(path, limit_s=limit_s), "-map", "0:a:0", *through, *output]).stdout
    except AudioToolFailed as error:
        raise UnreadableAudio from error


def untrusted_input(path: Path, *, limit_s: float | None = None) -> list[str]:
    """Arguments that read at most ``limit_s`` seconds of an untrusted file.

    Only formats that carry sound are tried, whatever the name says, and nothing but this file may be opened through it.
    """
    limit = [] if limit_s is None else ["-t", f"{limit_s:.3f}"]
    return ["-protocol_whitelist", "file", "-format_whitelist", _FORMATS, *limit, "-i", f"file:{path}"]
