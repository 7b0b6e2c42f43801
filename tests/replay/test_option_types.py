"""Times in a session, as people write them."""

import click
import pytest

from replay.option_types import TimeInSession

SECOND_US = 1_000_000


@pytest.mark.parametrize(
    ("text", "time_us"),
    [
        ("0", 0), ("750", 750 * SECOND_US), ("750.5", 750_500_000), ("12:30", 750 * SECOND_US),
        ("00:12:30", 750 * SECOND_US), ("1:00:00.000001", 3600 * SECOND_US + 1), ("90:00", 5400 * SECOND_US),
        (" 5 ", 5 * SECOND_US),
    ],
)  # fmt: skip
def test_a_time_is_read(text: str, time_us: int) -> None:
    assert TimeInSession().convert(text, None, None) == time_us
    assert TimeInSession().convert(time_us, None, None) == time_us


@pytest.mark.parametrize("text", ["", "x", "-5", "1:60", "1:60:00", "1:2:3:4", "5.", "1.0000001", "٣", "1e5"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter):
        TimeInSession().convert(text, None, None)
