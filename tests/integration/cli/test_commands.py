"""The command line: light help, one sentence for an error, exit codes, and the work of each administrative command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scheduler.cli import COMMANDS

HEAVY = ("sqlalchemy", "flask", "apscheduler", "alembic", "pydub", "numpy", "gtts", "docx", "pypdf")
UNITS = {"units": [{"code": "1", "kind": "xa", "name": "Xã Mẫu", "parent": None, "valid_from": "2004-01-01"}]}


def loa(directory: Path, *arguments: str, told: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scheduler.cli", *arguments],
        env={**os.environ, "LOA_DATA_DIR": str(directory), **environment},
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_complete_and_light(command: str) -> None:
    code = (
        "import sys; from scheduler.cli import root; root.main([sys.argv[1], '--help'], standalone_mode=False); "
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]; "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    told = subprocess.run([sys.executable, "-c", code, command], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert len(told.stdout.splitlines()) > 6


def test_the_root_lists_every_command() -> None:
    told = subprocess.run([sys.executable, "-m", "scheduler.cli", "--help"], capture_output=True, text=True, check=True)
    for name, words in COMMANDS.items():
        assert f"  {name}" in told.stdout
        assert words.split(":")[0] in told.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing"], "không có lệnh 'nothing'"),
        (["user", "--nothing"], "không có tùy chọn --nothing"),
        (["user", "add"], "thiếu 'TÊN_ĐĂNG_NHẬP'"),
        (["user", "add", "lan", "--name", "Lan", "--role", "king"], "'--role' không dùng được"),
        (["user", "add", "lan", "--name"], "--name"),
        (["key", "show", "more"], "lệnh viết chưa đúng"),
    ],
)
def test_what_was_typed_wrong_is_told_in_vietnamese(tmp_path: Path, arguments: list[str], words: str) -> None:
    told = loa(tmp_path, *arguments)
    assert told.returncode == 2
    assert words in told.stderr
    assert "--help" in told.stderr
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [["--help"], ["user", "--help"], ["user", "add", "--help"], ["station", "run", "--help"]]
)
def test_help_speaks_vietnamese(tmp_path: Path, arguments: list[str]) -> None:
    told = loa(tmp_path, *arguments).stdout
    assert told.startswith("Cách dùng: ")
    for english in ("Usage", "Options", "Commands", "Show this", "default:", "required"):
        assert english not in told


def test_an_error_is_one_sentence_and_an_exit_code(tmp_path: Path) -> None:
    behind = loa(tmp_path, "user", "list")
    assert behind.returncode == 3
    assert "loa db upgrade" in behind.stderr
    assert "Traceback" not in behind.stderr
    mistyped = loa(tmp_path, "db", "check", LOA_PROT="1")
    assert mistyped.returncode == 2
    assert "LOA_PROT" in mistyped.stderr


def test_a_directory_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    told = loa(tmp_path / "file" / "var", "db", "upgrade")
    assert told.returncode == 2
    assert "LOA_DATA_DIR" in told.stderr


def test_the_administrators_day(tmp_path: Path) -> None:
    assert loa(tmp_path, "db", "upgrade").returncode == 0
    assert loa(tmp_path, "db", "check").returncode == 0
    assert loa(tmp_path, "key", "show").returncode == 3
    assert loa(tmp_path, "key", "init").returncode == 0
    assert loa(tmp_path, "key", "init").returncode == 2
    assert "Vân tay" in loa(tmp_path, "key", "show").stdout
    assert loa(tmp_path, "key", "backup", str(tmp_path / "copy.pem")).returncode == 0
    assert (tmp_path / "copy.pem").read_bytes() == (tmp_path / "keys" / "centre.pem").read_bytes()
    assert loa(tmp_path, "user", "add", "lan", "--name", "Lan", "--role", "editor").returncode == 0
    assert loa(tmp_path, "user", "add", "lan", "--name", "Lan", "--role", "editor").returncode == 1
    assert (
        loa(
            tmp_path, "user", "add", "x", "--name", "X", "--role", "editor", "--password-stdin", told="ngắn\n"
        ).returncode
        == 2
    )
    assert loa(tmp_path, "user", "grant", "lan", "operator", "--unit", "1").returncode == 0
    assert "Biên tập viên, Trực đài (1)" in loa(tmp_path, "user", "list").stdout
    assert loa(tmp_path, "user", "revoke", "lan", "editor").returncode == 0
    assert loa(tmp_path, "user", "revoke", "lan", "editor").returncode == 1
    assert loa(tmp_path, "user", "password", "lan").returncode == 0
    assert loa(tmp_path, "user", "close", "lan").returncode == 0
    assert "đã khóa" in loa(tmp_path, "user", "list").stdout


def test_units_and_stations(tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    file.write_text(json.dumps(UNITS), encoding="utf-8")
    assert loa(tmp_path, "db", "upgrade").returncode == 0
    assert loa(tmp_path, "key", "init").returncode == 0
    assert "1 đơn vị" in loa(tmp_path, "unit", "import", "--yes", str(file)).stdout
    assert "Xã Mẫu" in loa(tmp_path, "unit", "list", "--on", "2024-05-08").stdout
    assert loa(tmp_path, "unit", "station", "Cụm 1", "--unit", "9").returncode == 1
    made = loa(tmp_path, "unit", "station", "Cụm 1", "--unit", "1")
    assert made.returncode == 0
    assert "Mã ghi danh" in made.stdout
    assert loa(tmp_path, "unit", "token", "Cụm 1").returncode == 0
    assert loa(tmp_path, "unit", "token", "Cụm 2").returncode == 1
    file.write_text('{"units": [{"code": "2"}]}', encoding="utf-8")
    refused = loa(tmp_path, "unit", "import", "--yes", str(file))
    assert refused.returncode == 2
    assert "dòng 1" in refused.stderr
