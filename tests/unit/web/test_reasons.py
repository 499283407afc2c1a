"""Every code that the air log or a station can tell has Vietnamese words."""

from __future__ import annotations

import pytest

from playlists.model import AsRunEvent, OmissionReason
from playlists.outcomes import Note, Reason
from web import reasons


@pytest.mark.parametrize("code", [*Reason, *OmissionReason])
def test_every_reason_of_the_air_log_has_words(code):
    assert reasons.told(code) == reasons.REASONS[code.value]


@pytest.mark.parametrize("code", OmissionReason)
def test_everything_left_out_says_why(code):
    assert reasons.told(code, "left-out") in reasons.LEFT_OUT.values()


@pytest.mark.parametrize("code", Note)
def test_every_note_has_words(code):
    assert reasons.told(code, "note") == reasons.NOTES[code.value]


@pytest.mark.parametrize("code", AsRunEvent)
def test_every_entry_of_a_station_has_words(code):
    assert reasons.told(code, "event") == reasons.EVENTS[code.value]


def test_a_code_of_a_newer_station_is_shown_as_told():
    assert reasons.told("flood") == "flood"


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_reason_is_no_words(nothing):
    assert reasons.told(nothing) == ""
