"""Fixed chance, so that vectors come out as they are: randomness from a name, a clock that ticks, recorded wraps."""

import hashlib
import itertools
import json
from pathlib import Path
from typing import Final

from vault.outside import Outside
from vault.portal_key import PortalKey, wrap
from vault.primitives import SigningKey

# HPKE draws its own randomness and takes none from outside, so what it once drew is kept here.
RECORDED: Final = Path(__file__).with_name("recorded_wraps.json")
NOW_US: Final = 1_790_000_000_000_000


class Fixed:
    """Everything a writer takes from outside, the same at every run; keys by name."""

    def __init__(self) -> None:
        self.wraps: dict[str, str] = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
        self.used: dict[str, str] = {}

    def save(self) -> None:
        RECORDED.write_text(json.dumps(dict(sorted(self.used.items())), indent=0) + "\n")

    def outside(self, name: str) -> Outside:
        counter, clock = itertools.count(), itertools.count(NOW_US)
        return Outside(
            random_bytes=lambda size: hashlib.shake_256(f"{name} {next(counter)}".encode()).digest(size),
            wall_us=lambda: next(clock),
            process_id=lambda: 1,
            wrap=self._wrap,
        )

    def _wrap(self, key: bytes, *, public: bytes, info: bytes) -> bytes:
        name = hashlib.sha256(key + public + info).hexdigest()[:32]
        self.used[name] = self.wraps.get(name) or wrap(key, public=public, info=info).hex()
        return bytes.fromhex(self.used[name])


def seed(name: str) -> bytes:
    """Return 32 bytes that belong to a name."""
    return hashlib.sha256(f"sealcast vector {name}".encode()).digest()


def portal(name: str = "portal") -> PortalKey:
    """Return the portal key of that name."""
    return PortalKey(seed(name))


def signer(name: str = "signer") -> SigningKey:
    """Return the signer of that name."""
    return SigningKey(seed(name))
