"""What floods must not come to, and what a recording is said to be: steps of the hub and its queues."""

from collections.abc import Callable

import pytest

from portal_core.live import log as logs
from portal_core.live.effects import Hang, Over, RecordingIs, Tell
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.hub import Hub
from portal_core.live.log import Entry
from portal_core.live.messages import CUSTOMER_SCREEN, Hello, RefusedMessageError, Role, Share, Why
from portal_core.live.outbox import MOST_BYTES, Outbox
from portal_core.live.screens import SharedScreen
from portal_core.live.seats import Seat
from tests.portal_core.live.people import Room

CUSTOMER, AGENT = 1, 2


def picture(seq: int, payload: bytes = b"", *, keyframe: bool = False) -> ScreenPacket:
    return ScreenPacket(kind=Kind.PICTURE, keyframe=keyframe, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=payload)


def configuration(seq: int, payload: bytes = b"{}") -> ScreenPacket:
    return ScreenPacket(
        kind=Kind.CONFIGURATION, keyframe=False, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=payload
    )


@pytest.mark.parametrize(
    "packet",
    [
        lambda seq: configuration(seq, bytes(100_000)),
        picture,
        lambda seq: picture(seq, keyframe=True),
        lambda seq: configuration(seq) if seq % 2 else picture(seq, b"x", keyframe=True),
    ],
)
def test_whatever_is_shown_to_somebody_who_never_reads_is_bounded(packet: Callable[[int], ScreenPacket]) -> None:
    outbox = Outbox()
    for seq in range(50_000):
        outbox.put_picture(packet(seq))
    held = [ScreenPacket.read(one) for one in iter(outbox.take, None) if isinstance(one, bytes)]
    assert len(held) <= MOST_BYTES / 256 + 2
    assert sum(len(one.payload) for one in held) <= MOST_BYTES + 100_000


def test_what_is_kept_for_late_joiners_is_bounded_however_small_the_pictures_are() -> None:
    screen = SharedScreen(CUSTOMER)
    screen.take(configuration(0))
    for seq in range(1, 50_000):
        screen.take(picture(seq, keyframe=seq == 1))
    assert len(list(screen)) < 20_000


def test_a_session_whose_log_is_full_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_SAID", 10_000)
    room = Room(Hub(recording=RecordingIs.OFF), Role.CUSTOMER, Role.AGENT)
    for each in (CUSTOMER, AGENT):
        room.connect(each)
    for _ in range(10):
        room.say(CUSTOMER, "say", text="x" * 8_000)
    room.hear()
    refused = {"is": "refused", "why": Why.TOO_MUCH}
    assert sum(refused.items() <= one.items() for one in room.people[CUSTOMER].heard) == 8
    room.say(AGENT, "close", outcome="unknown", note="")
    assert room.hub.state == "ended"


def test_a_long_log_is_not_told_again_and_again() -> None:
    entries = [Entry(n=n, at_us=n, by=CUSTOMER, kind="line", fields={"text": "x"}) for n in range(1, 29_000)]
    hub = Hub(recording=RecordingIs.OFF, entries=entries, seats=[Seat(id=CUSTOMER, role=Role.CUSTOMER, name="Bob")])

    def told(last: int, now_us: int) -> int:
        effects = hub.connect(CUSTOMER, Hello(protocol=1, last=last, said=0), now_us=now_us)
        assert len(effects) > 1 or effects == [Hang(CUSTOMER, Over.SLOW)]
        return sum(isinstance(one, Tell) for one in effects)

    assert told(0, 1) > 28_000
    assert told(0, 2) == 0
    assert told(len(hub.log) - 10, 3) > 10  # who lost his connection misses little
    assert told(0, 5_000_000) > 28_000


def test_a_pause_outlasts_trouble() -> None:
    room = Room(Hub(recording=RecordingIs.ON), Role.CUSTOMER, Role.AGENT)
    for each in (CUSTOMER, AGENT):
        room.connect(each)
    room.say(CUSTOMER, "pause")
    room._do(room.hub.recording_is(RecordingIs.STOPPED, "the disk is full", now_us=5))
    room._do(room.hub.recording_goes_on(now_us=6))
    room.say(CUSTOMER, "resume")
    room.hear()
    states = [one["state"] for one in room.people[CUSTOMER].entries if one["kind"] == "recording"]
    assert states == ["paused", "stopped", "paused", "on"]


def test_what_must_be_recorded_is_not_shown_again_before_it_can_be() -> None:
    for required in (True, False):
        hub = Hub(recording=RecordingIs.ON, required=required)
        room = Room(hub, Role.CUSTOMER, Role.AGENT)
        for each in (CUSTOMER, AGENT):
            room.connect(each)
        hub.recording_is(RecordingIs.STOPPED, now_us=5)
        if required:
            with pytest.raises(RefusedMessageError, match="not_now"):
                hub.receive(CUSTOMER, Share(c=1, track=CUSTOMER_SCREEN), now_us=6)
        hub.recording_goes_on(now_us=7)
        assert hub.receive(CUSTOMER, Share(c=1, track=CUSTOMER_SCREEN), now_us=8)
