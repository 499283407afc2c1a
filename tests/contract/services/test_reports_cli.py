"""``loa airlog`` over real databases: list, export, and a check that names the first bad number."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from airing_world import ALLOWANCE, World, utc, without_guards
from click.testing import CliRunner, Result
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from scheduler.cli import root
from scheduler.ledger import LedgerBroken
from scheduler.services import intake
from scheduler.services.settlement import settle

START = utc(2024, 5, 8, 10)
OVER = START + timedelta(minutes=5)

Run = Callable[..., Result]


@pytest.fixture
def run(engine: Engine, tmp_path: Path) -> Run:
    """Run ``loa airlog …`` on this test's database."""
    environment = {
        "LOA_DATA_DIR": str(tmp_path / "data"),
        "LOA_DATABASE_URL": engine.url.render_as_string(hide_password=False),
    }

    def run(*arguments: str) -> Result:
        return CliRunner(mix_stderr=False).invoke(root, ["airlog", *arguments], env=environment)

    return run


@pytest.fixture
def aired(maker: sessionmaker[Session], now: datetime) -> None:
    """Write one airing that sounded into the air log."""
    with maker.begin() as session:
        world = World(session, now)
        station = world.station("Búng Lao")
        (airing,) = world.one_off([station], world.programme(("bulletin", world.bulletin("Đường làng"))), START)
        tape = world.tape(station)
        tape.play(airing, world.issue(station).sequence, [60])
        intake.receive_batch(session, station=station, envelope=tape.sealed(), now=OVER)
        settle(session, now=OVER, reporting_allowance=ALLOWANCE)


def test_list_is_one_line_a_row(run: Run, aired: None) -> None:
    told = run("list")
    assert told.exit_code == 0
    (line,) = told.stdout.splitlines()
    assert line.split("\t")[:5] == [
        "08/05/2024 17:00:00",
        "17:00:00 +0,02s",
        "Búng Lao",
        "Đường làng (lần sửa 1)",
        "đã phát",
    ]


def test_list_filters_and_speaks_json(run: Run, aired: None) -> None:
    (row,) = json.loads(run("list", "--json", "--station", "Búng Lao", "--result", "aired", "--search", "duong").stdout)
    assert (row["planned_start"], row["title"], row["local_date"]) == (
        "2024-05-08T10:00:00.000Z",
        "Đường làng",
        "2024-05-08",
    )
    for nothing in (("--from", "2024-05-09"), ("--to", "07/05/2024"), ("--result", "missed"), ("--search", "xyz")):
        assert json.loads(run("list", "--json", *nothing).stdout) == []


def test_mistakes_are_told(run: Run, aired: None) -> None:
    assert "cụm loa tên Không" in str(run("list", "--station", "Không").exception)
    assert run("list", "--from", "hôm qua").exit_code == 2
    assert run("list", "--result", "danced").exit_code == 2


def test_export_writes_what_a_spreadsheet_opens(run: Run, aired: None, tmp_path: Path) -> None:
    file = tmp_path / "nhat-ky.csv"
    assert run("export", str(file)).exit_code == 0
    (row,) = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
    assert (row["Bản tin"], row["Kết quả"]) == ("Đường làng", "đã phát")
    assert "Không ghi được" in str(run("export", str(tmp_path / "chưa có" / "x.csv")).exception)


def test_verify_prints_the_head(run: Run, aired: None) -> None:
    told = run("verify")
    assert told.exit_code == 0
    assert "Sổ nguyên vẹn" in told.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE as_run_entry SET reason = 'power' WHERE n = 1",
        "UPDATE ledger_entry SET line = replace(line, 'started', 'Started')",
    ],
)
def test_verify_names_the_first_bad_number(run: Run, aired: None, maker: sessionmaker[Session], statement: str) -> None:
    with maker.begin() as session:
        without_guards(session, statement)
    told = run("verify")
    assert isinstance(told.exception, LedgerBroken)
    assert told.exception.exit_code == 1
    assert "sai từ mục số" in str(told.exception)


def test_an_empty_ledger_is_whole(run: Run) -> None:
    assert "Sổ nguyên vẹn: 0 mục, 0 bản ghi" in run("verify").stdout
    assert run("list").stdout == ""


def test_help_is_complete(run: Run) -> None:
    for arguments in ((), ("list",), ("export",), ("verify",)):
        told = run(*arguments, "--help").stdout
        assert "Nhật ký" in told or "nhật ký" in told or "Kiểm sổ" in told
