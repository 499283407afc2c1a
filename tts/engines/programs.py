"""Starting the programs of this package that speak in a process of their own."""

from __future__ import annotations

import os
from pathlib import Path


def program(python: str, module: str) -> list[str]:
    """The command that runs ``module`` of this package with the interpreter ``python``."""
    return [python, "-P", "-m", module]


def environment() -> dict[str, str]:
    """Ours, with the place of this package first: the process looks for modules there never in the user's folder."""
    places = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
