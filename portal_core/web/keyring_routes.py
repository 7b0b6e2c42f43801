"""A portal's keyring, changed by a company manager on his own machine: stored whole, by generation and replace token.

DESIGN: whoever opened the stored one can write the next, and nobody else; the server learns no passphrase.
Source: vault/SPEC.md §4.8; SPEC.md F4 to F6.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse

from portal_core.db import hosted, keyrings
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.errors import BadBytesError, ChangedFirstError, NotFoundError, WrongStateError
from portal_core.roles import Action, Belongs, require
from portal_core.web.bodies import body_of
from portal_core.web.context import address_of, context_of
from portal_core.web.noting import note
from portal_core.web.password_checks import proven
from portal_core.web.signed_in import Me, SignedIn
from vault.errors import KeyringReplacedError, VaultError
from vault.keyring import MAX_SIZE, read_keyring

router: Final = APIRouter()
TOKEN_SIZE: Final = 32
_SOMEBODY: Final = "somebody else"
NewKeyring = Annotated[bytes, Depends(body_of("keyring", limit=MAX_SIZE))]


class Proof(BaseModel):
    """The manager's own password, typed once more: a sign-in that was left open does not do."""

    password: str


@router.post("/api/portals/{address}/keyring/open")
def open_own(request: Request, me: Me, address: str, proof: Proof) -> JSONResponse:
    """Open the keyring of a portal without a passphrase, so that the manager can give it one.

    What is handed out is the old master key: the seeds move along, and the replace token is at hand.
    """
    context = context_of(request)
    with context.db.look() as tx:
        _portal(tx, me, address)
    proven(context, me.login, proof.password, address=address_of(request))
    with context.db.begin() as tx:
        portal = _portal(tx, me, address)
        content = keyrings.get(tx, portal)
        try:
            master_key = context.keys.master_key(content)
        except VaultError as error:
            raise BadBytesError(what="keyring", why=str(error)) from None
        if master_key is None:
            raise WrongStateError(what="keyring", state="under a passphrase", event="opened by the server")
        note(tx, request, me, What.KEYRING_OPENED, {"portal": portal.id})
    return JSONResponse({"generation": read_keyring(content).generation, "master_key": master_key.hex()})


@router.get("/api/portals/{address}/server-key")
def server_key(request: Request, me: Me, address: str) -> JSONResponse:
    """Say to which public key a keyring is left whose passphrase is removed; it is no secret."""
    context = context_of(request)
    with context.db.look() as tx:
        _portal(tx, me, address)
    return JSONResponse({"server_key": context.keys.server_public.hex()})


@router.put("/api/portals/{address}/keyring")
def replace(
    request: Request, me: Me, address: str, new: NewKeyring, sealcast_replace_token: Annotated[str, Header()]
) -> JSONResponse:
    """Put the next keyring in place of the present one, unless somebody was first."""
    context = context_of(request)
    token = _token(sealcast_replace_token)
    with context.db.begin() as tx:
        portal = _portal(tx, me, address)
        try:
            keyring = keyrings.replace(tx, portal, new, token=token, server_public=context.keys.server_public)
        except KeyringReplacedError:
            raise ChangedFirstError(by=keyrings.replaced_by(tx, portal) or _SOMEBODY) from None
        except VaultError as error:
            raise BadBytesError(what="keyring", why=str(error)) from None
        about: rows.Fields = {
            "portal": portal.id,
            "generation": keyring.generation,
            "passphrase": keyring.passphrase_slot is not None,
        }
        note(tx, request, me, What.KEYRING_REPLACED, about)
    return JSONResponse({"generation": keyring.generation})


def _portal(tx: Transaction, me: SignedIn, address: str) -> rows.Portal:
    """Return a portal whose passphrase he may set.  Errors: NotFoundError, NotAllowedError."""
    try:
        portal = hosted.portal_at(tx, address, account_id=me.account_id)
    except NotFoundError:
        require(me.person, Action.SET_PASSPHRASE, Belongs(account_id=me.account_id), what="portal")
        raise
    require(me.person, Action.SET_PASSPHRASE, Belongs(account_id=portal.account_id), what="portal")
    return portal


def _token(text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != TOKEN_SIZE:
        raise BadBytesError(what="replace token", why=f"it has {2 * TOKEN_SIZE} hex digits")
    return found
