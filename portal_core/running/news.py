"""What a recorder tells of its parts."""

from dataclasses import dataclass

from portal_core.live.messages import Track
from portal_core.running.parts import Begun
from vault.anchor import Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class PartBegan:
    """A new part is being written."""

    begun: Begun


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStopped:
    """A part ended without its end; of one that could not be begun there is none.  Units: size in bytes."""

    why: str
    begun: Begun | None = None
    blocks: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEnded:
    """A part has its end.  The anchor's hash is its fingerprint."""

    anchor: Anchor


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyframeDue:
    """The next picture of a track should be a keyframe."""

    track: Track


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """There will be no further news.  What is missing of the log is to be recorded when the portal is started again."""

    whole: bool


News = PartBegan | PartStopped | PartEnded | KeyframeDue | Finished
