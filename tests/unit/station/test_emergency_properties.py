"""What holds for a station whatever is planned, released and withdrawn, and however seldom it looks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import event, given, settings
from hypothesis import strategies as st
from station_simulation import Simulation, airing, at, emergency, ms, name_of, rundown

from scheduler.protocol import Rundown, RundownAiring
from scheduler.station.turns import is_emergency, past_at

END_S = 7200
LENGTHS = st.lists(st.integers(2, 60), min_size=1, max_size=4)


@dataclass(frozen=True)
class Story:
    """A day: what is planned, what is released when, and what is withdrawn when (seconds, approval)."""

    sessions: tuple[RundownAiring, ...]
    emergencies: tuple[tuple[int, tuple[RundownAiring, ...]], ...]
    withdrawals: tuple[tuple[int, str], ...]

    @property
    def airings(self) -> dict[str, RundownAiring]:
        soundings = [each for _, several in self.emergencies for each in several]
        return {each.id: each for each in (*self.sessions, *soundings)}

    def changes(self) -> list[tuple[int, Rundown]]:
        moments = sorted({0, *(when for when, _ in self.emergencies), *(when for when, _ in self.withdrawals)})
        return [(moment * 1000, self._at(moment)) for moment in moments]

    def _at(self, moment: int) -> Rundown:
        released = [each for when, several in self.emergencies if when <= moment for each in several]
        withdrawn = tuple(sorted({approval for when, approval in self.withdrawals if when <= moment}))
        return rundown(*self.sessions, *released, withdrawn=withdrawn)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    sessions = [
        airing(
            f"s{index}",
            draw(st.integers(0, 600)),
            *draw(LENGTHS),
            start=draw(st.sampled_from(["hard", "soft"])),
            grace_s=draw(st.sampled_from([5, 30, 120])),
            after_interruption=draw(st.sampled_from(["resume", "drop"])),
        )
        for index in range(draw(st.integers(0, 4)))
    ]
    emergencies = []
    for index in range(draw(st.integers(0, 3))):
        released_s = draw(st.integers(0, 500))
        soundings = emergency(
            f"e{index}",
            released_s,
            *draw(st.lists(st.integers(2, 60), min_size=1, max_size=2)),
            times=draw(st.integers(1, 3)),
            every_s=draw(st.integers(60, 150)),
            drill=draw(st.booleans()),
            expires_at=at(1000 * (released_s + draw(st.integers(10, 400)))),
        )
        emergencies.append((released_s + draw(st.sampled_from([0, 0, 1, 90])), tuple(soundings)))
    approvals = [item.approval for each in sessions for item in each.items]
    approvals += [name_of(f"e{index}0") for index in range(len(emergencies))]
    chosen = st.tuples(st.integers(0, 700), st.sampled_from([*approvals, name_of("other")]))
    return Story(tuple(sessions), tuple(emergencies), tuple(draw(st.lists(chosen, max_size=2))))


def play(story: Story, lags_ms: list[int]) -> Simulation:
    simulation = Simulation(story.changes(), lags_ms=lags_ms)
    simulation.run(END_S)
    return simulation


LAGS = st.lists(st.integers(0, 400), min_size=1, max_size=5)


@settings(deadline=None, max_examples=200)
@given(story=stories(), lags_ms=LAGS)
def test_one_airing_sounds_at_a_time_and_each_item_once(story: Story, lags_ms: list[int]) -> None:
    simulation = play(story, lags_ms)  # which refuses a second start and a second deck itself
    spans = sorted(simulation.sounding())
    assert all(former[1] <= latter[0] for former, latter in pairwise(spans))
    begun = Counter((airing_id, item) for _, told, airing_id, item, _ in simulation.told if told == "begin")
    assert all(count == 1 for count in begun.values())


@settings(deadline=None, max_examples=200)
@given(story=stories(), lags_ms=LAGS)
def test_every_airing_and_each_of_its_items_is_accounted_for(story: Story, lags_ms: list[int]) -> None:
    simulation = play(story, lags_ms)
    assert simulation.held == {}
    for each in story.airings.values():
        told = [(what, item, reason) for _, what, airing_id, item, reason in simulation.told if airing_id == each.id]
        if ("started", None, None) not in told:
            assert [what for what, _, _ in told] == ["missed"]
            continue
        cuts = [reason for what, _, reason in told if what == "interrupted"]
        assert told.count(("finished", None, None)) <= 1
        assert cuts or ("finished", None, None) in told
        # A cut by an emergency alone leaves nothing unsaid; after another one all that follows is missed for that.
        if set(cuts) <= {"emergency"}:
            outcomes = Counter(item for what, item, _ in told if what in {"end", "interrupted", "missed"})
            del outcomes[None]
            assert outcomes == Counter(range(len(each.items)))
            event("an airing that an emergency cut" if cuts else "an airing that nothing cut")


@settings(deadline=None, max_examples=200)
@given(story=stories(), lags_ms=LAGS)
def test_nothing_sounds_that_was_withdrawn_or_has_expired(story: Story, lags_ms: list[int]) -> None:
    simulation = play(story, lags_ms)
    slack = max(lags_ms) + 1
    ends = {(airing_id, start): end for start, end, airing_id in simulation.sounding()}
    for when, told, airing_id, item, _ in simulation.told:
        each = story.airings[airing_id]
        if told == "started":
            assert when >= ms(each.starts_at)
            assert when <= ms(past_at(each))
        if told != "begin" or item is None:
            continue
        limits = [second * 1000 for second, approval in story.withdrawals if approval == each.items[item].approval]
        limits += [] if each.expires_at is None else [ms(each.expires_at)]
        for limit in limits:
            # What began before fades out within a second of being told; nothing begins after.
            assert when < limit or ends[airing_id, when] <= limit + 1000 + slack
            if told == "started":
                assert when < limit
            assert ends[airing_id, when] <= limit + 1000 + 500 + slack


@settings(deadline=None, max_examples=300)
@given(story=stories())
def test_an_emergency_sounds_before_all_others_and_at_once(story: Story) -> None:
    """Whatever sounds is of the highest rank among what might, but for the second that a change takes."""
    simulation = play(replace(story, withdrawals=()), [0])
    began = {airing_id: when for when, told, airing_id, _, _ in simulation.told if told in {"started", "missed"}}
    for told_s, soundings in story.emergencies:
        for each in soundings:
            ripe = max(told_s * 1000, ms(each.starts_at))
            settled = began[each.id]
            for start, end, airing_id in simulation.sounding():
                other = story.airings[airing_id]
                outranked = not is_emergency(other) or (other.drill and not each.drill)
                if outranked:
                    assert min(end, settled) - max(start, ripe) <= 1000, (each.id, airing_id)
