"""Packets of a shared screen, as the portal reads them."""

import pytest

from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.recorded import read_configuration
from portal_core.live.screens import SharedScreen
from recorder.errors import EncodeError
from recorder.format.keyframes import LEAST_SIZE
from recorder.format.screen import Configuration
from recorder.sharing.packets import MAX_PAYLOAD, TRACK, LivePictures

TILES = Configuration(codec="tiles", width_px=64, height_px=48)
FILM = Configuration(codec="h264", width_px=64, height_px=48, description=b"\x01\x02")


class Watched:
    """The portal's side: what it makes of the packets."""

    def __init__(self) -> None:
        self.taken = True
        self.packets = list[ScreenPacket]()
        self.screen = SharedScreen(1)

    def show(self, packets: list[bytes]) -> bool:
        if self.taken:
            read = [ScreenPacket.read(one) for one in packets]
            assert all(self.screen.take(one) for one in read)
            self.packets += read
        return self.taken


def put(pictures: LivePictures, configuration: Configuration | None, payload: bytes = b"x") -> None:
    pictures.put_picture(TRACK, payload, time_us=7, configuration=configuration)


def test_a_configuration_comes_first_and_when_it_changes() -> None:
    watched = Watched()
    pictures = LivePictures(watched.show)
    assert pictures.keyframe_due(TRACK)
    for configuration in (TILES, None, TILES, FILM, None):
        put(pictures, configuration)
    kinds = [(one.kind, one.keyframe) for one in watched.packets]
    said, key, delta = (Kind.CONFIGURATION, False), (Kind.PICTURE, True), (Kind.PICTURE, False)
    assert kinds == [said, key, delta, key, said, key, delta]
    assert [one.seq for one in watched.packets] == list(range(7))
    assert read_configuration(watched.packets[4].payload) == FILM
    assert {one.at_us for one in watched.packets} == {7}


def test_what_was_not_taken_is_followed_by_a_keyframe_with_its_configuration() -> None:
    watched = Watched()
    pictures = LivePictures(watched.show)
    put(pictures, TILES)
    assert not pictures.keyframe_due(TRACK)
    watched.taken = False
    put(pictures, None)
    assert pictures.keyframe_due(TRACK)
    watched.taken = True
    put(pictures, TILES)
    assert [one.kind for one in watched.packets[2:]] == [Kind.CONFIGURATION, Kind.PICTURE]


def test_a_keyframe_comes_when_it_is_wanted_and_before_much_came_since() -> None:
    watched = Watched()
    pictures = LivePictures(watched.show)
    put(pictures, TILES)
    pictures.want_keyframe()
    assert pictures.keyframe_due(TRACK)
    put(pictures, TILES)
    assert not pictures.keyframe_due(TRACK)
    for _ in range(3):
        put(pictures, None, bytes(LEAST_SIZE // 2))
    assert pictures.keyframe_due(TRACK)


def test_what_no_packet_holds_is_not_sent() -> None:
    watched = Watched()
    with pytest.raises(EncodeError):
        put(LivePictures(watched.show), TILES, bytes(MAX_PAYLOAD + 1))
    assert not watched.packets
