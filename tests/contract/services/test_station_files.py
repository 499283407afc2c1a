"""Stations as dated data: moves with their effect, moves ahead taken back, and the register as a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session
from unit_stage import CAY, NOW, REFORM, TODAY, TOWN, UPPER, Stage

from scheduler.db.units import Station
from scheduler.errors import InvalidInput, NotAllowed, NotFound
from scheduler.rules.permissions import Actor, Role
from scheduler.services import stations
from scheduler.services.audit import history
from scheduler.services.registers.faults import FileRefused
from scheduler.services.station_files import StationFile, export_stations, import_station_file, read_station_file
from scheduler.services.station_stays import (
    look_at_languages,
    look_at_move,
    move,
    set_languages,
    stays,
    take_back_move,
)
from scheduler.services.units.change import EffectDiffers
from scheduler.services.units.register import read_register

HEAD = "Mã cụm loa;Tên cụm loa;Mã đơn vị;Đứng từ ngày;Đến hết ngày;Ngôn ngữ;Hoạt động\n"


@pytest.fixture
def stage(session: Session, person: Callable[..., Actor]) -> Stage:
    return Stage(session, person("quan.tri", Role.ADMIN))


def take_in(stage: Stage, rows: str, seen: str | None = None) -> StationFile:
    content = (HEAD + rows).encode()
    return import_station_file(stage.session, stage.admin, content=content, seen=seen, today=TODAY, now=NOW)


class TestMoving:
    def test_a_move_is_seen_with_the_slots_it_changes(self, stage: Stage) -> None:
        station = stage.station("Loa bản Kéo", "03287")
        stage.slot("Buổi của Ngối Cáy", CAY)
        stage.slot("Buổi của Ẳng Nưa", UPPER)
        stage.slot("Buổi của cả hai", CAY, UPPER)
        stage.slot("Đợt đã hết", CAY, last=date(2025, 6, 15))
        told = {"station_id": station, "unit_code": "03307", "from_day": REFORM}
        effect = look_at_move(stage.session, now=NOW, **told)
        assert (effect.lost, effect.gained) == (("Buổi của Ngối Cáy",), ("Buổi của Ẳng Nưa",))
        stage.slot("Buổi mới của thị trấn", TOWN)
        move(stage.session, stage.admin, seen=effect.digest, now=NOW, **told)
        assert stage.stays(station) == [("03287", date(2024, 5, 1), date(2025, 6, 30)), ("03307", REFORM, None)]

    def test_what_was_not_seen_is_not_done(self, stage: Stage) -> None:
        station = stage.station("Loa bản Kéo", "03287")
        told = {"station_id": station, "unit_code": "03307", "from_day": REFORM}
        effect = look_at_move(stage.session, now=NOW, **told)
        stage.slot("Buổi của Ẳng Nưa", UPPER)
        with pytest.raises(EffectDiffers):
            move(stage.session, stage.admin, seen=effect.digest, now=NOW, **told)
        assert len(stage.stays(station)) == 1

    def test_a_move_that_cannot_be_is_refused(self, stage: Stage) -> None:
        station = stage.station("Loa bản Kéo", "03287")
        for code, day, error in (
            ("03287", REFORM, InvalidInput),
            ("99999", REFORM, NotFound),
            ("03307", date(2024, 5, 1), InvalidInput),
        ):
            with pytest.raises(error):
                look_at_move(stage.session, station_id=station, unit_code=code, from_day=day, now=NOW)

    def test_a_move_ahead_is_taken_back_and_no_other(self, stage: Stage, person: Callable[..., Actor]) -> None:
        station = stage.station("Loa bản Kéo", "03287")
        for code, day in (("03307", date(2025, 5, 1)), ("03310", REFORM)):
            stations.move_station(stage.session, stage.admin, station_id=station, unit_code=code, from_day=day, now=NOW)
        stage.session.flush()
        lines = stays(stage.session, station_id=station, today=TODAY)
        assert [(line.unit_name, line.ahead) for line in lines] == [
            ("Xã Ẳng Cang", True), ("Xã Ẳng Nưa", False), ("Xã Ngối Cáy", False),
        ]  # fmt: skip
        told = {"station_id": station, "today": TODAY, "now": NOW}
        with pytest.raises(NotAllowed):
            take_back_move(stage.session, person("truc", Role.OPERATOR), from_day=REFORM, **told)
        with pytest.raises(InvalidInput, match="đã có hiệu lực"):
            take_back_move(stage.session, stage.admin, from_day=date(2025, 5, 1), **told)
        with pytest.raises(NotFound):
            take_back_move(stage.session, stage.admin, from_day=date(2025, 8, 1), **told)
        take_back_move(stage.session, stage.admin, from_day=REFORM, **told)
        assert stage.stays(station)[-1] == ("03307", date(2025, 5, 1), None)
        assert history(stage.session, "station", station)[-1].deed == "station-move-taken-back"

    def test_languages_are_set_and_their_effect_seen(self, stage: Stage) -> None:
        station = stage.station("Loa bản Kéo", "03287")
        told = {"station_id": station, "languages": ["blt", "vi"]}
        effect = look_at_languages(stage.session, today=TODAY, now=NOW, **told)
        assert effect.gained == ()
        with pytest.raises(EffectDiffers):
            set_languages(stage.session, stage.admin, seen="0" * 64, today=TODAY, now=NOW, **told)
        set_languages(stage.session, stage.admin, seen=effect.digest, today=TODAY, now=NOW, **told)
        assert stage.session.get_one(Station, station).languages == ["vi", "blt"]
        set_languages(stage.session, stage.admin, seen=effect.digest, today=TODAY, now=NOW, **told)
        assert [event.deed for event in history(stage.session, "station", station)].count("station-languages-set") == 1
        with pytest.raises(InvalidInput):
            look_at_languages(stage.session, station_id=station, languages=["fr"], today=TODAY, now=NOW)


class TestFile:
    def test_stations_are_made_moved_and_stopped(self, stage: Stage) -> None:
        old, gone = stage.station("Loa một", "03287"), stage.station("Loa hai", "03307")
        rows = (
            ";Loa ba;03310;01/06/2025;;vi, blt;có\n"
            ";Loa một;03307;01/07/2025;;;\n"
            f"{gone};Loa hai mới;03307;01/05/2024;;vi;không\n"
        )
        told = read_station_file(stage.session, content=(HEAD + rows).encode(), today=TODAY)
        assert ([each.name for each in told.added], len(told.changed), told.moves) == (["Loa ba"], 2, 2)
        assert (told.stopped, told.same) == (("Loa hai mới",), 0)
        assert [(each.station_name, each.day, each.after) for each in told.shifts] == [
            ("Loa một", REFORM, "Xã Ẳng Nưa")
        ]
        take_in(stage, rows, told.digest)
        assert stage.stays(old) == [("03287", date(2024, 5, 1), date(2025, 6, 30)), ("03307", REFORM, None)]
        stopped = stage.session.get_one(Station, gone)
        assert (stopped.name, stopped.active) == ("Loa hai mới", False)
        made = next(each for each in read_register(stage.session).stations.values() if each.name == "Loa ba")
        assert (made.languages, made.stays[0].unit_code) == (("vi", "blt"), "03310")
        assert take_in(stage, rows).same == 3

    def test_another_state_is_not_what_was_seen(self, stage: Stage) -> None:
        stage.station("Loa một", "03287")
        rows = ";Loa một;03307;01/07/2025;;;\n"
        digest = read_station_file(stage.session, content=(HEAD + rows).encode(), today=TODAY).digest
        station = next(iter(read_register(stage.session).stations))
        stage.session.get_one(Station, station).languages = ["hmn"]
        stage.session.flush()
        with pytest.raises(EffectDiffers):
            take_in(stage, rows, digest)

    @pytest.mark.parametrize("form", ["csv", "json"])
    def test_a_round_trip_changes_nothing(self, stage: Stage, form: str) -> None:
        first = stage.station("=Loa; “một”", "03287")
        stage.station("-Loa 'hai'", "03307")
        stations.move_station(stage.session, stage.admin, station_id=first, unit_code="03310", from_day=REFORM, now=NOW)
        stage.session.get_one(Station, first).languages = ["blt", "vi"]
        stage.session.flush()
        content = export_stations(stage.session, form=form)
        told = read_station_file(stage.session, content=content, today=TODAY)
        assert (told.rows, told.same, told.added, told.changed) == (3, 2, (), ())
        assert export_stations(stage.session, form=form) == content

    @pytest.mark.parametrize(
        ("rows", "told"),
        [
            (";Loa một;99999;01/07/2025;;;\n", "dòng 2, cột “Mã đơn vị”: ngày 01/07/2025 không có đơn vị mã 99999"),
            (";Loa một;03287;01/01/2000;;;\n", "dòng 2, cột “Mã đơn vị”: ngày 01/01/2000 không có đơn vị mã 03287"),
            (";Loa ba;03287;32/01/2025;;;\n", "dòng 2, cột “Đứng từ ngày”: “32/01/2025” không phải một ngày"),
            (";Loa ba;03287;01/06/2025;;fr;\n", "cột “Ngôn ngữ”: không có ngôn ngữ “fr”; hãy chọn trong vi, blt"),
            (";Loa ba;03287;01/06/2025;;;có lẽ\n", "cột “Hoạt động”: không có lựa chọn “có lẽ”; hãy ghi"),
            ("không;Loa ba;03287;01/06/2025;;;\n", "cột “Mã cụm loa”: không có cụm loa mã “không”"),
            (";Loa ba;03287;01/06/2025;;;\n;Loa ba;03307;01/06/2025;;;\n", "dòng 3, cột “Đứng từ ngày”: trùng cụm loa"),
            (";Loa ba;03287;01/06/2025;;vi;\n;Loa ba;03307;01/07/2025;;blt;\n", "dòng 3, cột “Ngôn ngữ”: khác"),
            (";Loa ba;03287;01/06/2025;31/12/2025;;\n;Loa ba;03307;01/07/2025;;;\n", "“Đứng từ ngày”: trùng ngày"),
            (";Loa ba;03287;01/06/2025;01/01/2025;;\n", "cột “Đến hết ngày”: ngày cuối ở trước ngày đầu"),
        ],
    )  # fmt: skip
    def test_mistakes_are_told_by_row_and_nothing_is_kept(self, stage: Stage, rows: str, told: str) -> None:
        stage.station("Loa một", "03287")
        before = read_register(stage.session)
        with pytest.raises(FileRefused) as refused:
            take_in(stage, rows)
        assert told in str(refused.value)
        assert read_register(stage.session) == before

    def test_two_stations_do_not_share_a_name(self, stage: Stage) -> None:
        stage.station("Loa một", "03287")
        other = stage.station("Loa hai", "03287")
        with pytest.raises(FileRefused, match="là của hai cụm loa"):
            take_in(stage, f"{other};Loa một;03287;01/05/2024;;;\n")

    def test_only_an_admin_takes_a_file_in(self, stage: Stage, person: Callable[..., Actor]) -> None:
        told = {"seen": None, "today": TODAY, "now": NOW}
        with pytest.raises(NotAllowed):
            import_station_file(stage.session, person("bien", Role.EDITOR), content=b"", **told)

    def test_a_country_of_stations_is_taken_in(self, stage: Stage) -> None:
        rows = [{"name": f"Cụm loa {number}", "unit": "03287", "valid_from": "2025-06-01"} for number in range(10_000)]
        content = json.dumps({"stations": rows}).encode()
        told = import_station_file(stage.session, stage.admin, content=content, seen=None, today=TODAY, now=NOW)
        assert (len(told.added), len(read_register(stage.session).stations)) == (10_000, 10_000)
