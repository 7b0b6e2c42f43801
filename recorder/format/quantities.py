"""Lengths of time and sizes as people read them."""


def length(time_us: int) -> str:
    """Return a length as hours, minutes, seconds."""
    seconds = time_us // 1_000_000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    for unit, one in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if count >= one:
            return f"{count / one:.1f} {unit}"
    return f"{count} bytes"


def counted(count: int, what: str) -> str:
    """Return a number of things, such as *1 picture* and *2 pictures*."""
    return f"{count} {what}" + ("" if count == 1 else "s")
