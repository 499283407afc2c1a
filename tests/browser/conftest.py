"""A real centre (pages and clock as two processes) and a real Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from scheduler import compose
from scheduler.rules.permissions import Grant, Role
from scheduler.services import accounts
from scheduler.settings import Settings
from tts.engines.espeak import EspeakEngine
from tts.wav import to_wav

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "mat-khau-de-thu"
PEOPLE = {
    "editor": Role.EDITOR,
    "approver": Role.APPROVER,
    "operator": Role.OPERATOR,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMIN,
}
CHROMIUM = os.environ.get("LOA_TEST_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
STARTED_WITHIN_S = 60


@dataclass(frozen=True)
class Running:
    """A centre that runs: where its pages are, its settings, and the ids of its people by username."""

    url: str
    settings: Settings
    people: dict[str, str]
    sessions: dict[str, StorageState] = field(default_factory=dict)


def _prepare(settings: Settings) -> dict[str, str]:
    now = datetime.now(UTC)
    password_hash = accounts.hash_password(PASSWORD)
    with compose.open_centre(settings, checked=False) as centre:
        compose.prepare(centre, now=now)
        with centre.writers.begin() as session:
            return {
                name: accounts.make_person(
                    session,
                    None,
                    username=name,
                    display_name=f"Người {name}",
                    password_hash=password_hash,
                    roles=[Grant(role)],
                    now=now,
                ).id
                for name, role in PEOPLE.items()
            }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(module: str, settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    environment = compose.child_environment(settings, os.environ)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", module], cwd=REPOSITORY, env=environment, stdout=output, stderr=output
        )


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{url}/dang-nhap", timeout=5):  # noqa: S310 - our own address
            return
        time.sleep(0.1)
    pytest.fail(f"the pages did not start:\n{log.read_text(encoding='utf-8')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def centre(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A centre of its own for a module of tests: the pages and the clock as processes, with the tone voice.

    A module that says ``WITH_CLOCK = False`` gets the pages alone, and ticks by itself.
    """
    directory = tmp_path_factory.mktemp("centre")
    port = _free_port()
    settings = Settings(data_dir=directory, engine="tone", port=port, organisation="Truyền thanh huyện thử")
    people = _prepare(settings)
    url = f"http://127.0.0.1:{port}"
    log = directory / "web.txt"
    pages = _start("web", settings, log)
    with_clock = getattr(request.module, "WITH_CLOCK", True)
    clock = _start("scheduler.clock", settings, directory / "clock.txt") if with_clock else None
    try:
        _wait_for(url, pages, log)
        yield Running(url, settings, people)
    finally:
        for process in (clock, pages):
            if process is not None:
                _end(process)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium, headless, whose microphone hears a voice; tests are skipped, saying so, where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"Chromium is not at {CHROMIUM}; install it or name it by LOA_TEST_CHROMIUM")
    heard = tmp_path_factory.mktemp("microphone") / "voice.wav"
    engine = EspeakEngine()
    heard.write_bytes(to_wav(engine.speak("Xin chào bà con, đây là bản tin của xã nhà.", engine.voices()[0])))
    microphone = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-audio-capture={heard}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *microphone])
        yield browser
        browser.close()


@dataclass
class Visitors:
    """Opens browsers for people; what goes wrong inside their pages is kept in ``complaints``."""

    chromium: Browser
    centre: Running
    opened: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def arrive(
        self,
        *,
        viewport: dict[str, int] | None = None,
        script: bool = True,
        dark: bool = False,
        session: StorageState | None = None,
    ) -> Page:
        """A browser before the door, or with a session that was opened before."""
        context = self.chromium.new_context(
            base_url=self.centre.url,
            viewport=viewport or WIDE,  # type: ignore[arg-type] # a plain mapping is what the driver takes
            java_script_enabled=script,
            locale="vi-VN",
            color_scheme="dark" if dark else "light",
            storage_state=session,
        )
        self.opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(f"{page.url}: {message.text}")
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )
        return page

    def sign_in(
        self, name: str, *, viewport: dict[str, int] | None = None, script: bool = True, dark: bool = False
    ) -> Page:
        """A browser in which the named person has signed in: once at the door, then by the cookie kept."""
        session = self.centre.sessions.get(name)
        page = self.arrive(viewport=viewport, script=script, dark=dark, session=session)
        if session is not None:
            return page
        page.goto("/dang-nhap")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("button", name="Đăng xuất")).to_be_visible()
        self.centre.sessions[name] = page.context.storage_state()
        return page


@pytest.fixture
def visitors(chromium: Browser, centre: Running) -> Iterator[Visitors]:
    """Opens browsers for people, and holds that no page had an error of its own."""
    opener = Visitors(chromium, centre)
    yield opener
    for context in opener.opened:
        context.close()
    assert opener.complaints == []


@pytest.fixture
def sign_in(visitors: Visitors) -> Callable[..., Page]:
    """Returns a browser in which the named person has signed in: ``sign_in("editor", viewport=PHONE)``."""
    return visitors.sign_in
