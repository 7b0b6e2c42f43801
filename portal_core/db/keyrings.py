"""Portals' keyrings, as they are kept: whole, and replaced only by their successor.  Source: vault/SPEC.md §4.8."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.errors import NotFoundError
from vault.errors import KeyringActError
from vault.keyring import Keyring, SlotKind, read_keyring
from vault.keyring_acts import check_replacement


def add(tx: Session, portal: rows.Portal, content: bytes) -> None:
    """Keep the first keyring of a new portal."""
    keyring = read_keyring(content)
    if keyring.portal_id != portal.vault_id:
        raise ValueError("this keyring is another portal's")
    tx.add(
        rows.Keyring(
            portal_id=portal.id, account_id=portal.account_id, generation=keyring.generation, content=content
        )
    )  # fmt: skip


def get(tx: Session, portal: rows.Portal) -> bytes:
    """Return a portal's keyring.  Errors: NotFoundError."""
    return _find(tx, portal, to_change=False).content


def with_passphrase(tx: Session) -> list[int]:
    """Return the ids of the portals whose recordings open with a passphrase only."""
    return [row.portal_id for row in tx.scalars(select(rows.Keyring)) if read_keyring(row.content).passphrase_slot]


def replace(tx: Session, portal: rows.Portal, new: bytes, *, token: bytes, server_public: bytes) -> Keyring:
    """Put the next keyring in place of the present one, unless somebody was first; return it as it now is.

    Shapes: token is the present one's replace token; server_public the only key that may have a server slot.
    Errors: NotFoundError; NotOurFormatError, UnsupportedVersionError, MalformedError for bytes that are no keyring;
        KeyringReplacedError when somebody was first; KeyringActError for what is no successor.
    """
    row = _find(tx, portal, to_change=True)
    keyring = read_keyring(new)
    check_replacement(read_keyring(row.content), keyring, token=token)
    if any(slot.public != server_public for slot in keyring.slots(SlotKind.SERVER)):
        raise KeyringActError(why="the new keyring is left to another server's key, and this one could not open it")
    row.content, row.generation = new, keyring.generation
    return keyring


def replaced_by(tx: Session, portal: rows.Portal) -> str | None:
    """Return who wrote the present keyring, as the audit log has it; None when nobody replaced the first."""
    replacing = (
        select(rows.Audit.about, rows.Person.name)
        .join(rows.Person, rows.Person.id == rows.Audit.person_id)
        .where(rows.Audit.account_id == portal.account_id, rows.Audit.what == What.KEYRING_REPLACED.value)
        .order_by(rows.Audit.id.desc())
    )
    return next((name for about, name in tx.execute(replacing) if about.get("portal") == portal.id), None)


def _find(tx: Session, portal: rows.Portal, *, to_change: bool) -> rows.Keyring:
    row = tx.get(rows.Keyring, portal.id, with_for_update=to_change)
    if row is None:
        raise NotFoundError(what="keyring")
    return row
