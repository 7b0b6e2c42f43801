"""Facts about the customer's machine: looked at, given or kept back, as he wishes."""

from collections.abc import Callable
from functools import partial

from recorder.format.snapshot import Snapshot
from recorder.sharing import facts
from recorder.sharing.showing import Later, Voice

TakeFacts = Callable[[Callable[[Snapshot], None]], None]


class GivingFacts:
    """What was asked for is taken once: what he looked at is what is given.  It owns that snapshot."""

    def __init__(self, voice: Voice, take: TakeFacts, *, later: Later, tell: Callable[[str], None]) -> None:
        self._voice, self._take = voice, take
        self._later, self._tell = later, tell
        self._asked = self._allowed = False
        self._looked_at: Snapshot | None = None

    def ask(self, *, wanted: bool) -> None:
        """Somebody asks; or it was answered, elsewhere."""
        self._asked, self._allowed, self._looked_at = wanted, False, None

    def look(self) -> None:
        """Show them to the customer first."""
        if self._asked:
            self._tell("looking …")
            self._take(lambda snapshot: self._later(partial(self._show, snapshot)))
        else:
            self._tell("nobody asks for facts about this machine")

    def allow(self) -> None:
        """Let them be given."""
        if self._asked:
            self._asked = False
            self._voice.say("answer_diagnostics", allowed=True)
        else:
            self._tell("nobody asks for facts about this machine")

    def refuse(self) -> None:
        """Keep them back."""
        if self._asked:
            self._asked, self._looked_at = False, None
            self._voice.say("answer_diagnostics", allowed=False)
            self._tell("the facts about this machine are kept back")

    def allowed(self) -> None:
        """The portal knows that they may be given."""
        self._allowed = True
        if self._looked_at:
            self._give(self._looked_at)
        else:
            self._take(lambda snapshot: self._later(partial(self._give, snapshot)))

    def _show(self, snapshot: Snapshot) -> None:
        self._tell(facts.shown(snapshot))
        if self._asked:
            self._looked_at = snapshot
            self._tell("these facts are given with /allow, and kept back with /refuse")

    def _give(self, snapshot: Snapshot) -> None:
        if self._allowed:
            self._allowed, self._looked_at = False, None
            self._voice.say("diagnostics", snapshot=snapshot.to_fields())
            self._tell("the facts about this machine are given")
