"""What a rendering costs beside the engine, and what a change of one sentence costs beside the first rendering.

`synthesis.overhead.*`: a script of five minutes, from spoken sentences to the finished MP3 (nothing in the cache; with
pauses, joining, mastering and measuring), against the same engine speaking the same sentences as fast as it can: as
many at once as it allows, and nothing done with the sound. `synthesis.one_sentence_edit.*`: a script of 40 sentences
rendered again after one was changed, against its first rendering. The bounds are for Piper, the voice that stations
hear; espeak speaks a sentence faster than anything can be done with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from figure import Figure
from pairs import Timed, timed
from voices import Speaking, espeak, piper

from tts.rendering import Rendered, render

ROUNDS = 3
FIVE_MINUTES = {"piper": 50, "espeak": 40}
"""Sentences that last five minutes, by engine."""
SHORT_SCRIPT = 40
MOST_OVERHEAD = 1.15
MOST_OF_FIRST = 0.15


def measure() -> Iterator[Figure]:
    """Give both figures for both engines."""
    engines: tuple[Callable[[], AbstractContextManager[Speaking]], ...] = (espeak, piper)
    for engine in engines:
        with engine() as speaking:
            bounded = speaking.name == "piper"
            overhead = _overhead(speaking)
            yield Figure(
                f"synthesis.overhead.{speaking.name}",
                overhead.ours_s,
                "s",
                overhead.ratio,
                f"{speaking.name} alone, 5-minute script",
                most=MOST_OVERHEAD if bounded else None,
            )
            edit = _one_sentence_edit(speaking)
            yield Figure(
                f"synthesis.one_sentence_edit.{speaking.name}",
                edit.ours_s,
                "s",
                edit.ratio,
                f"first rendering of {SHORT_SCRIPT} sentences",
                most=MOST_OF_FIRST if bounded else None,
            )


def _overhead(speaking: Speaking) -> Timed:
    sentences = speaking.sentences(FIVE_MINUTES[speaking.name])

    def rendered() -> Rendered:
        with TemporaryDirectory(prefix="loa-bench-") as cache:
            return _render(speaking, sentences, Path(cache))

    def spoken() -> object:
        voice = speaking.engine.voices()[0]
        with ThreadPoolExecutor(speaking.engine.parallel) as pool:
            return list(pool.map(lambda sentence: speaking.engine.speak(sentence, voice), sentences))

    return timed(rendered, spoken, rounds=ROUNDS)


def _one_sentence_edit(speaking: Speaking) -> Timed:
    """Each round: a first rendering into an empty cache, then one with another sentence in the middle.

    The order within a round can't turn, as the second needs what the first left.
    """
    every = speaking.sentences(SHORT_SCRIPT + ROUNDS)
    first, others = every[:SHORT_SCRIPT], iter(every[SHORT_SCRIPT:])
    with TemporaryDirectory(prefix="loa-bench-") as folder:
        caches = iter([Path(folder) / str(number) for number in range(ROUNDS)])
        used: list[Path] = []

        def first_rendering() -> Rendered:
            used.append(next(caches))
            return _render(speaking, first, used[-1])

        def again() -> Rendered:
            changed = [*first[: SHORT_SCRIPT // 2], next(others), *first[SHORT_SCRIPT // 2 + 1 :]]
            return _render(speaking, changed, used[-1])

        return timed(again, first_rendering, rounds=ROUNDS, theirs_first=True)


def _render(speaking: Speaking, sentences: list[str], cache: Path) -> Rendered:
    return render(
        [sentences[at : at + 5] for at in range(0, len(sentences), 5)],
        engines=[speaking.engine],
        title="Bench",
        reading_sha256="",
        cache_dir=cache,
    )
