import pytest

from recorder.capture.frame import Region
from recorder.capture.wanted import Absence, Monitor, OutOfScreenError, Wanted, parse_region, region_text

SCREEN = Region(0, 0, 3200, 1080)
MONITORS = (
    Monitor(number=1, name="right", region=Region(1920, 0, 3200, 1024)),
    Monitor(number=2, name="left", region=Region(0, 0, 1920, 1080)),
)

AREAS = [
    (Wanted(), Region(0, 0, 3200, 1080)),
    (Wanted(monitor=1), Region(1920, 0, 3200, 1024)),
    (Wanted(monitor=2), Region(0, 0, 1920, 1080)),
    (Wanted(region=Region(10, 20, 30, 40)), Region(10, 20, 30, 40)),
    (Wanted(region=Region(-10, 1000, 30, 2000)), Region(0, 1000, 30, 1080)),
]


@pytest.mark.parametrize(("wanted", "area"), AREAS)
def test_what_is_wanted_is_an_area_of_the_screen(wanted: Wanted, area: Region) -> None:
    assert wanted.region_on(SCREEN, MONITORS) == area


@pytest.mark.parametrize(
    "wanted", [Wanted(monitor=0), Wanted(monitor=3), Wanted(region=Region(3200, 0, 3300, 50)), Wanted(monitor=-1)]
)
def test_what_is_not_there_is_refused(wanted: Wanted) -> None:
    with pytest.raises(OutOfScreenError):
        wanted.region_on(SCREEN, MONITORS)


def test_a_screen_without_monitors_is_one() -> None:
    assert Wanted(monitor=1).region_on(SCREEN, ()) == SCREEN
    assert Wanted().region_on(SCREEN, ()) == SCREEN


def test_a_monitor_larger_than_the_screen_is_recorded_as_far_as_it_goes() -> None:
    assert Wanted(monitor=1).region_on(Region(0, 0, 2000, 600), MONITORS) == Region(1920, 0, 2000, 600)


TEXTS = [
    ("0,0,1x1", Region(0, 0, 1, 1)),
    ("10,20,300x400", Region(10, 20, 310, 420)),
    ("-5,-6,50x60", Region(-5, -6, 45, 54)),
]


@pytest.mark.parametrize(("text", "region"), TEXTS)
def test_a_region_is_read_and_written(text: str, region: Region) -> None:
    assert parse_region(f" {text} ") == region
    assert region_text(region) == text


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3x", "1,2,0x5", "1,2,5x0", "1,2,-3x4", "1.5,2,3x4", "1,2,3x4x5"])
def test_other_text_is_no_region(text: str) -> None:
    assert parse_region(text) is None


def test_what_is_absent_may_come_back_within_five_seconds() -> None:
    absence = Absence()
    error = OutOfScreenError(why="it is gone")
    absence.note(error, now_us=1_000_000)
    absence.note(error, now_us=6_000_000)
    assert absence
    absence.over()
    assert not absence
    absence.note(error, now_us=7_000_000)
    with pytest.raises(OutOfScreenError):
        absence.note(error, now_us=12_000_001)
