"""The demonstration as a whole: a fresh centre, four stations, and the line from letter to log."""

from __future__ import annotations

import shutil
import signal
from dataclasses import replace
from pathlib import Path

from sqlalchemy import func, select

from scheduler.compose import Centre, open_centre, prepare
from scheduler.db.units import Station, StationReport
from scheduler.demonstration.airing import Network
from scheduler.demonstration.cast import Cast, make_cast, make_places
from scheduler.demonstration.processes import centre_running, free_port, stations_running, wait_until
from scheduler.demonstration.story import Desk, Say, now
from scheduler.errors import LoaError
from scheduler.furnishing import furnish
from scheduler.rules.permissions import ROLE_WORDS
from scheduler.settings import Settings

MARK = ".loa-demo"
KEEP_PORT = 8080
CONTACT_WAIT_S = 30


class DirectoryTaken(LoaError):
    """Thư mục {path} đang có dữ liệu khác, không phải của lần chạy thử. Hãy chọn thư mục khác bằng --dir."""

    path: str
    exit_code = 2


def demo_settings(settings: Settings, directory: Path, *, keep: bool) -> Settings:
    """Return settings for a demonstration: its own directory and SQLite, a port, and no waiting for people."""
    return replace(
        settings,
        data_dir=directory.absolute(),
        database_url="",
        host="127.0.0.1",
        port=KEEP_PORT if keep else free_port(),
        secure_cookies=False,
        organisation="Truyền thanh huyện Mường Sáng",
        google_timeout_s=min(settings.google_timeout_s, 5),
        approval_cutoff_s=0,
        poll_after_s=1,
    )


def make_fresh(directory: Path) -> None:
    """Make ``directory`` empty; raises :class:`DirectoryTaken` unless it is empty or an earlier demonstration's."""
    if directory.exists() and any(directory.iterdir()):
        if not (directory / MARK).exists():
            raise DirectoryTaken(path=str(directory))
        shutil.rmtree(directory)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / MARK).touch()


def demonstrate(settings: Settings, *, letter: Path | None, keep: bool, say: Say) -> None:
    """Run the main job from end to end; raises ``Unproven`` or another of our errors when anything does not hold."""
    make_fresh(settings.data_dir)
    with open_centre(settings, checked=False) as centre:
        first = prepare(centre, now=now())
        say(f"Trung tâm mới trong {settings.data_dir}: cơ sở dữ liệu, khóa ký, tài khoản quản trị.")
        cast = make_cast(centre, now=now())
        desk = Desk(centre, cast, say)
        directive = desk.import_letter(letter)
        bulletin_id = desk.write_and_submit(directive)
        say("Tạo nhạc hiệu, nhạc cắt và lời dùng chung…")
        furnish(centre, now=now())
        with centre_running(settings):
            desk.await_voices(bulletin_id)
            desk.prove_four_eyes(bulletin_id)
            desk.approve_all(bulletin_id)
            _air(centre, cast, bulletin_id, say)
            if keep:
                _stay(settings, cast, first.admin_password, say)


def _air(centre: Centre, cast: Cast, bulletin_id: str, say: Say) -> None:
    places = make_places(centre, now=now())
    network = Network(centre, cast, places, say)
    with stations_running(centre.settings, places) as directories:
        wait_until("liên lạc được với mọi cụm loa", lambda: _all_heard(centre), CONTACT_WAIT_S)
        planned = network.schedule(bulletin_id)
        rows = network.await_result(planned, bulletin_id)
        network.tell_log(rows)
        network.prove_bytes(planned, rows, directories)
    network.verify_ledger()
    say("Đạt.")


def _all_heard(centre: Centre) -> bool:
    with centre.readers() as session:
        heard = session.scalar(select(func.count()).select_from(StationReport))
        made = session.scalar(select(func.count()).select_from(Station))
    return heard == made


def _stay(settings: Settings, cast: Cast, admin_password: str | None, say: Say) -> None:
    say(f"\nTrang web đang mở: http://{settings.host}:{settings.port} (Ctrl+C để dừng)")
    for each in cast.sign_ins:
        say(f"  {each.username:<10}{each.password:<22}{', '.join(ROLE_WORDS[role] for role in each.roles)}")
    say(f"  {'quantri':<10}{admin_password or '':<22}Quản trị")
    signal.sigwait({signal.SIGINT, signal.SIGTERM})
