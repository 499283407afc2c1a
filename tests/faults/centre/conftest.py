"""The same whole centres as in the acceptance tests, here to be broken."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "acceptance"))

from world_fixtures import furnished_centre, world

__all__ = ["furnished_centre", "world"]
