"""The blueprint that the parts of the units' pages hang on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from web import kept_files

pages = Blueprint("units", __name__, url_prefix="/don-vi")


@pages.url_value_preprocessor
def take_files(endpoint: str | None, _values: Mapping[str, Any] | None) -> None:
    """Let a file of units in, and forms that name many units and stations."""
    if endpoint == "units.look_at_file":
        kept_files.let_in()
    elif request.method == "POST":
        request.max_form_parts = 50_000
