"""The first start of an installation: its account, and the company manager's first sign-in, which is shown once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from portal_core.db import models as rows
from portal_core.db import people
from portal_core.db.database import Database
from portal_core.passwords import Password, PasswordHash, draw
from portal_core.roles import Role

LOGIN: Final = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSignIn:
    """What a company manager signs in with for the first time."""

    login: str
    password: str


def make_account(
    db: Database, *, name: str, email: str, now_us: int, draw_password: Callable[[], str] = draw
) -> FirstSignIn | None:
    """Make the account and its company manager; None when there is an account already."""
    with db.begin() as tx:
        if people.any_account(tx):
            return None
        account = rows.Account(name=name, made_us=now_us)
        tx.add(account)
        tx.flush()
        password = draw_password()
        tx.add(
            rows.Person(
                account_id=account.id,
                login=LOGIN,
                name="Manager",
                email=email,
                role=Role.COMPANY_MANAGER.value,
                password=str(PasswordHash.of(Password.parse(password))),
                made_us=now_us,
            )
        )
    return FirstSignIn(login=LOGIN, password=password)
