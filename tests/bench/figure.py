"""What a bench measures, what is demanded of it, and how both are written down."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_KEYS = ("name", "value", "unit", "ratio", "against")


@dataclass(frozen=True)
class Figure:
    """One measurement: ``value`` in ``unit``, and its ``ratio`` to what it was done ``against``, if to anything.

    ``least`` and ``most`` bound the ratio, or the value where there is nothing to compare with; None is no bound.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str | None = None
    least: float | None = None
    most: float | None = None

    def __post_init__(self) -> None:
        numbers = [self.value, *([] if self.ratio is None else [self.ratio])]
        if not all(math.isfinite(each) and each >= 0 for each in numbers):
            message = f"{self.name}: {numbers} is no measurement"
            raise ValueError(message)
        if (self.ratio is None) != (self.against is None):
            message = f"{self.name}: a ratio and what it is against belong together"
            raise ValueError(message)

    @property
    def judged(self) -> float:
        """What the bounds are for."""
        return self.value if self.ratio is None else self.ratio

    @property
    def kept(self) -> bool:
        """Whether it is within its bounds."""
        return (self.least is None or self.judged >= self.least) and (self.most is None or self.judged <= self.most)

    @property
    def demand(self) -> str:
        """Its bounds in words; empty when there is none."""
        bounds = ((self.least, "≥"), (self.most, "≤"))
        return ", ".join(f"{sign} {bound:g}" for bound, sign in bounds if bound is not None)


def record(figures: Iterable[Figure], path: Path) -> None:
    """Write ``figures`` to ``path`` as a JSON list of {name, value, unit, ratio, against}, whole or not at all.

    Figures of an earlier run stay where this run has none of that name: a part can be measured alone.
    """
    known = {each["name"]: each for each in _recorded(path)}
    known |= {figure.name: {key: getattr(figure, key) for key in _KEYS} for figure in figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps([known[name] for name in sorted(known)], ensure_ascii=False, indent=1) + "\n", "utf-8")
    part.replace(path)


def _recorded(path: Path) -> list[Mapping[str, object]]:
    """What an earlier run wrote; nothing when there is none, or when it isn't such a list."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    rows = told if isinstance(told, list) else []
    return [each for each in rows if isinstance(each, dict) and set(each) == set(_KEYS)]


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned text, one a line, each with its demand and whether it is kept."""
    rows = [("figure", "value", "unit", "ratio", "against", "demand", "")]
    rows += [
        (
            figure.name,
            f"{figure.value:,.3f}" if figure.value < 1000 else f"{figure.value:,.0f}",
            figure.unit,
            "" if figure.ratio is None else f"{figure.ratio:.3f}",
            figure.against or "",
            figure.demand,
            "ok" if figure.kept else "MISSED",
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(cell.rjust(width) if column in {1, 3} else cell.ljust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)
