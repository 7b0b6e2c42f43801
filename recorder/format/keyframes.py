"""When a keyframe of a screen track is due.  SPEC.md §4.4."""

from typing import Final

LEAST_SIZE: Final = 256 * 1024
MOST_PACKETS: Final = 1_000
MOST_DECODING_US: Final = 75_000
LEAST_DECODING_US: Final = 40_000


class KeyframeRule:
    """Count what a seek would have to read and decode since the last keyframe of one screen track.

    Units: sizes in bytes, decoding in µs.
    """

    def __init__(self) -> None:
        self._keyframe_size = -1
        self._keyframe_us = 0
        self._size = self._count = self._decode_us = 0

    @property
    def due(self) -> bool:
        """Whether the next picture should be a keyframe."""
        return (
            self._keyframe_size < 0
            or self._size > max(self._keyframe_size, LEAST_SIZE)
            or self._count > MOST_PACKETS
            or self._decode_us > max(LEAST_DECODING_US, MOST_DECODING_US - self._keyframe_us)
        )

    def keyframe(self, size: int, decode_us: int = 0) -> None:
        """Note a keyframe of this track, and begin to count anew."""
        self._keyframe_size, self._keyframe_us = size, decode_us
        self._size = self._count = self._decode_us = 0

    def packet(self, size: int, decode_us: int = 0) -> None:
        """Note another packet; decode_us is for those of this track."""
        self._size += size
        self._count += 1
        self._decode_us += decode_us
