"""The vectors of keyring, key file and strings, one fault each."""

import struct
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Final

from tests.vectors.fixed import Fixed, portal, seed
from vault import bech32, key_file, keyring_acts
from vault.keyring import FIXED, PASSPHRASE_SLOT, Cost, open_by_key, open_by_passphrase, read_keyring, seeds_key
from vault.keyring_acts import Locks, Writing, change_passphrase, create, rotate
from vault.primitives import open_once, seal_once, stretch

Pairs = list[tuple[str, str]]
Case = tuple[str, bytes, Pairs]
PASSPHRASE: Final = "Käse, Brot & 11 Äpfel"
PORTAL_ID: Final = bytes(range(48, 64))
SLOT_AT: Final = FIXED.size
KEYS_AT: Final = SLOT_AT + PASSPHRASE_SLOT.size + 2388


def keyring_cases(fixed: Fixed) -> Iterator[Case]:
    writing = Writing(outside=fixed.outside("keyring"), cost=Cost(passes=1))
    recovery, server = portal("recovery"), portal("server")
    first = create(PORTAL_ID, Locks(passphrase=PASSPHRASE.encode(), recovery=(recovery.public,)), writing=writing)
    opened = open_by_passphrase(read_keyring(first), PASSPHRASE.encode())
    second = rotate(opened, writing=writing)
    keys = open_by_passphrase(read_keyring(second), PASSPHRASE.encode())
    good = _opens(keys.keyring.generation, [key.seed for key in keys.portal_keys], keys.replace_token)
    right, by_recovery = [("passphrase", PASSPHRASE)], [("seed", seed("recovery").hex())]
    yield "keyring-passphrase", second, _pairs("passphrase and recovery key, generation 2, two keys", right, good)
    decomposed = [("passphrase", "Ka\u0308se, Brot & 11 A\u0308pfel")]
    yield "keyring-decomposed", second, _pairs("the same, typed in decomposed letters", decomposed, good)
    yield "keyring-recovery", second, _pairs("opened by recovery key", by_recovery, good)
    wrong = [("passphrase", PASSPHRASE + "!")]
    yield "keyring-wrong-passphrase", second, _pairs("another passphrase", wrong, "wrong passphrase")
    yield "keyring-wrong-key", second, _pairs("another key", [("seed", seed("another").hex())], "not for these keys")
    plain = create(PORTAL_ID, Locks(server=(server.public,)), writing=writing)
    by_server = open_by_key(read_keyring(plain), server)
    seeds = [key.seed for key in by_server.portal_keys]
    opens = _opens(1, seeds, by_server.replace_token)
    yield "keyring-server", plain, _pairs("server's slot only", [("seed", seed("server").hex())], opens)
    left = change_passphrase(opened, b"new one, 2 of us left", somebody_leaves=True, writing=writing)
    yield "keyring-somebody-left", left, _pairs("the passphrase from before", right, "wrong passphrase")
    # Whoever opened a keyring could write one whose listed key is not the seed's.
    other = SimpleNamespace(seed=seed("listed"), public=portal("other").public)
    locks = Locks(passphrase=PASSPHRASE.encode())
    wrong_seed = keyring_acts._write(PORTAL_ID, 1, locks, [(other, 1)], new_key=False, writing=writing)  # type: ignore[list-item] # made so on purpose
    yield "keyring-wrong-seed", wrong_seed, _pairs("a seed that does not give its listed key", right, "changed")
    with_token = keyring_acts._write(PORTAL_ID, 1, locks, [(portal("other"), 1)], new_key=False, writing=writing)
    wrong_token = _with_other_token(with_token)
    yield "keyring-wrong-token", wrong_token, _pairs("a replace token that is not the listed one", right, "changed")
    yield "keyring-no-passphrase", plain, _pairs("a passphrase for a keyring without one", right, "not for these keys")
    for name, at in (("flip-wrapped", SLOT_AT + 100), ("flip-key", KEYS_AT + 16), ("flip-seeds", -1)):
        yield f"keyring-{name}", _flip(second, at), _pairs(f"one bit at {at} is flipped", right, "changed")
    yield "keyring-flip-recovery", _flip(second, SLOT_AT + 112 + 2000), _pairs(
        "one bit of the recovery slot's wrapped key", by_recovery, "changed"
    )  # fmt: skip
    yield from _refused(second, right)


def _refused(second: bytes, right: Pairs) -> Iterator[Case]:
    def malformed(name: str, data: bytes, note: str) -> Case:
        return f"keyring-{name}", data, _pairs(note, right, "malformed")

    yield malformed("cut", second[:-1], "the last byte is missing")
    yield malformed("longer", second + b"\0", "one byte more")
    yield malformed("no-slots", _put(second, 10, b"\0"), "no slot")
    yield malformed("no-keys", _put(second, 11, b"\0"), "no key")
    yield malformed("memory", _put(second, SLOT_AT + 4, struct.pack("<I", 2**31)), "Argon2id with 2 TiB")
    yield malformed("product", _put(second, SLOT_AT + 4, struct.pack("<II", 2**19, 8)), "m · t is too large")
    for name, at, number in (
        ("no-lanes", 12, 0), ("passes", 8, 9), ("no-passes", 8, 0), ("little-memory", 4, 65_535),
    ):  # fmt: skip
        yield malformed(name, _put(second, SLOT_AT + at, struct.pack("<I", number)), f"Argon2id with {number} of them")
    yield malformed("generation", _put(second, 32, bytes(4)), "generation 0")
    yield malformed("written", _put(second, 40, struct.pack("<Q", 2**53)), "written at 2^53")
    yield malformed("made", _put(second, KEYS_AT + 16, struct.pack("<Q", 2**53)), "a key made at 2^53")
    recovery_slot = second[SLOT_AT + 112 : KEYS_AT]
    nine = _put(second, 10, b"\x09")[:KEYS_AT] + recovery_slot * 7 + second[KEYS_AT:]
    yield malformed("nine-slots", nine, "nine slots")
    yield malformed("lanes", _put(second, SLOT_AT + 12, struct.pack("<I", 9)), "nine lanes")
    yield malformed("slot-kind", _put(second, SLOT_AT, b"\4"), "a slot of kind 4")
    slot = second[SLOT_AT : SLOT_AT + PASSPHRASE_SLOT.size]
    twice = _put(second, 10, b"\3")
    twice = twice[:SLOT_AT] + slot + twice[SLOT_AT:]
    yield malformed("two-passphrases", twice, "two passphrase slots")
    beside = _put(second, SLOT_AT + PASSPHRASE_SLOT.size, b"\3")
    yield malformed("server-beside", beside, "a server slot beside the passphrase")
    yield malformed("key-id", _flip(second, KEYS_AT), "a key id that is not its key's")
    key = second[KEYS_AT : KEYS_AT + 1240]
    yield malformed("key-twice", second[: KEYS_AT + 1240] + key + second[KEYS_AT + 2480 :], "a key is listed twice")
    newer = "unsupported version"
    yield "keyring-newer", _put(second, 8, b"\2"), _pairs("version 2", right, newer)
    yield "keyring-reserved", _put(second, 12, b"\1"), _pairs("a reserved byte is 1", right, newer)
    yield "keyring-suite", _put(second, 9, b"\2"), _pairs("suite 2", right, newer)
    yield "keyring-reserved-36", _put(second, 36, b"\1"), _pairs("reserved byte 36 is 1", right, newer)
    yield "keyring-slot-reserved", _put(second, SLOT_AT + 1, b"\1"), _pairs("a slot's reserved byte is 1", right, newer)
    yield "keyring-not", b"\xff\xd8\xff\xe0" + bytes(100), _pairs("a JPEG", right, "not a keyring")


def key_file_cases() -> Iterator[Case]:
    keys = {PORTAL_ID: seed("first"), bytes(16): seed("second")}
    text = key_file.to_text(keys).encode()
    pairs = [("key", f"{id_.hex()} {key.hex()}") for id_, key in keys.items()]
    base: Pairs = [("format", "keys"), ("spec", "§4.9")]
    yield "keys-two", text, [*base, ("note", "two parts"), ("open", "opens"), *pairs]
    first, *lines = text.splitlines(keepends=True)
    upper = first + b"".join(lines).upper()
    yield "keys-upper", upper, [*base, ("note", "hex in upper case"), ("open", "malformed")]
    yield "keys-twice", text + lines[0], [*base, ("note", "a recording twice"), ("open", "malformed")]
    yield "keys-no-end", text[:-1], [*base, ("note", "no LF at the end"), ("open", "malformed")]
    yield "keys-none", b"sealcast-keys 1\n", [*base, ("note", "no key"), ("open", "malformed")]
    newer = text.replace(b"keys 1", b"keys 2")
    yield "keys-newer", newer, [*base, ("note", "a later form"), ("open", "unsupported version")]


def string_cases() -> Iterator[Case]:
    base: Pairs = [("format", "string"), ("spec", "§4.11")]

    def case(name: str, text: str, prefix: str, note: str, *expected: tuple[str, str]) -> Case:
        return f"string-{name}", text.encode(), [*base, ("note", note), ("prefix", prefix), *expected]

    for name, prefix, data in (
        ("portal", bech32.PORTAL, portal().public),
        ("signer", bech32.SIGNER, seed("signer")),
        ("recovery", bech32.RECOVERY, seed("recovery")),
    ):
        text = bech32.to_string(prefix, data)
        yield case(name, text.upper(), prefix, "in capitals", ("open", "opens"), ("bytes", data.hex()))
    grouped = " ".join(text[at : at + 6] for at in range(0, len(text), 6))
    yield case("grouped", grouped, prefix, "with blanks", ("open", "opens"), ("bytes", data.hex()))
    typo = text[:-9] + ("q" if text[-9] != "q" else "p") + text[-8:]
    yield case("typo", typo, prefix, "one letter is wrong", ("open", "mistyped"))
    last = max(at for at, letter in enumerate(text) if letter.isalpha())
    yield case("mixed", text[:last] + text[last].upper() + text[last + 1 :], prefix, "both cases", ("open", "mistyped"))
    yield case("short", text[:-1], prefix, "a letter is missing", ("open", "mistyped"))
    yield case("length", bech32.to_string(prefix, data[:-1]), prefix, "31 bytes", ("open", "mistyped"))
    yield case("bits", _spare_bit(prefix, data), prefix, "a padding bit is 1", ("open", "mistyped"))
    yield case("prefix", bech32.to_string(bech32.SIGNER, data), prefix, "a signer", ("open", "wrong kind"))


def _spare_bit(prefix: str, data: bytes) -> str:
    # 32 bytes are 51 letters and one bit; of the last letter's five bits four are padding.
    values = [*bech32._regroup(data, 8, 5)]
    values[-1] |= 1
    checksum = bech32._polymod(bech32._expand(prefix) + values + [0] * 6) ^ 1
    values += [(checksum >> 5 * (5 - at)) & 31 for at in range(6)]
    return prefix + "1" + "".join(bech32._LETTERS[value] for value in values)


def _with_other_token(data: bytes) -> bytes:
    keyring = read_keyring(data)
    slot = keyring.passphrase_slot
    assert slot
    stretched = stretch(PASSPHRASE.encode(), salt=slot.salt, memory_kib=slot.cost.memory_kib, passes=1, lanes=4)
    master_key = open_once(stretched[:32], slot.wrapped, bound_to=keyring.label + slot.bound())
    bound = keyring.bound[:-32] + bytes(32)
    key = seeds_key(PORTAL_ID, keyring.salt, master_key)
    return bound + keyring.salt + seal_once(key, open_once(key, keyring.sealed, bound_to=keyring.bound), bound_to=bound)


def _opens(generation: int, seeds: list[bytes], token: bytes) -> Pairs:
    return [
        ("open", "opens"),
        ("portal", PORTAL_ID.hex()),
        ("generation", str(generation)),
        ("seeds", " ".join(one.hex() for one in seeds)),
        ("token", token.hex()),
    ]


def _pairs(note: str, inputs: Pairs, expected: str | Pairs) -> Pairs:
    outcome: Pairs = [("open", expected)] if isinstance(expected, str) else expected
    return [("format", "keyring"), ("spec", "§4.8"), ("note", note), *inputs, *outcome]


def _flip(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _put(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]
