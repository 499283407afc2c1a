"""People and roles on both databases."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Grant, OwnGrant, Role
from scheduler.services import accounts, audit

Maker = Callable[..., Actor]


@pytest.fixture
def admin(person: Maker) -> Actor:
    return person("quan.tri", Role.ADMIN)


def test_first_admin_is_made_once(session: Session, now: datetime) -> None:
    made = accounts.make_first_admin(session, username="admin", password_hash="!", now=now)
    actor = accounts.actor(session, made.id)
    assert actor is not None
    assert actor.roles == {Role.ADMIN}
    with pytest.raises(Conflict):
        accounts.make_first_admin(session, username="other", password_hash="!", now=now)


def test_person_signs_in_with_the_password_and_no_other(session: Session, admin: Actor, now: datetime) -> None:
    kept = accounts.hash_password("mật khẩu đủ dài")
    assert kept.startswith("$argon2id$")
    accounts.make_person(
        session,
        admin,
        username="Lan.Nguyen",
        display_name="Lan",
        password_hash=kept,
        roles=[Grant(Role.EDITOR)],
        now=now,
    )
    person_id, stored = accounts.find_for_sign_in(session, " lan.nguyen ")
    assert person_id is not None
    accounts.check_password(stored, "mật khẩu đủ dài")
    with pytest.raises(accounts.SignInRefused):
        accounts.check_password(stored, "mật khẩu khác")
    assert accounts.find_for_sign_in(session, "khong.co") == (None, None)
    with pytest.raises(accounts.SignInRefused):
        accounts.check_password(None, "mật khẩu đủ dài")


@pytest.mark.parametrize("password", ["", "ngắn", "x" * 201])
def test_weak_passwords_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.hash_password(password)


@pytest.mark.parametrize("username", ["", "a b", "Đức", "-x", "x" * 65, "a\nb"])
def test_bad_usernames_are_refused(session: Session, admin: Actor, now: datetime, username: str) -> None:
    with pytest.raises(InvalidInput):
        accounts.make_person(session, admin, username=username, display_name="A", password_hash="!", roles=[], now=now)


def test_a_password_is_the_same_however_its_marks_are_typed() -> None:
    kept = accounts.hash_password("Mường Ảng 2024")
    accounts.check_password(kept, "Mươ\u0300ng A\u0309ng 2024")


def test_a_name_that_no_database_holds_is_nobodys(session: Session) -> None:
    assert accounts.find_for_sign_in(session, "a\0b") == (None, None)
    with pytest.raises(NotFound):
        accounts.person_by_username(session, "a\0b")


@pytest.mark.parametrize("grant", [Grant(Role.APPROVER, "03301"), Grant(Role.EDITOR, None, "cum-loa")])
def test_only_an_operators_role_is_limited_to_a_place(
    session: Session, admin: Actor, person: Maker, now: datetime, grant: Grant
) -> None:
    with pytest.raises(InvalidInput, match="Trực đài"):
        accounts.grant_role(session, admin, person_id=person("ba").id, grant=grant, now=now)


def test_nobody_grants_himself_a_role(session: Session, admin: Actor, now: datetime) -> None:
    with pytest.raises(OwnGrant):
        accounts.grant_role(session, admin, person_id=admin.id, grant=Grant(Role.EDITOR), now=now)


def test_the_database_refuses_a_role_granted_to_oneself(
    maker: sessionmaker[Session], session: Session, admin: Actor, now: datetime
) -> None:
    session.commit()
    statement = text(
        "INSERT INTO role_grant (person_id, role, granted_by, granted_at) VALUES (:me, 'approver', :me, :now)"
    )
    with pytest.raises(DBAPIError), maker.begin() as other:
        other.execute(statement, {"me": admin.id, "now": now})


def test_admin_cannot_also_approve(session: Session, admin: Actor, person: Maker, now: datetime) -> None:
    other = person("hai")
    accounts.grant_role(session, admin, person_id=other.id, grant=Grant(Role.ADMIN), now=now)
    with pytest.raises(NotAllowed):
        accounts.grant_role(session, admin, person_id=other.id, grant=Grant(Role.APPROVER), now=now)


def test_only_admins_manage_people(session: Session, person: Maker, now: datetime) -> None:
    editor = person("editor", Role.EDITOR)
    with pytest.raises(NotAllowed):
        accounts.make_person(session, editor, username="x", display_name="X", password_hash="!", roles=[], now=now)


def test_grants_come_and_go_and_are_audited(session: Session, admin: Actor, person: Maker, now: datetime) -> None:
    other = person("ba")
    grant = accounts.grant_role(session, admin, person_id=other.id, grant=Grant(Role.OPERATOR, "03301"), now=now)
    again = accounts.grant_role(session, admin, person_id=other.id, grant=Grant(Role.OPERATOR, "03301"), now=now)
    assert again.id == grant.id
    standing = accounts.actor(session, other.id)
    assert standing is not None
    assert standing.grants == (Grant(Role.OPERATOR, "03301"),)
    accounts.revoke_role(session, admin, grant_id=grant.id, now=now)
    left = accounts.actor(session, other.id)
    assert left is not None
    assert left.grants == ()
    assert [event.deed for event in audit.history(session, "person", other.id)] == ["role-granted", "role-revoked"]
    assert audit.verify(session).seq == 2


def test_new_password_ends_sessions(session: Session, admin: Actor, person: Maker, now: datetime) -> None:
    other = person("tu", Role.EDITOR)
    epoch = accounts.session_epoch(session, other.id)
    accounts.change_password(session, admin, person_id=other.id, password_hash="!", now=now)
    assert accounts.actor(session, other.id, epoch) is None
    assert accounts.actor(session, other.id, epoch + 1) is not None


def test_closed_account_does_not_act(session: Session, admin: Actor, person: Maker, now: datetime) -> None:
    other = person("nam", Role.EDITOR)
    accounts.set_active(session, admin, person_id=other.id, active=False, now=now)
    assert accounts.actor(session, other.id) is None
    with pytest.raises(InvalidInput):
        accounts.set_active(session, admin, person_id=admin.id, active=False, now=now)
