"""Check and open a sealed recording without the program that made it.

This one file reads sealed files, keyrings, key files and strings as the page SPEC.md beside it says; § names its
sections. It needs Python 3.11 or newer and the package `cryptography`, 50 or newer, and nothing else:

    python open_without_sealcast.py check FILE --signer FINGERPRINT
    python open_without_sealcast.py open FILE FOLDER --keyring KEYRING

Checking needs no key. What comes from outside is not believed: lengths are compared with limits before use, a file
is mapped and not loaded, and no byte of a block is given out before its signature and its tag were right.
"""

from __future__ import annotations

import argparse
import getpass
import hashlib
import hmac
import io
import json
import os
import re
import stat
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

try:
    from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, hpke
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError:
    if __name__ != "__main__":
        raise
    sys.exit("The Python package cryptography is missing or too old.\nhint: pip install 'cryptography>=50'")


MAGIC_FILE, MAGIC_KEYRING, MAGIC_BLOCK = b"\x89SCR\r\n\x1a\n", b"\x89SCK\r\n\x1a\n", b"SEG1"
DATA, INDEX, SUMMARY, FINAL = 1, 2, 3, 4
PORTAL, PERSON = 1, 2
PASSPHRASE, RECOVERY, SERVER = 1, 2, 3
SLOT_LENGTHS = {PASSPHRASE: 112, RECOVERY: 2388, SERVER: 2388}
STRING_LENGTHS = {"sealcast-portal": 1216, "sealcast-signer": 32, "sealcast-recovery": 32, "sealcast-server": 32}
MIB = 1024 * 1024
MAX_TORN, MAX_KEYRING, MAX_KEYS = 32 * MIB, 384 * 1024, 64 * 1024
COST_OF_A_CHECK = 16 * 1024
MAX_HEADER = 256 + 16 * 1188
MAX_ANCHOR_LINE = 512
MAX_ANCHORS, MAX_SECRET, MAX_STRING = 16 * MIB, 8192, 8192  # limits of this reader, not of the SPEC
MAX_INTEGER = 2**53


class FileData:
    """A file as bytes, read when they are asked for; what is cut off meanwhile is just not there."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        self._file.seek(start)
        return self._file.read(max(0, stop - start))

    def find(self, wanted: bytes, start: int) -> int:
        """Where the wanted bytes begin at or behind the start, -1 if nowhere."""
        step = 4096  # mostly they are near
        while start < self._size:
            found = self[start : start + step + len(wanted) - 1].find(wanted)
            if found >= 0:
                return start + found
            start, step = start + step, min(2 * step, MIB)
        return -1


Data = bytes | bytearray | FileData


class ReadError(Exception):
    """Something from outside is not as the SPEC wants it; `outcome` is the short name of how."""

    def __init__(self, outcome: str, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome


class HeaderError(ReadError):
    """An outcome of §5.2 other than opens."""


class KeyringError(ReadError):
    """wrong passphrase, not for these keys, changed, malformed, unsupported version, not a keyring."""


class KeysError(ReadError):
    """malformed, unsupported version."""


class StringError(ReadError):
    """mistyped, wrong kind."""


class AnchorsError(ReadError):
    """malformed."""


# Algorithms, §4.1


def hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF(key; salt; info)."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(key)


def unseal(key: bytes, sealed: bytes, aad: bytes) -> bytes | None:
    """The plaintext, or None when the tag is wrong."""
    try:
        return AESGCM(key).decrypt(bytes(12), sealed, aad)
    except InvalidTag:
        return None


def key_id(public_key: bytes) -> bytes:
    """The key id of a public key, which also is the fingerprint of a signer."""
    return hashlib.sha256(b"sealcast/1 key" + public_key).digest()[:16]


class PortalKey:
    """A key pair of the KEM, made from its seed."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != 32:
            raise ValueError("a seed has 32 bytes")
        expanded = hashlib.shake_256(seed).digest(96)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.public_key = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        self._private = hpke.MLKEM768X25519PrivateKey(mlkem, x25519)

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes | None:
        """The wrapped key, or None when it does not unwrap."""
        suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
        try:
            return suite.decrypt(wrapped, self._private, info=info)
        except (InvalidTag, ValueError):
            return None


# Header, §4.2 and §5.2


class Fields(NamedTuple):
    """The fixed fields of a header behind its length."""

    recording_id: bytes
    session_id: bytes
    part: int
    previous_block: int
    created: int
    signer: bytes
    previous_recording_id: bytes
    previous_hash: bytes
    reserved: bytes


class Header:
    """A header that is whole, supported and signed."""

    def __init__(self, raw: bytes) -> None:
        self.fields = Fields._make(struct.unpack_from("<16s16sIIQ32s16s32s16s", raw, 16))
        self.recipients = list(struct.iter_unpack("<B3s16s1168s", raw[160:-96]))  # role, reserved, key id, wrapped
        self.raw, self.length, self.hash = raw, len(raw), hashlib.sha256(raw[:-64]).digest()
        if any(self.fields.reserved) or any(any(reserved) for _, reserved, _, _ in self.recipients):
            raise HeaderError("unsupported version", "The header uses bytes that are reserved for later versions.")
        if self.fields.created >= MAX_INTEGER:
            raise HeaderError("header damaged", "The header gives an impossible time.")
        if not self.signed(self.hash, raw[-64:]):
            raise HeaderError("header damaged", "The signature of the header is wrong.")

    def signed(self, block_hash: bytes, signature: bytes) -> bool:
        """Whether the signer signed the block, or the header, of this hash."""
        message = b"sealcast/1 block" + self.fields.recording_id + block_hash
        try:
            Ed25519PublicKey.from_public_bytes(self.fields.signer).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def find_file_key(self, seeds: Iterable[bytes], file_keys: Mapping[bytes, bytes]) -> bytes:
        """The file key, proven by the header's HMAC, or HeaderError."""
        recording_id = self.fields.recording_id
        file_key = self._unwrap_file_key(seeds) or file_keys.get(recording_id)
        if file_key is None:
            raise HeaderError("not for these keys", "None of the given keys fits this recording.")
        expected = hmac.digest(hkdf(file_key, recording_id, b"sealcast/1 header"), self.raw[:-96], "sha256")
        if not hmac.compare_digest(expected, self.raw[-96:-64]):
            raise HeaderError("header forged", "The header was not made by somebody who held the file key.")
        return file_key

    def _unwrap_file_key(self, seeds: Iterable[bytes]) -> bytes | None:
        portal_keys = {key_id(key.public_key): key for key in map(PortalKey, seeds)}
        for role, _, wanted, wrapped in self.recipients:
            if wanted in portal_keys and role in (PORTAL, PERSON):
                info = b"sealcast/1 file key" + self.fields.recording_id + bytes([role]) + wanted
                file_key = portal_keys[wanted].unwrap(wrapped, info)
                if file_key is None:
                    raise HeaderError("header forged", "The file key in the header does not unwrap.")
                return file_key
        return None


def read_header(data: Data) -> Header:
    """The header, whole and signed, or HeaderError with the first outcome of §5.2 that fits."""
    start = bytes(data[:16])
    if start[:8] != MAGIC_FILE[: len(start)]:
        raise HeaderError("not a recording", "The file does not begin like a sealed recording.")
    if any(byte != 1 for byte in start[8:10]):
        raise HeaderError("unsupported version", "The file is of a version that this reader does not know.")
    count = int.from_bytes(start[10:12], "little")
    if len(start) >= 12 and not 1 <= count <= 16:
        raise HeaderError("header damaged", "The header gives an impossible number of recipients.")
    length = 256 + 1188 * count
    if len(start) == 16 and int.from_bytes(start[12:], "little") != length:
        raise HeaderError("header damaged", "The header gives a wrong length of itself.")
    if len(start) < 16 or len(data) < length:
        raise HeaderError("header incomplete", "The file ends inside its header.")
    return Header(bytes(data[:length]))


# Blocks, §4.3 and §5.3


@dataclass(frozen=True)
class Block:
    """A block whose head is well formed and that lies in the file."""

    type: int
    number: int
    offset: int
    raw: bytes = field(repr=False)
    hash: bytes

    def good(self, header: Header) -> bool:
        """Whether it is signed, too."""
        return header.signed(self.hash, self.raw[-64:])

    def payload(self, header: Header, file_key: bytes) -> bytes | None:
        """What is sealed in a good block, or None when the tag or the plaintext is wrong."""
        block_key = hkdf(file_key, self.raw[48:64], b"sealcast/1 block" + header.fields.recording_id)
        plaintext = unseal(block_key, self.raw[64:-64], self.raw[:16])
        if plaintext is None:
            return None
        end = 4 + int.from_bytes(plaintext[:4], "little")
        if end > len(plaintext) or plaintext.count(0, end) != len(plaintext) - end:
            return None
        return plaintext[4:end]


def read_block(data: Data, offset: int, above: int = 0) -> Block | None:
    """The block at the offset if its head is well formed, its number is above and it lies in the file."""
    head = bytes(data[offset : offset + 16])
    if len(head) < 16:
        return None
    magic, kind, reserved, sealed_length, number = struct.unpack("<4sB3sII", head)
    fits = sealed_length == 912 if kind == FINAL else 288 <= sealed_length <= 16_777_248
    end = offset + 112 + sealed_length
    if magic != MAGIC_BLOCK or any(reserved) or number <= above or not fits or end > len(data):
        return None
    raw = bytes(data[offset:end])
    return Block(kind, number, offset, raw, hashlib.sha256(memoryview(raw)[:-64]).digest())


class Walk:
    """The walk of §5.3. The fields hold once blocks() has run to its end."""

    def __init__(self, data: Data, header: Header) -> None:
        self.data, self.header = data, header
        self.good_blocks = self.last = self.torn = 0
        self.gaps: list[tuple[int, int]] = []
        self.missing: list[tuple[int, int]] = []
        self.final: Block | None = None
        self.cost_left = 4 * len(data) + 64 * MIB

    def blocks(self) -> Iterator[Block]:
        """The good blocks of the walk, in order."""
        offset, size = self.header.length, len(self.data)
        while offset < size and self.final is None:
            block = self._next_good(offset)
            if block is None:
                self.torn = size - offset
                return
            if block.offset > offset:
                self.gaps.append((offset, block.offset))
            if block.number > self.last + 1:
                self.missing.append((self.last + 1, block.number - 1))
            self.good_blocks, self.last = self.good_blocks + 1, block.number
            offset = block.offset + len(block.raw)
            if block.type == FINAL:
                self.final, self.torn = block, size - offset
            yield block

    def _next_good(self, offset: int) -> Block | None:
        """Steps 1 and 2: the first good block with a larger number that begins at the offset or behind it."""
        while self.cost_left >= 0 and (offset := self.data.find(MAGIC_BLOCK, offset)) >= 0:
            block = read_block(self.data, offset, above=self.last)
            if block is not None:
                if block.good(self.header):
                    return block
                self.cost_left -= len(block.raw) + COST_OF_A_CHECK
            offset += 1
        return None


# Opening, §5.2


@dataclass(frozen=True)
class Opened:
    """What opening gave: an outcome of §5.2, and what is in the file if that is "opens"."""

    outcome: str
    reason: str
    finished: bool = False
    header: Header | None = field(default=None, repr=False)
    data: Data = field(default=b"", repr=False)
    file_key: bytes = field(default=b"", repr=False)

    def payloads(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, type and payload of every DATA and SUMMARY block of the walk that opens."""
        for block in Walk(self.data, self.header).blocks() if self.header else ():
            if self.header and block.type in (DATA, SUMMARY):
                payload = block.payload(self.header, self.file_key)
                if payload is not None:
                    yield block.number, block.type, payload


def open_file(data: Data, *, seeds: Iterable[bytes] = (), file_keys: Mapping[bytes, bytes] | None = None) -> Opened:
    """Look at the header as §5.2 says. Nothing else is read before payloads() is called."""
    try:
        header = read_header(data)
        file_key = header.find_file_key(seeds, file_keys or {})
    except HeaderError as error:
        return Opened(error.outcome, str(error))
    offset = len(data) - 1024
    block = read_block(data, offset) if offset >= header.length else None
    finished = block is not None and block.type == FINAL and block.good(header)
    return Opened("opens", "The recording opens.", finished, header, data, file_key)


# Verifying, §5.4


@dataclass
class Verdict:
    """State of §5.4, the reason for it, and what stands beside it."""

    state: str
    reason: str
    good_blocks: int = 0
    last: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)
    missing: list[tuple[int, int]] = field(default_factory=list)
    torn: int = 0
    signer: bytes | None = None
    fingerprint: bytes | None = None
    last_anchored: int | None = None
    header: Header | None = None
    notes: list[str] = field(default_factory=list)
    anchors_elsewhere: bool = False  # anchors were given, and none of them is of this recording


def verify(
    data: Data,
    *,
    seeds: Iterable[bytes] = (),
    file_keys: Mapping[bytes, bytes] | None = None,
    anchors: Iterable[Mapping[str, Any]] = (),
    fingerprint: bytes | None = None,
    next_part: Data | None = None,
) -> Verdict:
    """One pass over the file. Without keys everything is checked but what only the keys can show."""
    anchors, seeds, notes = list(anchors), list(seeds), list[str]()
    last_anchored = max((anchor["block"] for anchor in anchors), default=None)
    try:
        header = read_header(data)
    except HeaderError as error:
        incomplete = "interrupted" if last_anchored is None and fingerprint is None else "cut"
        states = {"header damaged": "damaged", "header incomplete": incomplete}
        return Verdict(states.get(error.outcome, error.outcome), str(error), last_anchored=last_anchored)
    # One file of anchors may serve all parts of a session; if none is of this one, that is a contradiction.
    own = [anchor for anchor in anchors if anchor["recording"] == header.fields.recording_id.hex()]
    elsewhere, anchors = bool(anchors) and not own, own
    last_anchored = max((anchor["block"] for anchor in own), default=None)
    if next_part is not None:
        following = _anchor_of_next_part(header, next_part)
        if following is None:
            notes.append("The next part was ignored: it is damaged, or does not belong behind this file.")
        else:
            anchors.append(following)
            last_anchored = max(following["block"], last_anchored or 0)
    forged, file_key = "", None
    try:
        file_key = header.find_file_key(seeds, file_keys or {})
    except HeaderError as error:
        if error.outcome == "header forged":
            forged = str(error)
        elif seeds or file_keys:
            notes.append("None of the given keys fits this recording: its contents were not looked at.")
    walk = Walk(data, header)
    for fault in _faults(walk, anchors, fingerprint, file_key):
        forged = forged or fault
    state, reason = ("forged", forged) if forged else _judge(walk, last_anchored, fingerprint)
    beside = walk.good_blocks, walk.last, walk.gaps, walk.missing, walk.torn
    final_hash = walk.final.hash if walk.final else None
    return Verdict(state, reason, *beside, header.fields.signer, final_hash, last_anchored, header, notes, elsewhere)


def _faults(walk: Walk, anchors: list[Any], fingerprint: bytes | None, file_key: bytes | None) -> Iterator[str]:
    """Walks, and gives what shows a forgery."""
    header, number, previous_hash = walk.header, 0, walk.header.hash
    if any(anchor["signer"] != header.fields.signer.hex() for anchor in anchors):
        yield "An anchor names another signer."
    expected: dict[int, set[str]] = {}
    for anchor in anchors:
        expected.setdefault(anchor["block"], set()).add(anchor["hash"])
    if expected.get(0, set()) - {header.hash.hex()}:
        yield "The header contradicts an anchor."
    for block in walk.blocks():
        if block.number == number + 1 and block.raw[16:48] != previous_hash:
            yield f"Block {block.number} does not follow from block {number}."
        number, previous_hash = block.number, block.hash
        if expected.get(number, set()) - {block.hash.hex()}:
            yield f"Block {number} contradicts an anchor."
        if file_key is not None and block.payload(header, file_key) is None:
            yield f"Block {number} is signed, but what is sealed in it is not as it must be."
    if walk.final and fingerprint not in {None, walk.final.hash}:
        yield "The fingerprint of the file is not the one that was kept."


def _judge(walk: Walk, last_anchored: int | None, fingerprint: bytes | None) -> tuple[str, str]:
    """The first state of §5.4 behind forged that fits, with its reason."""
    damages = {
        "Blocks are missing between those that are here.": bool(walk.missing),
        "There are bytes between the blocks that belong to no good block.": bool(walk.gaps),
        f"{walk.torn} bytes follow the block that ends the file.": walk.final is not None and walk.torn > 0,
        "So much of the file only looks like blocks that the search was given up.": walk.cost_left < 0,
        "More bytes at the end are unreadable than an interruption leaves.": walk.torn > MAX_TORN,
    }
    for reason, holds in damages.items():
        if holds:
            return "damaged", reason
    if walk.last < (last_anchored or 0):
        return "cut", f"The file once went on at least to block {last_anchored}."
    if fingerprint is not None and not walk.final:
        return "cut", "The file was once finished, but its end is not here."
    if walk.final:
        return "complete", "Every block is here, in order and signed, and the file was finished."
    return "interrupted", "Every block up to the last one is here, but the file was never finished."


def _anchor_of_next_part(header: Header, next_part: Data) -> dict[str, Any] | None:
    try:
        following = read_header(next_part).fields
    except HeaderError:
        return None
    this, block_hash = header.fields, following.previous_hash.hex()
    theirs = (following.previous_recording_id, following.session_id, following.signer)
    if theirs != (this.recording_id, this.session_id, this.signer):
        return None
    names = {"recording": this.recording_id.hex(), "signer": this.signer.hex()}
    return names | {"block": following.previous_block, "hash": block_hash}


def read_anchors(text: bytes) -> list[dict[str, Any]]:
    """The JSON objects of a file of anchors, §4.10. `bytes` is not compared: it differs in a recovered copy (§5.5)."""
    anchors = []
    for number, line in enumerate(io.BytesIO(text), 1):
        try:
            anchor = json.loads(line.decode("utf-8")) if len(line) <= MAX_ANCHOR_LINE + 1 else {}
            texts = f"{anchor['recording']} {anchor['signer']} {anchor['hash']}"
            fits = re.fullmatch("[0-9a-f]{32} [0-9a-f]{64} [0-9a-f]{64}", texts) and anchor["block"] in range(2**32)
        except (ValueError, LookupError, TypeError, RecursionError):
            fits = None
        if not fits or type(anchor["block"]) is not int:
            raise AnchorsError("malformed", f"Line {number} of the file of anchors is not an anchor.")
        anchors.append({name: anchor[name] for name in ("recording", "signer", "hash", "block")})
    return anchors


# Keyring, §4.8


class Keyring:
    """A keyring whose form was checked; open_keyring fills in the secret part."""

    def __init__(self, source: Data) -> None:
        data = bytes(source[: MAX_KEYRING + 1])
        unsupported = KeyringError("unsupported version", "The keyring is of a version that this reader does not know.")
        malformed = KeyringError("malformed", "The keyring is malformed.")
        if data[:8] != MAGIC_KEYRING:
            raise KeyringError("not a keyring", "The file does not begin like a keyring.")
        if any(byte != 1 for byte in data[8:10]):
            raise unsupported
        if not 48 <= len(data) <= MAX_KEYRING:
            raise malformed
        head = struct.unpack_from("<BB4s16sI4sQ", data, 10)
        slot_count, key_count, reserved, self.portal, self.generation, reserved_too, written = head
        if any(reserved + reserved_too):
            raise unsupported
        if not 1 <= slot_count <= 8 or key_count < 1 or self.generation < 1 or written >= MAX_INTEGER:
            raise malformed
        self.slots, end = _read_slots(data, slot_count)
        keys, end = data[end : end + 1240 * key_count], end + 1240 * key_count + 32
        if len(data) != end + 16 + 32 * key_count + 16:
            raise malformed
        if any(any(slot[1:4]) for slot in self.slots):
            raise unsupported
        self.public_keys = _read_public_keys(keys)
        if not _allowed(self.slots) or len(set(self.public_keys)) != key_count:
            raise malformed
        self.before_salt, self.token_hash = data[:end], data[end - 32 : end]
        self.salt, self.sealed_seeds = data[end : end + 16], data[end + 16 :]
        self.seeds: list[bytes] = []
        self.token = b""


def _read_slots(data: bytes, count: int) -> tuple[list[bytes], int]:
    """The slots, and the offset behind them; the last of them may be cut."""
    slots, offset = [], 48
    for _ in range(count):
        length = SLOT_LENGTHS.get(data[offset]) if offset < len(data) else None
        if length is None:
            raise KeyringError("malformed", "The keyring has a slot of unknown kind, or ends before its slots.")
        slots.append(data[offset : offset + length])
        offset += length
    return slots, offset


def _read_public_keys(table: bytes) -> list[bytes]:
    """The public keys, none of them yet if one is not what it is listed as."""
    keys = list(struct.iter_unpack("<16sQ1216s", table))
    listed = all(kid == key_id(public_key) and made < MAX_INTEGER for kid, made, public_key in keys)
    return [public_key for _, _, public_key in keys] if listed else []


def _allowed(slots: list[bytes]) -> bool:
    kinds = [slot[0] for slot in slots]
    if kinds.count(PASSPHRASE) > 1 or (PASSPHRASE in kinds and SERVER in kinds):
        return False
    for slot in slots:
        m, t, p = struct.unpack_from("<III", slot, 4)
        in_limits = 65_536 <= m <= 524_288 and 1 <= t <= 8 and 1 <= p <= 8 and m * t <= 1_572_864 and m >= 8 * p
        if slot[0] == PASSPHRASE and not in_limits:
            return False
    return True


def open_keyring(data: Data, *, passphrase: str | None = None, seed: bytes | None = None) -> Keyring:
    """Open a keyring by its passphrase, or by the seed of a recovery or server key."""
    keyring = Keyring(data)
    context = b"sealcast/1 slot" + keyring.portal + struct.pack("<I", keyring.generation)
    if passphrase is not None:
        master = _master_by_passphrase(keyring, context, passphrase)
    elif seed is not None:
        master = _master_by_seed(keyring, context, seed)
    else:
        raise KeyringError("not for these keys", "The keyring needs a passphrase or a recovery key.")
    if master is not None:
        keyring.token = hkdf(master, keyring.salt, b"sealcast/1 replace" + keyring.portal)
        seeds_key = hkdf(master, keyring.salt, b"sealcast/1 keyring" + keyring.portal)
        opened = unseal(seeds_key, keyring.sealed_seeds, keyring.before_salt) or b""
        keyring.seeds = [opened[i : i + 32] for i in range(0, len(opened), 32)]
    token_fits = hmac.compare_digest(hashlib.sha256(keyring.token).digest(), keyring.token_hash)
    if not token_fits or [PortalKey(each).public_key for each in keyring.seeds] != keyring.public_keys:
        raise KeyringError("changed", "The keyring was changed after it was written.")
    return keyring


def _master_by_passphrase(keyring: Keyring, context: bytes, passphrase: str) -> bytes | None:
    slot = next((slot for slot in keyring.slots if slot[0] == PASSPHRASE), None)
    if slot is None:
        raise KeyringError("not for these keys", "The keyring does not open with a passphrase.")
    wrong = KeyringError("wrong passphrase", "The passphrase is wrong.")
    if len(passphrase) > 3 * 1024:  # composing shortens a text at most to a third, so this cannot become 1 024 bytes
        raise wrong
    try:
        secret = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    except UnicodeEncodeError:
        raise wrong from None
    if not 1 <= len(secret) <= 1024:
        raise wrong
    m, t, p, salt, commitment, wrapped = struct.unpack_from("<III16s32s48s", slot, 4)
    derived = Argon2id(salt=salt, length=64, iterations=t, lanes=p, memory_cost=m).derive(secret)
    if not hmac.compare_digest(derived[32:], commitment):
        raise wrong
    return unseal(derived[:32], wrapped, context + slot[:64])


def _master_by_seed(keyring: Keyring, context: bytes, seed: bytes) -> bytes | None:
    key = PortalKey(seed)
    for slot in keyring.slots:
        if slot[0] != PASSPHRASE and slot[4:1220] == key.public_key:
            return key.unwrap(slot[1220:], context + slot[:1] + key_id(key.public_key))
    raise KeyringError("not for these keys", "The keyring has no slot for this key.")


# Key file, §4.9


def read_keys(text: bytes) -> dict[bytes, bytes]:
    """Recording id to file key."""
    lines = text.split(b"\n") if len(text) <= MAX_KEYS else [b""]
    version = re.fullmatch(rb"sealcast-keys (0|[1-9][0-9]*)", lines[0])
    if version is None or len(lines) < 2:
        raise KeysError("malformed", "The file is not a key file.")
    if version[1] != b"1":
        raise KeysError("unsupported version", "The key file is of a version that this reader does not know.")
    file_keys: dict[bytes, bytes] = {}
    for number, line in enumerate(lines[1:-1], 2):
        match = re.fullmatch("([0-9a-f]{32}) ([0-9a-f]{64})", line.decode("ascii", "replace"))
        if match is None or bytes.fromhex(match[1]) in file_keys:
            raise KeysError("malformed", f"Line {number} of the key file is malformed.")
        file_keys[bytes.fromhex(match[1])] = bytes.fromhex(match[2])
    if not file_keys or lines[-1]:
        raise KeysError("malformed", "The key file is not whole.")
    return file_keys


# Strings, §4.11


def read_string(text: str | bytes, prefix: str) -> bytes:
    """The bytes of a Bech32 string with this prefix."""
    text = text if isinstance(text, str) else text.decode("ascii", "replace")
    length, alphabet = STRING_LENGTHS[prefix], "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    mistyped = StringError("mistyped", "The string is mistyped.")
    joined = "".join(text.split()) if len(text) <= MAX_STRING else ""
    found, _, letters = joined.lower().rpartition("1")
    values = [alphabet.find(letter) for letter in letters]
    if not joined.isascii() or joined not in (joined.lower(), joined.upper()) or not found or -1 in values:
        raise mistyped
    prefix_values = [code >> 5 for code in found.encode()] + [0] + [code & 31 for code in found.encode()]
    if len(values) < 6 or _checksum(prefix_values + values) != 1:
        raise mistyped
    if found != prefix:
        raise StringError("wrong kind", f"The string is not of the kind {prefix}.")
    bits = "".join(f"{value:05b}" for value in values[:-6])
    if len(values) - 6 != (8 * length + 4) // 5 or "1" in bits[8 * length :]:
        raise mistyped
    return int(bits[: 8 * length], 2).to_bytes(length, "big")


def _checksum(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top, checksum = checksum >> 25, (checksum & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            checksum ^= generator if top >> i & 1 else 0
    return checksum


# Command line


class CommandError(Exception):
    """A sentence and a hint for whoever gave the command."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.hint = hint


HINTS = {
    "not a recording": "Choose the sealed file itself.",
    "unsupported version": "Look for a newer release of this reader.",
    "forged": "Do not rely on this file. Ask for the original at the place where it was recorded.",
    "damaged": "Look for another copy. With a key, `open` still takes out what is undamaged.",
    "cut": "Look for a longer copy: blocks that once were written are not in this one.",
    "interrupted": "Nothing shows where the recording ended. Ask whether there is another part, or a longer copy.",
    "not for these keys": "Use the keyring or key file of somebody for whom it was sealed.",
    "header forged": "Do not rely on this file. If you gave a key file, make sure that it belongs to the recording.",
    "header incomplete": "Look for another copy: nothing of this one can be opened.",
    "header damaged": "Look for another copy: without its header nothing of this one can be opened.",
    "wrong passphrase": "Mind upper and lower case and the layout of the keyboard, and try again.",
    "changed": "Fetch the keyring again from the place where it is kept.",
    "malformed": "Choose the right file, or fetch it again: this one is not as it was written.",
    "not a keyring": "Choose the keyring itself. A key file is given with --keys.",
    "mistyped": "Compare it letter by letter with the original.",
    "wrong kind": "The first word of the string says what it is for.",
}


@contextmanager
def _opened(path: Path) -> Iterator[Data]:
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise CommandError(f"{path} is a folder, not a file.", "Give the name of a file in it.")
    if not stat.S_ISREG(mode):  # a pipe or a device could keep us waiting, or feed us, for ever
        raise CommandError(f"{path} is not an ordinary file.", "Copy its contents to an ordinary file first.")
    with path.open("rb") as file:
        yield FileData(file)


def _read_small(path: Path, limit: int) -> bytes:
    with _opened(path) as data:
        if len(data) > limit:
            raise CommandError(f"{path} is larger than {limit} bytes, which cannot be right.", "Check the name.")
        return bytes(data[:])


def _hex(text: str, *lengths: int) -> bytes:
    digits = "".join(text.replace("-", " ").split()).lower()  # people copy them in groups
    if not re.fullmatch("[0-9a-f]+", digits) or len(digits) not in lengths:
        wanted = " or ".join(map(str, lengths))
        raise CommandError(f"{text[:80]!r} is not {wanted} hex digits.", "Copy all of it, and nothing else.")
    return bytes.fromhex(digits)


def _secret(secret_file: Path | None) -> str:
    if secret_file is None:
        return getpass.getpass("Passphrase or recovery key: ")
    try:
        return _read_small(secret_file, MAX_SECRET).decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise CommandError(f"{secret_file} is not text in UTF-8.", "Write the secret alone into it, as text.") from None


def _keys(arguments: argparse.Namespace) -> dict[str, Any]:
    """The keys as arguments of verify and open_file."""
    if arguments.secret_file and not arguments.keyring:
        raise CommandError("A secret opens nothing but a keyring.", "Add --keyring, or leave --secret-file out.")
    if arguments.keys:
        return {"file_keys": read_keys(_read_small(arguments.keys, MAX_KEYS))}
    if not arguments.keyring:
        return {}
    data = _read_small(arguments.keyring, MAX_KEYRING)
    Keyring(data)  # so that a file which is none is told before a secret is asked for
    secret = _secret(arguments.secret_file)
    for prefix in ("sealcast-recovery", "sealcast-server"):
        if "".join(secret.lower().split()).startswith(prefix + "1"):
            keyring = open_keyring(data, seed=read_string(secret, prefix))
            print("A recovery or server key does not prove who wrote a keyring. Compare the ids of its keys:")
            print(*(f"  {_grouped(key_id(each))}" for each in keyring.public_keys), sep="\n")
            return {"seeds": keyring.seeds}
    return {"seeds": open_keyring(data, passphrase=secret).seeds}


def _grouped(value: bytes) -> str:
    return value.hex("-", 2)


def _ranges(ranges: list[tuple[int, int]]) -> str:
    shown = ", ".join(f"{first}-{last}" for first, last in ranges[:20])
    return f"{shown} and {len(ranges) - 20} more" if len(ranges) > 20 else shown or "none"


def _print_verdict(verdict: Verdict, signer_word: str) -> None:
    print(f"state: {verdict.state}\nreason: {verdict.reason}")
    if verdict.header:
        fields = verdict.header.fields
        created = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=fields.created)
        print(f"signer: {signer_word} (fingerprint {_grouped(key_id(fields.signer))})")
        print(f"public key of the signer: {fields.signer.hex()}")
        print(f"recording: {fields.recording_id.hex()}, part {fields.part}")
        print(f"created, as its signer says: {created.isoformat()}")
        print(f"good blocks: {verdict.good_blocks}\nlast block: {verdict.last}")
        print(f"missing blocks: {_ranges(verdict.missing)}")
        print(f"gaps (byte offsets, end excluded): {_ranges(verdict.gaps)}\ntorn bytes: {verdict.torn}")
    if verdict.last_anchored is not None:
        print(f"last anchored block: {verdict.last_anchored}")
    if verdict.fingerprint:
        print(f"fingerprint of the file: {verdict.fingerprint.hex()}")
    for note in verdict.notes:
        print(f"note: {note}")


def _check(arguments: argparse.Namespace) -> None:
    trusted = next_part = fingerprint = None
    if arguments.signer is not None:
        is_string = arguments.signer.strip().lower().startswith("sealcast-")
        trusted = read_string(arguments.signer, "sealcast-signer") if is_string else _hex(arguments.signer, 64, 32)
    if arguments.fingerprint is not None:
        fingerprint = _hex(arguments.fingerprint, 64)
    if arguments.next is not None:
        with _opened(arguments.next) as following:
            next_part = bytes(following[:MAX_HEADER])
    with _opened(arguments.file) as data:
        keys = _keys(arguments)
        anchors = read_anchors(_read_small(arguments.anchors, MAX_ANCHORS)) if arguments.anchors else []
        verdict = verify(data, **keys, anchors=anchors, fingerprint=fingerprint, next_part=next_part)
    same = trusted is not None and verdict.signer is not None and trusted in (verdict.signer, key_id(verdict.signer))
    _print_verdict(verdict, "unknown" if trusted is None else "the one you named" if same else "NOT the one you named")
    if verdict.state != "complete":
        raise CommandError(f"The file cannot be called genuine: {verdict.state}.", HINTS[verdict.state])
    if verdict.anchors_elsewhere:
        hint = "Find the anchors of this recording, or the recording of these anchors."
        raise CommandError("The recording is complete, but not the one that the anchors are of.", hint)
    if trusted is None:
        hint = "Ask those who recorded for their fingerprint, by another way than this file came; give it as --signer."
        raise CommandError("The recording is complete, but its signer is unknown: anybody could have made it.", hint)
    if not same:
        hint = "Make sure that you were given the right fingerprint; if you were, do not rely on this file."
        raise CommandError("The recording is complete, but somebody else signed it.", hint)
    print("genuine: it is complete, and signed by the signer you named")


def _open(arguments: argparse.Namespace) -> None:
    if arguments.folder.exists() or arguments.folder.is_symlink():  # told before a secret is asked for
        raise CommandError(f"{arguments.folder} exists already.", "Name a folder that does not exist yet.")
    with _opened(arguments.file) as data:
        keys = _keys(arguments)
        opened = open_file(data, **keys)
        if opened.outcome != "opens":
            raise CommandError(opened.reason, HINTS[opened.outcome])
        arguments.folder.mkdir(0o700)
        verdict = verify(data, **keys)
        _print_verdict(verdict, "not judged")
        written = 0
        for number, kind, payload in opened.payloads():
            name = "summary" if kind == SUMMARY else f"{number:08}.data"
            (arguments.folder / name).write_bytes(payload)
            written += kind == DATA
    print(f"payloads written: {written}")
    if verdict.state not in ("complete", "interrupted"):
        raise CommandError(f"What opens was written, but not all is well: {verdict.state}.", HINTS[verdict.state])


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"The command is not understood: {message}.\nhint: {self.prog} --help", file=sys.stderr)
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(description="Check and open a sealed recording.")
    commands = parser.add_subparsers(required=True, metavar="check|open")
    check = commands.add_parser("check", help="say whether a recording is genuine")
    check.set_defaults(run=_check)
    check.add_argument("file", type=Path, metavar="FILE")
    check.add_argument("--next", type=Path, metavar="FILE", help="the next part of the same recording")
    check.add_argument("--anchors", type=Path, metavar="FILE", help="anchors that were kept apart")
    check.add_argument("--fingerprint", metavar="HEX", help="fingerprint of the file that was kept apart")
    check.add_argument("--signer", metavar="SIGNER", help="fingerprint or public key of the signer whom you trust")
    unpack = commands.add_parser("open", help="write the contents of a recording to a new folder")
    unpack.set_defaults(run=_open)
    unpack.add_argument("file", type=Path, metavar="FILE")
    unpack.add_argument("folder", type=Path, metavar="FOLDER")
    for command in (check, unpack):
        keys = command.add_mutually_exclusive_group(required=command is unpack)
        keys.add_argument("--keyring", type=Path, metavar="F", help="keyring, asks for a passphrase or recovery key")
        keys.add_argument("--keys", type=Path, metavar="F", help="key file")
        command.add_argument("--secret-file", type=Path, metavar="F", help="file with the passphrase or recovery key")
    return parser


def _failure_of_system(error: OSError) -> CommandError:
    name = error.filename or "A file"
    if isinstance(error, FileNotFoundError):
        return CommandError(f"{name} does not exist.", "Check the name and the folder.")
    if isinstance(error, FileExistsError):
        return CommandError(f"{name} exists already.", "Name a folder that does not exist yet.")
    if isinstance(error, PermissionError):
        return CommandError(f"{name} may not be used by you.", "Ask its owner, or work in a folder of your own.")
    return CommandError(
        f"{name} cannot be used: {error.strerror or error}.", "Check the name and the disk's free space."
    )


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says, and give the exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        parsed.run(parsed)
        sys.stdout.flush()
    except CommandError as error:
        failure = error
    except ReadError as error:
        failure = CommandError(str(error), HINTS[error.outcome])
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
        return 1
    except OSError as error:
        failure = _failure_of_system(error)
    except MemoryError:
        failure = CommandError("There is not enough memory.", "Close other programs, or use a larger machine.")
    except UnsupportedAlgorithm:
        failure = CommandError("cryptography lacks an algorithm.", "Install it anew: pip install 'cryptography>=50'")
    except (KeyboardInterrupt, EOFError):
        failure = CommandError("Stopped before the end.", "Run it again.")
    else:
        return 0
    # A name of a file may hold what steers a terminal.
    sentence = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in str(failure))
    print(f"{sentence}\nhint: {failure.hint}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
