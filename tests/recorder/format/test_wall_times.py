"""Wall times in a zone and in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.wall_times import in_utc, in_zone

AT_US = 1_795_352_591_123_456


def test_a_time_says_its_zone() -> None:
    assert in_zone(AT_US, timezone(timedelta(hours=1))) == "2026-11-22 14:03:11 UTC+01:00"
    assert in_zone(AT_US, ZoneInfo("Asia/Kathmandu")) == "2026-11-22 18:48:11 UTC+05:45"
    assert in_zone(AT_US, ZoneInfo("America/St_Johns")) == "2026-11-22 09:33:11 UTC-03:30"
    assert in_zone(AT_US, UTC) == "2026-11-22 13:03:11 UTC"
    assert in_utc(AT_US) == "2026-11-22T13:03:11.123456Z"
    assert in_utc(0) == "1970-01-01T00:00:00.000000Z"


@given(st.integers(0, 2**54))
def test_what_programs_read_is_exact(time_us: int) -> None:
    text = in_utc(time_us)
    assert text
    assert datetime.fromisoformat(text) == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)
    assert in_zone(time_us, ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("time_us", [-1, 2**63, 10**18])
def test_a_day_that_nobody_knows_is_no_day(time_us: int) -> None:
    assert in_utc(time_us) is None
    assert str(time_us) in in_zone(time_us, UTC)
