import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_core.live.frames import HEAD, MAX_PAYLOAD, Kind, ScreenPacket
from portal_core.live.messages import AGENT_SCREEN, CUSTOMER_SCREEN, RefusedMessageError, Why

PACKET = ScreenPacket(kind=Kind.PICTURE, keyframe=True, track=CUSTOMER_SCREEN, seq=3, at_us=5, payload=b"abc")


def test_a_packet_as_the_law_draws_it() -> None:
    message = bytes.fromhex("02 01 0100 03000000 0500000000000000 00000000 03000000") + b"abc"
    assert PACKET.to_bytes() == message
    assert ScreenPacket.read(message) == PACKET


packets = st.builds(
    ScreenPacket,
    kind=st.just(Kind.PICTURE),
    keyframe=st.booleans(),
    track=st.sampled_from([CUSTOMER_SCREEN, AGENT_SCREEN]),
    seq=st.integers(0, 2**32 - 1),
    at_us=st.integers(-(2**63), 2**63 - 1),
    payload=st.binary(max_size=50),
)


@given(packets)
def test_every_packet_comes_back(one: ScreenPacket) -> None:
    assert ScreenPacket.read(one.to_bytes()) == one


@pytest.mark.parametrize(("at", "value"), [(0, 0), (0, 3), (1, 2), (1, 255), (2, 0), (2, 3), (16, 1), (20, 2), (20, 4)])
def test_a_head_that_says_something_else_is_refused(at: int, value: int) -> None:
    message = bytearray(PACKET.to_bytes())
    message[at] = value
    with pytest.raises(RefusedMessageError) as refused:
        ScreenPacket.read(bytes(message))
    assert refused.value.why is Why.MALFORMED


@pytest.mark.parametrize("size", range(HEAD.size))
def test_half_a_head_is_refused(size: int) -> None:
    with pytest.raises(RefusedMessageError):
        ScreenPacket.read(PACKET.to_bytes()[:size])


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(RefusedMessageError) as refused:
        ScreenPacket.read(bytes(HEAD.size + MAX_PAYLOAD + 1))
    assert refused.value.why is Why.TOO_MUCH
