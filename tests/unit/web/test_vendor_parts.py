"""The outside parts of the pages: fetched whole or not touched, and never named by an address in the lock."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import web
from web import vendor

ROOT = Path(web.__file__).parent


@pytest.fixture
def fetched(tmp_path):
    for source in vendor.PARTS.values():
        path = tmp_path / "node_modules" / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
    return tmp_path / "node_modules"


def test_the_parts_are_copied_under_their_own_names(fetched, tmp_path):
    written = vendor.copy_parts(fetched, tmp_path / "vendor")
    assert len(written) == len(vendor.PARTS)
    assert vendor.missing(tmp_path / "vendor") == []


def test_what_an_older_version_left_is_taken_away(fetched, tmp_path):
    old = tmp_path / "vendor" / "old.js"
    old.parent.mkdir()
    old.write_text("", encoding="utf-8")
    vendor.copy_parts(fetched, tmp_path / "vendor")
    assert not old.exists()


def test_a_part_that_was_not_fetched_changes_nothing(fetched, tmp_path):
    vendor.copy_parts(fetched, tmp_path / "vendor")
    (fetched / vendor.PARTS["htmx/htmx.min.js"]).unlink()
    with pytest.raises(vendor.PartsMissing, match="npm ci") as refusal:
        vendor.copy_parts(fetched, tmp_path / "vendor")
    assert [path.name for path in refusal.value.paths] == ["htmx.min.js"]
    assert vendor.missing(tmp_path / "vendor") == []


def test_what_is_not_in_place_is_named(tmp_path):
    assert vendor.missing(tmp_path) == list(vendor.PARTS)


def test_the_style_sheet_asks_for_the_parts_that_are_copied():
    asked = set(re.findall(r"\.\./vendor/([^\"]+)", (ROOT / "static/css/fonts.css").read_text(encoding="utf-8")))
    assert asked == {name for name in vendor.PARTS if name.endswith(".woff2")}


def test_the_lock_holds_hashes_and_no_address_of_a_package():
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = [facts for path, facts in lock["packages"].items() if path]
    assert packages
    assert all(facts["integrity"].startswith("sha512-") and "resolved" not in facts for facts in packages)


def test_versions_are_exact():
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


def test_the_style_sheets_name_nothing_outside():
    sheets = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static/css").glob("*.css"))
    assert [
        url for url in re.findall(r"url\(\"?([^\")]+)", sheets) if not url.startswith(("../vendor/", "data:"))
    ] == []
