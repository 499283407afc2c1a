"""One frozen settings object, from the environment (``LOA_…``) and an optional TOML file.

A value in the environment wins over the file, the file over the default. All mistakes are told at once, each with its
remedy.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playlists.errors import InvalidPlan
from playlists.hours import Hours, HoursRule, Window
from scheduler.errors import LoaError

_DAYS_BEFORE = re.compile(r"[1-9]|[1-5][0-9]|60", re.ASCII)
_OTHERS = ("LOA_TEST_", "LOA_STATION_")

ENGINES = ("auto", "google", "piper", "espeak", "tone")
ORDERED = ("google", "piper", "espeak")
"""The engines that ``engine_order`` may name; a tone is no voice."""

AFTER_INTERRUPTION = ("resume", "drop")
"""What becomes of an ordinary airing that an emergency has cut."""


class SettingsRefused(LoaError):
    """Cài đặt chưa dùng được:
    {problems}"""

    problems: str
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an installation may choose (``_s`` seconds, ``_ms`` milliseconds, ``_permille`` thousandths)."""

    data_dir: Path = Path("var")
    database_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    secure_cookies: bool = False
    zone: str = "Asia/Ho_Chi_Minh"
    organisation: str = "Truyền thanh huyện"
    contact: str = ""
    engine: str = "auto"
    engine_order: str = "google,piper,espeak"
    voices_dir: str = ""
    voice_source: str = ""
    google_timeout_s: int = 8
    pause_sentence_ms: int = 350
    pause_paragraph_ms: int = 700
    item_longest_s: int = 90
    days_ahead: int = 7
    rundown_valid_days: int = 7
    approval_cutoff_s: int = 300
    grace_s: int = 30
    make_good_days: int = 3
    allowed_hours: str = ""
    outside_allowed: str = "refuse"
    quiet_hours: str = ""
    in_quiet: str = "warn"
    night_hours: str = ""
    night_gain_cb: int = 0
    reporting_allowance_s: int = 900
    deadline_reminder_days: str = "3,1"
    after_interruption: str = "resume"
    heard_permille: int = 950
    token_valid_h: int = 24
    poll_after_s: int = 15
    render_tick_ms: int = 500
    plan_tick_ms: int = 1000
    dispatch_tick_ms: int = 250
    sweep_tick_ms: int = 1000
    session_hours: int = 12

    @property
    def url(self) -> str:
        """The database's URL: the one chosen, or SQLite in the data directory."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'loa.db').absolute()}"

    @property
    def media_dir(self) -> Path:
        """Where sounds are kept, by hash."""
        return self.data_dir / "media"

    @property
    def letters_dir(self) -> Path:
        """Where letters' files are kept, by hash."""
        return self.data_dir / "letters"

    @property
    def imports_dir(self) -> Path:
        """Where files of units and stations wait between the look at them and its confirmation; may be emptied."""
        return self.data_dir / "imports"

    @property
    def reminder_days(self) -> tuple[int, ...]:
        """How many days before a directive's deadline people are reminded, the most first."""
        return tuple(sorted({int(each) for each in _listed(self.deadline_reminder_days)}, reverse=True))

    @property
    def speech_cache_dir(self) -> Path:
        """Where spoken sentences are kept for the next rendering."""
        return self.data_dir / "speech"

    @property
    def previews_dir(self) -> Path:
        """Where previews of programmes are kept, for listening only; may be emptied at any time."""
        return self.data_dir / "previews"

    @property
    def order(self) -> tuple[str, ...]:
        """The engines that ``auto`` tries, in order."""
        return tuple(name.strip() for name in self.engine_order.split(","))

    @property
    def hours(self) -> Hours:
        """At which hours the network may sound, should be quiet, and is softer."""
        return Hours(
            allowed=_window(self.allowed_hours),
            outside_allowed=HoursRule(self.outside_allowed),
            quiet=tuple(Window.parse(each) for each in _listed(self.quiet_hours)),
            in_quiet=HoursRule(self.in_quiet),
            night=_window(self.night_hours),
            night_gain_cb=self.night_gain_cb,
        )

    @property
    def voices_path(self) -> Path:
        """Where the voices of Piper are installed."""
        return Path(self.voices_dir).expanduser() if self.voices_dir else self.data_dir / "voices"

    @property
    def key_path(self) -> Path:
        """The centre's private key, read by the clock alone."""
        return self.data_dir / "keys" / "centre.pem"

    @property
    def public_key_path(self) -> Path:
        """The centre's public key (64 hexadecimal digits), which the web may read."""
        return self.data_dir / "keys" / "centre.pub"

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which people read times."""
        return ZoneInfo(self.zone)


def load_settings(environment: Mapping[str, str], file: Path | None = None) -> Settings:
    """Return the settings that ``environment`` and ``file`` (or the file that ``LOA_CONFIG`` names) tell.

    Raises :class:`SettingsRefused`, one line a mistake.
    """
    problems: list[str] = []
    path = file or (Path(environment["LOA_CONFIG"]) if environment.get("LOA_CONFIG") else None)
    told = _from_file(path, problems) if path else {}
    told |= _from_environment(environment, problems)
    values: dict[str, Any] = {}
    for field in fields(Settings):
        if field.name in told:
            where, raw = told[field.name]
            value = _convert(where, raw, type(field.default), problems)
            if value is not None:
                values[field.name] = value
    settings = Settings(**values)
    problems += _check(settings)
    if problems:
        raise SettingsRefused(problems="\n".join(f"- {problem}" for problem in problems))
    return settings


def _from_file(path: Path, problems: list[str]) -> dict[str, tuple[str, object]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"không đọc được tệp {path} ({error.strerror}); hãy sửa LOA_CONFIG")
        return {}
    except ValueError as error:
        problems.append(f"tệp {path} không đúng dạng TOML ({error})")
        return {}
    known = {field.name for field in fields(Settings)}
    problems += [f"{path}: không có cài đặt tên {name}; hãy xóa dòng này" for name in content if name not in known]
    return {name: (f"{name} trong {path}", value) for name, value in content.items() if name in known}


def _from_environment(environment: Mapping[str, str], problems: list[str]) -> dict[str, tuple[str, object]]:
    known = {f"LOA_{field.name.upper()}": field.name for field in fields(Settings)}
    ours = {name for name in environment if name.startswith("LOA_") and not name.startswith(_OTHERS)}
    problems += [f"không có cài đặt tên {name}; hãy bỏ biến này" for name in sorted(ours - set(known) - {"LOA_CONFIG"})]
    return {field: (name, environment[name]) for name, field in known.items() if name in environment}


def _convert(where: str, raw: object, kind: type, problems: list[str]) -> object:
    try:
        return _CONVERTERS[kind if kind in _CONVERTERS else Path](raw)
    except (TypeError, ValueError):
        wanted = {int: "một số nguyên", bool: "true hoặc false", str: "chữ"}.get(kind, "một đường dẫn")
        problems.append(f"{where} = {raw!r}: cần {wanted}")
        return None


def _to_bool(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word not in _TRUTH:
        raise ValueError("not a truth value")
    return _TRUTH[word]


def _to_int(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise TypeError("not a whole number")
    return int(raw)


def _to_str(raw: object) -> str:
    if not isinstance(raw, str):
        raise TypeError("not text")
    return raw.strip()


_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_CONVERTERS: Mapping[type, Callable[[Any], object]] = {
    int: _to_int,
    bool: _to_bool,
    str: _to_str,
    Path: lambda raw: Path(_to_str(raw)),
}


def _check(settings: Settings) -> list[str]:
    problems = []
    try:
        ZoneInfo(settings.zone)
    except (KeyError, ValueError, OSError):
        problems.append(f"zone = {settings.zone!r}: không có múi giờ này; ví dụ Asia/Ho_Chi_Minh")
    if settings.engine not in ENGINES:
        problems.append(f"engine = {settings.engine!r}: chọn một trong {', '.join(ENGINES)}")
    if len(set(settings.order)) != len(settings.order) or not set(settings.order) <= set(ORDERED):
        wanted = f"mỗi tên một lần, cách nhau bằng dấu phẩy, trong: {', '.join(ORDERED)}"
        problems.append(f"engine_order = {settings.engine_order!r}: cần {wanted}")
    if settings.after_interruption not in AFTER_INTERRUPTION:
        wanted = "resume (phát tiếp từ mục sau) hoặc drop (bỏ phần còn lại)"
        problems.append(f"after_interruption = {settings.after_interruption!r}: chọn {wanted}")
    if settings.voice_source and not _is_safe_address(settings.voice_source):
        problems.append(f"voice_source = {settings.voice_source!r}: cần một địa chỉ bắt đầu bằng https://")
    if settings.database_url and not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        problems.append("database_url: cần bắt đầu bằng sqlite:/// hoặc postgresql+psycopg://")
    if not all(_DAYS_BEFORE.fullmatch(each) for each in _listed(settings.deadline_reminder_days)):
        wanted = "các số ngày từ 1 đến 60, cách nhau bằng dấu phẩy, ví dụ 3,1; để trống là không nhắc"
        problems.append(f"deadline_reminder_days = {settings.deadline_reminder_days!r}: cần {wanted}")
    problems += _check_hours(settings)
    for name, low, high in _RANGES:
        value = getattr(settings, name)
        if not low <= value <= high:
            problems.append(f"{name} = {value}: cần từ {low} đến {high}")
    return problems


def _check_hours(settings: Settings) -> list[str]:
    problems = [
        f"{name} = {getattr(settings, name)!r}: chọn warn (nhắc) hoặc refuse (không cho phát)"
        for name in ("outside_allowed", "in_quiet")
        if getattr(settings, name) not in set(HoursRule)
    ]
    told = [(name, getattr(settings, name)) for name in ("allowed_hours", "night_hours") if getattr(settings, name)]
    for name, text in [*told, *(("quiet_hours", each) for each in _listed(settings.quiet_hours))]:
        try:
            Window.parse(text)
        except InvalidPlan as error:
            problems.append(f"{name}: {str(error).rstrip('.')}")
    return problems


def _window(text: str) -> Window | None:
    return Window.parse(text) if text else None


def _listed(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")] if text else []


def _is_safe_address(address: str) -> bool:
    """Whether voices may be fetched from ``address``: over TLS, or from this machine."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    ours = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return bool(parts.hostname) and (parts.scheme == "https" or ours) and parts.username is None


_RANGES = (
    ("port", 1, 65535),
    ("google_timeout_s", 1, 120),
    ("pause_sentence_ms", 0, 3000),
    ("pause_paragraph_ms", 0, 3000),
    ("item_longest_s", 10, 3600),
    ("days_ahead", 1, 60),
    ("rundown_valid_days", 1, 60),
    ("approval_cutoff_s", 0, 86400),
    ("grace_s", 0, 3600),
    ("make_good_days", 1, 30),
    ("night_gain_cb", -6000, 0),
    ("reporting_allowance_s", 0, 604800),
    ("heard_permille", 0, 1000),
    ("token_valid_h", 1, 720),
    ("poll_after_s", 1, 3600),
    ("render_tick_ms", 50, 60000),
    ("plan_tick_ms", 50, 60000),
    ("dispatch_tick_ms", 50, 60000),
    ("sweep_tick_ms", 50, 60000),
    ("session_hours", 1, 720),
)
