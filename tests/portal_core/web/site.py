"""A portal's real application with a database of its own, a clock that stands, and people who have signed in."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from portal_core.db import models as rows
from portal_core.db import portals
from portal_core.passwords import Password, PasswordHash
from portal_core.portals import Mode, Plain, PortalSettings
from portal_core.roles import Role
from portal_core.serve import Portal, build
from portal_core.settings import Settings
from vault.outside import REAL

HOST: Final = "https://portal.example.org"
PASSWORD: Final = "rusty anchors hum quietly"
HASH: Final = str(PasswordHash.of(Password.parse(PASSWORD)))
START_US: Final = 1_800_000_000_000_000
PAGE: Final = {"accept": "text/html"}
SAME: Final = {"sec-fetch-site": "same-origin"}


@dataclass
class Site:
    """A portal, and its clock."""

    folder: Path
    now_us: int = START_US
    portal: Portal = field(init=False)

    def __post_init__(self) -> None:
        settings = Settings.parse(
            environment={},
            file=None,
            options={"names": "portal.example.org", "public_url": HOST, "tls": "proxy"},
            default_folder=self.folder,
        )
        self.portal = build(settings, outside=replace(REAL, wall_us=lambda: self.now_us))

    def close(self) -> None:
        self.portal.context.lobby._journal.close()
        self.portal.context.db.close()

    def account(self, name: str) -> int:
        with self.portal.context.db.begin() as tx:
            made = rows.Account(name=name, made_us=self.now_us)
            tx.add(made)
            tx.flush()
            return made.id

    @property
    def own_account(self) -> int:
        with self.portal.context.db.begin() as tx:
            return tx.scalars(select(rows.Account.id).order_by(rows.Account.id)).all()[0]

    def person(self, login: str, role: Role = Role.AGENT, *, account_id: int | None = None, **more: object) -> int:
        """Add somebody who has been there before, unless more says otherwise."""
        with self.portal.context.db.begin() as tx:
            fields = {
                "account_id": account_id or self.own_account,
                "login": login,
                "name": login.title(),
                "email": f"{login}@example.org",
                "role": role.value,
                "password": HASH,
                "made_us": self.now_us,
                "first_password": False,
                "email_confirmed": True,
            }
            made = rows.Person(**(fields | more))  # type: ignore[arg-type] # fields of a row
            tx.add(made)
            tx.flush()
            return made.id

    def add_portal(self, name: str, *, account_id: int | None = None, **more: Plain) -> int:
        plain: dict[str, Plain] = {"name": name, "mode": "phone", "type": "SmartPin"} | more
        vault_id = self.now_us.to_bytes(8, "big") + name.encode()[:8].ljust(8, b"-")
        with self.portal.context.db.begin() as tx:
            return portals.add(
                tx,
                PortalSettings.parse(plain, modes=list(Mode)),
                account_id=account_id or self.own_account,
                vault_id=vault_id,
                keyring=self.portal.context.keys.new_keyring(vault_id),
                now_us=self.now_us,
            ).id

    def browser(self, address: str = "192.0.2.1", **headers: str) -> TestClient:
        client = TestClient(self.portal.app, base_url=HOST, follow_redirects=False, client=(address, 50_000))
        client.headers.update(PAGE | SAME | headers)
        return client

    def signed_in(
        self, login: str, password: str = PASSWORD, *, address: str = "192.0.2.1", **headers: str
    ) -> TestClient:
        client = self.browser(address, **headers)
        answer = sign_in(client, login, password)
        assert answer.status_code == 303, answer.text
        return client

    def row(self, login: str) -> rows.Person:
        with self.portal.context.db.begin() as tx:
            return tx.scalars(select(rows.Person).where(rows.Person.login == login)).one()

    def mails(self) -> list[rows.Mail]:
        with self.portal.context.db.begin() as tx:
            return list(tx.scalars(select(rows.Mail).order_by(rows.Mail.id)))

    def audit(self) -> list[tuple[str, rows.Fields]]:
        with self.portal.context.db.begin() as tx:
            return [(one.what, one.about) for one in tx.scalars(select(rows.Audit).order_by(rows.Audit.id))]


def sign_in(client: TestClient, login: str, password: str, to: str = "") -> Response:
    return client.post("/sign-in", data={"login": login, "password": password, "to": to})


def code_in(mail: rows.Mail) -> str:
    """Return the six digits of a message."""
    (found,) = set(re.findall(r"\b[0-9]{6}\b", mail.subject))
    assert found in mail.body
    return str(found)
