"""The program that holds one Piper voice and speaks what it is asked (see ``piper_frames``).

It loads the voice once, as its bytes are known to be (``--sha256``), and ends by itself: with its parent (standard
input ends then, whatever the parent died of), after ``--idle-s`` seconds without a request, and when a sentence takes
longer than it may, even while native code holds the interpreter.
"""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import json
import os
import queue
import resource
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import onnxruntime
from piper import PiperVoice, SynthesisConfig
from piper.config import PiperConfig
from piper.phonemize_espeak import ESPEAK_DATA_DIR

from tts.engines.piper_frames import HEADER, Frame

_MEMORY_BYTES = 4 * 1024**3  # addresses, not memory: what a voice made to harm may take before it fails
_MEASURED = "Kính mời bà con lắng nghe."
_HALVINGS = 6
_GRACE_S = 5.0  # the driver's own deadline comes first, and knows how to say it


def main() -> int:
    """Serve standard input until it ends; the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m tts.engines.piper_child")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--sha256", required=True, help="of the model's bytes and then the configuration's")
    parser.add_argument("--idle-s", type=float, required=True)
    options = parser.parse_args()
    requests, answers = _listen(), _answers()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        speaker = Speaker(load(options.model, options.config, options.sha256))
    except Exception as error:  # noqa: BLE001 - the border: whatever a voice file does is one answer
        _send(answers, Frame.UNLOADABLE, 0, _reason(error))
        return 1
    _send(answers, Frame.READY, speaker.rate_hz)
    while True:
        try:
            line = requests.get(timeout=options.idle_s)
        except queue.Empty:
            return 0
        _answer(speaker, line, answers)


class OtherBytes(Exception):
    """The files aren't those that were installed."""


def load(model: Path, config: Path, sha256: str) -> PiperVoice:
    """The voice of the two files, whose bytes together have the hash ``sha256``.

    Raises what reading, hashing, JSON and onnxruntime raise.
    """
    network, described = model.read_bytes(), config.read_bytes()
    if hashlib.sha256(network + described).hexdigest() != sha256:
        raise OtherBytes
    options = onnxruntime.SessionOptions()
    # A fixed number, whatever the machine has: three threads round otherwise than two, and the bytes would be others.
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(network, sess_options=options, providers=["CPUExecutionProvider"])
    # espeak-ng keeps its data path in a short buffer; a relative path fits however deep the installation is.
    os.chdir(ESPEAK_DATA_DIR.parent)
    settings = PiperConfig.from_dict(json.loads(described))
    return PiperVoice(session=session, config=settings, espeak_data_dir=Path(ESPEAK_DATA_DIR.name))


class Speaker:
    """A loaded voice. Without noise the same text gives the same bytes, in any process."""

    def __init__(self, voice: PiperVoice) -> None:
        self._voice = voice
        self._lengths = {1.0: 1.0}

    @property
    def rate_hz(self) -> int:
        """Samples a second."""
        return self._voice.config.sample_rate

    def speak(self, text: str, speed: float) -> bytes:
        """``text`` as samples, ``speed`` times as fast as the voice's own pace."""
        return self._at_length(text, self._length(speed))

    def _length(self, speed: float) -> float:
        """The length scale at which speech lasts 1 / ``speed`` as long.

        It is not 1 / ``speed``: a sound lasts whole frames, rounded up, so that length follows the scale in steps,
        much the same in all sentences of a voice. Found once on one sentence, by halving.
        """
        if speed not in self._lengths:
            usual = len(self._at_length(_MEASURED, 1.0))
            low, high = (1.0, 2.0) if speed < 1.0 else (0.5, 1.0)
            for _ in range(_HALVINGS):
                middle = (low + high) / 2
                if len(self._at_length(_MEASURED, middle)) * speed < usual:
                    low = middle
                else:
                    high = middle
            self._lengths[speed] = (low + high) / 2
        return self._lengths[speed]

    def _at_length(self, text: str, length: float) -> bytes:
        scale = self._voice.config.length_scale * length
        settings = SynthesisConfig(length_scale=scale, noise_scale=0.0, noise_w_scale=0.0)
        return b"".join(chunk.audio_int16_bytes for chunk in self._voice.synthesize(text, settings))


def _answer(speaker: Speaker, line: bytes, answers: BinaryIO) -> None:
    request = json.loads(line)
    faulthandler.dump_traceback_later(request["within_s"] + _GRACE_S, exit=True)
    try:
        pcm = speaker.speak(request["text"], request["speed"])
    except Exception as error:  # noqa: BLE001 - the border: the driver is told, and asks another voice
        _send(answers, Frame.UNSPEAKABLE, 0, _reason(error))
    else:
        _send(answers, Frame.SOUND, speaker.rate_hz, pcm)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _reason(error: Exception) -> bytes:
    return type(error).__name__.encode()


def _send(answers: BinaryIO, kind: Frame, number: int, content: bytes = b"") -> None:
    answers.write(HEADER.pack(kind.value, number, len(content)) + content)
    answers.flush()


def _answers() -> BinaryIO:
    """Standard output for our frames alone: whatever a library prints goes where errors go."""
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return ours


def _listen(end: Callable[[int], object] = os._exit) -> queue.SimpleQueue[bytes]:
    """The lines of standard input as they come; at its end the parent is gone, and so are we, amid any sentence."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        for line in sys.stdin.buffer:
            lines.put(line)
        end(0)

    threading.Thread(target=read, daemon=True).start()
    return lines


if __name__ == "__main__":
    sys.exit(main())
