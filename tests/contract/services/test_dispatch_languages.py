"""Which language a station airs: from a bulletin with several tracks through the plan to what is signed."""

import pytest
from airing_world import ALLOWANCE, ZONE, World, told_in
from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.db.planning import Airing
from scheduler.rules.permissions import Actor
from scheduler.services import audit
from scheduler.services.bulletins import approvals, page, recordings, voices, writing
from scheduler.services.judging import Judge


@pytest.fixture
def world(session: Session, now) -> World:
    return World(session, now)


def aired(world: World, languages: tuple[str, ...], asked: str, *bulletins: str) -> list[str]:
    """The languages of what a station in ``languages`` is sent for tomorrow's session, which asks in ``asked``."""
    station = world.station(f"Cụm {languages} {asked}", languages=languages)
    programme = world.programme(
        *(("bulletin", each) for each in bulletins), language=asked, title=f"{languages}{asked}"
    )
    world.published([station], programme)
    world.plan()
    told = told_in(world.issue(station).envelope)
    assert {item["media"] for airing in told["airings"] for item in airing["items"]} == set(told["media"])
    return [item["language"] for item in told["airings"][0]["items"]] if told["airings"] else []


@pytest.mark.parametrize(
    ("languages", "asked", "heard"),
    [
        (("vi",), "vi", "vi"),
        (("vi", "hmn"), "vi", "vi"),
        (("vi", "hmn"), "hmn", "hmn"),
        (("hmn",), "vi", "hmn"),
        (("kjg", "hmn"), "vi", "hmn"),
        (("kjg",), "vi", "vi"),
        (("hmn",), "blt", "hmn"),
    ],
)
def test_a_station_hears_a_language_of_its_own_where_there_is_one(
    world: World, languages: tuple[str, ...], asked: str, heard: str
) -> None:
    story = world.bulletin("Một", others=("hmn",))
    assert aired(world, languages, asked, story) == [heard]


def test_before_anything_is_signed_the_playlist_tells_the_same_language(world: World, session: Session) -> None:
    station = world.station("Cụm bản Mông", languages=("hmn",))
    programme = world.programme(
        ("bulletin", world.bulletin("Một", others=("hmn",))), ("bulletin", world.bulletin("Hai"))
    )
    world.published([station], programme)
    world.plan()
    session.flush()
    row = session.scalars(select(Airing).order_by(Airing.starts_at)).first()
    assert row is not None

    def told() -> list[str]:
        (judged,) = Judge(session, allowance=ALLOWANCE, now=world.now).judge([row])
        return [item.language for item in judged.plan.items]

    before = told()
    world.issue(station)
    assert before == told() == ["hmn", "vi"]


def test_where_no_track_serves_the_item_is_left_out_as_before(world: World, session: Session) -> None:
    story, other = world.bulletin("Một", others=("hmn",)), world.bulletin("Hai")
    assert aired(world, ("vi", "hmn"), "hmn", story, other) == ["hmn"]
    airing = session.scalars(select(Airing).order_by(Airing.starts_at)).first()
    assert airing is not None
    assert [item.omitted for item in airing.items] == [None, "wrong-language"]


def test_a_track_that_a_person_recorded_reaches_the_station_that_speaks_it(world: World, session: Session) -> None:
    """The whole way by the verbs: written, recorded, handed in, heard, approved, planned, signed."""
    bulletin_id = writing.write(
        session, world.editor, title="Họp thôn", script="Mời bà con họp.", valid_from=world.now.date(), now=world.now
    ).bulletin_id
    media = {}
    for track, language in (("headline", "vi"), ("main", "vi"), ("main", "hmn")):
        sha256 = world.medium(f"giọng {track} {language}", 60_000)
        media[language] = recordings.MediaFacts(sha256, 720_000, 60_000, -1600, -130, ())
        voices.record_voice(session, world.editor, bulletin_id=bulletin_id, revision=1, language=language, track=track,
                            media=media[language], now=world.now)  # fmt: skip
    writing.submit(session, world.editor, bulletin_id=bulletin_id, now=world.now)
    shown = _heard(world, world.approver, bulletin_id)
    approvals.approve(session, world.approver, bulletin_id=bulletin_id, shown=shown, heard_needed_permille=950,
                      zone=ZONE, today=world.now.date(), now=world.now)  # fmt: skip
    station = world.station("Cụm bản Mông", languages=("hmn",))
    world.published([station], world.programme(("bulletin", bulletin_id)))
    world.plan()
    told = told_in(world.issue(station).envelope)
    (item,) = told["airings"][0]["items"]
    assert (item["language"], item["media"]) == ("hmn", f"sha256:{media['hmn'].sha256}")
    assert set(told["media"]) == {f"sha256:{media['hmn'].sha256}"}
    audit.verify(session)


def _heard(world: World, who: Actor, bulletin_id: str) -> str:
    """Hear all tracks; return the digest that the page shows."""
    seen = page.bulletin_page(world.session, who, bulletin_id=bulletin_id, heard_needed_permille=950)
    assert [track.language for track in seen.tracks] == ["vi", "hmn", "vi"]
    for track in seen.tracks:
        recordings.listened(
            world.session, who, recording_id=track.recording_id, share_permille=1000, reached_end=True, now=world.now
        )
    assert seen.shown is not None
    return seen.shown
