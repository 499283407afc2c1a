"""Every code that the air log or a station can tell has Vietnamese words."""

from __future__ import annotations

import pytest

from playlists.model import AsRunEvent, OmissionReason
from playlists.outcomes import Note, Reason
from playlists.rotation import WhyNot
from web import reasons
from web.rotation_words import remedy_words, unmet_words


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


@pytest.mark.parametrize("why_not", [each for each in WhyNot if each is not WhyNot.NOTHING_TO_AIR])
def test_each_unmet_goal_says_why_and_what_to_do(why_not):
    assert unmet_words(why_not, None) != remedy_words(why_not, None)


@pytest.mark.parametrize("omission", [each for each in OmissionReason if each is not OmissionReason.DOES_NOT_FIT])
def test_where_there_is_nothing_to_choose_the_remedy_is_its_own(omission):
    assert remedy_words(WhyNot.NOTHING_TO_AIR, omission) != "xem lại bản tin"


def test_a_goal_in_a_language_that_the_bulletin_lacks_blames_the_bulletin():
    assert unmet_words("nothing-to-air", "wrong-language") == "bản tin chưa có bản đọc bằng tiếng này"
