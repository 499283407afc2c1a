"""The child of the memory bench: `render FOLDER N` speaks N sentences; `preview FOLDER N` joins that sound N times."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from texts import vietnamese_sentences

from tts.preview import join_for_listening
from tts.rendering import engines_for, render


def main() -> None:
    """Do the one thing that the command line asks."""
    what, folder = sys.argv[1], Path(sys.argv[2])
    item = folder / "item.mp3"
    if what == "render":
        sentences = vietnamese_sentences(int(sys.argv[3]))
        rendered = render(
            [sentences[at : at + 5] for at in range(0, len(sentences), 5)],
            engines=engines_for("espeak"),
            title="Bench",
            reading_sha256="",
            cache_dir=folder / "cache",
        )
        item.write_bytes(rendered.mastered.mp3)
    else:
        join_for_listening([item] * int(sys.argv[3]), folder / "preview.mp3", "Bench")


if __name__ == "__main__":
    main()
