"""Priority bulletins go first in a session, and the commune's operator breaks a tie between two of them."""

from datetime import datetime, timedelta

import pytest
from airing_world import ZONE, World, told_in
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.errors import Conflict, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import audit
from scheduler.services.tie_orders import order_priorities, ties


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    return World(session, now)


class Evening:
    """A session of one ordinary bulletin and two priorities at one station, in an hour."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.station = world.station("Bản Lao")
        self.plain = world.bulletin("Họp thôn")
        self.first = world.bulletin("Tiêm chủng", bulletin_class="priority")
        self.second = world.bulletin("Cháy rừng", bulletin_class="priority")
        asked = (self.plain, self.first, self.second)
        programme = world.programme(*(("bulletin", each) for each in asked))
        (self.airing,) = world.one_off([self.station], programme, world.now + timedelta(hours=1))

    def told(self, now: datetime | None = None) -> list[str] | None:
        """Return the bulletins of the rundown that is issued now, null when nothing changed."""
        issue = self.world.issue(self.station, now)
        if issue is None:
            return None
        (airing,) = told_in(issue.envelope)["airings"]
        return [item["bulletin"] for item in airing["items"]]

    def order(self, *bulletins: str, who: Actor | None = None, now: datetime | None = None) -> None:
        order_priorities(
            self.world.session, who or self.world.operator, airing_id=self.airing.id, bulletins=bulletins, zone=ZONE,
            now=now or self.world.now,
        )  # fmt: skip

    def tied(self, who: Actor | None = None) -> list[str]:
        found = ties(
            self.world.session, who or self.world.operator, station_id=self.station.id, airing_ids=[self.airing.id],
            zone=ZONE, now=self.world.now,
        )  # fmt: skip
        return [each.bulletin_id for each in found.get(self.airing.id, ())]


@pytest.fixture
def evening(world: World) -> Evening:
    return Evening(world)


def test_priorities_go_first_and_the_operator_breaks_the_tie(evening: Evening, session: Session) -> None:
    first, second, plain = evening.first, evening.second, evening.plain
    assert evening.told() == [first, second, plain]
    assert evening.tied() == [first, second]
    evening.order(second, first)
    assert evening.tied() == [second, first]
    assert evening.told(evening.world.now + timedelta(seconds=1)) == [second, first, plain]
    assert evening.told(evening.world.now + timedelta(seconds=2)) is None
    evening.order(first, second)
    assert evening.told(evening.world.now + timedelta(seconds=3)) == [first, second, plain]
    deeds = [row for row in audit.history(session, "airing", evening.airing.id) if row.deed == "priorities-ordered"]
    assert [row.facts["bulletins"] for row in deeds] == [[second, first], [first, second]]
    audit.verify(session)


@pytest.mark.parametrize("grant", [Grant(Role.OPERATOR, unit_code="03302"), Grant(Role.EDITOR), Grant(Role.APPROVER)])
def test_only_the_stations_own_operator_may(evening: Evening, grant: Grant) -> None:
    other = Actor(evening.world.operator.id, "Khác", (grant,))
    assert evening.tied(other) == []
    with pytest.raises(NotAllowed, match="thứ tự tin ưu tiên"):
        evening.order(evening.second, evening.first, who=other)


def test_the_operator_of_the_commune_may(evening: Evening) -> None:
    own = Actor(evening.world.operator.id, "Xã", (Grant(Role.OPERATOR, unit_code="03301"),))
    evening.order(evening.second, evening.first, who=own)
    assert evening.tied(own) == [evening.second, evening.first]


def test_all_of_them_are_named_and_nothing_else(evening: Evening) -> None:
    for wrong in ((), (evening.first,), (evening.first, evening.first), (evening.first, evening.second, evening.plain)):
        with pytest.raises(Conflict, match="vừa đổi"):
            evening.order(*wrong)


def test_not_once_it_has_begun_nor_of_one_that_is_off(evening: Evening, session: Session) -> None:
    with pytest.raises(Conflict, match="đã đến giờ"):
        evening.order(evening.second, evening.first, now=evening.airing.starts_at)
    session.get_one(Airing, evening.airing.id).cancelled_at = evening.world.now
    session.flush()
    with pytest.raises(Conflict, match="bỏ khỏi lịch"):
        evening.order(evening.second, evening.first)
    assert evening.tied() == []


def test_one_priority_alone_has_no_tie(evening: Evening) -> None:
    approval = evening.world.approve(evening.first, "Tiêm chủng", number=2)
    assert approval
    assert evening.tied() == []


def test_a_session_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFound):
        order_priorities(world.session, world.operator, airing_id="không", bulletins=(), zone=ZONE, now=world.now)
    assert world.session.scalars(select(Airing)).all() == []
