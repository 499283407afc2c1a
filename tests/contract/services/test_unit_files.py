"""The register of units as a file: seen first, taken in whole or not at all, the same after a round trip."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session
from unit_stage import NOW, OLD, REFORM, TODAY, Stage

from scheduler.errors import NotAllowed
from scheduler.rules.permissions import Actor, Role
from scheduler.services.audit import history
from scheduler.services.registers.faults import FileRefused
from scheduler.services.registers.tables import ROWS_MOST
from scheduler.services.units.change import EffectDiffers
from scheduler.services.units.files import UnitFile, export_units, import_unit_file, read_unit_file
from scheduler.services.units.register import read_register

HEAD = "Mã đơn vị;Cấp;Tên đơn vị;Mã đơn vị cấp trên;Hiệu lực từ ngày;Đến hết ngày;Hình thành từ;Ghi chú\n"
REFORM_ROWS = HEAD + (
    "03256;thị trấn;Thị trấn Mường Ảng;102;14/11/2006;30/06/2025;;\n"
    "03307;xã;Xã Ẳng Nưa;102;14/11/2006;30/06/2025;;\n"
    "03307-1;thôn;Bản Kéo;03307;14/11/2006;30/06/2025;;\n"
    "03256;xã;Xã Mường Ảng;11;01/07/2025;;03256, 03307;theo nghị quyết\n"
    "03307-1;Thôn;Bản Kéo;03256;2025-07-01;;03307-1;\n"
)


@pytest.fixture
def stage(session: Session, person: Callable[..., Actor]) -> Stage:
    return Stage(session, person("quan.tri", Role.ADMIN))


def look(stage: Stage, text: str) -> UnitFile:
    return read_unit_file(stage.session, content=text.encode(), today=TODAY, now=NOW)


def take_in(stage: Stage, text: str, seen: str | None) -> UnitFile:
    return import_unit_file(stage.session, stage.admin, content=text.encode(), seen=seen, today=TODAY, now=NOW)


def test_a_file_is_seen_and_then_taken_in(stage: Stage) -> None:
    stage.station("Loa Ẳng Nưa", "03307")
    told = look(stage, REFORM_ROWS)
    assert (told.rows, told.same, told.doubts) == (5, 0, ())
    assert [row.name for row in told.prospect.change.added] == ["Xã Mường Ảng", "Bản Kéo"]
    assert [row.name for row in told.prospect.ended] == ["Thị trấn Mường Ảng", "Xã Ẳng Nưa", "Bản Kéo"]
    assert [each.station_name for each in told.prospect.homeless] == ["Loa Ẳng Nưa"]
    assert len(read_register(stage.session).units) == 7
    take_in(stage, REFORM_ROWS, told.digest)
    register = read_register(stage.session)
    merged = register.units["03256", REFORM]
    assert (merged.kind, merged.formed_from, merged.note) == ("xa", ("03256", "03307"), "theo nghị quyết")
    assert register.units["03307-1", OLD].valid_to == date(2025, 6, 30)
    (event,) = history(stage.session, "unit", "*")
    assert (event.facts["rows"], event.facts["added"], event.facts["ended"]) == (5, 2, 3)
    again = look(stage, REFORM_ROWS)
    assert (again.same, bool(again.prospect.change)) == (5, False)


def test_another_file_or_another_effect_is_not_what_was_seen(stage: Stage) -> None:
    digest = look(stage, REFORM_ROWS).digest
    with pytest.raises(EffectDiffers):
        take_in(stage, REFORM_ROWS.replace("Xã Mường Ảng", "Xã Khác"), digest)
    stage.station("Loa mới", "03256")
    with pytest.raises(EffectDiffers):
        take_in(stage, REFORM_ROWS, digest)
    assert len(read_register(stage.session).units) == 7


def test_only_an_admin_takes_a_file_in(stage: Stage, person: Callable[..., Actor]) -> None:
    editor = person("bien", Role.EDITOR)
    with pytest.raises(NotAllowed):
        import_unit_file(stage.session, editor, content=REFORM_ROWS.encode(), seen=None, today=TODAY, now=NOW)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_round_trip_changes_nothing(stage: Stage, form: str) -> None:
    odd = "X1;Khu;'=Xã & “Lạ”; tên dài;11;2020-02-29;;03256 03307;+84 -1\n"
    take_in(stage, HEAD + odd.replace("; tên", ", tên"), None)
    before = read_register(stage.session)
    content = export_units(stage.session, form=form)
    told = read_unit_file(stage.session, content=content, today=TODAY, now=NOW)
    assert (told.rows, told.same) == (len(before.units), len(before.units))
    assert export_units(stage.session, form=form) == content


def test_a_spreadsheet_runs_nothing_of_an_export(stage: Stage) -> None:
    take_in(stage, HEAD + '11-1;xã;"=HYPERLINK(""http://x"")";11;01/01/2020;;;@x\n', None)
    rows = csv.reader(io.StringIO(export_units(stage.session, form="csv").decode("utf-8-sig"), newline=""))
    (row,) = [row for row in rows if "HYPERLINK" in row[2]]
    assert [cell[0] for cell in (row[2], row[7])] == ["'", "'"]


def test_a_column_that_is_not_there_changes_nothing(stage: Stage) -> None:
    take_in(stage, REFORM_ROWS, None)
    take_in(stage, "code;kind;name;valid_from\n03256;xa;Xã Mường Ảng mới;2025-07-01\n", None)
    row = read_register(stage.session).units["03256", REFORM]
    assert (row.name, row.parent_code, row.note) == ("Xã Mường Ảng mới", "11", "theo nghị quyết")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("12;xã;Xã A;11;31/02/2024;;;", "dòng 2, cột “Hiệu lực từ ngày”: “31/02/2024” không phải một ngày; hãy ghi"),
        (";xã;Xã A;11;;;;", "dòng 2, cột “Mã đơn vị”: để trống"),
        (";xã;Xã A;11;;;;", "dòng 2, cột “Hiệu lực từ ngày”: để trống"),
        ("12;xã;Xã A;11;01/01/2024;01/01/2023;;", "cột “Đến hết ngày”: ngày hết hiệu lực 01/01/2023"),
        ("12;xã;Xã A;99;01/01/2024;;;", "cột “Mã đơn vị cấp trên”: ngày 01/01/2024 không có đơn vị cấp trên mã 99"),
        ("12;xã;Xã A;102;01/01/2004;;;", "ngày 01/01/2004 không có đơn vị cấp trên mã 102"),
        ("03307;xã;Xã B;11;01/01/2024;;;", "dòng 2, cột “Hiệu lực từ ngày”: trùng ngày với Xã Ẳng Nưa"),
        ("12;xã;Xã A;11;01/01/2024;;;\n12;xã;Xã C;11;2024-01-01;;;", "dòng 3, cột “Mã đơn vị”: trùng mã và ngày"),
        ("12;xã;Xã A;13;01/01/2024;;;\n13;xã;Xã B;12;01/01/2024;;;", "dòng 2, cột “Mã đơn vị cấp trên”"),
        ("12;xã;Xã A;12;01/01/2024;;;", "nằm dưới chính nó"),
        ("3307;xã;Xã Ẳng Nưa;102;14/11/2006;;;", "mã 3307 có lẽ là 03307: bảng tính đã bỏ số 0 ở đầu"),
        ("12 3;xã;Xã A;11;01/01/2024;;;", "mã “12 3” có khoảng trắng"),
        ("=1+1;xã;Xã A;11;01/01/2024;;;", "mã “=1+1” có ký tự lạ"),
        ("../..;xã;Xã A;11;01/01/2024;;;", "mã “../..” có ký tự lạ"),
        (f"12;xã;{'Xã' * 80};11;01/01/2024;;;", "dài 160 ký tự, nhiều nhất là 120"),
        ("03307;xã;Xã Ẳng Nưa;102;14/11/2006;30/06/2024;;", "tệp: Bản Kéo (03307-1) đang có: ngày 01/07/2024"),
    ],
)  # fmt: skip
def test_mistakes_are_told_by_row_and_nothing_is_kept(stage: Stage, rows: str, told: str) -> None:
    before = read_register(stage.session)
    with pytest.raises(FileRefused) as refused:
        take_in(stage, HEAD + rows + "\n", None)
    assert told in str(refused.value)
    assert read_register(stage.session) == before


def test_every_mistake_is_told_at_once(stage: Stage) -> None:
    rows = "12;xã;Xã A;11;31/02/2024;;;\n;xã;Xã B;11;01/01/2024;;;\n13;;Xã C;11;01/01/2024;x;;\n"
    with pytest.raises(FileRefused) as refused:
        look(stage, HEAD + rows)
    assert [(fault.number, fault.column) for fault in refused.value.faults] == [
        (2, "“Hiệu lực từ ngày”"), (3, "“Mã đơn vị”"), (4, "“Đến hết ngày”"), (4, "“Cấp”"),
    ]  # fmt: skip


def test_a_gap_in_history_is_doubted(stage: Stage) -> None:
    assert look(stage, HEAD + "03316;xã;Xã Nà Tấu;11;01/07/2025;;03286;\n").doubts == (
        "Xã Nà Tấu: không thấy đơn vị mã 03286 kết thúc ngay trước 01/07/2025",
    )


def test_a_country_of_units_is_taken_in(stage: Stage) -> None:
    """As many rows as a file may have, a tree of three levels."""
    rows = [
        {"code": f"9{number:05}", "kind": "xa", "name": f"Xã {number}", "valid_from": "2025-07-01"}
        | {"parent": "11" if number < 200 else f"9{number % 200:05}"}
        for number in range(ROWS_MOST)
    ]
    told = take_in(stage, json.dumps({"units": rows}), None)
    assert len(told.prospect.change.added) == ROWS_MOST
    rows[7]["parent"] = "999999"
    with pytest.raises(FileRefused, match="dòng 8"):
        look(stage, json.dumps({"units": rows}))
