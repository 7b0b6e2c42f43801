"""The pictures of a session as a player goes through them: asked for, and taken when they are there."""

from collections import deque
from typing import Final

from replay.player import Act, Player
from replay.scene import Scene
from replay.screening import Screening
from replay.session import Session

_MOST_STEPS: Final = 60  # that wait; who holds the key longer than pictures come sees them later


class Reel:
    """What a player shows.  It owns the thread that decodes; scene is the newest that came, of whatever time."""

    def __init__(self, session: Session, player: Player) -> None:
        self._screening = Screening(session)
        self._player = player
        self._asked = 0
        self._stepping = False
        self._steps: deque[tuple[tuple[str, ...], bool]] = deque(maxlen=_MOST_STEPS)
        self.scene: Scene | None = None

    @property
    def stepping(self) -> bool:
        """Whether the time is not known yet to which it goes."""
        return self._stepping

    def show(self, time_us: int, screens: tuple[str, ...]) -> None:
        """Show a time; steps that were asked for before are forgotten."""
        self._stepping = False
        self._steps.clear()
        self._asked = self._screening.show(time_us, screens)

    def step(self, screens: tuple[str, ...], *, forward: bool, now_us: int) -> None:
        """Show the next picture or the last one; a step that is asked for before another came follows that."""
        self._player.act(Act.PAUSE, now_us=now_us)
        self._steps.append((screens, forward))
        if not self._stepping:
            self._step_on()

    def take(self, *, now_us: int) -> bool:
        """Take what came; return whether there is a new scene."""
        scene = self._screening.scene
        if scene is None or scene is self.scene:
            return False
        self.scene = scene
        if scene.asked == self._asked:
            if self._stepping:
                self._stepping = False
                self._player.seek(scene.time_us, now_us=now_us, step=True)
            self._player.shown(now_us=now_us)
            self._step_on()
        return True

    def close(self) -> None:
        """End the thread; it is busy for a moment at most."""
        self._screening.close()

    def _step_on(self) -> None:
        if self._steps:
            screens, forward = self._steps.popleft()
            self._stepping = True
            self._asked = self._screening.step(self._player.position_us, screens, forward=forward)
