"""A portal to try: with a portal of its own, an agent, and no first sign-in to go through."""

import secrets
from dataclasses import dataclass
from typing import Final

from portal_core.db import models as rows
from portal_core.db import people, portals
from portal_core.db.database import Transaction
from portal_core.passwords import Password, PasswordHash, draw
from portal_core.portals import Mode, PortalSettings
from portal_core.roles import Role
from portal_core.web.context import Context

_ACCOUNT: Final = 1
_LOGIN: Final = "ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """How to try it."""

    login: str
    password: str
    address: str  # of the customers' page


def make_demo(context: Context) -> Demo:
    """Add an agent who can sign in at once, and a portal that takes codes and keeps copies everywhere.

    The second time the agent is given a new password, and the portal stays.
    """
    password = draw()
    hashed = str(PasswordHash.of(Password.parse(password)))
    with context.db.begin() as tx:
        agent = people.with_login(tx, _LOGIN)
        if agent is None:
            agent = rows.Person(
                account_id=_ACCOUNT, login=_LOGIN, name="Ada", email="ada@example.org", role=Role.AGENT.value,
                password=hashed, made_us=context.now_us(), first_password=False, email_confirmed=True,
            )  # fmt: skip
            tx.add(agent)
        agent.password = hashed
        found = portals.of_account(tx, _ACCOUNT)
        portal = found[0] if found else _portal(context, tx)
        return Demo(login=_LOGIN, password=password, address=portal.address)


def _portal(context: Context, tx: Transaction) -> rows.Portal:
    plain = {"name": "Support", "mode": "phone", "type": "SmartPin", "places": ["server", "agent", "customer"]}
    vault_id = secrets.token_bytes(16)
    return portals.add(
        tx,
        PortalSettings.parse(plain, modes=list(Mode)),
        account_id=_ACCOUNT,
        vault_id=vault_id,
        keyring=context.keys.new_keyring(vault_id),
        now_us=context.now_us(),
    )
