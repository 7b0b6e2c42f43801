"""Decodes a screen track: packets in, pictures out.  What does not decode is left out up to the next keyframe."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recorder.format.errors import RecordingError
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from replay.decoders import Decoder, Made, open_decoder
from replay.errors import DecodeError
from replay.scene import DAMAGED, NOTHING_YET, Picture


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What is shown from a time on: a picture, or nothing, and why."""

    time_us: int
    made: Made | None = None
    why: str | None = None


class ScreenDecoder:
    """One screen track, from any keyframe on.

    Packets are fed in order; then at() shows what was on the screen at a time up to which all is complete().
    """

    def __init__(self) -> None:
        self.configuration: Configuration | None = None
        self.why: str | None = NOTHING_YET  # why at() returned nothing
        self.since_us: int | None = None  # when what at() returned began, a picture or none
        self._decoder: Decoder | None = None  # with all that the next packet builds on
        self._before: Decoder | None = None
        self._fed_us = 0
        self._lost = False
        self._waiting: deque[int] = deque()  # times of packets whose pictures are still in the decoder
        self._decoded: deque[_Decoded] = deque()
        self._shown: Picture | None = None

    def feed(self, packet: Packet) -> None:
        """Take the next packet of the track."""
        self._fed_us = packet.time_us
        if packet.configuration:
            self.finish()
            self._decoder = None
            try:
                self.configuration = Configuration.read(packet.payload)
            except RecordingError as error:
                self.configuration = None
                self.lose(str(error))
        elif packet.keyframe:
            self.finish()
            self._open()
            self._decode(packet)
        elif self._decoder:
            self._decode(packet)
        elif not self._lost:
            self.lose(DAMAGED)  # a picture that builds on one that is not there

    def finish(self) -> None:
        """Take out what the decoder holds back: no more packets come for it."""
        if self._decoder and self._waiting:
            self._take(lambda decoder: decoder.finish())
            self._decoder = None
        self._waiting.clear()

    def lose(self, why: str, *, time_us: int = 0) -> None:
        """Forget everything up to the next keyframe: something is missing from that time on, or from where it is."""
        # Pictures that are still in the decoder are lost with what they build on.
        from_us = self._waiting[0] if self._waiting else max(self._fed_us, time_us)
        self._decoder, self._lost = None, True
        self._waiting.clear()
        self._decoded.append(_Decoded(from_us, why=why))

    def complete(self, time_us: int) -> bool:
        """Say whether the picture of that time is out, as far as packets were fed."""
        return not self._waiting or self._waiting[0] > time_us

    def pass_by(self, time_us: int) -> None:
        """Let go of what is no longer shown at a time: not all that was decoded on the way there is kept."""
        while len(self._decoded) > 1 and self._decoded[1].time_us <= time_us:
            self._decoded.popleft()

    def at(self, time_us: int) -> Picture | None:
        """Return what was shown at that time, which is no earlier than that of the call before."""
        self.pass_by(time_us)
        if self._decoded and self._decoded[0].time_us <= time_us:
            newest = self._decoded.popleft()
            self.since_us = newest.time_us
            self._shown, self.why = self._picture(newest)
        return self._shown

    def _open(self) -> None:
        """Set up a decoder for what begins with a keyframe."""
        self._decoder = None
        if self.configuration is None:
            self.lose(DAMAGED)
            return
        try:
            self._decoder = self._before = open_decoder(self.configuration, self._before)
            self._lost = False
        except DecodeError as error:
            self.lose(str(error))

    def _decode(self, packet: Packet) -> None:
        if self._decoder:
            self._waiting.append(packet.time_us)
            self._take(lambda decoder: decoder.decode(packet))

    def _take(self, ask: Callable[[Decoder], Sequence[Made]]) -> None:
        assert self._decoder
        try:
            pictures = ask(self._decoder)
        except DecodeError as error:
            self.lose(str(error))
            return
        for made in pictures:
            if self._waiting:
                self._decoded.append(_Decoded(self._waiting.popleft(), made))
        # What gives no picture in time gives none: the one before stays.
        while self.configuration and len(self._waiting) > self.configuration.reorder:
            self._waiting.popleft()

    def _picture(self, decoded: _Decoded) -> tuple[Picture | None, str | None]:
        if decoded.made is None:
            return None, decoded.why
        try:
            pixels = decoded.made()
        except DecodeError as error:
            return None, str(error)
        pixels.flags.writeable = False
        return Picture(time_us=decoded.time_us, pixels=pixels), None
