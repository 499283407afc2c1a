"""The measure of listening in the player: only what was truly played counts. Runs the page's own module in node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import web

MODULE = Path(web.__file__).parent / "static" / "js" / "listened.js"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not on this machine: the player's module cannot run here")

RUN = """
import {{ Listened }} from {module};
const listened = new Listened({duration}, {kept});
for (const step of {steps}) {{
  if (step === "jump") listened.jump();
  else listened.at(step);
}}
console.log(JSON.stringify({{ percent: listened.percent(), stretches: listened.stretches }}));
"""


def played(duration_s: float, steps: list[float | str], kept: list[list[float]] | None = None) -> dict:
    code = RUN.format(
        module=json.dumps(MODULE.as_uri()), duration=duration_s, steps=json.dumps(steps), kept=json.dumps(kept or [])
    )
    run = subprocess.run(
        [NODE, "--input-type=module", "-e", code], capture_output=True, text=True, check=True, timeout=30
    )
    return json.loads(run.stdout)


def playing(start_s: int, end_s: int) -> list[float]:
    return [start_s + n / 4 for n in range((end_s - start_s) * 4 + 1)]


@pytest.mark.parametrize(
    ("steps", "percent"),
    [
        ([], 0),
        (playing(0, 60), 100),
        (playing(0, 30), 50),
        ([0, 59.9], 0),
        (["jump", 59.5, 60], 0),
        ([*playing(0, 10), "jump", *playing(50, 60)], 33),
        ([*playing(0, 30), "jump", *playing(0, 30)], 50),
        ([*playing(30, 60), "jump", *playing(0, 31)], 100),
        ([30, 20, 10, 0], 0),
        (playing(0, 59)[:-2], 97),
    ],
    ids=[
        "nothing",
        "to its end",
        "half",
        "a jump to the end",
        "only the end",
        "two stretches",
        "the same half twice",
        "out of order",
        "backwards",
        "all but the end",
    ],
)
def test_the_share_is_what_was_played(steps, percent):
    assert played(60, steps)["percent"] == percent


def test_the_last_half_second_that_players_cut_is_forgiven():
    assert played(60, [n / 4 for n in range(239)])["percent"] == 100


def test_what_an_earlier_page_kept_counts_on():
    assert played(60, playing(30, 60), kept=[[0, 30]]) == {"percent": 100, "stretches": [[0, 60]]}


@pytest.mark.parametrize("kept", [[[30, 10]], [["a", "b"]], [[None, 60]], [[-5, 0]]])
def test_a_broken_memory_earns_nothing(kept):
    assert played(60, [], kept=kept)["percent"] == 0


def test_a_recording_without_length_is_never_heard():
    assert played(0, playing(0, 5))["percent"] == 0
