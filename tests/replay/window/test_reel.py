"""Pictures as a player goes through them: none is skipped, and the newest wish counts."""

import time
from collections.abc import Iterator

import pytest

from replay.player import Player, State
from replay.window.reel import Reel
from tests.recorder.writing import SCREEN
from tests.replay.sessions import made
from tests.waiting import until

SECOND_US = 1_000_000
TIMES_US = [number * SECOND_US for number in range(12)]
SCREENS = (SCREEN,)


def now_us() -> int:
    return time.monotonic_ns() // 1000


@pytest.fixture
def playing() -> Iterator[tuple[Player, Reel]]:
    session = made(TIMES_US).session()
    player = Player(session.timeline)
    reel = Reel(session, player)
    yield player, reel
    reel.close()


def arrive(player: Player, reel: Reel, time_us: int) -> None:
    def there() -> bool:
        reel.take(now_us=now_us())
        return player.position_us == time_us and not reel.stepping and not player.held

    until(there)
    assert reel.scene
    picture = reel.scene.views[0].picture
    assert picture
    assert picture.time_us == time_us


def test_steps_that_come_at_once_are_all_taken(playing: tuple[Player, Reel]) -> None:
    player, reel = playing
    player.seek(0, now_us=now_us())
    reel.show(0, SCREENS)
    arrive(player, reel, 0)
    for _ in range(5):
        reel.step(SCREENS, forward=True, now_us=now_us())
    arrive(player, reel, 5 * SECOND_US)
    for _ in range(3):
        reel.step(SCREENS, forward=False, now_us=now_us())
    arrive(player, reel, 2 * SECOND_US)
    assert player.state is State.PAUSED


def test_a_jump_forgets_steps(playing: tuple[Player, Reel]) -> None:
    player, reel = playing
    for _ in range(5):
        reel.step(SCREENS, forward=True, now_us=now_us())
    player.seek(7 * SECOND_US, now_us=now_us())
    reel.show(7 * SECOND_US, SCREENS)
    arrive(player, reel, 7 * SECOND_US)


def test_at_the_end_a_step_stays(playing: tuple[Player, Reel]) -> None:
    player, reel = playing
    player.seek(TIMES_US[-1], now_us=now_us())
    reel.show(TIMES_US[-1], SCREENS)
    arrive(player, reel, TIMES_US[-1])
    reel.step(SCREENS, forward=True, now_us=now_us())
    arrive(player, reel, TIMES_US[-1])
