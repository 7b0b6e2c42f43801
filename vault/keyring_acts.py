"""What may be done to a keyring, each act one new writing of the whole.  Source: SPEC.md §4.8, the table of acts.

Pure: an open keyring in, the next keyring's bytes out.  A wrong act at a wrong time is a KeyringActError.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from vault.errors import KeyringActError, KeyringReplacedError
from vault.keyring import (
    FIXED,
    MAGIC,
    MAX_GENERATION,
    MAX_KEYS,
    SUITE,
    VERSION,
    Cost,
    Keyring,
    KeySlot,
    OpenKeyring,
    PassphraseSlot,
    PublicKey,
    SlotKind,
    Stretch,
    replace_token,
    seeds_key,
    slot_info,
    slot_label,
)
from vault.outside import REAL, Outside
from vault.portal_key import SEED_SIZE, PortalKey
from vault.primitives import KEY_SIZE, SALT_SIZE, equal, seal_once, stretch

_RECOVERED: Final = "this needs the passphrase: a recovery key can set a new one, but does not know the present one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Locks:
    """What shall open a keyring: a passphrase and perhaps recovery keys, or servers' keys (public keys, both)."""

    passphrase: bytes | None = field(default=None, repr=False)
    recovery: tuple[bytes, ...] = ()
    server: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if (self.passphrase is None) == (not self.server) or (self.recovery and self.server):
            raise ValueError("a keyring has a passphrase and perhaps recovery keys, or servers' keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How a keyring is written: the outside world, and what a passphrase costs to guess."""

    outside: Outside = REAL
    cost: Cost = field(default_factory=Cost)
    stretch: Stretch = stretch


DEFAULT: Final = Writing()


def create(portal_id: bytes, locks: Locks, *, writing: Writing = DEFAULT) -> bytes:
    """Make the first keyring of a portal, with one key."""
    return _write(portal_id, 1, locks, [], new_key=True, writing=writing)


def set_passphrase(
    opened: OpenKeyring, passphrase: bytes, *, recovery: tuple[bytes, ...] = (), writing: Writing = DEFAULT
) -> bytes:
    """Give a portal its first passphrase: a new key, the old ones move along, the server's slot goes."""
    if opened.keyring.passphrase_slot:
        raise KeyringActError(why="this keyring has a passphrase already; it can be changed")
    return _next(opened, Locks(passphrase=passphrase, recovery=recovery), new_key=True, writing=writing)


def change_passphrase(
    opened: OpenKeyring, passphrase: bytes, *, somebody_leaves: bool = False, writing: Writing = DEFAULT
) -> bytes:
    """Change the passphrase; when somebody leaves, make a new key too, which his old keyring does not hold."""
    _wants_passphrase(opened)
    return _next(opened, _locks(opened, passphrase), new_key=somebody_leaves, writing=writing)


def remove_passphrase(opened: OpenKeyring, server: bytes, *, writing: Writing = DEFAULT) -> bytes:
    """Leave the keyring to a server's key alone."""
    _wants_passphrase(opened)
    return _next(opened, Locks(server=(server,)), new_key=False, writing=writing)


def rotate(opened: OpenKeyring, *, writing: Writing = DEFAULT) -> bytes:
    """Make a new key for new recordings; what opens the keyring stays."""
    return _next(opened, _same_locks(opened), new_key=True, writing=writing)


def change_recovery(opened: OpenKeyring, recovery: tuple[bytes, ...], *, writing: Writing = DEFAULT) -> bytes:
    """Put other recovery keys, or none, in place of those there were."""
    _wants_passphrase(opened)
    if opened.passphrase is None:
        raise KeyringActError(why=_RECOVERED)
    return _next(opened, Locks(passphrase=opened.passphrase, recovery=recovery), new_key=False, writing=writing)


def check_replacement(stored: Keyring, new: Keyring, *, token: bytes) -> None:
    """Whoever keeps keyrings asks this before taking a new one.

    Errors: KeyringReplacedError when somebody was first; KeyringActError for anything that is no successor.
    """
    if new.portal_id != stored.portal_id:
        raise KeyringActError(why="this keyring is another portal's")
    if new.generation != stored.generation + 1:
        raise KeyringReplacedError(found=stored.generation, wanted=new.generation - 1, written_us=stored.written_us)
    if new.keys[: len(stored.keys)] != stored.keys:
        raise KeyringActError(why="keys that were listed are missing in the new keyring")
    if not equal(hashlib.sha256(token).digest(), stored.token_hash):
        raise KeyringActError(why="whoever wrote this had not opened the keyring it replaces")


def _wants_passphrase(opened: OpenKeyring) -> None:
    if not opened.keyring.passphrase_slot:
        raise KeyringActError(why="this keyring has no passphrase yet; it can be set")


def _locks(opened: OpenKeyring, passphrase: bytes) -> Locks:
    return Locks(passphrase=passphrase, recovery=_publics(opened, SlotKind.RECOVERY))


def _same_locks(opened: OpenKeyring) -> Locks:
    if opened.passphrase is not None:
        return _locks(opened, opened.passphrase)
    if opened.keyring.passphrase_slot or not opened.keyring.slots(SlotKind.SERVER):
        raise KeyringActError(why=_RECOVERED)
    return Locks(server=_publics(opened, SlotKind.SERVER))


def _publics(opened: OpenKeyring, kind: SlotKind) -> tuple[bytes, ...]:
    return tuple(slot.public for slot in opened.keyring.slots(kind))


def _next(opened: OpenKeyring, locks: Locks, *, new_key: bool, writing: Writing) -> bytes:
    keyring = opened.keyring
    keys = list(zip(opened.portal_keys, (key.made_us for key in keyring.keys), strict=True))
    if new_key and len(keys) == MAX_KEYS:
        raise KeyringActError(why=f"this portal has had {MAX_KEYS} keys, and a keyring holds no more")
    if keyring.generation == MAX_GENERATION:
        raise KeyringActError(why="this keyring was written as often as one can be")
    return _write(keyring.portal_id, keyring.generation + 1, locks, keys, new_key=new_key, writing=writing)


def _write(
    portal_id: bytes,
    generation: int,
    locks: Locks,
    keys: Sequence[tuple[PortalKey, int]],
    *,
    new_key: bool,
    writing: Writing,
) -> bytes:
    outside = writing.outside
    now_us = outside.wall_us()
    # Drawn anew at every writing, so an old keyring with its secrets says nothing about a new one.
    master_key = outside.random_bytes(KEY_SIZE)
    if new_key:
        keys = [*keys, (PortalKey(outside.random_bytes(SEED_SIZE)), now_us)]
    slots = _slots(slot_label(portal_id, generation), locks, master_key, writing)
    salt = outside.random_bytes(SALT_SIZE)
    token = replace_token(portal_id, salt, master_key)
    bound = FIXED.pack(
        MAGIC, VERSION, SUITE, len(slots), len(keys), bytes(4), portal_id, generation, bytes(4), now_us
    )  # fmt: skip
    bound += b"".join(slots)
    bound += b"".join(PublicKey(made_us=made_us, public=key.public).to_bytes() for key, made_us in keys)
    bound += hashlib.sha256(token).digest()
    seeds = b"".join(key.seed for key, _ in keys)
    return bound + salt + seal_once(seeds_key(portal_id, salt, master_key), seeds, bound_to=bound)


def _slots(label: bytes, locks: Locks, master_key: bytes, writing: Writing) -> list[bytes]:
    slots = []
    if locks.passphrase is not None:
        slots.append(_passphrase_slot(label, locks.passphrase, master_key, writing))
    for kind, publics in ((SlotKind.RECOVERY, locks.recovery), (SlotKind.SERVER, locks.server)):
        for public in publics:
            wrapped = writing.outside.wrap(master_key, public=public, info=slot_info(label, kind, public))
            slots.append(KeySlot(kind=kind, public=public, wrapped=wrapped).to_bytes())
    return slots


def _passphrase_slot(label: bytes, passphrase: bytes, master_key: bytes, writing: Writing) -> bytes:
    cost, salt = writing.cost, writing.outside.random_bytes(SALT_SIZE)
    stretched = cost.stretched(passphrase, salt, writing.stretch)
    slot = PassphraseSlot(cost=cost, salt=salt, commitment=stretched[KEY_SIZE:], wrapped=b"")
    return slot.bound() + seal_once(stretched[:KEY_SIZE], master_key, bound_to=label + slot.bound())
