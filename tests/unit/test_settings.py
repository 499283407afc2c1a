"""Settings: from environment and file, every mistake at once with its remedy."""

from datetime import time
from pathlib import Path

import pytest

from playlists.hours import Hours, HoursRule, Window
from scheduler.settings import ENGINES, ORDERED, Settings, SettingsRefused, load_settings
from tts.rendering import DEFAULT_ORDER, ENGINE_NAMES


def test_defaults_need_nothing() -> None:
    settings = load_settings({})
    assert settings == Settings()
    assert settings.url.startswith("sqlite:///")
    assert settings.url.endswith("/var/loa.db")


def test_environment_wins_over_file_over_default(tmp_path: Path) -> None:
    file = tmp_path / "loa.toml"
    file.write_text('port = 9000\ngrace_s = 45\nsecure_cookies = true\ndata_dir = "/srv/loa"\n', encoding="utf-8")
    settings = load_settings({"LOA_CONFIG": str(file), "LOA_PORT": "9001", "OTHER": "x", "LOA_TEST_X": "y"})
    assert (settings.port, settings.grace_s, settings.secure_cookies) == (9001, 45, True)
    assert settings.data_dir == Path("/srv/loa")


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "loa.toml"
    file.write_text('grace_s = "soon"\nunheard = 1\nsecure_cookies = 1.5\n', encoding="utf-8")
    environment = {
        "LOA_CONFIG": str(file), "LOA_PORT": "99999", "LOA_ZONE": "Asia/Nowhere", "LOA_ENGINE": "siri",
        "LOA_DATABASE_URL": "mysql://x", "LOA_MISTYPED": "1", "LOA_DAYS_AHEAD": "x",
        "LOA_ENGINE_ORDER": "google,tone", "LOA_VOICE_SOURCE": "http://voices.example",
    }  # fmt: skip
    with pytest.raises(SettingsRefused) as refusal:
        load_settings(environment)
    for word in (
        "grace_s",
        "unheard",
        "secure_cookies",
        "port",
        "zone",
        "engine",
        "database_url",
        "LOA_MISTYPED",
        "LOA_DAYS_AHEAD",
        "engine_order",
        "voice_source",
    ):
        assert word in str(refusal.value)
    assert str(refusal.value).count("\n- ") == 11


def test_hours_are_read_and_none_are_set_by_default() -> None:
    assert load_settings({}).hours == Hours()
    hours = load_settings(
        {
            "LOA_ALLOWED_HOURS": "05:00-22:00",
            "LOA_OUTSIDE_ALLOWED": "warn",
            "LOA_QUIET_HOURS": "11:30-13:00, 21:00-05:00",
            "LOA_IN_QUIET": "refuse",
            "LOA_NIGHT_HOURS": "21:00-06:00",
            "LOA_NIGHT_GAIN_CB": "-600",
        }
    ).hours
    assert hours.allowed == Window(time(5), time(22))
    assert (hours.outside_allowed, hours.in_quiet) == (HoursRule.WARN, HoursRule.REFUSE)
    assert hours.quiet == (Window(time(11, 30), time(13)), Window(time(21), time(5)))
    assert (hours.night, hours.night_gain_cb) == (Window(time(21), time(6)), -600)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("allowed_hours", "5-22"),
        ("quiet_hours", "11:30-13:00,"),
        ("night_hours", "21:00"),
        ("in_quiet", "maybe"),
        ("outside_allowed", ""),
        ("night_gain_cb", "100"),
        ("night_gain_cb", "-6001"),
    ],
)
def test_wrong_hours_are_told(name: str, wrong: str) -> None:
    with pytest.raises(SettingsRefused, match=name):
        load_settings({f"LOA_{name.upper()}": wrong})


@pytest.mark.parametrize("content", [b"\xff\xfe", b"port = ", b"port 8080"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "loa.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsRefused, match="TOML"):
        load_settings({}, file)
    with pytest.raises(SettingsRefused, match="LOA_CONFIG"):
        load_settings({}, tmp_path / "absent.toml")


@pytest.mark.parametrize(("written", "expected"), [("true", True), ("1", True), ("False", False), ("0", False)])
def test_truth_has_four_spellings(written: str, *, expected: bool) -> None:
    assert load_settings({"LOA_SECURE_COOKIES": written}).secure_cookies is expected


def test_the_engines_are_those_of_speech() -> None:
    assert ENGINES == ENGINE_NAMES
    assert ORDERED == Settings().order == DEFAULT_ORDER


def test_the_order_of_engines_is_a_choice() -> None:
    assert load_settings({"LOA_ENGINE_ORDER": " piper , espeak"}).order == ("piper", "espeak")


@pytest.mark.parametrize("order", ["", ",", "google,", "google,google", "siri", "tone", "auto", "google piper"])
def test_a_wrong_order_of_engines_is_told(order: str) -> None:
    with pytest.raises(SettingsRefused, match="engine_order"):
        load_settings({"LOA_ENGINE_ORDER": order})


def test_the_days_of_reminding_are_a_choice() -> None:
    assert Settings().reminder_days == (3, 1)
    assert load_settings({"LOA_DEADLINE_REMINDER_DAYS": "1, 7,1"}).reminder_days == (7, 1)
    assert load_settings({"LOA_DEADLINE_REMINDER_DAYS": ""}).reminder_days == ()


@pytest.mark.parametrize("days", ["0", "61", "3,", "ba", "-1", "1.5", "²"])
def test_wrong_days_of_reminding_are_told(days: str) -> None:
    with pytest.raises(SettingsRefused, match="deadline_reminder_days"):
        load_settings({"LOA_DEADLINE_REMINDER_DAYS": days})


@pytest.mark.parametrize(
    "address",
    ["ftp://x", "https://", "http://10.0.0.1/v", "x", "https://[", "https://me:secret@host", "http://localhost.x"],
)
def test_voices_come_over_tls_or_from_this_machine(address: str) -> None:
    with pytest.raises(SettingsRefused, match="voice_source"):
        load_settings({"LOA_VOICE_SOURCE": address})
    for good in ("https://voices.example/main", "http://127.0.0.1:8000", "http://localhost"):
        assert load_settings({"LOA_VOICE_SOURCE": good}).voice_source == good


def test_voices_lie_in_the_data_directory_unless_told() -> None:
    assert Settings().voices_path == Path("var/voices")
    assert load_settings({"LOA_VOICES_DIR": "/srv/voices"}).voices_path == Path("/srv/voices")


def test_what_becomes_of_a_session_that_an_emergency_cuts_is_one_of_two() -> None:
    assert load_settings({"LOA_AFTER_INTERRUPTION": "drop"}).after_interruption == "drop"
    with pytest.raises(SettingsRefused, match="chọn resume"):
        load_settings({"LOA_AFTER_INTERRUPTION": "replay"})
