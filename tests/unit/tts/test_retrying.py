from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted_engine import ScriptedEngine

from tts.engines.retrying import Retrying, RetryPolicy
from tts.errors import EngineRefused, EngineUnavailable


def busy(retry_after_s: float | None = None) -> EngineUnavailable:
    return EngineUnavailable(engine="scripted", why="bận", retryable=True, retry_after_s=retry_after_s)


def spoken_by(engine: ScriptedEngine, waits: list[float]) -> None:
    retrying = Retrying(engine, RetryPolicy(tries=4), sleep=waits.append, chance=lambda: 0.0)
    retrying.speak("a", retrying.voices()[0])


@pytest.mark.parametrize(
    ("failures", "waits"),
    [
        ([], []),
        ([busy()], [0.4]),
        ([busy(), busy(), busy()], [0.4, 0.8, 1.6]),
        ([busy(5.0), busy(0.1)], [5.0, 0.8]),
        ([busy(3600.0)], [8.0]),
    ],
)
def test_waits_grow_and_are_bounded(failures: list[Exception], waits: list[float]) -> None:
    engine, waited = ScriptedEngine(failures={"a": failures}), list[float]()
    tries = len(failures) + 1
    spoken_by(engine, waited)
    assert waited == waits
    assert len(engine.asked) == tries


def test_the_last_failure_comes_out_with_the_number_of_tries() -> None:
    engine, waited = ScriptedEngine(failures={"a": [busy() for _ in range(9)]}), list[float]()
    with pytest.raises(EngineUnavailable, match="bận, đã thử 4 lần") as caught:
        spoken_by(engine, waited)
    assert caught.value.retryable
    assert isinstance(caught.value.__cause__, EngineUnavailable)
    assert len(waited) == 3


@pytest.mark.parametrize(
    "failure",
    [
        EngineRefused(engine="scripted", why="lạ"),
        EngineUnavailable(engine="scripted", why="hỏng hẳn", retryable=False),
        ValueError("a bug"),
    ],
)
def test_what_does_not_pass_by_itself_is_not_asked_again(failure: Exception) -> None:
    engine, waited = ScriptedEngine(failures={"a": [failure]}), list[float]()
    with pytest.raises(type(failure)) as caught:
        spoken_by(engine, waited)
    assert caught.value is failure
    assert waited == []


@given(st.integers(1, 30), st.none() | st.floats(0, 1e6), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_longer_than_the_longest(failed: int, asked_s: float | None, chance: float) -> None:
    policy = RetryPolicy(first_wait_s=1, longest_wait_s=10)
    wait_s = policy.wait_s(failed, asked_s, chance)
    assert 0.5 <= wait_s <= 10
    assert wait_s >= min(asked_s or 0, 10)


def test_is_the_engine_within_to_everybody_else() -> None:
    inner = ScriptedEngine(name="inner", draft=True)
    outer = Retrying(inner)
    assert (outer.name, outer.draft, outer.voices()) == ("inner", True, inner.voices())
