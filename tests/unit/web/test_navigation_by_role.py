"""What each role finds in the bars of a page."""

from __future__ import annotations

import pytest

from web import looks, navigation


def linked(roles, **given):
    every = {place.endpoint for places in navigation.BY_ROLE.values() for place in places}
    facts = {"answered": every, "address": "/{}".format, "current": None} | given
    return navigation.links(roles, **facts)


def test_every_role_of_the_field_has_its_places():
    assert set(navigation.BY_ROLE) == set(looks.ROLES)


@pytest.mark.parametrize("role", navigation.BY_ROLE)
def test_one_role_keeps_its_places_within_a_bar_and_one_word_for_the_rest(role):
    assert 1 <= len(navigation.places([role])) <= 7


def test_two_roles_share_their_places_without_repeating_one():
    words = [link.place.word for link in linked(["editor", "approver"])]
    assert words == [
        "Chờ duyệt",
        "Bản tin",
        "Văn bản chỉ đạo",
        "Đợt tuyên truyền",
        "Lịch phát",
        "Nhật ký phát sóng",
        "Phát bù",
        "Việc của tôi",
        "Từ điển",
    ]


def test_the_order_of_the_roles_held_does_not_matter():
    assert linked(["admin", "auditor"]) == linked(["auditor", "admin"])


def test_a_place_that_nothing_answers_is_no_link():
    assert [link.url for link in linked(["editor"], answered={"bulletins.index"})] == ["/bulletins.index"]


def test_nobody_and_an_unknown_role_find_nothing():
    assert linked([]) == linked(["janitor"]) == ()


def test_any_page_of_a_subject_marks_its_link():
    current = [link.place.word for link in linked(["editor"], current="bulletins.edit") if link.current]
    assert current == ["Bản tin"]


def test_no_link_is_current_outside_the_bars():
    assert not any(link.current for link in linked(["editor"], current=None))


def test_what_waits_is_counted_where_it_waits():
    counts = {link.place.word: link.count for link in linked(["approver"], waiting={"approvals.index": 4})}
    assert counts["Chờ duyệt"] == 4
    assert counts["Bản tin"] == 0
