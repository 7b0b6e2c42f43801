"""Every act in every order: which secret opens which recording, walked cell by cell.

A recording here is a file key wrapped for the keyring's newest key at that time, as a header holds it; a secret is a
passphrase, recovery key or server's key together with any keyring that was ever written.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import pytest

from tests.vectors.fixed import portal
from vault.errors import KeyringActError, KeyringReplacedError, VaultError
from vault.keyring import (
    Cost,
    Keyring,
    OpenKeyring,
    open_by_key,
    open_by_master_key,
    open_by_passphrase,
    read_keyring,
    slot_info,
)
from vault.keyring_acts import (
    Locks,
    Writing,
    change_passphrase,
    change_recovery,
    check_replacement,
    create,
    remove_passphrase,
    rotate,
    set_passphrase,
)
from vault.portal_key import wrap
from vault.primitives import BadTagError, stretch

PORTAL_ID = bytes(16)
RECOVERY, SERVER = portal("recovery"), portal("server")
ACTS = ("set", "change", "leave", "remove")
# The real Argon2id at its least cost, and each of its answers asked for once.
WRITING = Writing(cost=Cost(passes=1, lanes=4), stretch=cache(stretch))


@dataclass(frozen=True)
class History:
    """A portal after some acts: all keyrings that ever were, what opened each, and what was recorded under each."""

    done: tuple[str, ...]
    keyrings: tuple[Keyring, ...]
    secrets: tuple[bytes | None, ...]  # passphrase of each keyring; None: the server's key
    recordings: tuple[bytes, ...]
    keys: tuple[int, ...]  # how many keys each keyring has
    opened: OpenKeyring = field(repr=False)


def open_with(keyring: Keyring, secret: bytes | None) -> OpenKeyring:
    if secret is None:
        return open_by_key(keyring, SERVER)
    return open_by_passphrase(keyring, secret, stretch=WRITING.stretch)


def begin() -> History:
    keyring = read_keyring(create(PORTAL_ID, Locks(server=(SERVER.public,)), writing=WRITING))
    return History((), (keyring,), (None,), (record(keyring),), (1,), open_with(keyring, None))


def record(keyring: Keyring) -> bytes:
    return wrap(keyring.portal_id * 2, public=keyring.recipient, info=b"")


def plays(opened: OpenKeyring, recording: bytes) -> bool:
    for key in opened.portal_keys:
        try:
            return key.unwrap(recording, info=b"") == PORTAL_ID * 2
        except BadTagError:
            continue
    return False


def act(before: History, name: str) -> History:
    passphrase = f"passphrase {len(before.done)}".encode()
    opened, new_keys = before.opened, 0
    secret: bytes | None = passphrase
    if name == "set":
        data, new_keys = set_passphrase(opened, passphrase, writing=WRITING), 1
    elif name == "remove":
        data, secret = remove_passphrase(opened, SERVER.public, writing=WRITING), None
    else:
        new_keys = int(name == "leave")
        data = change_passphrase(opened, passphrase, somebody_leaves=name == "leave", writing=WRITING)
    keyring = read_keyring(data)
    check_replacement(before.keyrings[-1], keyring, token=opened.replace_token)
    return History(
        (*before.done, name),
        (*before.keyrings, keyring),
        (*before.secrets, secret),
        (*before.recordings, record(keyring)),
        (*before.keys, before.keys[-1] + new_keys),
        open_with(keyring, secret),
    )


def allowed(history: History, name: str) -> bool:
    return (history.secrets[-1] is None) == (name == "set")


def histories(steps: int) -> Iterator[History]:
    level = [begin()]
    for _ in range(steps):
        level = [act(history, name) for history in level for name in ACTS if allowed(history, name)]
        yield from level


def walk(steps: int) -> tuple[int, int]:
    """Look at every cell; return how many keyrings and cells there were."""
    seen = cells = 0
    for history in histories(steps):
        seen += 1
        for at, keyring in enumerate(history.keyrings):
            for secret in dict.fromkeys(history.secrets):
                try:
                    opened = open_with(keyring, secret)
                except VaultError:
                    opened = None
                assert (opened is not None) == (secret == history.secrets[at]), (history.done, at, secret)
                for made_at, recording in enumerate(history.recordings):
                    cells += 1
                    # A keyring opens what was recorded for a key that was in it, and nothing that came later.
                    expected = opened is not None and history.keys[made_at] <= history.keys[at]
                    assert (opened is not None and plays(opened, recording)) == expected, (history.done, at, made_at)
        if history.secrets[-1] is not None:
            with pytest.raises(VaultError):
                open_by_key(history.keyrings[-1], SERVER)
    return seen, cells


def test_up_to_three_acts_in_every_order() -> None:
    assert walk(3) == (11, 480)


@pytest.mark.long
def test_up_to_five_acts_in_every_order() -> None:
    seen, cells = walk(5)
    assert (seen, cells > 10_000) == (69, True)


@pytest.mark.parametrize("name", ACTS)
def test_an_act_at_a_wrong_time_is_refused(name: str) -> None:
    history = begin() if name != "set" else act(begin(), "set")
    with pytest.raises(KeyringActError):
        act(history, name)


def with_recovery() -> OpenKeyring:
    locks = Locks(passphrase=b"first", recovery=(RECOVERY.public,))
    return open_by_passphrase(read_keyring(create(PORTAL_ID, locks, writing=WRITING)), b"first")


def test_a_recovery_key_survives_changes_and_opens_everything() -> None:
    opened = with_recovery()
    for data in (
        change_passphrase(opened, b"second", writing=WRITING),
        change_passphrase(opened, b"second", somebody_leaves=True, writing=WRITING),
        rotate(opened, writing=WRITING),
    ):
        found = open_by_key(read_keyring(data), RECOVERY)
        assert plays(found, record(opened.keyring))
        assert plays(found, record(found.keyring))


def test_whoever_opened_by_recovery_key_sets_a_new_passphrase_and_nothing_that_needs_the_old() -> None:
    opened = open_by_key(with_recovery().keyring, RECOVERY)
    again = open_by_passphrase(read_keyring(change_passphrase(opened, b"new", writing=WRITING)), b"new")
    assert plays(again, record(opened.keyring))
    with pytest.raises(KeyringActError):
        rotate(opened, writing=WRITING)
    with pytest.raises(KeyringActError):
        change_recovery(opened, (), writing=WRITING)


def test_a_recovery_key_can_be_replaced_and_removed() -> None:
    opened, other = with_recovery(), portal("other recovery")
    replaced = read_keyring(change_recovery(opened, (other.public,), writing=WRITING))
    assert plays(open_by_key(replaced, other), record(opened.keyring))
    removed = read_keyring(change_recovery(opened, (), writing=WRITING))
    for keyring in (replaced, removed):
        with pytest.raises(VaultError):
            open_by_key(keyring, RECOVERY)


def test_a_portal_without_passphrase_rotates_too() -> None:
    opened = begin().opened
    rotated = open_by_key(read_keyring(rotate(opened, writing=WRITING)), SERVER)
    assert [plays(rotated, record(one.keyring)) for one in (opened, rotated)] == [True, True]


def test_a_server_may_hand_over_the_master_key_and_nothing_else_fits() -> None:
    keyring = begin().keyrings[0]
    slot = keyring.key_slots[0]
    master_key = SERVER.unwrap(slot.wrapped, info=slot_info(keyring.label, slot.kind, slot.public))
    assert plays(open_by_master_key(keyring, master_key), record(keyring))
    with pytest.raises(VaultError):
        open_by_master_key(keyring, bytes(32))


def test_every_writing_has_a_master_key_of_its_own() -> None:
    opened = with_recovery()
    one, other = (read_keyring(change_passphrase(opened, b"same", writing=WRITING)) for _ in range(2))
    assert one.salt != other.salt
    assert one.token_hash != other.token_hash
    assert one.passphrase_slot != other.passphrase_slot


def test_a_keyring_takes_only_its_successor() -> None:
    opened = with_recovery()
    stored = opened.keyring
    new = read_keyring(change_passphrase(opened, b"second", somebody_leaves=True, writing=WRITING))
    check_replacement(stored, new, token=opened.replace_token)
    with pytest.raises(KeyringReplacedError) as caught:
        check_replacement(new, new, token=opened.replace_token)
    assert (caught.value.found, caught.value.wanted) == (2, 1)
    with pytest.raises(KeyringActError):
        check_replacement(stored, new, token=bytes(32))
    with pytest.raises(KeyringActError):
        check_replacement(stored, replace(new, portal_id=b"x" * 16), token=opened.replace_token)
    with pytest.raises(KeyringActError):
        check_replacement(stored, replace(new, keys=new.keys[1:]), token=opened.replace_token)


@pytest.mark.parametrize(
    ("passphrase", "recovery", "server"),
    [(None, (), ()), (b"p", (), (b"s",)), (None, (b"r",), ()), (None, (b"r",), (b"s",))],
)
def test_locks_that_do_not_go_together_are_our_mistake(
    passphrase: bytes | None, recovery: tuple[bytes, ...], server: tuple[bytes, ...]
) -> None:
    with pytest.raises(ValueError, match="a keyring has"):
        Locks(passphrase=passphrase, recovery=recovery, server=server)


def test_several_recovery_keys_stay_through_a_change() -> None:
    keys = portal("one"), portal("two")
    locks = Locks(passphrase=b"first", recovery=tuple(key.public for key in keys))
    opened = open_by_passphrase(read_keyring(create(PORTAL_ID, locks, writing=WRITING)), b"first")
    changed = read_keyring(change_passphrase(opened, b"second", somebody_leaves=True, writing=WRITING))
    assert all(plays(open_by_key(changed, key), record(changed)) for key in keys)
