"""`make bench [BENCH="reading memory"]`: measure, print a table, write `var/bench.json`; fail when a bound is missed.

A bench is a module in `figures/`: its docstring says how it measures, its function `measure()` gives the figures, with
their bounds. Another file there is another bench.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import figures
from figure import Figure, record, table

ROOT = Path(__file__).resolve().parents[2]
MISSED, UNKNOWN = 1, 2

Bench = Callable[[], Iterable[Figure]]


def benches() -> dict[str, Bench]:
    """Every bench by the name of its module; a module is loaded when its bench runs."""
    return {module.name: _bench(module.name) for module in pkgutil.iter_modules(figures.__path__)}


def _bench(name: str) -> Bench:
    def measure() -> Iterable[Figure]:
        measured: Iterable[Figure] = importlib.import_module(f"figures.{name}").measure()
        return measured

    return measure


def run(names: Sequence[str], known: dict[str, Bench], path: Path, say: Callable[[str], object]) -> int:
    """Run the benches of ``names`` (all when none is given) and record their figures; return the exit status.

    What was measured is recorded even when a later bench fails.
    """
    unknown = [name for name in names if name not in known]
    if unknown:
        say(f"no such bench: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        return UNKNOWN
    found: list[Figure] = []
    for name in names or sorted(known):
        started = time.monotonic()
        say(f"{name} …")
        measured = list(known[name]())
        record(measured, path)
        found += measured
        say(f"{name}: {time.monotonic() - started:.0f} s")
    say(table(found))
    missed = [figure.name for figure in found if not figure.kept]
    if missed:
        say(f"missed: {', '.join(missed)}")
    return MISSED if missed else 0


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="BENCH")
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "bench.json")
    asked = parser.parse_args()
    return run(asked.names, benches(), asked.output, lambda line: print(line, flush=True))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    raise SystemExit(main())
