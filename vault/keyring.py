"""The keyring: a portal's keys and what opens them, one small file, always whole.  Source: SPEC.md §4.8.

Rule of this file: a Keyring that exists is well formed and within its limits; nothing in it is proven before open.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Protocol

from vault.errors import (
    KeyringChangedError,
    MalformedError,
    NotOurFormatError,
    StoreUnavailableError,
    UnsupportedVersionError,
    WrongIdentityError,
    WrongPassphraseError,
)
from vault.portal_key import PUBLIC_SIZE, SEED_SIZE, WRAPPED_SIZE, PortalKey
from vault.primitives import (
    HASH_SIZE,
    KEY_SIZE,
    LABEL_KEYRING,
    LABEL_REPLACE,
    LABEL_SLOT,
    MAX_INTEGER,
    SALT_SIZE,
    TAG_SIZE,
    BadTagError,
    derive,
    equal,
    key_id,
    open_once,
    stretch,
)

MAGIC: Final = b"\x89SCK\r\n\x1a\n"
VERSION: Final = 1
SUITE: Final = 1
MAX_SIZE: Final = 384 * 1024
MAX_SLOTS: Final = 8
MAX_KEYS: Final = 255
MAX_GENERATION: Final = 2**32 - 1
# Argon2id from outside may take this much and no more, SPEC.md §7.
MEMORY_KIB: Final = (64 * 1024, 512 * 1024)
MAX_PASSES: Final = 8
MAX_LANES: Final = 8
MAX_WORK_KIB: Final = 1536 * 1024

FIXED: Final = struct.Struct("<8sBBBB4s16sI4sQ")
PASSPHRASE_SLOT: Final = struct.Struct("<B3sIII16s32s48s")
PASSPHRASE_AAD_SIZE: Final = 64
KEY_SLOT: Final = struct.Struct(f"<B3s{PUBLIC_SIZE}s{WRAPPED_SIZE}s")
PUBLIC_KEY: Final = struct.Struct(f"<16sQ{PUBLIC_SIZE}s")
_WHAT: Final = "keyring"


class Stretch(Protocol):
    """primitives.stretch, or one that remembers what it answered."""

    def __call__(self, passphrase: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
        """Return 64 bytes."""


class SlotKind(IntEnum):
    """Ways to the keys."""

    PASSPHRASE = 1
    RECOVERY = 2
    SERVER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess at a passphrase costs: Argon2id's three numbers."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def stretched(self, passphrase: bytes, salt: bytes, stretch: Stretch) -> bytes:
        """Return the 64 bytes.  Errors: StoreUnavailableError where there is not so much memory."""
        try:
            return stretch(passphrase, salt=salt, memory_kib=self.memory_kib, passes=self.passes, lanes=self.lanes)
        except MemoryError:
            why = f"trying a passphrase on this keyring takes {self.memory_kib // 1024} MiB, and there is not so much"
            raise StoreUnavailableError(name="memory", why=why) from None

    def allowed(self) -> bool:
        """Say whether they are within SPEC.md §7."""
        return (
            MEMORY_KIB[0] <= self.memory_kib <= MEMORY_KIB[1]
            and 1 <= self.passes <= MAX_PASSES
            and 1 <= self.lanes <= MAX_LANES
            and self.memory_kib * self.passes <= MAX_WORK_KIB
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PassphraseSlot:
    """The master key under a passphrase."""

    cost: Cost
    salt: bytes
    commitment: bytes
    wrapped: bytes

    def bound(self) -> bytes:
        """The slot's first 64 bytes, which its sealing covers."""
        cost = self.cost
        return PASSPHRASE_SLOT.pack(
            SlotKind.PASSPHRASE, bytes(3), cost.memory_kib, cost.passes, cost.lanes, self.salt, self.commitment, b""
        )[:PASSPHRASE_AAD_SIZE]

    def to_bytes(self) -> bytes:
        """The slot as it stands in the file."""
        return self.bound() + self.wrapped


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySlot:
    """The master key wrapped for a recovery key or a server's key."""

    kind: SlotKind
    public: bytes
    wrapped: bytes

    def to_bytes(self) -> bytes:
        """The slot as it stands in the file."""
        return KEY_SLOT.pack(self.kind, bytes(3), self.public, self.wrapped)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """One of the portal's public keys."""

    made_us: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Its 16-byte id."""
        return key_id(self.public)

    def to_bytes(self) -> bytes:
        """The key as it stands in the file."""
        return PUBLIC_KEY.pack(self.key_id, self.made_us, self.public)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """A keyring as it lies there: nothing is proven yet."""

    portal_id: bytes
    generation: int
    written_us: int
    passphrase_slot: PassphraseSlot | None
    key_slots: tuple[KeySlot, ...]
    keys: tuple[PublicKey, ...]
    token_hash: bytes
    salt: bytes
    sealed: bytes = field(repr=False)
    bound: bytes = field(repr=False)  # all bytes before the salt

    @property
    def recipient(self) -> bytes:
        """The public key for new recordings."""
        return self.keys[-1].public

    @property
    def label(self) -> bytes:
        """The label of its slots."""
        return slot_label(self.portal_id, self.generation)

    def slots(self, kind: SlotKind) -> Sequence[KeySlot]:
        """The key slots of one kind."""
        return [one for one in self.key_slots if one.kind is kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKeyring:
    """A keyring whose seeds were opened and checked."""

    keyring: Keyring
    portal_keys: tuple[PortalKey, ...] = field(repr=False)
    replace_token: bytes = field(repr=False)
    passphrase: bytes | None = field(repr=False)  # if it was opened with it


def read_keyring(data: bytes) -> Keyring:
    """Read a keyring.

    Errors: NotOurFormatError, UnsupportedVersionError, MalformedError; all before any costly work.
    """
    if data[:8] != MAGIC:
        raise NotOurFormatError(what=_WHAT, size=len(data))
    if data[8:10] != bytes([VERSION, SUITE])[: len(data) - 8]:
        raise UnsupportedVersionError(what=_WHAT, version=data[8], suite=data[9] if len(data) > 9 else SUITE)
    if not FIXED.size <= len(data) <= MAX_SIZE:
        raise MalformedError(what=_WHAT, why=f"it has {len(data)} bytes")
    fields = FIXED.unpack_from(data)
    slot_count, key_count, zeros, portal_id, generation, more_zeros, written_us = fields[3:]
    if any(zeros + more_zeros):
        raise UnsupportedVersionError(what=_WHAT, version=VERSION, suite=SUITE)
    if not (1 <= slot_count <= MAX_SLOTS and key_count and generation and written_us < MAX_INTEGER):
        raise MalformedError(what=_WHAT, why="a number in it is out of range")
    at, slots = FIXED.size, list[PassphraseSlot | KeySlot]()
    for _ in range(slot_count):
        slot, at = _read_slot(data, at)
        slots.append(slot)
    passphrase_slots = [one for one in slots if isinstance(one, PassphraseSlot)]
    salt_at = at + key_count * PUBLIC_KEY.size + HASH_SIZE
    if len(data) != salt_at + SALT_SIZE + key_count * SEED_SIZE + TAG_SIZE:
        raise MalformedError(what=_WHAT, why=f"it has {len(data)} bytes, which does not fit what it lists")
    keyring = Keyring(
        portal_id=portal_id,
        generation=generation,
        written_us=written_us,
        passphrase_slot=passphrase_slots[0] if passphrase_slots else None,
        key_slots=tuple(one for one in slots if isinstance(one, KeySlot)),
        keys=tuple(_read_key(data, at + n * PUBLIC_KEY.size) for n in range(key_count)),
        token_hash=data[salt_at - HASH_SIZE : salt_at],
        salt=data[salt_at : salt_at + SALT_SIZE],
        sealed=data[salt_at + SALT_SIZE :],
        bound=data[:salt_at],
    )
    if len(passphrase_slots) > 1 or (passphrase_slots and keyring.slots(SlotKind.SERVER)):
        raise MalformedError(what=_WHAT, why="beside a passphrase there may be recovery keys only")
    if len({one.public for one in keyring.keys}) != key_count:
        raise MalformedError(what=_WHAT, why="a key is listed twice")
    return keyring


def _read_slot(data: bytes, at: int) -> tuple[PassphraseSlot | KeySlot, int]:
    kind = data[at] if at < len(data) else 0
    layout = PASSPHRASE_SLOT if kind == SlotKind.PASSPHRASE else KEY_SLOT
    if kind not in list(SlotKind) or at + layout.size > len(data):
        raise MalformedError(what=_WHAT, why="a slot in it is of no known kind, or cut off")
    _, zeros, *rest = layout.unpack_from(data, at)
    if any(zeros):
        raise UnsupportedVersionError(what=_WHAT, version=VERSION, suite=SUITE)
    if kind != SlotKind.PASSPHRASE:
        return KeySlot(kind=SlotKind(kind), public=rest[0], wrapped=rest[1]), at + layout.size
    memory_kib, passes, lanes, salt, commitment, wrapped = rest
    cost = Cost(memory_kib=memory_kib, passes=passes, lanes=lanes)
    if not cost.allowed():
        raise MalformedError(what=_WHAT, why="it asks for more work or memory than any honest one")
    return PassphraseSlot(cost=cost, salt=salt, commitment=commitment, wrapped=wrapped), at + layout.size


def _read_key(data: bytes, at: int) -> PublicKey:
    listed_id, made_us, public = PUBLIC_KEY.unpack_from(data, at)
    key = PublicKey(made_us=made_us, public=public)
    if key.key_id != listed_id or made_us >= MAX_INTEGER:
        raise MalformedError(what=_WHAT, why="a key in it does not have the id or time it is listed with")
    return key


def open_by_passphrase(keyring: Keyring, passphrase: bytes, *, stretch: Stretch = stretch) -> OpenKeyring:
    """Open with the passphrase's bytes (passphrase.to_bytes).

    Errors: WrongPassphraseError; WrongIdentityError if it has no passphrase; KeyringChangedError.
    """
    slot = keyring.passphrase_slot
    if slot is None:
        raise WrongIdentityError(wanted=_slot_ids(keyring), what="this keyring, which has no passphrase")
    stretched = slot.cost.stretched(passphrase, slot.salt, stretch)
    if not equal(stretched[KEY_SIZE:], slot.commitment):
        raise WrongPassphraseError
    try:
        master_key = open_once(stretched[:KEY_SIZE], slot.wrapped, bound_to=keyring.label + slot.bound())
    except BadTagError:
        raise KeyringChangedError(why="its passphrase slot was changed") from None
    return open_by_master_key(keyring, master_key, passphrase=passphrase)


def open_by_key(keyring: Keyring, key: PortalKey) -> OpenKeyring:
    """Open with a recovery key or a server's key.  Errors: WrongIdentityError, KeyringChangedError."""
    return open_by_master_key(keyring, unwrap_master_key(keyring, key))


def unwrap_master_key(keyring: Keyring, key: PortalKey) -> bytes:
    """Return the master key with a recovery key or a server's key.  Errors: WrongIdentityError, KeyringChangedError."""
    for slot in keyring.key_slots:
        if slot.public == key.public:
            try:
                return key.unwrap(slot.wrapped, info=slot_info(keyring.label, slot.kind, slot.public))
            except BadTagError:
                raise KeyringChangedError(why="the slot of this key was changed") from None
    raise WrongIdentityError(wanted=_slot_ids(keyring), what="this keyring")


def open_by_master_key(keyring: Keyring, master_key: bytes, *, passphrase: bytes | None = None) -> OpenKeyring:
    """Open with the master key itself, as a server hands it over.  Errors: KeyringChangedError."""
    try:
        seeds = open_once(
            seeds_key(keyring.portal_id, keyring.salt, master_key), keyring.sealed, bound_to=keyring.bound
        )
    except BadTagError:
        raise KeyringChangedError(why="something in it is not as it was written") from None
    keys = tuple(PortalKey(seeds[at : at + SEED_SIZE]) for at in range(0, len(seeds), SEED_SIZE))
    token = replace_token(keyring.portal_id, keyring.salt, master_key)
    if any(key.public != listed.public for key, listed in zip(keys, keyring.keys, strict=True)):
        raise KeyringChangedError(why="a seed in it does not give the key that is listed")
    if hashlib.sha256(token).digest() != keyring.token_hash:
        raise KeyringChangedError(why="its replace token is not its own")
    return OpenKeyring(keyring=keyring, portal_keys=keys, replace_token=token, passphrase=passphrase)


def _slot_ids(keyring: Keyring) -> list[bytes]:
    return [key_id(one.public) for one in keyring.key_slots]


def slot_label(portal_id: bytes, generation: int) -> bytes:
    """The label that ties a slot to portal and generation."""
    return LABEL_SLOT + portal_id + struct.pack("<I", generation)


def slot_info(label: bytes, kind: SlotKind, public: bytes) -> bytes:
    """HPKE's info for a recovery or server slot."""
    return label + bytes([kind]) + key_id(public)


def seeds_key(portal_id: bytes, salt: bytes, master_key: bytes) -> bytes:
    """The key that seals the seeds."""
    return derive(master_key, salt=salt, label=LABEL_KEYRING + portal_id)


def replace_token(portal_id: bytes, salt: bytes, master_key: bytes) -> bytes:
    """The token that shows the keyring was opened."""
    return derive(master_key, salt=salt, label=LABEL_REPLACE + portal_id)
