"""Wall time as the user of this machine reads it."""

from datetime import datetime


def local_day(time_us: int) -> str:
    """Return day and time on this machine's clock.  Units: µs since 1970 UTC."""
    try:
        return f"{datetime.fromtimestamp(time_us / 1e6).astimezone():%Y-%m-%d  %H:%M}"
    except (ValueError, OverflowError, OSError):  # a stranger's header may name any year
        return "–"
