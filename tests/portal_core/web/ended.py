"""A session that has ended, with sealed parts on the disk of a portal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi.testclient import TestClient

from portal_core.db import models as rows
from portal_core.db.sessions import digest_of
from portal_core.roles import Role
from portal_core.web.taking_part import SEAT
from tests.portal_core.web.site import START_US, Site
from tests.replay.sessions import Maker
from vault.keyring import read_keyring
from vault.local import LocalGrowing

SESSION: Final = bytes(range(16, 32))
TOKEN: Final = "what lets the customer in"
PATH: Final = f"/session/{SESSION.hex()}"


@dataclass(frozen=True)
class Ended:
    """The session of the agent ann."""

    site: Site
    parts: tuple[bytes, ...]  # their ids

    def file(self, number: int) -> Path:
        return self.site.portal.context.settings.recordings / SESSION.hex() / f"{number}.sealcast"

    def purge(self, number: int) -> None:
        """Note that its file goes; it is there for a moment yet."""
        with self.site.portal.context.db.begin() as tx:
            tx.get_one(rows.Recording, self.parts[number - 1]).purged_us = self.site.now_us

    def customer(self) -> TestClient:
        return self._plain(self.site.browser(), seated=True)

    def agent(self, login: str = "ann", *, seated: bool = False) -> TestClient:
        """Return somebody who signed in; seated: and who joined as the customer in the same browser."""
        return self._plain(self.site.signed_in(login), seated=seated)

    def _plain(self, client: TestClient, *, seated: bool) -> TestClient:
        client.headers["accept"] = "application/json"
        if seated:
            client.cookies.set(SEAT, TOKEN, path=PATH)
        return client


def ended(site: Site, *, parts: int = 1, places: tuple[str, ...] = ("server", "agent", "customer")) -> Ended:
    """Make it."""
    agent, portal_id = site.person("ann", Role.AGENT), site.add_portal("Help", places=list(places))
    made = Ended(site, tuple(bytes([number]) * 16 for number in range(1, parts + 1)))
    made.file(1).parent.mkdir()
    with site.portal.context.db.begin() as tx:
        portal = tx.get_one(rows.Portal, portal_id)
        recipient = read_keyring(tx.get_one(rows.Keyring, portal_id).content).recipient
        session = rows.Session(
            id=SESSION, account_id=portal.account_id, portal_id=portal_id, agent_id=agent, customer="Bob",
            settings=dict(portal.settings), state="ended", recording="on", made_us=START_US, ended_us=START_US + 1,
        )  # fmt: skip
        tx.add(session)
        tx.flush()
        seat = rows.Seat(
            session_id=SESSION, id=1, account_id=portal.account_id, role="customer", name="Bob", token=digest_of(TOKEN)
        )
        tx.add(seat)
        for number, recording_id in enumerate(made.parts, 1):
            growing = LocalGrowing(made.file(number))
            maker = Maker(growing, number=number, recipient=recipient, recording_id=recording_id, session_id=SESSION)
            _, anchor = maker.pictures(range(0, 1_000_000, 500_000)).finish()
            part = rows.Recording(
                id=recording_id, account_id=portal.account_id, session_id=SESSION, part=number,
                file=f"{SESSION.hex()}/{number}.sealcast", made_us=START_US, state="complete", size=anchor.size,
                fingerprint=anchor.hash,
            )  # fmt: skip
            tx.add(part)
    return made
