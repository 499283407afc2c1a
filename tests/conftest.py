"""What holds for every test: in CI (``LOA_TEST_NO_SKIP``) a skipped test is a failure."""

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, and no more.
settings.register_profile("loa", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loa")


def pytest_configure(config: pytest.Config) -> None:
    """Take the settings of whoever runs the tests away: tests choose their own."""
    for name in [each for each in os.environ if each.startswith("LOA_") and not each.startswith("LOA_TEST_")]:
        del os.environ[name]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when something was skipped and nothing may be."""
    if not os.environ.get("LOA_TEST_NO_SKIP"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
