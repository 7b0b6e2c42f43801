"""Portals: listed, made, changed; what a passphrase protects.  SPEC.md C1, C2, C7, E5, F2, F16, F20, F22."""

import secrets
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from portal_core.codes import ACTIVE_CODES, LIFE_MINUTES
from portal_core.db import keyrings, portals
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.db.sessions import settings_of
from portal_core.errors import BadSettingsError, TakenError
from portal_core.portals import (
    FOR_EVER,
    KEEP_DAYS,
    MAX_GREETING,
    Mode,
    Place,
    Plain,
    PortalSettings,
    PortalType,
    recording_notice,
)
from portal_core.roles import Action, Belongs, may, require
from portal_core.said import Said
from portal_core.web.context import RowId, context_of
from portal_core.web.faults import Faults, fault_of
from portal_core.web.noting import note
from portal_core.web.pages import show
from portal_core.web.portal_words import CHOICES, DONE, NOT_PROTECTED, PROTECTED
from portal_core.web.signed_in import Me, SignedIn
from vault.keyring import read_keyring

router: Final = APIRouter()
# What this release's accounts are set up for.
MODES: Final = frozenset({Mode.PHONE})
VAULT_ID_SIZE: Final = 16


async def _form(request: Request) -> FormData:
    return await request.form()


Typed = Annotated[FormData, Depends(_form)]


@router.get("/manage/portals")
def listed(request: Request, me: Me) -> Response:
    """Show the portals whose settings he may see."""
    me.require_anywhere(Action.SEE_PORTAL_SETTINGS)
    with context_of(request).db.look() as tx:
        found = portals.of_account(tx, me.account_id)
    shown = [one for one in found if may(me.person, Action.SEE_PORTAL_SETTINGS, _belongs(one))]
    may_make = may(me.person, Action.MAKE_PORTAL, Belongs(account_id=me.account_id))
    values = {"portals": shown, "may_make": may_make, "public_url": context_of(request).settings.public_url}
    return show(request, "portals.html", values)


@router.get("/manage/portals/new")
def ask(request: Request, me: Me) -> Response:
    """Show the form for a portal, as it is by default."""
    me.require(Action.MAKE_PORTAL, what="portal")
    return _form_page(request, "portal_new.html", _by_default().to_plain() | {"name": ""}, {})


@router.post("/manage/portals")
def make(request: Request, me: Me, form: Typed) -> Response:
    """Make a portal with its address, its first subportal and its keyring."""
    me.require(Action.MAKE_PORTAL, what="portal")
    context = context_of(request)
    plain = _plain(form, _by_default())
    try:
        settings = PortalSettings.parse(plain, modes=MODES)
        vault_id = secrets.token_bytes(VAULT_ID_SIZE)
        keyring = context.keys.new_keyring(vault_id)
        with context.db.begin() as tx:
            portal = portals.add(
                tx,
                settings,
                account_id=me.account_id,
                vault_id=vault_id,
                keyring=keyring,
                now_us=context.now_us(),
            )
            _note(request, tx, me, What.PORTAL_MADE, portal)
    except (BadSettingsError, TakenError) as error:
        return _form_page(request, "portal_new.html", plain, _faults(error), status=400)
    return RedirectResponse(f"/manage/portals/{portal.id}?done=made", status_code=303)


@router.get("/manage/portals/{portal_id}")
def settings(request: Request, me: Me, portal_id: RowId, done: str = "") -> Response:
    """Show a portal."""
    portal = _find(request, me, portal_id, Action.SEE_PORTAL_SETTINGS)
    return _portal_page(request, me, portal, settings_of(portal.settings).to_plain(), done=DONE.get(done))


@router.post("/manage/portals/{portal_id}")
def change(request: Request, me: Me, portal_id: RowId, form: Typed) -> Response:
    """Take a portal's new settings; its address stays."""
    before = _find(request, me, portal_id, Action.CHANGE_PORTAL)
    plain = _plain(form, settings_of(before.settings))
    try:
        settings = PortalSettings.parse(plain, modes=MODES | {Mode(before.mode)})
        with context_of(request).db.begin() as tx:
            portal = portals.find(tx, portal_id, account_id=me.account_id)
            portals.change(tx, portal, settings)
            _note(request, tx, me, What.PORTAL_CHANGED, portal)
    except (BadSettingsError, TakenError) as error:
        return _portal_page(request, me, before, plain, faults=_faults(error))
    return RedirectResponse(f"/manage/portals/{portal_id}?done=saved", status_code=303)


def _find(request: Request, me: SignedIn, portal_id: int, action: Action) -> rows.Portal:
    with context_of(request).db.look() as tx:
        portal = portals.find(tx, portal_id, account_id=me.account_id)
    require(me.person, action, _belongs(portal), what="portal")
    return portal


def _belongs(portal: rows.Portal) -> Belongs:
    return Belongs(account_id=portal.account_id)


def _by_default() -> PortalSettings:
    return PortalSettings(name="-", mode=Mode.PHONE, type=PortalType.SMART_PIN)


def _plain(form: FormData, before: PortalSettings) -> dict[str, Plain]:
    """Return a form as PortalSettings.parse reads it; the mode and the type were settled when the portal was made."""
    plain: dict[str, Plain] = {name: text for name, text in form.items() if isinstance(text, str)}
    plain["places"] = [one for one in form.getlist("places") if isinstance(one, str)]
    if plain.pop("keep", None) == FOR_EVER:
        plain["keep_days"] = FOR_EVER
    return plain | {"mode": before.mode.value, "type": before.type.value}


def _faults(error: BadSettingsError | TakenError) -> Faults:
    if isinstance(error, TakenError):
        return {"name": fault_of(error)}
    return {name: (why, "") for name, why in error.faults.items()}


def _portal_page(
    request: Request,
    me: SignedIn,
    portal: rows.Portal,
    typed: dict[str, Plain],
    *,
    done: Said | None = None,
    faults: Faults | None = None,
) -> Response:
    context = context_of(request)
    with context.db.look() as tx:
        keyring = read_keyring(keyrings.get(tx, portal))
        subportals = portals.subportals(tx, portal.id)
    values = {
        "portal": portal,
        "address": f"{context.settings.public_url}/p/{portal.address}",
        "portal_url": context.settings.public_url,
        "portal_address": portal.address,
        "subportals": subportals,
        "passphrase": keyring.passphrase_slot is not None,
        "written_us": keyring.written_us,
        "notice": recording_notice(settings_of(portal.settings)),
        "may_change": may(me.person, Action.CHANGE_PORTAL, _belongs(portal)),
        "protected": PROTECTED,
        "not_protected": NOT_PROTECTED,
        "done": done,
    }
    return _form_page(request, "portal.html", typed, faults or {}, more=values, status=400 if faults else 200)


def _form_page(
    request: Request,
    template: str,
    typed: dict[str, Plain],
    faults: Faults,
    *,
    more: dict[str, object] | None = None,
    status: int = 200,
) -> Response:
    shown = _by_default().to_plain() | {"name": ""} | typed
    values = {
        "typed": shown,
        "for_ever": shown["keep_days"] == FOR_EVER,
        "places": [one.value for one in Place],
        "choices": CHOICES,
        "faults": faults,
        "limits": {"life": LIFE_MINUTES, "codes": ACTIVE_CODES, "days": KEEP_DAYS, "greeting": MAX_GREETING},
    }
    return show(request, template, values | (more or {}), status=status)


def _note(request: Request, tx: Transaction, me: SignedIn, what: What, portal: rows.Portal) -> None:
    note(tx, request, me, what, {"portal": portal.id, "settings": portal.settings})
