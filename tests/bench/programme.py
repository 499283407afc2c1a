"""The child of the memory bench: `VOICE FOLDER N` speaks N sentences; `preview FOLDER N` joins that sound N times."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from voices import Speaking, espeak, piper

from tts.preview import join_for_listening
from tts.rendering import render


def main() -> None:
    """Do the one thing that the command line asks."""
    what, folder, number = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    item = folder / "item.mp3"
    if what == "preview":
        join_for_listening([item] * number, folder / "preview.mp3", "Bench")
        return
    with {"espeak": espeak, "piper": piper}[what]() as speaking:
        item.write_bytes(_spoken(speaking, number, folder / "cache"))


def _spoken(speaking: Speaking, number: int, cache: Path) -> bytes:
    sentences = speaking.sentences(number)
    paragraphs = [sentences[at : at + 5] for at in range(0, number, 5)]
    made = render(paragraphs, engines=[speaking.engine], title="Bench", reading_sha256="", cache_dir=cache)
    return made.mastered.mp3


if __name__ == "__main__":
    main()
