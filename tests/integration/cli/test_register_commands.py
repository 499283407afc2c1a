"""Registers and directives on the command line: shown first, taken in as shown, written again."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from scheduler import cli

UNITS = (
    "Mã đơn vị;Cấp;Tên đơn vị;Mã đơn vị cấp trên;Hiệu lực từ ngày\n"
    "1;tỉnh;Tỉnh Mẫu;;01/01/2004\n"
    "01;xã;Xã Mẫu;1;01/01/2004\n"
)
STATIONS = "name;unit;valid_from;languages\n=Cụm 1;01;2024-05-01;vi blt\nCụm 2;01;01/05/2024;\n"


@dataclass(frozen=True)
class Told:
    """What a command answered."""

    returncode: int
    stdout: str
    stderr: str


def loa(directory: Path, *arguments: str, told: str = "") -> Told:
    """Run the command line whole, but in this process: a new one for each command would take a second."""
    runner = CliRunner(mix_stderr=False)
    with (
        runner.isolation(input=told, env={"LOA_DATA_DIR": str(directory)}) as (out, err),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(sys, "argv", ["loa", *arguments])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert err is not None
        return Told(int(end.value.code or 0), out.getvalue().decode(), err.getvalue().decode())


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with an empty database."""
    directory = tmp_path_factory.mktemp("centre")
    assert loa(directory, "db", "upgrade").returncode == 0
    return directory


@pytest.fixture
def centre(prepared: Path, tmp_path: Path) -> Path:
    directory = tmp_path / "centre"
    shutil.copytree(prepared, directory)
    (directory / "units.csv").write_text(UNITS, encoding="utf-16")
    (directory / "stations.csv").write_text(STATIONS, encoding="utf-8")
    return directory


def test_registers_go_in_as_they_were_seen_and_out_again(centre: Path) -> None:
    units, stations = str(centre / "units.csv"), str(centre / "stations.csv")
    seen = loa(centre, "unit", "import", "--preview", units).stdout
    assert "Tệp có 2 dòng: thêm 2, kết thúc 0, sửa 0" in seen
    assert loa(centre, "unit", "list").stdout == ""
    digest = re.search(r"Mã xác nhận: ([0-9a-f]{64})", seen)
    assert digest is not None
    refused = loa(centre, "unit", "import", "--confirm", "0" * 64, units)
    assert (refused.returncode, "đã đổi trong lúc xem" in refused.stderr) == (1, True)
    assert "2 đơn vị" in loa(centre, "unit", "import", "--confirm", digest[1], units).stdout
    assert "Đã thêm" not in loa(centre, "station", "import", stations, told="k\n").stdout
    assert "2 cụm loa" in loa(centre, "station", "import", stations, told="y\n").stdout
    again = str(centre / "again.json")
    assert loa(centre, "station", "export", "--form", "json", again).returncode == 0
    assert [row["name"] for row in json.loads(Path(again).read_bytes())["stations"]] == ["=Cụm 1", "Cụm 2"]
    assert "'=Cụm 1" in loa(centre, "station", "export").stdout
    assert "2 cụm loa đã có như vậy" in loa(centre, "station", "import", again).stdout
    assert loa(centre, "unit", "export", str(centre / "units-again.csv")).returncode == 0
    assert "2 đơn vị đã có như vậy" in loa(centre, "unit", "import", str(centre / "units-again.csv")).stdout


def test_a_mistake_is_told_by_row_and_directives_are_asked_for(centre: Path) -> None:
    refused = loa(centre, "station", "import", str(centre / "stations.csv"))
    assert refused.returncode == 2
    assert "dòng 2, cột “Mã đơn vị”: ngày 01/05/2024 không có đơn vị mã 01" in refused.stderr
    quiet = loa(centre, "directive", "remind")
    assert (quiet.returncode, quiet.stdout) == (0, "")
    assert "không" in loa(centre, "directive", "airtime", "12/UBND").stderr.lower()
