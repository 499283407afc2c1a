"""Settings: from environment and file, every mistake at once with its remedy."""

from pathlib import Path

import pytest

from scheduler.settings import Settings, SettingsRefused, load_settings


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
    ):
        assert word in str(refusal.value)
    assert str(refusal.value).count("\n- ") == 9


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
