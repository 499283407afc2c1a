"""Units merge while slots name the old one: one press proposes what came of it, and its effect is seen first."""

from __future__ import annotations

import re
import uuid
from datetime import date, time, timedelta

import pytest

from playlists.calendar import Calendar
from playlists.changes import Add
from playlists.scopes import Scope
from playlists.slots import Slot
from scheduler.services.timetable.changes import new_slot_id, propose
from scheduler.services.timetable.effects import Outlook
from scheduler.services.timetable.standing import standing_slots
from scheduler.services.units.change import carry_out, look
from scheduler.services.units.deeds import NewUnit, Reorganisation, reorganise
from scheduler.services.units.register import read_register

DRAFT = "/lich-phat/thay-doi/dang-soan"
LONG_AGO = date(2020, 1, 1)


def _proposed(client) -> str:
    """Propose the draft as it is shown; return the change's address."""
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(DRAFT).text)[1]
    answer = client.post(f"{DRAFT}/de-xuat", data={"title": "Đơn vị kế tục", "note": "", "seen": seen})
    return answer.headers["Location"]


def _standing(network) -> list[Slot]:
    with network.centre.readers() as session:
        return [*standing_slots(session, network.now).values()]


@pytest.fixture
def programme(stage, network) -> str:
    return network.programme(stage.approved())


@pytest.fixture
def merged(network, programme) -> str:
    """A slot of the commune Búng, which goes up in another from tomorrow on; the slot's id."""
    slot = Slot(
        id=uuid.UUID(new_slot_id()),
        title="Buổi của xã",
        scope=Scope(units=frozenset({("03301", LONG_AGO)})),
        calendar=Calendar(network.today),
        start=time(18),
        max_duration=timedelta(minutes=15),
        zone="Asia/Ho_Chi_Minh",
        programme_id=uuid.UUID(programme),
        owner=("03301", LONG_AGO),
    )
    with network.centre.writers.begin() as session:
        told = {"now": network.now, "outlook": Outlook("Asia/Ho_Chi_Minh", 7)}
        propose(session, network.editor, title="Buổi của xã", steps=[Add(slot)], **told)
    network.publish_all()
    with network.centre.writers.begin() as session:
        register = read_register(session)
        told = Reorganisation(
            day=network.today + timedelta(days=1),
            old=(("03301", LONG_AGO), ("03313", LONG_AGO)),
            new=(NewUnit("03301", "xa", "Xã <Hợp nhất>", "11"),),
            children={},
            stations={},
        )
        change = reorganise(register, told)
        prospect = look(session, change, today=network.today, now=network.now, register=register)
        assert [each.title for each in prospect.lost] == ["Buổi của xã"]
        carry_out(
            session, None, prospect, deed="units-reorganised", subject="03301", facts={}, seen=None,
            now=network.now,
        )  # fmt: skip
    return str(slot.id)


@pytest.mark.usefixtures("merged")
def test_one_press_proposes_what_came_of_the_unit(sign_in, network):
    editor = sign_in("editor")
    assert "1 khung giờ còn gọi tên đơn vị" in editor.get("/").text
    page = editor.get("/lich-phat/khung-gio").text
    assert "Xã Búng thử" in page
    assert "Xã &lt;Hợp nhất&gt;" in page
    answer = editor.post("/lich-phat/khung-gio/ke-tuc")
    assert answer.headers["Location"] == DRAFT
    draft = editor.get(DRAFT).text
    assert "Thêm 12 buổi phát ở 2 cụm loa" in draft
    assert "đơn vị này" not in draft  # nothing is told as lost: what came of it is meant now
    assert "gọi tên đơn vị" not in editor.get("/lich-phat/khung-gio").text
    address = _proposed(editor)
    network.publish_all()
    (slot,) = _standing(network)
    tomorrow = network.today + timedelta(days=1)
    assert slot.scope.units == {("03301", LONG_AGO), ("03301", tomorrow)}
    assert "Đã công bố" in sign_in("approver").get(address).text


@pytest.mark.usefixtures("merged")
def test_pressed_twice_it_says_that_there_is_nothing_left(sign_in):
    editor = sign_in("editor")
    editor.post("/lich-phat/khung-gio/ke-tuc")
    answer = editor.post("/lich-phat/khung-gio/ke-tuc", follow_redirects=True)
    assert "Không còn khung giờ nào phải đổi đơn vị" in answer.text


@pytest.mark.usefixtures("merged")
def test_others_are_told_and_may_not(sign_in):
    approver = sign_in("approver")
    page = approver.get("/lich-phat/khung-gio").text
    assert "Xã Búng thử" in page
    assert "/khung-gio/ke-tuc" not in page
    assert approver.post("/lich-phat/khung-gio/ke-tuc").status_code == 403
