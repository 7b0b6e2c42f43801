"""In CI nothing may be missing: a test that is left out for want of something fails there.  No example is timed."""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,  # noqa: ARG001 - as pytest calls it
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and "CI" in os.environ:
        report.outcome = "failed"
        report.longrepr = f"left out, and in CI nothing may be missing: {report.longrepr}"
    return report
