"""The program that speaks one utterance with espeak-ng: UTF-8 text on standard input, a WAV file on standard output.

espeak-ng gives the same bytes for the same text only in a fresh process, so every utterance gets its own. It ends with
status 0, or with 1 and one line on standard error.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from pathlib import Path

import espeakng_loader

from tts.engine import Speech
from tts.wav import to_wav

# From espeak-ng's speak_lib.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_INITIALIZE_DONT_EXIT = 0x8000
_CHARS_UTF8 = 1
_POS_CHARACTER = 1
_PARAMETER_RATE = 1
_CallbackType = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakFailed(Exception):
    """espeak-ng answered with a failure."""


def synthesise(text: str, voice: str, words_per_minute: int) -> Speech:
    """Speak ``text``. Raises EspeakFailed, OSError."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    # The library keeps its data path in a buffer of 160 bytes; a relative path fits however deep the installation is.
    os.chdir(Path(espeakng_loader.get_data_path()).parent)
    rate_hz = library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, b".", _INITIALIZE_DONT_EXIT)
    if rate_hz <= 0:
        raise EspeakFailed("espeak_Initialize")
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise EspeakFailed("espeak_SetVoiceByName")
    if library.espeak_SetParameter(_PARAMETER_RATE, words_per_minute, 0) != 0:
        raise EspeakFailed("espeak_SetParameter")
    chunks: list[bytes] = []

    def collect(samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = _CallbackType(collect)
    library.espeak_SetSynthCallback(callback)
    raw = text.encode("utf-8")
    size = ctypes.c_size_t(len(raw) + 1)
    if library.espeak_Synth(raw, size, 0, _POS_CHARACTER, 0, _CHARS_UTF8, None, None) != 0:
        raise EspeakFailed("espeak_Synth")
    if library.espeak_Synchronize() != 0:
        raise EspeakFailed("espeak_Synchronize")
    return Speech(b"".join(chunks), rate_hz)


def main() -> int:
    """Speak standard input to standard output; the process's exit status."""
    parser = argparse.ArgumentParser(prog="python -m tts.engines.espeak_process")
    parser.add_argument("--voice", required=True)
    parser.add_argument("--words-per-minute", type=int, required=True)
    options = parser.parse_args()
    text = sys.stdin.buffer.read().decode("utf-8")
    try:
        speech = synthesise(text, options.voice, options.words_per_minute)
    except (EspeakFailed, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.buffer.write(to_wav(speech))
    return 0


if __name__ == "__main__":
    sys.exit(main())
