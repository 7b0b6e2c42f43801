import itertools

from hypothesis import given
from hypothesis import strategies as st

from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.messages import AGENT_SCREEN, CUSTOMER_SCREEN, Track
from portal_core.live.outbox import MOST_BYTES, Outbox
from portal_core.live.screens import MOST_KEPT, SharedScreen

QUARTER = bytes(MOST_BYTES // 4)


def packet(seq: int, what: str, payload: bytes = QUARTER, track: Track = CUSTOMER_SCREEN) -> ScreenPacket:
    kind = Kind.CONFIGURATION if what == "configuration" else Kind.PICTURE
    return ScreenPacket(kind=kind, keyframe=what == "keyframe", track=track, seq=seq, at_us=0, payload=payload)


def taken(outbox: Outbox) -> list[str | int]:
    found: list[str | int] = []
    while (one := outbox.take()) is not None:
        found.append(one if isinstance(one, str) else ScreenPacket.read(one).seq)
    return found


def test_chat_never_waits_for_a_screen() -> None:
    outbox = Outbox()
    outbox.put_picture(packet(0, "keyframe"))
    outbox.put_text("one")
    outbox.put_text("two")
    assert taken(outbox) == ["one", "two", 0]


def test_who_is_slow_goes_on_with_the_next_keyframe() -> None:
    outbox = Outbox()
    for seq, what in enumerate(("keyframe", "delta", "delta", "delta", "delta", "delta", "keyframe", "delta")):
        outbox.put_picture(packet(seq, what))
    assert taken(outbox) == [6, 7]


def test_a_configuration_is_never_lost() -> None:
    outbox = Outbox()
    for seq, what in enumerate(("keyframe", "delta", "delta", "delta", "delta", "configuration", "keyframe", "delta")):
        outbox.put_picture(packet(seq, what))
    assert taken(outbox) == [5, 6, 7]


def test_one_slow_screen_costs_the_other_nothing() -> None:
    outbox = Outbox()
    outbox.put_picture(packet(0, "keyframe", b"small", AGENT_SCREEN))
    for seq in range(6):
        outbox.put_picture(packet(seq, "delta" if seq else "keyframe"))
    outbox.put_picture(packet(1, "delta", b"small", AGENT_SCREEN))
    assert taken(outbox) == [0, 1]


@given(st.lists(st.sampled_from(["keyframe", "delta", "configuration", "take"]), max_size=80))
def test_whatever_comes_it_is_bounded_and_what_is_shown_can_be_decoded(script: list[str]) -> None:
    outbox, shown = Outbox(), list[ScreenPacket]()
    sent: list[ScreenPacket] = []
    for what in ("configuration", "keyframe", *script):
        if what == "take":
            if isinstance(one := outbox.take(), bytes):
                shown.append(ScreenPacket.read(one))
        else:
            sent.append(packet(len(sent), what, b"{}" if what == "configuration" else QUARTER))
            outbox.put_picture(sent[-1])
        assert outbox._size <= MOST_BYTES + 100
    while isinstance(one := outbox.take(), bytes):
        shown.append(ScreenPacket.read(one))
    assert [one.seq for one in shown] == sorted({one.seq for one in shown})
    for before, after in itertools.pairwise(shown):
        # What is no keyframe follows what was sent before it.
        assert after.keyframe or after.kind is Kind.CONFIGURATION or after.seq == before.seq + 1


def test_what_is_kept_for_late_joiners_is_bounded() -> None:
    screen = SharedScreen(1)
    assert screen.take(packet(0, "configuration", b"{}"))
    assert screen.take(packet(1, "keyframe", b"key"))
    assert screen.whole
    for seq in range(2, 8):
        assert screen.take(packet(seq, "delta", bytes(MOST_KEPT // 4)))
    assert not screen.whole
    assert list(screen) == []
    assert screen.take(packet(8, "keyframe", b"key"))
    assert [one.seq for one in screen] == [0, 8]
    assert not screen.take(packet(10, "delta", b""))
    assert not screen.take(packet(11, "delta", b""))
    assert not screen.whole
