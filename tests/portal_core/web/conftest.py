"""A portal for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal_core.web.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "portal")
    yield made
    made.close()
