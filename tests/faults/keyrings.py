"""Keyrings with bits turned over, cut, rolled back and replayed."""

import itertools
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tests.faults.bits import flipped
from tests.faults.counted import ACCEPTED, Counted, Tally
from tests.faults.share import Share
from tests.faults.specimen import outside, portal
from vault import keyring_acts, keyring_file
from vault.errors import KeyringActError, KeyringReplacedError, OlderKeyringError, VaultError
from vault.keyring import Cost, OpenKeyring, open_by_key, open_by_passphrase, read_keyring
from vault.keyring_acts import Locks, Writing, check_replacement
from vault.primitives import stretch

PASSPHRASE: Final = b"seven words that nobody ever guesses"
RECOVERY: Final = portal("recovery key")
SERVER: Final = portal("server key")
_PORTAL_ID: Final = b"a portal's id  16"[:16]
_CHEAPEST: Final = Cost(memory_kib=64 * 1024, passes=1, lanes=1)


@cache
def remembered(passphrase: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """Argon2id itself, paid once for each different work."""
    return stretch(passphrase, salt=salt, memory_kib=memory_kib, passes=passes, lanes=lanes)


def writing(seed: str) -> Writing:
    """Write keyrings that are the same at every run, as cheap to open as the law allows."""
    return Writing(outside=outside(seed), cost=_CHEAPEST, stretch=remembered)


def opened(data: bytes) -> OpenKeyring:
    """Open a keyring nothing happened to."""
    return open_by_passphrase(read_keyring(data), PASSPHRASE, stretch=remembered)


@cache
def generations(seed: str) -> tuple[bytes, ...]:
    """Write a keyring with passphrase and recovery key, and what it becomes by each act."""
    create = Locks(passphrase=PASSPHRASE, recovery=(RECOVERY.public,))
    all_of_them = [keyring_acts.create(_PORTAL_ID, create, writing=writing(seed))]
    for turn, act in enumerate((_rotate, _change, _leave, _change)):
        all_of_them.append(act(opened(all_of_them[-1]), writing(f"{seed} {turn}")))
    return tuple(all_of_them)


@cache
def of_a_server() -> bytes:
    """Write a keyring without a passphrase: as real as any, and cheap to open."""
    return keyring_acts.create(_PORTAL_ID, Locks(server=(SERVER.public,)), writing=writing("server"))


def _rotate(held: OpenKeyring, how: Writing) -> bytes:
    return keyring_acts.rotate(held, writing=how)


def _change(held: OpenKeyring, how: Writing) -> bytes:
    return keyring_acts.change_passphrase(held, PASSPHRASE, writing=how)


def _leave(held: OpenKeyring, how: Writing) -> bytes:
    return keyring_acts.change_passphrase(held, PASSPHRASE, somebody_leaves=True, writing=how)


def keyring_bits_flipped(share: Share, *, seed: str, by_recovery_every: int = 1) -> Counted:
    """Flip each bit of a keyring with two keys; it opens neither by passphrase nor by recovery key."""
    original = generations(seed)[1]
    tally = Tally("one bit of a keyring flipped")
    for at, position in enumerate(share.below(len(original) * 8)):
        data, example = flipped(original, position), f"bit {position}"
        tally.tried()
        _refuse_opening(data, tally, example, by_recovery=at % by_recovery_every == 0)
    return tally.counted()


def keyring_cut(*, seed: str) -> Counted:
    """Cut a keyring at every byte, and let bytes follow it."""
    original = generations(seed)[1]
    tally = Tally("a keyring cut or made longer")
    for size in range(len(original)):
        tally.tried()
        _refuse_opening(original[:size], tally, f"cut to {size}")
    for more in (b"\0", bytes(16), original[:32], original):
        tally.tried()
        _refuse_opening(original + more, tally, f"{len(more)} bytes behind it")
    return tally.counted()


def rollbacks(*, seed: str) -> Counted:
    """Offer every generation after every other was opened: an older one is refused by name, and no other."""
    written, tally = generations(seed), Tally("a keyring rolled back", never=["refused without reason"])
    with tempfile.TemporaryDirectory() as folder:
        for (seen_at, seen), (offered_at, offered) in itertools.product(enumerate(written), repeat=2):
            tally.tried()
            with tally.trying(f"{offered_at} after {seen_at}"):
                notes = Path(folder, f"seen {seen_at}.json")
                keyring_file.remember(notes, opened(seen).keyring)
                try:
                    keyring_file.refuse_older(notes, read_keyring(offered))
                except OlderKeyringError:
                    if offered_at >= seen_at:
                        tally.went_wrong("refused without reason", f"{offered_at} after {seen_at}")
                    raise
                if offered_at < seen_at:
                    tally.went_wrong(ACCEPTED, f"{offered_at} after {seen_at}")
    return tally.counted()


def replays(*, seed: str) -> Counted:
    """Offer every keyring in place of every other with every token there ever was: only the true successor goes."""
    families = (generations(seed), generations(f"{seed}, a twin"))
    written = [one for family in families for one in family]
    tokens = [opened(one).replace_token for one in written] + [bytes(32), b""]
    tally = Tally("a keyring replaced by replay", never=["refused without reason"])
    for (stored_at, stored), (new_at, new) in itertools.product(enumerate(written), repeat=2):
        for token_at, token in enumerate(tokens):
            tally.tried()
            true = new_at == stored_at + 1 and token_at == stored_at and _same_family(stored_at, new_at, families)
            example = f"{new_at} in place of {stored_at} with token {token_at}"
            with tally.trying(example):
                try:
                    check_replacement(read_keyring(stored), read_keyring(new), token=token)
                except (KeyringReplacedError, KeyringActError):
                    if true:
                        tally.went_wrong("refused without reason", example)
                    raise
                if not true:
                    tally.went_wrong(ACCEPTED, example)
    return tally.counted()


def _same_family(one: int, other: int, families: Sequence[Sequence[bytes]]) -> bool:
    return one // len(families[0]) == other // len(families[0])


def _refuse_opening(data: bytes, tally: Tally, example: str, *, by_recovery: bool = True) -> None:
    with tally.trying(example):
        keyring = read_keyring(data)
        try:
            open_by_passphrase(keyring, PASSPHRASE, stretch=remembered)
            tally.went_wrong(ACCEPTED, f"{example}: opened by passphrase")
        except VaultError as error:
            tally.saw(f"by passphrase {type(error).__name__}")
        if by_recovery:
            tally.saw("tried by recovery key")
            open_by_key(keyring, RECOVERY)
            tally.went_wrong(ACCEPTED, f"{example}: opened by recovery key")
