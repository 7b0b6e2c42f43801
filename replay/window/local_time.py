"""Wall time as the user of this machine reads it."""

from datetime import datetime
from typing import Final

LONG: Final = "%A %d %B %Y, %H:%M"


def local_day(time_us: int, form: str = "%Y-%m-%d  %H:%M") -> str:
    """Return day and time on this machine's clock.  Units: µs since 1970 UTC."""
    try:
        return datetime.fromtimestamp(time_us / 1e6).astimezone().strftime(form)
    except (ValueError, OverflowError, OSError):  # a stranger's header may name any year
        return "–"
