"""The fixtures of whole centres and their processes."""

from world_fixtures import furnished_centre, world

__all__ = ["furnished_centre", "world"]
