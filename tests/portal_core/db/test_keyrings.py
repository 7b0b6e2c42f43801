"""Keyrings in the database: replaced by their successor, by whoever had opened the present one, and by the first."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal_core.db import keyrings
from portal_core.db import models as rows
from portal_core.db.database import Database
from portal_core.errors import NotFoundError
from portal_core.server_keys import ServerKeys
from tests.vectors.fixed import seed
from vault.errors import KeyringActError, KeyringReplacedError, MalformedError, NotOurFormatError, VaultError
from vault.keyring import Cost, OpenKeyring, open_by_passphrase, read_keyring
from vault.keyring_acts import Writing, change_passphrase, remove_passphrase, rotate, set_passphrase

PORTAL_ID, OTHER_ID = bytes(range(16)), bytes(16)
KEYS = ServerKeys(signer=seed("signer"), server=seed("server"))
CHEAP = Writing(cost=Cost(passes=1))
PASSPHRASE = b"seven drawn words"
FIRST = KEYS.new_keyring(PORTAL_ID)


def opened(keyring: bytes) -> OpenKeyring:
    return KEYS.open(keyring) or open_by_passphrase(read_keyring(keyring), PASSPHRASE)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with database.begin() as tx:
        tx.add(rows.Account(name="Ours", made_us=1))
        tx.flush()
        for vault_id, address in ((PORTAL_ID, "ours"), (OTHER_ID, "other")):
            tx.add(
                rows.Portal(
                    account_id=1, vault_id=vault_id, name="P", address=address, mode="phone", type="SmartPin",
                    settings={}, made_us=1,
                )
            )  # fmt: skip
        tx.flush()
        keyrings.add(tx, portal(tx.get(rows.Portal, 1)), FIRST)
    yield database
    database.close()


def portal(found: rows.Portal | None) -> rows.Portal:
    assert found
    return found


def replace(database: Database, new: bytes, *, token: bytes, server_public: bytes = KEYS.server_public) -> None:
    with database.begin() as tx:
        keyrings.replace(tx, portal(tx.get(rows.Portal, 1)), new, token=token, server_public=server_public)


def stored(database: Database) -> bytes:
    with database.begin() as tx:
        row = tx.get(rows.Keyring, 1)
        assert row
        assert row.generation == read_keyring(row.content).generation
        assert keyrings.get(tx, portal(tx.get(rows.Portal, 1))) == row.content
        return row.content


def test_a_keyring_is_kept_as_it_is(database: Database) -> None:
    assert stored(database) == FIRST


def test_a_portal_without_one_has_none(database: Database) -> None:
    with database.begin() as tx:
        other = portal(tx.get(rows.Portal, 2))
        with pytest.raises(NotFoundError):
            keyrings.get(tx, other)
        with pytest.raises(NotFoundError):
            keyrings.replace(tx, other, FIRST, token=b"", server_public=KEYS.server_public)


def test_a_portal_gets_no_other_portals_keyring(database: Database) -> None:
    with database.begin() as tx, pytest.raises(ValueError, match="another portal's"):
        keyrings.add(tx, portal(tx.get(rows.Portal, 2)), FIRST)


def test_successors_follow_each_other_through_every_act(database: Database) -> None:
    acts: list[Callable[[OpenKeyring], bytes]] = [
        rotate,
        lambda now: set_passphrase(now, PASSPHRASE, writing=CHEAP),
        lambda now: change_passphrase(now, PASSPHRASE, somebody_leaves=True, writing=CHEAP),
        lambda now: remove_passphrase(now, KEYS.server_public),
        rotate,
    ]
    for act in acts:
        now = opened(stored(database))
        new = act(now)
        replace(database, new, token=now.replace_token)
        assert stored(database) == new
    assert read_keyring(stored(database)).generation == 6


def test_of_two_managers_the_second_is_told_who_was_first(database: Database) -> None:
    now = opened(FIRST)
    mine, theirs = rotate(now), rotate(now)
    replace(database, mine, token=now.replace_token)
    with pytest.raises(KeyringReplacedError) as caught:
        replace(database, theirs, token=now.replace_token)
    assert (caught.value.found, caught.value.wanted) == (2, 1)
    assert stored(database) == mine


def test_of_many_at_once_one_is_first(database: Database) -> None:
    now = opened(FIRST)
    offered = [rotate(now) for _ in range(4)]

    def offer(new: bytes) -> bool:
        try:
            replace(database, new, token=now.replace_token)
        except KeyringReplacedError:
            return False
        return True

    with ThreadPoolExecutor(len(offered)) as threads:
        won = list(threads.map(offer, offered))
    assert won.count(True) == 1
    assert stored(database) == offered[won.index(True)]


NOW = opened(FIRST)
OTHER_SERVER = ServerKeys(signer=seed("signer"), server=seed("other"))
LOCKED = set_passphrase(NOW, PASSPHRASE, writing=CHEAP)
OTHER = opened(KEYS.new_keyring(OTHER_ID))


# What is offered in place of FIRST, with which token, and what is told.
WRONG: dict[str, tuple[bytes, bytes, type[VaultError]]] = {
    "a wrong token": (rotate(NOW), bytes(32), KeyringActError),
    "no token": (rotate(NOW), b"", KeyringActError),
    "another portal's": (rotate(OTHER), NOW.replace_token, KeyringActError),
    "other keys": (rotate(opened(KEYS.new_keyring(PORTAL_ID))), NOW.replace_token, KeyringActError),
    "the same again": (FIRST, NOW.replace_token, KeyringReplacedError),
    "one too far": (
        remove_passphrase(opened(LOCKED), KEYS.server_public), NOW.replace_token, KeyringReplacedError,
    ),
    "nothing": (b"", NOW.replace_token, NotOurFormatError),
    "cut": (LOCKED[:-1], NOW.replace_token, MalformedError),
    "longer": (LOCKED + b"\0", NOW.replace_token, MalformedError),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_successor_is_refused_and_changes_nothing(database: Database, what: str) -> None:
    new, token, error = WRONG[what]
    with pytest.raises(error):
        replace(database, new, token=token)
    assert stored(database) == FIRST


def test_a_keyring_left_to_another_server_is_refused(database: Database) -> None:
    replace(database, LOCKED, token=NOW.replace_token)
    now = opened(LOCKED)
    with pytest.raises(KeyringActError):
        replace(database, remove_passphrase(now, OTHER_SERVER.server_public), token=now.replace_token)
    assert stored(database) == LOCKED
