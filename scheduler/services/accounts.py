"""People and their roles: made, granted, revoked, signed in."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.canonical import clean_text
from scheduler.db.accounts import Person, RoleGrant
from scheduler.errors import Conflict, InvalidInput, LoaError, NotFound
from scheduler.rules.permissions import Actor, Deed, Grant, Role, check_grant, require
from scheduler.services import audit

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(24))
PASSWORD_LEAST = 10
PASSWORD_MOST = 200
_USERNAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.ASCII)


class SignInRefused(LoaError):
    """Tên đăng nhập hoặc mật khẩu chưa đúng."""


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A role as a page shows it."""

    id: int
    role: Role
    unit_code: str | None
    station_id: str | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as a page shows him or her, with the roles that stand."""

    id: str
    username: str
    display_name: str
    active: bool
    grants: tuple[GrantLine, ...]


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; slow on purpose: call it outside any write transaction.

    Its text is taken in NFC (as RFC 8265 asks): keyboards write Vietnamese marks in more than one way. Raises
    :class:`~scheduler.errors.InvalidInput` for one that is too short or too long.
    """
    told = clean_text(password)
    if not PASSWORD_LEAST <= len(told) <= PASSWORD_MOST:
        raise InvalidInput(what=f"Mật khẩu cần từ {PASSWORD_LEAST} đến {PASSWORD_MOST} ký tự")
    return _HASHER.hash(told)


def new_password() -> str:
    """Return a random password of 16 letters and digits that can be read out over a telephone."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def check_password(password_hash: str | None, password: str) -> None:
    """Raise :class:`SignInRefused` unless the password fits; takes as long when there is no such person (null hash)."""
    try:
        _HASHER.verify(password_hash or _NOBODY, clean_text(password)[:PASSWORD_MOST])
    except (VerificationError, InvalidHashError) as error:
        raise SignInRefused from error
    if password_hash is None:
        raise SignInRefused


def find_for_sign_in(session: Session, username: str) -> tuple[str | None, str | None]:
    """Return an active person's id and password hash, or two nulls; the caller checks outside the transaction."""
    person = _named(session, username)
    return (person.id, person.password_hash) if person is not None and person.active else (None, None)


def password_hash_of(session: Session, person_id: str) -> str:
    """Return the hash to check before a person changes his or her own password."""
    return _person(session, person_id).password_hash


def actor(session: Session, person_id: str, epoch: int | None = None) -> Actor | None:
    """Return who acts, with the grants that stand; null when inactive, unknown or of an older session epoch."""
    person = session.get(Person, person_id)
    if person is None or not person.active or (epoch is not None and epoch != person.session_epoch):
        return None
    grants = tuple(
        Grant(Role(grant.role), grant.unit_code, grant.station_id) for grant in _standing_grants(session, person.id)
    )
    return Actor(person.id, person.display_name, grants)


def session_epoch(session: Session, person_id: str) -> int:
    """Return the number that a person's sessions must carry to stand."""
    return _person(session, person_id).session_epoch


def nobody_yet(session: Session) -> bool:
    """Tell whether there is no person at all: a first start."""
    return session.scalar(select(func.count()).select_from(Person)) == 0


def make_first_admin(session: Session, *, username: str, password_hash: str, now: datetime) -> Person:
    """Make the first admin of an empty installation.

    Raises :class:`~scheduler.errors.Conflict` when there are people already.
    """
    if not nobody_yet(session):
        raise Conflict(what="Đã có tài khoản. Hãy đăng nhập bằng tài khoản quản trị")
    person = _add_person(session, username=username, display_name="Quản trị", password_hash=password_hash, now=now)
    session.add(RoleGrant(person_id=person.id, role=Role.ADMIN.value, granted_by=None, granted_at=now))
    session.flush()
    audit.record(
        session,
        person=None,
        deed="first-admin-made",
        subject_kind="person",
        subject_id=person.id,
        at=now,
        facts={"username": person.username},
    )
    return person


def make_person(
    session: Session,
    actor: Actor | None,
    *,
    username: str,
    display_name: str,
    password_hash: str,
    roles: Sequence[Grant],
    now: datetime,
) -> Person:
    """Make a person with roles; ``actor`` null is the machine's owner at the command line, and is recorded so."""
    if actor is not None:
        require(actor, Deed.MANAGE_PEOPLE)
    person = _add_person(session, username=username, display_name=display_name, password_hash=password_hash, now=now)
    audit.record(
        session,
        person=actor.id if actor else None,
        deed="person-made",
        subject_kind="person",
        subject_id=person.id,
        at=now,
        facts={"username": person.username, "display_name": person.display_name},
    )
    for grant in roles:
        grant_role(session, actor, person_id=person.id, grant=grant, now=now)
    return person


def grant_role(session: Session, actor: Actor | None, *, person_id: str, grant: Grant, now: datetime) -> RoleGrant:
    """Give a role; nobody gives himself one, and nobody is both admin and approver.

    Only an operator's role is limited to a unit or a station. Raises :class:`~scheduler.rules.permissions.OwnGrant`,
    :class:`~scheduler.errors.NotAllowed` and :class:`~scheduler.errors.InvalidInput`.
    """
    if actor is not None:
        require(actor, Deed.MANAGE_PEOPLE)
    if grant.role is not Role.OPERATOR and (grant.unit_code, grant.station_id) != (None, None):
        raise InvalidInput(what="Chỉ quyền Trực đài mới giới hạn theo đơn vị hoặc cụm loa được")
    # Grants to one person take turns: two admins at once must not make him both admin and approver.
    person = _person(session, person_id, locked=True)
    standing = _standing_grants(session, person.id)
    check_grant(actor.id if actor else "", person.id, [Role(each.role) for each in standing], grant.role)
    for each in standing:
        if (each.role, each.unit_code, each.station_id) == (grant.role.value, grant.unit_code, grant.station_id):
            return each
    row = RoleGrant(
        person_id=person.id,
        role=grant.role.value,
        unit_code=grant.unit_code,
        station_id=grant.station_id,
        granted_by=actor.id if actor else None,
        granted_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        person=actor.id if actor else None,
        deed="role-granted",
        subject_kind="person",
        subject_id=person.id,
        at=now,
        facts={"role": grant.role.value, "unit": grant.unit_code, "station": grant.station_id},
    )
    return row


def revoke_role(session: Session, actor: Actor | None, *, grant_id: int, now: datetime) -> None:
    """Take a role back; what was done under it stands."""
    if actor is not None:
        require(actor, Deed.MANAGE_PEOPLE)
    row = session.get(RoleGrant, grant_id)
    if row is None or row.revoked_at is not None:
        raise NotFound(what="quyền đang có hiệu lực này")
    if actor is not None:
        check_grant(actor.id, row.person_id, [], Role.EDITOR)
    row.revoked_at, row.revoked_by = now, actor.id if actor else None
    audit.record(
        session,
        person=actor.id if actor else None,
        deed="role-revoked",
        subject_kind="person",
        subject_id=row.person_id,
        at=now,
        facts={"role": row.role, "unit": row.unit_code, "station": row.station_id},
    )


def change_password(
    session: Session, actor: Actor | None, *, person_id: str, password_hash: str, now: datetime
) -> None:
    """Set a password (one's own, or any as an admin) and end all sessions of that person."""
    if actor is not None and actor.id != person_id:
        require(actor, Deed.MANAGE_PEOPLE)
    person = _person(session, person_id)
    person.password_hash = password_hash
    person.session_epoch += 1
    audit.record(
        session,
        person=actor.id if actor else None,
        deed="password-changed",
        subject_kind="person",
        subject_id=person.id,
        at=now,
    )


def set_active(session: Session, actor: Actor | None, *, person_id: str, active: bool, now: datetime) -> None:
    """Close or reopen an account; closing ends all its sessions."""
    if actor is not None:
        require(actor, Deed.MANAGE_PEOPLE)
        if actor.id == person_id:
            raise InvalidInput(what="Không tự khóa tài khoản của mình được. Hãy nhờ một quản trị khác")
    person = _person(session, person_id)
    person.active = active
    person.session_epoch += 1
    audit.record(
        session,
        person=actor.id if actor else None,
        deed="person-opened" if active else "person-closed",
        subject_kind="person",
        subject_id=person.id,
        at=now,
    )


def people(session: Session) -> list[PersonLine]:
    """Return everybody by display name, with the roles that stand."""
    rows = session.scalars(select(Person).order_by(Person.display_name, Person.username))
    return [person_line(session, row.id) for row in rows]


def person_line(session: Session, person_id: str) -> PersonLine:
    """Return one person; raises :class:`~scheduler.errors.NotFound`."""
    row = _person(session, person_id)
    grants = tuple(
        GrantLine(each.id, Role(each.role), each.unit_code, each.station_id, each.granted_at)
        for each in _standing_grants(session, row.id)
    )
    return PersonLine(row.id, row.username, row.display_name, row.active, grants)


def person_by_username(session: Session, username: str) -> Person:
    """Return the person of that name; raises :class:`~scheduler.errors.NotFound`."""
    person = _named(session, username)
    if person is None:
        raise NotFound(what=f"tài khoản {username}")
    return person


def _named(session: Session, username: str) -> Person | None:
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        return None
    return session.scalars(select(Person).where(Person.username == name)).one_or_none()


def _add_person(session: Session, *, username: str, display_name: str, password_hash: str, now: datetime) -> Person:
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise InvalidInput(what="Tên đăng nhập chỉ gồm chữ không dấu, số, dấu chấm, gạch; ví dụ: lan.nguyen")
    shown = clean_text(display_name).strip()
    if not 1 <= len(shown) <= 120 or "\n" in shown:
        raise InvalidInput(what="Họ tên cần từ 1 đến 120 ký tự")
    if session.scalars(select(Person.id).where(Person.username == name)).first():
        raise Conflict(what=f"Đã có tài khoản tên {name}")
    person = Person(
        id=str(uuid.uuid4()),
        username=name,
        display_name=shown,
        password_hash=password_hash,
        active=True,
        session_epoch=0,
        created_at=now,
    )
    session.add(person)
    session.flush()
    return person


def _person(session: Session, person_id: str, *, locked: bool = False) -> Person:
    person = session.get(Person, person_id, with_for_update=locked or None)
    if person is None:
        raise NotFound(what="tài khoản này")
    return person


def _standing_grants(session: Session, person_id: str) -> list[RoleGrant]:
    query = select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))
    return list(session.scalars(query.order_by(RoleGrant.id)))
