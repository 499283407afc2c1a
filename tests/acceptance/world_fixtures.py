"""Fixtures of whole centres; the conftest files of the folders that use them name them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from centre_world import Furnished, World, copied_world, fast_settings, furnish

__all__ = ["furnished_centre", "world"]


@pytest.fixture(scope="session")
def furnished_centre(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Furnished]:
    """A furnished centre's directory, made once and only copied."""
    directory = tmp_path_factory.mktemp("furnished") / "centre"
    return directory, furnish(fast_settings(directory))


@pytest.fixture(scope="module")
def world(furnished_centre: tuple[Path, Furnished], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A centre of its own for a module; none of its processes runs yet."""
    with copied_world(furnished_centre, tmp_path_factory.mktemp("world") / "centre") as made:
        yield made
