"""Participants as their pages behave: they say what was not confirmed again, and count what they have."""

import json
from collections import deque
from dataclasses import dataclass, field

from portal_core.live.effects import Effect, Hang, Show, Tell
from portal_core.live.frames import ScreenPacket
from portal_core.live.hub import Hub
from portal_core.live.messages import Hello, RefusedMessageError, Role, parse
from portal_core.live.seats import Seat


@dataclass
class Person:
    """One participant.  What he hears is kept as long as his connection holds."""

    seat: Seat
    connected: bool = False
    last: int = 0
    said: int = 0
    next_c: int = 1
    unconfirmed: dict[int, dict[str, object]] = field(default_factory=dict)
    on_the_way: deque[dict[str, object]] = field(default_factory=deque)
    entries: list[dict[str, object]] = field(default_factory=list)
    heard: list[dict[str, object]] = field(default_factory=list)
    pictures: list[ScreenPacket] = field(default_factory=list)
    over: str | None = None

    def hear(self) -> None:
        """Take in all that is on the way."""
        while self.on_the_way:
            message = self.on_the_way.popleft()
            self.heard.append(message)
            if message["is"] == "welcome":
                said = message["said"]
                assert isinstance(said, int)
                self._confirmed(said)
            if message["is"] == "entry":
                assert message["n"] == self.last + 1
                self.last += 1
                self.entries.append(message)
                if isinstance(c := message.get("c"), int):
                    self._confirmed(c)

    def _confirmed(self, c: int) -> None:
        self.said = max(self.said, c)
        self.unconfirmed = {each: message for each, message in self.unconfirmed.items() if each > c}


class Room:
    """A hub with its people.  now_us goes on with every act."""

    def __init__(self, hub: Hub, *roles: Role) -> None:
        self.hub = hub
        self.now_us = 0
        self.kept: list[Effect] = []
        self.people = {seat.id: Person(seat) for seat in (hub.admit(role, f"the {role}") for role in roles)}

    def connect(self, seat: int) -> None:
        person = self.people[seat]
        person.connected, person.over = True, None
        person.on_the_way.clear()
        self._do(self.hub.connect(seat, Hello(protocol=1, last=person.last, said=person.said), now_us=self._tick()))
        person.hear()
        for _, message in sorted(person.unconfirmed.items()):
            self._send(seat, message)

    def lose(self, seat: int) -> None:
        """Cut a connection: what was on the way is gone."""
        self.people[seat].connected = False
        self.people[seat].on_the_way.clear()
        self._do(self.hub.disconnect(seat, now_us=self._tick()))

    def say(self, seat: int, do: str, **fields: object) -> None:
        """Say something numbered; without a connection it waits."""
        person = self.people[seat]
        message = {"do": do, "c": person.next_c, **fields}
        person.unconfirmed[person.next_c] = message
        person.next_c += 1
        if person.connected:
            self._send(seat, message)

    def send(self, seat: int, do: str, **fields: object) -> None:
        """Say something that has no number."""
        self._send(seat, {"do": do, **fields})

    def show(self, seat: int, packet: ScreenPacket) -> None:
        self._do(self.hub.show(seat, packet, now_us=self._tick()))

    def tick(self, us: int) -> None:
        self.now_us += us
        self._do(self.hub.tick(now_us=self.now_us))

    def hear(self) -> None:
        for person in self.people.values():
            person.hear()

    def _send(self, seat: int, message: dict[str, object]) -> None:
        role = self.people[seat].seat.role
        try:
            self._do(self.hub.receive(seat, parse(json.dumps(message), role=role), now_us=self._tick()))
        except RefusedMessageError as refused:
            self._do(self.hub.refuse(seat, refused))

    def _tick(self) -> int:
        self.now_us += 100_000
        return self.now_us

    def _do(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Tell():
                    assert self.people[effect.seat].connected
                    self.people[effect.seat].on_the_way.append(json.loads(json.dumps(effect.message)))
                case Show():
                    self.people[effect.seat].pictures.append(effect.packet)
                case Hang():
                    self.people[effect.seat].over = effect.why
                case _:
                    self.kept.append(effect)
