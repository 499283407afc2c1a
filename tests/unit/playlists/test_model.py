from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from uuid import UUID

import pytest
from sample_plans import T, a_slot, a_track, an_airing, an_item, digest, seconds

from playlists.changes import StaleStep
from playlists.errors import InvalidPlan, PlaylistError, UnknownZone
from playlists.model import Item, ItemKind, PlannedAiring, ProgrammeItem
from playlists.slots import Slot


def an_odd_item(**changes: object) -> Item:
    facts: dict[str, object] = {
        "kind": ItemKind.BULLETIN,
        "media": digest("m"),
        "duration": seconds(10),
        "bulletin_id": UUID(int=1),
        "revision": 1,
        "language": "vi",
        "approval": digest("a"),
        "title": "Bản tin",
    }
    return Item(**{**facts, **changes})  # type: ignore[arg-type]  # the table below holds what a caller may get wrong


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"duration": seconds(-1)}, "không được âm"),
        ({"revision": 0}, "Lần sửa"),
        ({"media": "sha256:" + digest("m")}, "64 chữ số thập lục phân"),
        ({"media": digest("m").upper()}, "64 chữ số thập lục phân"),
        ({"media": digest("m") + "\n"}, "64 chữ số thập lục phân"),
        ({"approval": ""}, "64 chữ số thập lục phân"),
    ],
)
def test_an_item_that_cannot_be_true_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidPlan, match=told):
        an_odd_item(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"weekdays": frozenset()},
        {"weekdays": frozenset({7})},
        {"weekdays": frozenset({-1, 2})},
        {"minutes": 0},
        {"minutes": 24 * 60 + 1},
        {"start": time(5, 0, tzinfo=timezone(timedelta(hours=7)))},
        {"valid_from": date(2024, 5, 7), "valid_to": date(2024, 5, 6)},
    ],
)
def test_a_slot_that_cannot_be_true_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidPlan):
        a_slot(**changes)  # type: ignore[arg-type]  # as above


@pytest.mark.parametrize("instant", [datetime(2024, 5, 7, 10), T.astimezone(timezone(timedelta(hours=7)))])  # noqa: DTZ001 - a naive instant is what must be refused
def test_instants_are_aware_and_in_utc(instant: datetime) -> None:
    with pytest.raises(InvalidPlan, match="giờ UTC"):
        an_airing(starts_at=instant)
    with pytest.raises(InvalidPlan, match="giờ UTC"):
        a_track(valid_to=instant)


def test_content_names_its_bulletin_and_structure_need_not() -> None:
    assert ProgrammeItem(ItemKind.JINGLE).bulletin_id is None
    for kind in (ItemKind.HEADLINE, ItemKind.BULLETIN, ItemKind.NOTICE):
        with pytest.raises(InvalidPlan, match="phải nêu bản tin"):
            ProgrammeItem(kind)


def test_a_planned_airing_ends_when_its_items_have_sounded() -> None:
    planned = PlannedAiring(an_airing(), (an_item("a", length=1.5), an_item("b", length=60)))
    assert planned.duration == seconds(61.5)
    assert planned.ends_at == T + seconds(61.5)


def test_values_are_frozen() -> None:
    slot: Slot = a_slot()
    with pytest.raises(AttributeError):
        slot.title = "khác"  # type: ignore[misc]  # the assignment is what must fail


def test_errors_fill_their_facts_into_their_message() -> None:
    error = UnknownZone(zone="Sao Hoả")
    assert str(error) == "Không có múi giờ tên “Sao Hoả”; hãy dùng tên như Asia/Ho_Chi_Minh."
    assert error.zone == "Sao Hoả"
    assert isinstance(error, PlaylistError)
    assert not error.retryable
    assert str(PlaylistError()) == "Lịch phát có lỗi."
    assert str(StaleStep("{không} phải mẫu", title="X")) == "{không} phải mẫu"
