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
const {{ stretches }} = listened;
console.log(JSON.stringify({{ permille: listened.permille(), end: listened.reachedEnd(), stretches }}));
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
    ("steps", "permille"),
    [
        ([], 0),
        (playing(0, 60), 1000),
        (playing(0, 30), 500),
        ([0, 59.9], 0),
        (["jump", 59.5, 60], 8),
        ([*playing(0, 10), "jump", *playing(50, 60)], 333),
        ([*playing(0, 30), "jump", *playing(0, 30)], 500),
        ([*playing(30, 60), "jump", *playing(0, 31)], 1000),
        ([30, 20, 10, 0], 0),
        (playing(0, 59)[:-2], 975),
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
def test_the_share_is_what_was_played(steps, permille):
    assert played(60, steps)["permille"] == permille


def test_the_last_half_second_that_players_cut_is_forgiven():
    assert played(60, [n / 4 for n in range(239)])["permille"] == 1000


def test_what_an_earlier_page_kept_counts_on():
    assert played(60, playing(30, 60), kept=[[0, 30]]) == {"permille": 1000, "end": True, "stretches": [[0, 60]]}


@pytest.mark.parametrize("kept", [[[30, 10]], [["a", "b"]], [[None, 60]], [[-5, 0]]])
def test_a_broken_memory_earns_nothing(kept):
    assert played(60, [], kept=kept)["permille"] == 0


def test_a_recording_without_length_is_never_heard():
    assert played(0, playing(0, 5))["permille"] == 0


@pytest.mark.parametrize(("steps", "end"), [(playing(50, 60), True), (playing(0, 59), False), ([0, 60], False)])
def test_the_end_is_reached_by_playing_it(steps, end):
    assert played(60, steps)["end"] is end
