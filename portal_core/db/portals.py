"""Portals with their subportals and keyrings, as they are kept."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal_core.codes import same_name
from portal_core.db import keyrings
from portal_core.db import models as rows
from portal_core.errors import NotFoundError, TakenError
from portal_core.portals import FIRST_SUBPORTAL, PortalSettings, address_of

_NAME: Final = "name of a portal"


def add(
    tx: Session, settings: PortalSettings, *, account_id: int, vault_id: bytes, keyring: bytes, now_us: int
) -> rows.Portal:
    """Keep a new portal with its address, its first subportal and its first keyring.  Errors: TakenError."""
    _refuse_same_name(tx, account_id, settings.name, but=None)
    portal = rows.Portal(
        account_id=account_id,
        vault_id=vault_id,
        name=settings.name,
        address=address_of(settings.name, taken=set(tx.scalars(select(rows.Portal.address)))),
        mode=settings.mode.value,
        type=settings.type.value,
        settings=dict(settings.to_plain()),
        made_us=now_us,
    )
    tx.add(portal)
    tx.flush()
    tx.add(rows.Subportal(account_id=account_id, portal_id=portal.id, name=FIRST_SUBPORTAL))
    keyrings.add(tx, portal, keyring)
    return portal


def change(tx: Session, portal: rows.Portal, settings: PortalSettings) -> None:
    """Keep a portal's new settings; its address stays as it was made.  Errors: TakenError."""
    _refuse_same_name(tx, portal.account_id, settings.name, but=portal.id)
    portal.name, portal.settings = settings.name, dict(settings.to_plain())


def find(tx: Session, portal_id: int, *, account_id: int) -> rows.Portal:
    """Return an account's portal.  Errors: NotFoundError."""
    portal = tx.get(rows.Portal, portal_id)
    if portal is None or portal.account_id != account_id:
        raise NotFoundError(what="portal")
    return portal


def at_address(tx: Session, address: str) -> rows.Portal:
    """Return a portal by the address that customers know.  Errors: NotFoundError."""
    portal = tx.scalars(select(rows.Portal).where(rows.Portal.address == address)).first()
    if portal is None:
        raise NotFoundError(what="portal")
    return portal


def of_account(tx: Session, account_id: int) -> Sequence[rows.Portal]:
    """Return all of an account, by name."""
    found = select(rows.Portal).where(rows.Portal.account_id == account_id)
    return tx.scalars(found.order_by(rows.Portal.name, rows.Portal.id)).all()


def subportals(tx: Session, portal_id: int) -> Sequence[rows.Subportal]:
    """Return a portal's, by name."""
    found = select(rows.Subportal).where(rows.Subportal.portal_id == portal_id)
    return tx.scalars(found.order_by(rows.Subportal.name, rows.Subportal.id)).all()


def _refuse_same_name(tx: Session, account_id: int, name: str, *, but: int | None) -> None:
    if any(same_name(name, one.name) for one in of_account(tx, account_id) if one.id != but):
        raise TakenError(what=_NAME, name=name)
