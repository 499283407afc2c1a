"""Slots of one row a station become identities with versions; nothing of them is lost and airings keep their ids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from alembic import command
from sqlalchemy import Engine, bindparam, text
from sqlalchemy.orm import Session, sessionmaker

from playlists.calendar import Calendar
from playlists.changes import Add
from playlists.model import StartRule
from playlists.scopes import Scope
from playlists.slots import Slot, occurrence_id
from scheduler.db import migrate
from scheduler.db.base import Instant
from scheduler.db.planning import Airing
from scheduler.db.timetable import SlotVersion, TimetableChange
from scheduler.rules.permissions import Actor, Role
from scheduler.services.plan_ahead import plan_ahead
from scheduler.services.timetable.contents import slot_from_content
from scheduler.services.timetable.standing import standing_slots
from scheduler.services.timetable.steps import steps_from_text

T = datetime(2024, 5, 2, 1, tzinfo=UTC)
ZONE = "Asia/Ho_Chi_Minh"
STATIONS = [f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2)]
PROGRAMME = "00000000-0000-4000-8000-0000000000aa"
PUBLISHED, TWIN, ENDED, PROPOSED, GIVEN_UP = (f"018f3a5e-0000-7000-8000-00000000000{n}" for n in range(5))
COLUMNS = (
    "id, station_id, programme_id, title, weekdays, starts, max_duration_s, start_rule, grace_s, gain_cb, zone, "
    "valid_from, valid_to, proposed_by, proposed_at, published_by, published_at, ended_by, ended_at"
)


def _old_rows(engine: Engine, editor: str, approver: str) -> None:
    instants = [bindparam(name, type_=Instant) for name in ("proposed_at", "published_at", "ended_at")]
    insert = text(f"INSERT INTO slot ({COLUMNS}) VALUES (:{COLUMNS.replace(', ', ', :')})").bindparams(*instants)  # noqa: S608 - our own names
    usual = {
        "station_id": STATIONS[0], "programme_id": PROGRAMME, "title": "Buổi chiều", "weekdays": "0125",
        "starts": "17:00:00.000000", "max_duration_s": 900, "start_rule": "soft", "grace_s": 30, "gain_cb": -300,
        "zone": ZONE, "valid_from": "2024-05-01", "valid_to": None, "proposed_by": editor, "proposed_at": T,
        "published_by": approver, "published_at": T + timedelta(hours=1), "ended_by": None, "ended_at": None,
    }  # fmt: skip
    nobody: dict[str, object] = {"published_by": None, "published_at": None}
    with engine.begin() as connection:
        for told in (
            usual | {"id": PUBLISHED},
            usual | {"id": TWIN, "station_id": STATIONS[1]},
            usual | {"id": ENDED, "title": "Cũ", "ended_by": approver, "ended_at": T + timedelta(days=1)},
            usual | nobody | {"id": PROPOSED, "title": "Sáng", "starts": "05:00:30.000000", "valid_to": "2024-12-31"},
            usual | nobody | {"id": GIVEN_UP, "title": "Bỏ", "ended_by": editor, "ended_at": T + timedelta(hours=2)},
        ):
            connection.execute(insert, told)
        connection.execute(
            text(
                "INSERT INTO airing (id, slot_id, station_id, title, local_date, ordinal, starts_at, ends_by, "
                "start_rule, grace_s, gain_cb, bulletin_class, station_name, unit_code, unit_name, planned_at, drill) "
                "VALUES "
                "(:id, :slot, :station, 'Buổi chiều', '2024-05-08', 0, :starts, :ends, 'soft', 30, -300, 'normal', "
                "'Cụm 0', '', '', :at, :drill)"
            ).bindparams(*(bindparam(name, type_=Instant) for name in ("starts", "ends", "at"))),
            {
                "id": str(occurrence_id(UUID(PUBLISHED), UUID(STATIONS[0]), date(2024, 5, 8))),
                "slot": PUBLISHED, "station": STATIONS[0], "starts": datetime(2024, 5, 8, 10, tzinfo=UTC),
                "ends": datetime(2024, 5, 8, 10, 15, tzinfo=UTC), "at": T, "drill": False,
            },
        )  # fmt: skip


def _set_up(session: Session, person: Callable[..., Actor]) -> tuple[str, str]:
    editor, approver = person("bien", Role.EDITOR).id, person("duyet", Role.APPROVER).id
    instant = bindparam("at", type_=Instant)
    for number, station in enumerate(STATIONS):
        made = text(
            "INSERT INTO station (id, name, languages, active, created_at) VALUES (:id, :name, '[]', :yes, :at)"
        )
        told = {"id": station, "name": f"Cụm {number}", "yes": True, "at": T}
        session.execute(made.bindparams(instant), told)
    made = text("INSERT INTO programme (id, title, created_by, created_at) VALUES (:id, 'Chương trình', :by, :at)")
    session.execute(made.bindparams(instant), {"id": PROGRAMME, "by": editor, "at": T})
    session.commit()
    return editor, approver


def test_old_slots_come_over(
    engine: Engine, maker: sessionmaker[Session], session: Session, person: Callable[..., Actor]
) -> None:
    editor, approver = _set_up(session, person)
    session.close()
    with engine.begin() as connection:
        command.downgrade(migrate.config(connection), "0010")
    _old_rows(engine, editor, approver)
    migrate.upgrade(engine)
    assert migrate.differences(engine) == []
    with maker() as after:
        _check_versions(after, approver)
        _check_changes(after, editor, approver)
        kept = after.query(Airing).one()
        assert kept.slot_id == PUBLISHED
        change = plan_ahead(after, now=datetime(2024, 5, 8, 3, tzinfo=UTC), days_ahead=1, default_zone=ZONE)
        assert kept.id not in (*change.added, *change.removed)
        assert len(change.added) == 1  # the twin's


def _check_versions(session: Session, approver: str) -> None:
    rows = session.query(SlotVersion).order_by(SlotVersion.slot_id, SlotVersion.number).all()
    assert [(row.slot_id, row.number, row.content is None) for row in rows] == [
        (PUBLISHED, 1, False), (TWIN, 1, False), (ENDED, 1, False), (ENDED, 2, True),
    ]  # fmt: skip
    assert {row.published_by for row in rows} == {approver}
    assert rows[0].published_at == T + timedelta(hours=1)
    assert rows[3].published_at == T + timedelta(days=1)
    assert rows[0].change_id == rows[1].change_id != rows[2].change_id
    slot = slot_from_content(PUBLISHED, rows[0].content or "")
    assert slot == Slot(
        id=UUID(PUBLISHED),
        title="Buổi chiều",
        scope=Scope(stations=frozenset({UUID(STATIONS[0])})),
        calendar=Calendar(date(2024, 5, 1), weekdays=frozenset({0, 1, 2, 5})),
        start=time(17),
        max_duration=timedelta(minutes=15),
        zone=ZONE,
        programme_id=UUID(PROGRAMME),
        start_rule=StartRule.SOFT,
        grace=timedelta(seconds=30),
        gain_cb=-300,
    )
    assert {str(each) for each in standing_slots(session, T)} == {PUBLISHED, TWIN}


def _check_changes(session: Session, editor: str, approver: str) -> None:
    found = {row.title: row for row in session.query(TimetableChange)}
    decided = {title: (row.decision, row.decided_by) for title, row in found.items()}
    assert decided == {
        "Buổi chiều": ("published", approver),
        "Cũ": ("published", approver),
        "Sáng": (None, None),
        "Bỏ": ("withdrawn", editor),
    }
    assert {row.proposed_by for row in found.values()} == {editor}
    assert len(steps_from_text(found["Buổi chiều"].steps)) == 2
    (step,) = steps_from_text(found["Sáng"].steps)
    assert isinstance(step, Add)
    assert (str(step.slot_id), step.slot.start, step.slot.calendar.last) == (
        PROPOSED,
        time(5, 0, 30),
        date(2024, 12, 31),
    )
