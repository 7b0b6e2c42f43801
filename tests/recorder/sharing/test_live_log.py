"""The log of a native participant against the real hub: whatever is cut, nothing is lost, doubled or out of order."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_core.live.effects import Effect, RecordingIs, Tell
from portal_core.live.hub import Hub
from portal_core.live.messages import Hello, RefusedMessageError, Role, parse
from recorder.sharing.live_log import AstrayError, LiveLog, Message


class Wire:
    """One customer's log, and the hub at the other end; what is on the way is lost when it is cut."""

    def __init__(self) -> None:
        self.hub = Hub(recording=RecordingIs.ON)
        self.seat = self.hub.admit(Role.CUSTOMER, "Bob").id
        self.agent = self.hub.admit(Role.AGENT, "Ann").id
        self.log = LiveLog()
        self.heard = list[Message]()
        self.there = list[str]()
        self.here = list[Message]()
        self.now_us = 0
        self._c = 0
        self._do(self.hub.connect(self.agent, Hello(protocol=1, last=0, said=0), now_us=0))
        self.connect()

    def connect(self) -> None:
        hello = parse(json.dumps(self.log.hello()), role=Role.CUSTOMER)
        assert isinstance(hello, Hello)
        self._do(self.hub.connect(self.seat, hello, now_us=self._tick()))

    def cut(self, *, arrives: int) -> None:
        """So many of what is on the way to the portal still come there."""
        for text in self.there[:arrives]:
            self._arrive(text)
        self.there.clear()
        self.here.clear()
        self._do(self.hub.disconnect(self.seat, now_us=self._tick()))
        self.connect()

    def send(self) -> None:
        messages, _ = self.log.due(self._tick())
        self.there += [json.dumps(one) for one in messages]

    def arrive(self) -> None:
        while self.there:
            self._arrive(self.there.pop(0))

    def hear(self) -> None:
        while self.here:
            if told := self.log.take(self.here.pop(0), now_us=self._tick()):
                self.heard.append(told)

    def agent_says(self, text: str) -> None:
        self._c += 1
        message = parse(json.dumps({"do": "say", "c": self._c, "text": text}), role=Role.AGENT)
        self._do(self.hub.receive(self.agent, message, now_us=self._tick()))

    def settle(self) -> None:
        for _ in range(200):
            self.hear()
            self.now_us += 2_000_000  # whoever was too fast may go on
            self.send()
            self.arrive()
            self.hear()

    def _arrive(self, text: str) -> None:
        try:
            self._do(self.hub.receive(self.seat, parse(text, role=Role.CUSTOMER), now_us=self._tick()))
        except RefusedMessageError as refused:
            self._do(self.hub.refuse(self.seat, refused))

    def _do(self, effects: list[Effect]) -> None:
        self.here += [one.message for one in effects if isinstance(one, Tell) and one.seat == self.seat]

    def _tick(self) -> int:
        self.now_us += 1_000
        return self.now_us


ACTS = st.one_of(
    st.sampled_from(["say", "bad", "agent", "send", "arrive", "hear"]), st.integers(0, 5).map(lambda n: ("cut", n))
)


@given(st.lists(ACTS, max_size=40))
def test_whatever_is_cut_nothing_is_lost_or_doubled(acts: list[str | tuple[str, int]]) -> None:
    wire = Wire()
    said = list[str]()
    for number, act in enumerate(acts):
        match act:
            case "say":
                wire.log.say("say", text=f"{number}")
                said.append(f"{number}")
            case "bad":
                wire.log.say("resume")  # nothing is paused, so it is refused
            case "agent":
                wire.agent_says(f"agent {number}")
            case "send":
                wire.send()
            case "arrive":
                wire.arrive()
            case "hear":
                wire.hear()
            case (_, int(arrives)):
                wire.cut(arrives=arrives)
    wire.settle()
    lines = [entry for entry in wire.hub.log if entry.kind == "line"]
    assert [entry.fields["text"] for entry in lines if entry.by == wire.seat] == said
    entries = [one for one in wire.heard if one["is"] == "entry"]
    assert [one["n"] for one in entries] == [entry.n for entry in wire.hub.log]
    assert not wire.log.waiting


def test_who_says_much_at_once_is_never_refused() -> None:
    wire = Wire()
    wire.hear()
    for number in range(300):
        wire.log.say("say", text=f"{number}")
    wire.settle()
    assert not [one for one in wire.heard if one["is"] == "refused"]
    assert len([entry for entry in wire.hub.log if entry.kind == "line"]) == 300


def test_what_is_refused_for_its_time_is_said_again() -> None:
    log = LiveLog()
    log.take({"is": "welcome", "entry": 0, "said": 0}, now_us=0)
    log.say("say", text="one")
    log.say("say", text="two")
    assert len(log.due(0)[0]) == 2
    for c, why in ((1, "slow_down"), (2, "out_of_order")):
        assert log.take({"is": "refused", "c": c, "why": why}, now_us=10) is None
    messages, again_us = log.due(20)
    assert not messages
    assert again_us
    assert [one["text"] for one in log.due(20 + again_us)[0]] == ["one", "two"]


@pytest.mark.parametrize(
    ("message", "for_good"),
    [
        ({"is": "entry", "n": 2}, False),
        ({"is": "entry", "n": "1"}, False),
        ({"is": "welcome", "entry": 0, "said": 3}, True),
        ({"is": "welcome", "entry": -1, "said": 0}, True),
    ],
)
def test_a_log_that_does_not_go_on_is_noticed(message: Message, for_good: bool) -> None:  # noqa: FBT001 - a row
    with pytest.raises(AstrayError) as error:
        LiveLog().take(message, now_us=0)
    assert error.value.for_good is for_good
