"""A customer's part in a session: what is typed and heard goes in, one thing after the other, and is done.

Everything that decides happens in the thread of run(); the others put what they have into its queue.
"""

import queue
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from recorder.sharing import words
from recorder.sharing.giving_facts import GivingFacts, TakeFacts
from recorder.sharing.live_log import Message
from recorder.sharing.showing import OpenScreen, Showing, Voice

MAX_LINE: Final = 8_192  # bytes, PROTOCOL.md §4.1


class Answer(Enum):
    """What is done when somebody asks."""

    ASK = "ask"
    ALLOW = "allow"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the customer takes part.  now: his screen is shown at once."""

    share: Answer = Answer.ASK
    diagnostics: Answer = Answer.ASK
    now: bool = False


class Session:
    """One seat in a session.  tell tells the customer what happens, line what is said in the chat."""

    def __init__(
        self,
        voice: Voice,
        manners: Manners,
        *,
        open_screen: OpenScreen,
        take_facts: TakeFacts,
        tell: Callable[[str], None],
        line: Callable[[str, str], None],
    ) -> None:
        self._voice, self._manners = voice, manners
        self._tell, self._line = tell, line
        self._acts: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._showing = Showing(voice, open_screen, later=self._acts.put, tell=tell)
        self._facts = GivingFacts(voice, take_facts, later=self._acts.put, tell=tell)
        self._asked: dict[str, str] = {}  # share, facts: what was not answered yet, as it is told
        self._over = self.ended = ""  # why; ended by the log, for all
        self._me = self._last = 0
        self._caught_up = 0  # the newest entry when the connection came
        self._names: dict[object, str] = {}
        self._connection = self._recording = ""
        self._greeted = self._leaving = False

    def hear(self, message: Message) -> None:
        """Take what the portal says, from any thread."""
        self._acts.put(partial(self._hear, message))

    def type(self, text: str) -> None:
        """Take a line that somebody typed, from any thread."""
        self._acts.put(partial(self._typed, text))

    def room(self) -> None:
        """There is room for a picture; from any thread."""
        if screen := self._showing.screen:
            screen.wake()

    def leave(self) -> None:
        """Leave for good, from any thread or signal handler."""
        self._acts.put(self._leave)

    def pause_or_share(self) -> None:
        """As a signal asks for it."""
        self._acts.put(lambda: self._showing.pause() if self._showing.screen else self._showing.share())

    def run(self) -> str:
        """Take part until it is over; return why, a word of recorder.sharing.words."""
        try:
            while not self._over:
                self._acts.get()()
        finally:
            self._showing.let_go()
        return "left" if self._leaving and self._over == "ended" else self._over

    def _typed(self, text: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "/share": self._share,
            "/pause": self._showing.pause,
            "/stop": self._showing.stop,
            "/allow": self._allow,
            "/look": self._facts.look,
            "/refuse": self._refuse,
            "/pause recording": lambda: self._voice.say("pause"),
            "/go on recording": lambda: self._voice.say("resume"),
            "/leave": self._leave,
        }
        text = text.strip()
        if text.startswith("/") and not text.startswith("//"):
            acts.get(" ".join(text.lower().split()), lambda: self._tell(words.HELP))()
            return
        text = text.removeprefix("/") if text.startswith("//") else text
        if len(text.encode()) > MAX_LINE:
            self._tell(f"that was not said: a line has at most {MAX_LINE} bytes")
        elif text:
            self._voice.say("say", text=text)

    def _hear(self, message: Message) -> None:
        match message.get("is"):
            case "connection":
                self._connected(str(message["state"]), str(message["why"]))
            case "welcome":
                self._welcomed(message)
            case "entry":
                self._entry(message)
            case "keyframe":
                if screen := self._showing.screen:
                    screen.want_keyframe()
            case "recording":
                self._recording_is(message.get("state"))
            case "refused" if not self._showing.refused(message.get("c")):
                self._tell(f"the portal did not take that ({message.get('why')})")

    def _connected(self, state: str, why: str) -> None:
        if state == "over":
            self._over = why
        elif state == "away" and (screen := self._showing.screen):
            screen.hold()
        if state == "away" and self._connection != "away":
            self._tell("there is no connection; it is tried again")
        elif state == "open" and self._connection == "away":
            self._tell("connected again")
        self._connection = state

    def _welcomed(self, welcome: Message) -> None:
        self._me, self._caught_up = _int(welcome.get("you")), _int(welcome.get("entry"))
        seats = welcome.get("seats")
        for seat in seats if isinstance(seats, list) else []:
            self._names[seat.get("id")] = str(seat.get("name"))
        if welcome.get("state") != "ended":
            self._recording_is(welcome.get("recording"))
        if self._last >= self._caught_up:
            self._go_on()

    def _go_on(self) -> None:
        """All that was missed is known."""
        self._showing.go_on()
        if not self._greeted:
            self._greeted = True
            self._tell("what you type is said; /help tells what else there is")
            if self._manners.now:
                self._share()
        for what in tuple(self._asked):
            self._answer_as_usual(what)

    def _recording_is(self, state: object) -> None:
        if state != self._recording:
            self._recording = str(state)
            self._tell(words.recording(state))

    def _entry(self, entry: Message) -> None:
        self._last = _int(entry.get("n"))
        kind, mine = str(entry.get("kind")), entry.get("by") == self._me
        match kind:
            case "joined":
                self._names[entry.get("id")] = str(entry.get("name"))
            case "line" if not mine:
                self._line(self._names.get(entry.get("by"), "somebody"), str(entry.get("text")))
            case "sharing" if mine:
                # When the portal was stopped and started again, nobody wished that it ends.
                missed = self._last <= self._caught_up
                self._showing.sharing(entry, again=missed and self._recording != "stopped")
            case "ended":
                self.ended = str(entry.get("why"))
            case "diagnostics_allowed" if mine:
                self._facts.allowed()
        if not mine:
            self._happened(kind, words.happened(entry, self._names))
        if self._last == self._caught_up:
            self._go_on()

    def _happened(self, kind: str, said: str) -> None:
        match kind:
            case "share_asked":
                self._ask("share", said)
            case "diagnostics_asked":
                self._facts.ask(wanted=True)
                self._ask("facts", said)
            case "share_refused":
                self._asked.pop("share", None)  # answered on another machine
            case "diagnostics_allowed" | "diagnostics_refused":
                self._facts.ask(wanted=False)
                self._asked.pop("facts", None)
            case _ if said:
                self._tell(said)

    def _ask(self, what: str, said: str) -> None:
        self._asked[what] = said
        if self._last > self._caught_up:
            self._answer_as_usual(what)

    def _answer_as_usual(self, what: str) -> None:
        if what == "share" and self._showing.shared:
            del self._asked[what]
            return
        self._tell(self._asked[what])
        match (what, self._manners.share if what == "share" else self._manners.diagnostics):
            case ("share", Answer.ALLOW):
                self._share()
            case ("share", Answer.REFUSE):
                self._refuse_share()
            case (_, Answer.ALLOW):
                self._allow()
            case (_, Answer.REFUSE):
                self._refuse_facts()

    def _share(self) -> None:
        self._showing.share(asked=self._asked.pop("share", None) is not None)

    def _allow(self) -> None:
        self._asked.pop("facts", None)
        self._facts.allow()

    def _refuse(self) -> None:
        if not self._asked:
            self._tell("nobody asks for anything")
        self._refuse_facts()
        self._refuse_share()

    def _refuse_facts(self) -> None:
        if self._asked.pop("facts", None):
            self._facts.refuse()

    def _refuse_share(self) -> None:
        if self._asked.pop("share", None):
            self._voice.say("refuse_share")
            self._tell("your screen is not shown")

    def _leave(self) -> None:
        self._showing.let_go()
        self._leaving = True
        self._voice.say("leave")
        if self._connection != "open":
            self._tell("there is no connection at present; Ctrl-C ends without a goodbye")


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
