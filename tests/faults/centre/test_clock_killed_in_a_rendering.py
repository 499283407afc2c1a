"""A clock that dies while it makes a voice: the work waits for the end of its lease, then the next clock does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from centre_world import World, now, write_bulletin
from real_processes import CLOCK, kill, until
from sqlalchemy import select, update

from scheduler.db.bulletins import Recording, RenderRequest, Revision

pytestmark = pytest.mark.acceptance

LONG = "Bà con hãy kiểm tra kỹ nguồn tin trước khi chia sẻ lên mạng xã hội. " * 40


def request_of(world: World, bulletin_id: str) -> RenderRequest:
    """Return the rendering of a bulletin's only revision as it stands."""
    query = select(RenderRequest).join(Revision).where(Revision.bulletin_id == bulletin_id)
    with world.centre.readers() as session:
        return session.scalars(query).one()


def tracks_of(world: World, bulletin_id: str) -> list[str]:
    """Return the tracks that were recorded."""
    query = select(Recording.track).join(Revision).where(Revision.bulletin_id == bulletin_id)
    with world.centre.readers() as session:
        return sorted(session.scalars(query))


def test_the_next_clock_renders_after_the_lease_and_not_before(world: World) -> None:
    furnished = world.furnished
    long = write_bulletin(world.centre, furnished.editor, "dài", LONG, now())
    clock = world.start(CLOCK)
    until(lambda: request_of(world, long).lease_owner is not None, "the rendering is claimed", within_s=40)
    kill(clock)
    left = request_of(world, long)
    assert (left.done_at, tracks_of(world, long)) == (None, []), "the clock was killed too late to prove anything"
    assert left.lease_until is not None
    assert left.lease_until > now() + timedelta(minutes=1)

    short = write_bulletin(world.centre, furnished.editor, "ngắn", "Lời này rất ngắn.", now())
    world.start(CLOCK)
    until(lambda: request_of(world, short).done_at is not None, "what came later is rendered", within_s=40)
    assert request_of(world, long).done_at is None
    assert request_of(world, long).lease_owner == left.lease_owner

    with world.centre.writers.begin() as session:  # as when the lease's ten minutes have passed
        passed = update(RenderRequest).where(RenderRequest.id == left.id).values(lease_until=now())
        session.execute(passed)
    until(lambda: request_of(world, long).done_at is not None, "the rendering is taken over", within_s=60)
    done = request_of(world, long)
    assert (done.attempts, done.failure) == (2, None)
    assert tracks_of(world, long) == ["headline", "main"]
