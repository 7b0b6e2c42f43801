"""Keyrings that a fuzzer composes: wrong in what it chooses, sealed rightly all the same.

So the late checks are reached.  In place of Argon2id stands something quick that refuses what the law forbids.
"""

import hashlib
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.faults.choices import Choices
from tests.faults.keyrings import PASSPHRASE, RECOVERY, SERVER
from tests.faults.specimen import outside, portal
from vault import keyring_acts
from vault.errors import VaultError
from vault.keyring import (
    FIXED,
    MAGIC,
    PASSPHRASE_SLOT,
    OpenKeyring,
    open_by_key,
    open_by_master_key,
    open_by_passphrase,
    read_keyring,
    replace_token,
    seeds_key,
    slot_label,
)
from vault.keyring_acts import Writing, check_replacement
from vault.portal_key import PortalKey, wrap
from vault.primitives import key_id, seal_once

_KEYS: Final = tuple(portal(f"fuzz {at}") for at in range(3))
_MASTER: Final = b"a master key of thirty two bytes"
_TOKEN_FAULTS: Final = 16


def quick(passphrase: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Stand in for Argon2id, within its limits (SPEC.md §7)."""
    assert 65_536 <= memory_kib <= 524_288
    assert 1 <= passes <= 8
    assert 1 <= lanes <= 8
    assert memory_kib * passes <= 1_572_864
    assert memory_kib >= 8 * lanes
    return hashlib.sha512(passphrase + salt + struct.pack("<III", memory_kib, passes, lanes)).digest()


@dataclass(frozen=True, slots=True)
class _Base:
    portal_id: bytes
    generation: int

    @property
    def label(self) -> bytes:
        return slot_label(self.portal_id, self.generation)


def fuzz_keyring(choices: Choices, depth: Counter[str]) -> None:
    """Compose a keyring, open it by every way, act on it.  Errors: AssertionError, and whatever was not planned."""
    data = _composed(choices)
    try:
        keyring = read_keyring(data)
    except VaultError as error:
        depth[type(error).__name__] += 1
        return
    depth["keyrings read"] += 1
    assert 1 <= len(keyring.key_slots) + bool(keyring.passphrase_slot) <= 8
    assert len({one.key_id for one in keyring.keys}) == len(keyring.keys)
    ways: tuple[Callable[[], OpenKeyring], ...] = (
        lambda: open_by_passphrase(keyring, PASSPHRASE, stretch=quick),
        lambda: open_by_key(keyring, RECOVERY),
        lambda: open_by_key(keyring, SERVER),
        lambda: open_by_master_key(keyring, _MASTER),
    )
    for way in ways:
        try:
            opened = way()
        except VaultError as error:
            depth[type(error).__name__] += 1
        else:
            depth["keyrings opened"] += 1
            _check(opened)
            _act(opened, choices, depth)


def _check(opened: OpenKeyring) -> None:
    """All that an open keyring claims is proven here again, by other means."""
    keyring = opened.keyring
    assert [one.public for one in opened.portal_keys] == [one.public for one in keyring.keys]
    assert all(PortalKey(one.seed).public == one.public for one in opened.portal_keys)
    assert hashlib.sha256(opened.replace_token).digest() == keyring.token_hash


def _act(opened: OpenKeyring, choices: Choices, depth: Counter[str]) -> None:
    how = Writing(outside=outside("fuzz"), stretch=quick)
    act = choices.number(4)
    try:
        if act == 0:
            new = keyring_acts.rotate(opened, writing=how)
        elif act == 1:
            new = keyring_acts.change_passphrase(opened, b"another", somebody_leaves=True, writing=how)
        elif act == 2:
            new = keyring_acts.set_passphrase(opened, b"a first", recovery=(RECOVERY.public,), writing=how)
        else:
            new = keyring_acts.remove_passphrase(opened, SERVER.public, writing=how)
    except VaultError as error:
        depth[f"acts refused: {type(error).__name__}"] += 1
        return
    check_replacement(opened.keyring, read_keyring(new), token=opened.replace_token)
    depth["acts done"] += 1


def _composed(choices: Choices) -> bytes:
    generation = choices.pick((1, 2, 0, 2**32 - 1, choices.number(2**32)))
    base = _Base(choices.take(16), generation)
    keys = _KEYS[: 1 + choices.number(3)] + ((_KEYS[0],) if choices.once_in(16) else ())
    slots = [_slot(choices, base) for _ in range(choices.pick((1, 1, 2, 3, 0, 9)))]
    bound = FIXED.pack(
        MAGIC,
        choices.near(1, limit=256),
        choices.near(1, limit=256),
        choices.near(len(slots), limit=256),
        choices.near(len(keys), limit=256),
        choices.take(4) if choices.once_in(16) else bytes(4),
        base.portal_id,
        base.generation,
        choices.take(4) if choices.once_in(16) else bytes(4),
        choices.near(1_790_000_000_000_000, limit=2**64),
    ) + b"".join(slots)
    for key in keys:
        public = key.public if not choices.once_in(16) else choices.take(1216)
        listed_id = key_id(public) if not choices.once_in(16) else choices.take(16)
        bound += listed_id + struct.pack("<Q", choices.near(5, limit=2**64)) + public
    salt = choices.take(16)
    token = replace_token(base.portal_id, salt, _MASTER)
    bound += hashlib.sha256(token).digest() if not choices.once_in(_TOKEN_FAULTS) else choices.take(32)
    seeds = b"".join(key.seed if not choices.once_in(16) else choices.take(32) for key in keys)
    sealed = seal_once(seeds_key(base.portal_id, salt, _MASTER), seeds, bound_to=bound)
    data = bound + salt + sealed
    if choices.once_in(8):
        data = data[: choices.number(len(data) + 1)] + choices.take(choices.number(40))
    return data


def _slot(choices: Choices, base: _Base) -> bytes:
    kind = choices.pick((1, 2, 3, 1, 2, 3, 1, choices.number(256)))
    reserved = choices.take(3) if choices.once_in(16) else bytes(3)
    if kind == 1:
        return _passphrase_slot(choices, base, reserved)
    key = {2: RECOVERY, 3: SERVER}.get(kind, RECOVERY)
    master = _MASTER if not choices.once_in(16) else choices.take(32)
    public = key.public if not choices.once_in(16) else choices.take(1216)
    info = base.label + bytes([kind]) + key_id(key.public)
    return bytes([kind]) + reserved + public + wrap(master, public=key.public, info=info)


def _passphrase_slot(choices: Choices, base: _Base, reserved: bytes) -> bytes:
    memory_kib = choices.near(choices.pick((65_536, 524_288, 196_608)), limit=2**32)
    passes, lanes = (
        choices.near(choices.pick((1, 3, 8)), limit=2**32),
        choices.near(choices.pick((1, 4, 8)), limit=2**32),
    )
    salt = choices.take(16)
    work = struct.pack("<III", memory_kib, passes, lanes)
    stretched = hashlib.sha512(PASSPHRASE + salt + work).digest()
    commitment = stretched[32:] if not choices.once_in(16) else choices.take(32)
    start = PASSPHRASE_SLOT.pack(1, reserved, memory_kib, passes, lanes, salt, commitment, b"")[:64]
    return start + seal_once(stretched[:32], _MASTER, bound_to=base.label + start)
