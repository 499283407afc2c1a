"""A station starts where the centre's packages are not installed, and its command line is light."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from importlib.abc import MetaPathFinder

BLOCKED = (
    "sqlalchemy", "flask", "apscheduler", "pydub", "alembic", "numpy", "gtts", "waitress", "tts", "web", "playlists",
    "scheduler.db", "scheduler.services", "scheduler.compose", "scheduler.delivery", "scheduler.clock",
    "scheduler.letters", "scheduler.rules", "scheduler.settings",
)

class Wall(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if any(name == each or name.startswith(each + ".") for each in BLOCKED):
            raise ModuleNotFoundError(f"{name} is the centre's", name=name)
        return None

sys.meta_path.insert(0, Wall())
from scheduler.cli import main
main()
"""


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", PROGRAM, "station", *arguments]
    return subprocess.run(program, capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize("command", [(), ("enrol",), ("run",), ("status",), ("clock",)])
def test_help_is_vietnamese_and_needs_nothing_of_the_centre(command: tuple[str, ...]) -> None:
    done = call(*command, "--help")
    assert done.returncode == 0, done.stderr
    assert "cụm loa" in done.stdout
    assert "Mã kết thúc" in done.stdout


@pytest.mark.parametrize("command", [("run",), ("status",), ("clock", "--set", "2026-11-24T17:00:00+07:00")])
def test_a_directory_without_a_station_is_said_so(command: tuple[str, ...], tmp_path) -> None:
    done = call(*command, "--dir", str(tmp_path / "none"))
    assert done.returncode == 2
    assert "chưa ghi danh" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none").exists()


def test_the_whole_station_imports_without_the_centre() -> None:
    modules = (
        "import pkgutil, importlib, scheduler.station as package\n"
        "for found in pkgutil.walk_packages(package.__path__, 'scheduler.station.'):\n"
        "    importlib.import_module(found.name)\n"
    )
    program = PROGRAM.partition("from scheduler.cli")[0] + modules
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--centre", "http://dai.example", "--token", "a." + "0" * 32), 2, "https://"),
        (("--centre", "ftp://dai.example", "--token", "a." + "0" * 32), 2, "https://"),
        (("--centre", "https://u:p@dai.example", "--token", "a." + "0" * 32), 2, "mật khẩu"),
        (("--centre", "https://[", "--token", "a." + "0" * 32), 2, "không phải địa chỉ"),
        (("--centre", "https://dai.example", "--token", "không"), 2, "Mã ghi danh không đúng dạng"),
        (("--centre", "https://dai.example", "--token", "a." + "z" * 32), 2, "Mã ghi danh không đúng dạng"),
        (("--centre", "http://127.0.0.1:9", "--token", "a." + "0" * 32), 3, "không mở được kết nối"),
    ],
)
def test_enrolment_says_what_is_wrong(arguments: tuple[str, ...], status: int, said: str, tmp_path) -> None:
    done = call("enrol", *arguments, "--dir", str(tmp_path / "station"))
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert said in done.stderr
    assert not (tmp_path / "station" / "station.json").exists()
