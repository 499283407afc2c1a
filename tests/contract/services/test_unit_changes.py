"""Deeds on units: seen with their effect first, done exactly as seen, or refused whole; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from unit_stage import CAY, DISTRICT, HAMLET, LOWER, NOW, OLD, REFORM, TODAY, TOWN, UPPER, Stage

from scheduler.errors import InvalidInput, LoaError, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Role
from scheduler.services import units
from scheduler.services.audit import history
from scheduler.services.units.change import EffectDiffers, Prospect, carry_out, look
from scheduler.services.units.deeds import (
    NewUnit,
    Reorganisation,
    end_unit,
    new_unit,
    rename_unit,
    reorganise,
    stations_in,
    units_below,
)
from scheduler.services.units.register import UnitChange, read_register

REAL = Path(__file__).parents[4] / "shared" / "units.json"
BEFORE = date(2025, 6, 30)
MERGED = NewUnit("03256", "xa", "Xã Mường Ảng", "11")


@pytest.fixture
def stage(session: Session, person: Callable[..., Actor]) -> Stage:
    return Stage(session, person("quan.tri", Role.ADMIN))


def seen(stage: Stage, change: UnitChange) -> Prospect:
    return look(stage.session, change, today=TODAY, now=NOW)


def do(stage: Stage, change: UnitChange, *, actor: Actor | None = None, digest: str | None = None) -> None:
    prospect = seen(stage, change)
    carry_out(
        stage.session,
        actor or stage.admin,
        prospect,
        deed="units-reorganised",
        subject="03256",
        facts={},
        seen=prospect.digest if digest is None else digest,
        now=NOW,
    )


def merger(stage: Stage, **told: object) -> UnitChange:
    plan = Reorganisation(day=REFORM, old=(TOWN, UPPER, LOWER), new=(MERGED,), children={}, stations={})
    return reorganise(read_register(stage.session), replace(plan, **told))


def test_a_merger_ends_the_old_units_and_takes_stations_and_hamlets_along(stage: Stage) -> None:
    town, upper = stage.station("Loa thị trấn", "03256"), stage.station("Loa Ẳng Nưa", "03307")
    hamlet = stage.station("Loa bản Kéo", "03307-1")
    do(stage, merger(stage))
    assert [unit.name for unit in units.chain_above(stage.session, "03307-1", REFORM)] == [
        "Bản Kéo", "Xã Mường Ảng", "Tỉnh Điện Biên",
    ]  # fmt: skip
    assert [unit.name for unit in units.chain_above(stage.session, "03307-1", BEFORE)][1] == "Xã Ẳng Nưa"
    assert stage.stays(town) == [("03256", date(2024, 5, 1), None)]  # the code passes on, and the station with it
    assert stage.stays(upper) == [("03307", date(2024, 5, 1), BEFORE), ("03256", REFORM, None)]
    assert stage.stays(hamlet) == [("03307-1", date(2024, 5, 1), None)]
    merged = units.unit_on(stage.session, "03256", REFORM)
    assert (merged.name, merged.formed_from) == ("Xã Mường Ảng", ["03256", "03307", "03310"])
    with pytest.raises(NotFound):
        units.unit_on(stage.session, "03310", REFORM)
    assert [event.deed for event in history(stage.session, "station", upper)] == ["station-made", "station-moved"]
    (event,) = history(stage.session, "unit", "03256")
    assert (event.facts["added"], event.facts["ended"], event.facts["stations"]) == (2, 4, 3)


def test_the_effect_is_told_before(stage: Stage) -> None:
    stage.station("Loa thị trấn", "03256")
    stage.station("Loa Ẳng Nưa", "03307")
    prospect = seen(stage, merger(stage))
    assert [(row.name, row.valid_to) for row in prospect.ended] == [
        ("Thị trấn Mường Ảng", BEFORE), ("Xã Ẳng Nưa", BEFORE), ("Xã Ẳng Cang", BEFORE), ("Bản Kéo", BEFORE),
    ]  # fmt: skip
    assert [(each.station_name, each.day, each.before, each.after) for each in prospect.shifts] == [
        ("Loa thị trấn", REFORM, "Thị trấn Mường Ảng", "Xã Mường Ảng"),
        ("Loa Ẳng Nưa", REFORM, "Xã Ẳng Nưa", "Xã Mường Ảng"),
    ]
    assert [unit.name for unit in units.units_on(stage.session, REFORM)].count("Xã Mường Ảng") == 0


def test_slots_that_name_a_unit_of_old_are_told(stage: Stage) -> None:
    stage.slot("Buổi chiều", TOWN, UPPER)
    stage.slot("Buổi sáng của huyện", DISTRICT)
    stage.slot("Đợt tháng 5", TOWN, last=date(2025, 6, 15))
    prospect = seen(stage, merger(stage))
    assert [(each.title, each.unit_name, each.day, each.successors) for each in prospect.lost] == [
        ("Buổi chiều", "Thị trấn Mường Ảng", REFORM, ("Xã Mường Ảng",)),
        ("Buổi chiều", "Xã Ẳng Nưa", REFORM, ("Xã Mường Ảng",)),
    ]
    do(stage, merger(stage))
    assert seen(stage, end_unit(read_register(stage.session), CAY, last_day=BEFORE)).lost == ()


def test_a_split_says_who_comes_where(stage: Stage) -> None:
    first, second = stage.station("Loa một", "03310"), stage.station("Loa hai", "03310")
    change = reorganise(
        read_register(stage.session),
        Reorganisation(
            day=REFORM,
            old=(LOWER,),
            new=(NewUnit("A1", "xa", "Xã Trên", "102"), NewUnit("A2", "xa", "Xã Dưới", "102")),
            children={},
            stations={second: "A2"},
        ),
    )
    do(stage, change)
    assert stage.stays(first)[-1] == ("A1", REFORM, None)
    assert stage.stays(second)[-1] == ("A2", REFORM, None)
    assert [row.name for row in units.units_on(stage.session, REFORM) if row.formed_from] == ["Xã Dưới", "Xã Trên"]


def test_what_lies_below_is_offered(stage: Stage) -> None:
    station = stage.station("Loa Ẳng Nưa", "03307")
    register = read_register(stage.session)
    assert [row.key for row in units_below(register, [UPPER, TOWN], REFORM)] == [HAMLET]
    assert [(each.id, code) for each, code in stations_in(register, [UPPER], REFORM)] == [(station, "03307")]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"old": ()}, "ít nhất một đơn vị cũ"),
        ({"new": ()}, "ít nhất một đơn vị mới"),
        ({"old": (("99", OLD),)}, "đơn vị mã 99"),
        ({"new": (MERGED, MERGED)}, "trùng mã"),
        ({"day": OLD}, "không có hiệu lực"),
        ({"new": (replace(MERGED, code="0 3"),)}, "khoảng trắng"),
        ({"new": (replace(MERGED, name=" "),)}, "Tên đơn vị"),
        ({"new": (replace(MERGED, code="03287"),)}, "Xã Ngối Cáy cùng mã 03287"),
        ({"new": (replace(MERGED, parent_code="03256"),)}, "dưới chính nó"),
        ({"new": (replace(MERGED, parent_code="03310"),)}, "không có đơn vị cấp trên mã 03310"),
        ({"children": {HAMLET: "11"}}, "Bản Kéo: hãy chọn"),
    ],
)
def test_a_merger_that_cannot_be_is_refused_whole(stage: Stage, told: dict[str, object], words: str) -> None:
    before = read_register(stage.session)
    with pytest.raises(LoaError, match=words):
        do(stage, merger(stage, **told))
    assert read_register(stage.session) == before


def test_what_was_not_seen_is_not_done(stage: Stage) -> None:
    change = merger(stage)
    digest = seen(stage, change).digest
    stage.station("Loa mới", "03310")
    with pytest.raises(EffectDiffers):
        do(stage, merger(stage), digest=digest)
    assert units.unit_on(stage.session, "03310", BEFORE).valid_to is None


def test_only_an_admin_changes_units(stage: Stage, person: Callable[..., Actor]) -> None:
    with pytest.raises(NotAllowed):
        do(stage, merger(stage), actor=person("bien", Role.EDITOR))


def test_a_unit_ends_only_when_nothing_stands_on_it(stage: Stage) -> None:
    register = read_register(stage.session)
    with pytest.raises(InvalidInput, match=r"Bản Kéo \(03307-1\): ngày 01/07/2025 không có đơn vị cấp trên mã 03307"):
        do(stage, end_unit(register, UPPER, last_day=BEFORE))
    station = stage.station("Loa Ngối Cáy", "03287")
    change = end_unit(register, CAY, last_day=BEFORE)
    assert [each.station_id for each in seen(stage, change).homeless] == [station]
    do(stage, change)
    assert units.unit_on(stage.session, "03287", BEFORE).valid_to == BEFORE
    with pytest.raises(InvalidInput, match="đã hết hiệu lực ngày 30/06/2025"):
        end_unit(read_register(stage.session), CAY, last_day=REFORM)
    with pytest.raises(InvalidInput, match="sau đó"):
        end_unit(read_register(stage.session), CAY, last_day=date(2000, 1, 1))


def test_a_name_changes_from_a_day_on(stage: Stage) -> None:
    station = stage.station("Loa Ngối Cáy", "03287")
    do(stage, rename_unit(read_register(stage.session), CAY, name="Xã Ngối Cáy mới", from_day=REFORM))
    assert units.unit_on(stage.session, "03287", BEFORE).name == "Xã Ngối Cáy"
    renamed = units.unit_on(stage.session, "03287", REFORM)
    assert (renamed.name, renamed.formed_from, renamed.parent_code) == ("Xã Ngối Cáy mới", ["03287"], "102")
    assert stage.stays(station) == [("03287", date(2024, 5, 1), None)]
    for name, day in (("Xã Ngối Cáy", REFORM), ("", REFORM), ("Xã Khác", OLD)):
        with pytest.raises(InvalidInput):
            rename_unit(read_register(stage.session), CAY, name=name, from_day=day)


def test_a_new_unit_needs_a_free_code_and_a_parent(stage: Stage) -> None:
    do(stage, new_unit(NewUnit("03287-1", "thon", "Bản Cáy", "03287"), from_day=REFORM))
    assert units.unit_on(stage.session, "03287-1", REFORM).name == "Bản Cáy"
    for unit in (NewUnit("03287", "xa", "Xã Hai", "102"), NewUnit("7", "xa", "Xã Bảy", "999")):
        with pytest.raises(InvalidInput):
            do(stage, new_unit(unit, from_day=REFORM))


@pytest.mark.skipif(not REAL.exists(), reason="the real units of the district are not here")
def test_the_real_reform_is_four_mergers_and_an_end(session: Session, person: Callable[..., Actor]) -> None:
    told = json.loads(REAL.read_text(encoding="utf-8"))["units"]
    old = [row | {"valid_to": None} for row in told if row["valid_from"] < REFORM.isoformat()]
    admin = person("quan.tri", Role.ADMIN)
    units.import_units(session, admin, content=json.dumps({"units": old}).encode(), now=NOW)
    for row in told:
        if row["valid_from"] < REFORM.isoformat():
            continue
        change = reorganise(
            read_register(session),
            Reorganisation(
                day=REFORM,
                old=tuple((code, OLD) for code in row["formed_from"]),
                new=(NewUnit(row["code"], row["kind"], row["name"], row["parent"], row.get("note", "")),),
                children={},
                stations={},
            ),
        )
        prospect = look(session, change, today=TODAY, now=NOW)
        carry_out(session, admin, prospect, deed="units-reorganised", subject="*", facts={}, seen=None, now=NOW)
    ended = end_unit(read_register(session), DISTRICT, last_day=BEFORE)
    carry_out(
        session,
        admin,
        look(session, ended, today=TODAY, now=NOW),
        deed="unit-ended",
        subject="102",
        facts={},
        seen=None,
        now=NOW,
    )
    assert units.import_units(session, admin, content=REAL.read_bytes(), now=NOW) == 0
