"""The rule of approval: every deed in every state, four eyes, what was heard, and the digest."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.canonical import sha256_hex
from scheduler.rules.approval import (
    STATE_WORDS,
    Approvable,
    FourEyes,
    NotHeard,
    NotReady,
    State,
    Track,
    Unconfirmed,
    WrongState,
    check_confirmed,
    check_four_eyes,
    check_heard,
    move,
    opens_new_revision,
)

ALLOWED = {
    (State.DRAFT, "submit"): State.SUBMITTED,
    (State.SUBMITTED, "approve"): State.APPROVED,
    (State.SUBMITTED, "return"): State.RETURNED,
    (State.APPROVED, "withdraw"): State.WITHDRAWN,
    (State.APPROVED, "expire"): State.EXPIRED,
    (State.APPROVED, "supersede"): State.SUPERSEDED,
}
DEEDS = ("submit", "approve", "return", "withdraw", "expire", "supersede")
AT = datetime(2024, 5, 8, 3, 0, tzinfo=UTC)
BOUND = Approvable(
    bulletin="b1",
    revision=2,
    title="Thông báo họp",
    bulletin_class="normal",
    valid_from=date(2024, 5, 7),
    valid_to=None,
    directive=None,
    script="a" * 64,
    reading="b" * 64,
    tracks=(Track("main", "vi", "c" * 64), Track("headline", "vi", "d" * 64)),
)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("state", list(State))
def test_every_deed_in_every_state(state: State, deed: str) -> None:
    if (state, deed) in ALLOWED:
        assert move(state, deed) is ALLOWED[state, deed]
        return
    with pytest.raises(WrongState) as refusal:
        move(state, deed)
    assert STATE_WORDS[state] in str(refusal.value)
    assert "{" not in str(refusal.value)


@given(st.lists(st.sampled_from(DEEDS), max_size=12))
def test_an_approved_state_is_reached_only_through_submission(deeds: list[str]) -> None:
    state = State.DRAFT
    passed = [state]
    for deed in deeds:
        try:
            state = move(state, deed)
        except WrongState:
            continue
        passed.append(state)
    if State.APPROVED in passed:
        assert passed[:3] == [State.DRAFT, State.SUBMITTED, State.APPROVED]
    assert len(set(passed)) == len(passed)


@pytest.mark.parametrize("state", list(State))
def test_only_a_draft_is_changed_in_place(state: State) -> None:
    assert opens_new_revision(state) is (state is not State.DRAFT)


def test_every_state_has_a_word() -> None:
    assert set(STATE_WORDS) == set(State)


@given(st.sets(st.sampled_from("abcdef")), st.sampled_from("abcdef"))
def test_four_eyes(contributors: set[str], approver: str) -> None:
    if approver in contributors:
        with pytest.raises(FourEyes):
            check_four_eyes(approver, contributors)
    else:
        check_four_eyes(approver, contributors)


@given(st.lists(st.integers(0, 1000), max_size=4), st.integers(0, 1000))
def test_the_least_heard_track_decides(shares: list[int], needed: int) -> None:
    if not shares:
        with pytest.raises(NotReady):
            check_heard(shares, needed)
    elif min(shares) < needed:
        with pytest.raises(NotHeard):
            check_heard(shares, needed)
    else:
        assert check_heard(shares, needed) == min(shares)


CHANGES: list[dict[str, Any]] = [
    {"bulletin": "b2"},
    {"revision": 3},
    {"title": "Thông báo hop"},
    {"bulletin_class": "priority"},
    {"valid_from": date(2024, 5, 8)},
    {"valid_to": date(2024, 5, 9)},
    {"directive": "v1"},
    {"script": "e" * 64},
    {"reading": "e" * 64},
    {"tracks": BOUND.tracks[:1]},
    {"tracks": (Track("main", "vi", "e" * 64), BOUND.tracks[1])},
    {"tracks": (Track("main", "hmn", "c" * 64), BOUND.tracks[1])},
]


@pytest.mark.parametrize("change", CHANGES, ids="-".join)
def test_any_difference_changes_what_was_shown_and_the_digest(change: dict[str, Any]) -> None:
    other = replace(BOUND, **change)
    assert other.shown() != BOUND.shown()
    assert other.document("p", AT)[1] != BOUND.document("p", AT)[1]


def test_the_order_of_tracks_does_not_matter() -> None:
    assert replace(BOUND, tracks=BOUND.tracks[::-1]).document("p", AT) == BOUND.document("p", AT)


def test_the_document_is_what_the_protocol_says() -> None:
    document, digest = BOUND.document("p1", AT)
    assert digest == sha256_hex(document.encode())
    assert json.loads(document) == {
        "bulletin": "b1",
        "revision": 2,
        "title": sha256_hex("Thông báo họp".encode()),
        "class": "normal",
        "valid_from": "2024-05-07",
        "valid_to": None,
        "directive": None,
        "script": "sha256:" + "a" * 64,
        "reading": "sha256:" + "b" * 64,
        "tracks": [
            {"kind": "headline", "language": "vi", "media": "sha256:" + "d" * 64},
            {"kind": "main", "language": "vi", "media": "sha256:" + "c" * 64},
        ],
        "approver": "p1",
        "approved_at": "2024-05-08T03:00:00.000Z",
    }
    assert BOUND.document("p2", AT)[1] != digest
    assert BOUND.document("p1", AT.replace(hour=4))[1] != digest


def test_figures_want_a_word_that_they_were_looked_up():
    check_confirmed((), confirmed=False)
    check_confirmed(("phạt 5 triệu đồng",), confirmed=True)
    with pytest.raises(Unconfirmed, match=r"“phạt 5 \{x\} đồng”, “phạt tù hai năm”"):
        check_confirmed(("phạt 5\n{x} đồng", "phạt tù hai năm"), confirmed=False)
