import numpy as np

from recorder.capture.cover import PAINT, Cover, paint, within
from recorder.capture.frame import Region

ONE, OTHER, THIRD = Region(0, 0, 200, 200), Region(300, 300, 500, 500), Region(900, 0, 950, 50)


def test_what_has_left_stays_under_paint_for_a_second() -> None:
    cover = Cover([THIRD])
    assert cover.leave([], now_us=0) == []
    assert cover.hidden([ONE]) == {ONE, THIRD}
    assert cover.leave([ONE], now_us=5) == []
    assert cover.hidden([OTHER]) == {ONE, OTHER, THIRD}
    assert cover.due_us == 1_000_005
    assert cover.leave([OTHER], now_us=500_000) == []
    assert cover.leave([], now_us=1_000_004) == []
    assert cover.leave([], now_us=1_000_005) == [ONE]
    assert cover.hidden([]) == {OTHER, THIRD}
    assert cover.leave([], now_us=2_000_000) == [OTHER]
    assert cover.hidden([]) == {THIRD}
    assert cover.due_us is None


def test_what_leaves_again_waits_anew() -> None:
    cover = Cover([])
    cover.leave([ONE], now_us=0)
    cover.leave([ONE], now_us=900_000)
    assert cover.leave([], now_us=1_000_000) == []
    assert cover.leave([], now_us=1_900_000) == [ONE]


def test_only_what_was_not_painted_before_is_new() -> None:
    cover = Cover([THIRD])
    assert cover.new(cover.hidden([ONE])) == [ONE, THIRD]
    assert cover.new(cover.hidden([ONE, OTHER])) == [OTHER]
    assert cover.new(cover.hidden([ONE])) == []
    assert cover.new(cover.hidden([ONE, OTHER])) == [OTHER]


def test_paint_covers_what_lies_in_the_picture_and_nothing_else() -> None:
    place = Region(100, 50, 140, 90)
    pixels = np.full((40, 40, 4), 7, np.uint8)
    paint(pixels, [Region(130, 0, 500, 60), Region(0, 0, 100, 100), Region(0, 95, 500, 99)], place=place)
    assert (pixels[:10, 30:] == PAINT).all()
    pixels[:10, 30:] = 7
    assert (pixels == 7).all()


def test_a_region_outside_is_empty_wherever_it_lies() -> None:
    place = Region(100, 100, 200, 200)
    for outside in (Region(0, 0, 50, 50), Region(300, 120, 400, 130), Region(120, 200, 130, 250)):
        assert within(outside, place).area == 0
    assert within(Region(150, 50, 250, 150), place) == Region(50, 0, 100, 50)
