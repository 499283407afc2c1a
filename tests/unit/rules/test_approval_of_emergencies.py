"""What the digest of an approval binds: an emergency's order too, and of the other classes not a byte more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlists.emergencies import EmergencyOrder
from playlists.scopes import Scope
from scheduler.rules.approval import Approvable, Track
from scheduler.services.emergencies.orders import OrderUnreadable, order_in, order_text, order_value

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
SHOWN = "8f5f18df04b3dd0f0ec696fd1924b5213852b3e23624b41a7a760d4f783d08f3"
APPROVED = "07ec3e64b704b623d3a3ea9ce84b3d53db80cf7c697a017c0376bed32372f4e5"
ORDER = EmergencyOrder(Scope(everyone=True))


def test_the_digests_of_all_other_classes_are_those_of_before_emergencies() -> None:
    assert BOUND.shown() == SHOWN
    assert BOUND.document("p1", datetime(2024, 5, 8, 3, tzinfo=UTC))[1] == APPROVED


@pytest.mark.parametrize(
    "facts",
    [
        {"times": 2},
        {"every": timedelta(minutes=11)},
        {"valid_for": timedelta(minutes=59)},
        {"drill": True},
        {"scope": Scope(units=frozenset({("03301", date(2025, 7, 1))}))},
        {"scope": Scope(stations=frozenset({UUID(int=1)}))},
    ],
)
def test_every_part_of_the_order_changes_the_digest(facts: dict[str, Any]) -> None:
    bound = replace(BOUND, bulletin_class="emergency", emergency=order_value(ORDER))
    assert bound.shown() != replace(BOUND, bulletin_class="emergency").shown()
    assert replace(bound, emergency=order_value(replace(ORDER, **facts))).shown() != bound.shown()


DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
SCOPES = st.none() | st.builds(
    Scope,
    everyone=st.just(value=True),
    units=st.frozensets(st.tuples(st.text("0123456789", min_size=1, max_size=5), DAYS), max_size=3),
    stations=st.frozensets(st.uuids(), max_size=3),
)


@st.composite
def orders(draw: st.DrawFn) -> EmergencyOrder:
    times, every_s = draw(st.integers(1, 20)), draw(st.integers(60, 3_600))
    valid_for_s = draw(st.integers(max(60, (times - 1) * every_s + 1), 86_400))
    return EmergencyOrder(
        draw(SCOPES), times, timedelta(seconds=every_s), timedelta(seconds=valid_for_s), draw(st.booleans())
    )


@given(orders())
def test_an_order_is_read_back_as_written(order: EmergencyOrder) -> None:
    assert order_in(order_text(order)) == order
    assert order_in(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null",
        order_text(ORDER).replace('"times":1', '"times":0'),
        order_text(ORDER).replace('"times":1', '"times":true'),
        order_text(ORDER).replace('"times":1', '"times":1.5'),
        order_text(ORDER).replace('"every_s":600', '"every_s":10000001'),
        order_text(ORDER).replace('"drill":false', '"drill":0'),
        order_text(ORDER).replace('"everyone":true', '"everyone":false'),
        order_text(ORDER).replace('"scope":{', '"scope":{"more":1,'),
    ],
)  # fmt: skip
def test_what_is_no_order_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(OrderUnreadable, match="Hãy mở bản tin"):
        order_in(text)
