"""Wall times: as people read them in their zone, and as programs read them.  Pure.  Units: µs since 1970 UTC."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_US: Final = 250_000_000_000_000_000  # in the year 9892; a stranger's file may name any time


def in_zone(time_us: int, zone: tzinfo) -> str:
    """Return a time such as *2026-11-22 14:03:11 UTC+01:00*."""
    if not 0 <= time_us <= _LAST_US:
        return f"{time_us} µs since 1970"
    day, clock = (_1970 + timedelta(microseconds=time_us)).astimezone(zone).isoformat(timespec="seconds").split("T")
    return f"{day} {clock[:8]} UTC{clock[8:].removeprefix('+00:00')}"


def in_utc(time_us: int) -> str | None:
    """Return a time in ISO 8601 with microseconds and Z; None where no such day is known."""
    if not 0 <= time_us <= _LAST_US:
        return None
    return f"{(_1970 + timedelta(microseconds=time_us)).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
