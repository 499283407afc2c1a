"""The skeleton of the bench: bounds, record, table, pairs, and what the command ends with. No bench runs here."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from family import peak_of
from figure import Figure, record, table
from pairs import timed
from run import MISSED, UNKNOWN, benches, run
from texts import english_sentences, official_text, vietnamese_sentences


@pytest.mark.parametrize(
    ("figure", "kept", "demand"),
    [
        (Figure("a", 5, "s"), True, ""),
        (Figure("a", 5, "s", most=5), True, "≤ 5"),
        (Figure("a", 5.1, "s", most=5), False, "≤ 5"),
        (Figure("a", 5, "1/s", 0.9, "peer", least=1.0), False, "≥ 1"),
        (Figure("a", 5, "1/s", 1.0, "peer", least=1.0), True, "≥ 1"),
        (Figure("a", 500, "s", 1.16, "peer", least=0.5, most=1.15), False, "≥ 0.5, ≤ 1.15"),
    ],
)
def test_a_bound_is_for_the_ratio_or_else_for_the_value(figure: Figure, kept: bool, demand: str) -> None:
    assert (figure.kept, figure.demand) == (kept, demand)


@pytest.mark.parametrize(
    "facts",
    [
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": -1},
        {"value": 1, "ratio": float("nan"), "against": "peer"},
        {"value": 1, "ratio": 2},
        {"value": 1, "against": "peer"},
    ],
)
def test_what_is_no_measurement_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a: "):
        Figure("a", unit="s", **facts)  # type: ignore[arg-type] # facts of every kind


def test_the_record_is_a_list_of_five_facts_each_and_a_part_leaves_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "var" / "bench.json"
    record([Figure("b.two", 2, "MB"), Figure("a.one", 1.5, "s", 0.5, "loudnorm", most=0.1)], path)
    record([Figure("b.two", 3, "MB")], path)
    assert json.loads(path.read_text()) == [
        {"name": "a.one", "value": 1.5, "unit": "s", "ratio": 0.5, "against": "loudnorm"},
        {"name": "b.two", "value": 3, "unit": "MB", "ratio": None, "against": None},
    ]
    assert [each.name for each in path.parent.iterdir()] == ["bench.json"]


@pytest.mark.parametrize("earlier", ["", "{}", '[{"name": "x"}]', "[1]", "\x00"])
def test_an_earlier_record_that_is_none_is_replaced(earlier: str, tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    path.write_text(earlier)
    record([Figure("a", 1, "s")], path)
    assert [each["name"] for each in json.loads(path.read_text())] == ["a"]


def test_the_table_names_what_was_missed() -> None:
    lines = table([Figure("a", 1234.5, "1/s", 2.0, "peer", least=1), Figure("b", 0.5, "MB", most=0.25)]).splitlines()
    assert len(lines) == 3
    assert lines[1].split() == ["a", "1,234", "1/s", "2.000", "peer", "≥", "1", "ok"]
    assert lines[2].split() == ["b", "0.500", "MB", "≤", "0.25", "MISSED"]


class Clock:
    """A clock that each work moves by what it lasts, and the order in which works were done."""

    def __init__(self) -> None:
        self.now = 0.0
        self.order = ""

    def __call__(self) -> float:
        return self.now

    def work(self, name: str, lasts: Iterator[float]) -> None:
        self.order += name
        self.now += next(lasts)


@pytest.mark.parametrize(("theirs_first", "order"), [(False, "ottoot"), (True, "tototo")])
def test_pairs_are_timed_in_turn_and_the_ratio_is_taken_within_each(theirs_first: bool, order: str) -> None:
    clock = Clock()
    ours, theirs = iter([1.0, 30.0, 3.0]), iter([2.0, 10.0, 3.0])
    both = timed(
        lambda: clock.work("o", ours), lambda: clock.work("t", theirs), rounds=3, theirs_first=theirs_first, clock=clock
    )
    assert clock.order == order
    assert (both.ours_s, both.theirs_s, both.ratio) == (3.0, 3.0, 1.0)


def test_the_status_tells_a_missed_bound_and_what_was_measured_is_recorded(tmp_path: Path) -> None:
    said: list[str] = []
    known = {"good": lambda: [Figure("good.a", 1, "s", most=2)], "bad": lambda: [Figure("bad.a", 3, "s", most=2)]}
    path = tmp_path / "bench.json"
    assert run(["good"], known, path, said.append) == 0
    assert run([], known, path, said.append) == MISSED
    assert said[-1] == "missed: bad.a"
    assert [each["name"] for each in json.loads(path.read_text())] == ["bad.a", "good.a"]
    assert run(["good", "better"], known, path, said.append) == UNKNOWN
    assert "no such bench: better; there are bad, good" in said[-1]


def test_every_module_of_figures_is_a_bench_with_its_way_of_measuring_told() -> None:
    folder = Path(__file__).parent / "figures"
    modules = {path.stem: ast.parse(path.read_text("utf-8")) for path in folder.glob("*.py") if path.stem != "__init__"}
    assert set(benches()) == set(modules) >= {"reading", "synthesis", "mastering", "memory"}
    for name, tree in modules.items():
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert "measure" in functions, name
        assert len(ast.get_docstring(tree) or "") > 100, name


def test_texts_are_as_long_as_asked_and_no_sentence_comes_twice() -> None:
    text = official_text(50_000)
    assert 49_990 <= len(text.encode()) <= 50_000
    dated = [line for line in text.split("\n") if "Căn cứ Quyết định số 874" in line]
    assert len(dated) == len(set(dated)) > 1
    for sentences in (vietnamese_sentences(240), english_sentences(240)):
        assert len(set(sentences)) == 240


def test_the_peak_of_a_family_holds_its_children(tmp_path: Path) -> None:
    (tmp_path / "child.py").write_text("held = b'x' * 60_000_000\ninput()\n")
    (tmp_path / "parent.py").write_text(
        "import subprocess, sys, pathlib\n"
        "children = [subprocess.Popen([sys.executable, sys.argv[1]], stdin=subprocess.PIPE) for _ in range(2)]\n"
        "def held(pid):\n"
        "    status = pathlib.Path(f'/proc/{pid}/status').read_text()\n"
        "    return int(status.split('VmRSS:')[1].split()[0])\n"
        "while not all(held(each.pid) > 60_000 for each in children): pass\n"
        "seen = pathlib.Path(sys.argv[2]); seen.touch()\n"
        "while seen.exists(): pass\n"
        "for each in children: each.communicate(b'\\n')\n"
    )
    seen, looks = tmp_path / "seen", []

    def looked() -> None:
        looks.extend([1] if seen.exists() else [])
        if len(looks) > 1:  # a whole look since all was held
            seen.unlink(missing_ok=True)

    peak = peak_of("parent.py", [str(tmp_path / "child.py"), str(seen)], path=tmp_path, looked=looked)
    assert peak.family_mb > 120
    assert peak.parent_mb < 60


def test_a_child_that_fails_fails_the_bench(tmp_path: Path) -> None:
    (tmp_path / "fails.py").write_text("raise SystemExit(3)\n")
    with pytest.raises(subprocess.CalledProcessError):
        peak_of("fails.py", [], path=tmp_path)


def test_the_command_lists_what_there_is_when_asked_for_what_there_is_not(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(__file__).with_name("run.py")), "nothing", "--output", str(tmp_path / "x")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == UNKNOWN
    assert "there are mastering, memory, plan, reading, synthesis" in done.stdout
