"""Who and what stands on the demonstration's stage: people of every role, a district with its communes, stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from sqlalchemy.orm import Session

from scheduler.compose import Centre
from scheduler.rules.permissions import Actor, Grant, Role
from scheduler.services import accounts, stations, units

PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("bientap", "Lò Thị Biên Tập", (Role.EDITOR, Role.APPROVER)),
    ("duyet", "Quàng Văn Duyệt", (Role.APPROVER,)),
    ("trucdai", "Cà Thị Trực", (Role.OPERATOR,)),
    ("thanhtra", "Lường Văn Thanh", (Role.AUDITOR,)),
)
STATIONS: tuple[tuple[str, str], ...] = (
    ("Đài huyện Mường Sáng", "901"),
    ("Cụm loa thị trấn Mường Sáng", "90101"),
    ("Cụm loa xã Nậm Trong", "90102"),
    ("Cụm loa xã Phiêng Ban", "90103"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A name, its password and the roles behind it, to be printed when the pages stay open."""

    username: str
    password: str
    display_name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Cast:
    """All who act. ``editor`` also holds the approver's role: what stops him is that he wrote, not what he is."""

    editor: Actor
    approver: Actor
    sign_ins: tuple[SignIn, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A station that was made, and the token with which it will enrol."""

    station_id: str
    name: str
    token: str


def make_cast(centre: Centre, *, now: datetime) -> Cast:
    """Make a person of every role, each with a password of his own."""
    told = [SignIn(username, accounts.new_password(), name, roles) for username, name, roles in PEOPLE]
    hashes = {each.username: accounts.hash_password(each.password) for each in told}
    actors = {}
    with centre.writers.begin() as session:
        for each in told:
            person = accounts.make_person(
                session,
                None,
                username=each.username,
                display_name=each.display_name,
                password_hash=hashes[each.username],
                roles=[Grant(role) for role in each.roles],
                now=now,
            )
            actors[each.username] = _actor(session, person.id)
    return Cast(actors["bientap"], actors["duyet"], tuple(told))


def _actor(session: Session, person_id: str) -> Actor:
    found = accounts.actor(session, person_id)
    if found is None:
        raise accounts.SignInRefused
    return found


def make_places(centre: Centre, *, now: datetime) -> list[Place]:
    """Make the district, its communes, and a station in each, with an enrolment token."""
    content = (files("scheduler.demonstration") / "units.json").read_bytes()
    today = now.astimezone(centre.settings.tz).date()
    made = []
    with centre.writers.begin() as session:
        units.import_units(session, None, content=content, now=now)
        for name, unit_code in STATIONS:
            station = stations.make_station(session, None, name=name, unit_code=unit_code, today=today, now=now)
            token = stations.make_token(
                session,
                None,
                station_id=station.id,
                centre_public=centre.public_key,
                valid=centre.token_valid,
                now=now,
            )
            made.append(Place(station.id, name, token))
    return made
