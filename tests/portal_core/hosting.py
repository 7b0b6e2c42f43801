"""A real portal with recordings on its server, and those who use it from the command line."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from click.testing import CliRunner, Result

import cli
from portal_core.db import models as rows
from portal_core.roles import Role
from recorder.format.events import Joined, Line
from tests.portal_core.served import HASH, PASSWORD, Portal
from tests.replay.sessions import Maker
from vault.errors import VaultError
from vault.https import Connection, Site, trust
from vault.local import LocalGrowing
from vault.places import make_data_folder, pinned_file, signer_file
from vault.portal import Portal as Client
from vault.signers import own_signer

S: Final = 1_000_000
STRONG, OTHER = "zebra onyx walrus kettle drum", "violet marble tundra 58 spoons"


@dataclass
class Hosting:
    """A portal that runs, and this user's own folder."""

    portal: Portal
    folder: Path
    password: Path = field(init=False)
    _made: int = 100
    _clients: list[Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.password = self.folder / "password"
        self.password.write_text(PASSWORD)

    @property
    def url(self) -> str:
        return self.portal.base

    @property
    def fingerprint(self) -> str:
        return next(line.split()[-1] for line in self.portal.said if line.startswith("certificate:"))

    def person(self, login: str, role: Role, *, account: int = 1) -> int:
        with self.portal.data() as database, database.begin() as tx:
            if account != 1 and tx.get(rows.Account, account) is None:
                tx.add(rows.Account(name="Another", made_us=1))
                tx.flush()
            made = rows.Person(
                account_id=account, login=login, name=login.title(), email=f"{login}@example.org", role=role.value,
                password=HASH, made_us=1, first_password=False, email_confirmed=True,
            )  # fmt: skip
            tx.add(made)
            tx.flush()
            return made.id

    def client(self, login: str) -> Client:
        site = Site.parse(self.url)
        make_data_folder()
        trusted = trust(site, pinned_file(), accept=lambda *_: False, wanted=self.fingerprint)
        client = Client(Connection(site, trusted))
        client.sign_in(login, PASSWORD)
        self._clients.append(client)
        return client

    def enrolled(self, login: str) -> Client:
        client = self.client(login)
        make_data_folder()
        client.enrol(own_signer(signer_file(), random_bytes=os.urandom))
        return client

    def recording(self, path: Path, recipient: bytes, *, seconds: int = 3, lines: Sequence[str] = ("hello",)) -> Path:
        """Record here, for a portal, as this user."""
        make_data_folder()
        maker = self.maker(path, recipient)
        maker.pictures(range(0, seconds * S, S // 4))
        maker.writer.put_event(Joined(id=1, role="agent", name="Ann"), time_us=seconds * S)
        for line in lines:
            maker.writer.put_event(Line(by=1, text=line), time_us=seconds * S)
        maker.finish()
        return path

    def maker(self, path: Path, recipient: bytes) -> Maker:
        self._made += 1
        key = own_signer(signer_file(), random_bytes=os.urandom)
        ids = self._made.to_bytes(16, "big")
        return Maker(LocalGrowing(path), session_id=ids, key=key, recipient=recipient, recording_id=ids)

    def run(self, *arguments: str | Path, signed_in: str | None = None, says: str = "") -> Result:
        """Run sealcast as this user; who signs in does that with a file."""
        words = [str(one) for one in arguments]
        if signed_in:
            words += ["--login", signed_in, "--password-file", str(self.password), "--certificate", self.fingerprint]
        return CliRunner().invoke(cli.sealcast, words, input=says, catch_exceptions=False)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self.portal.stop()

    def audit(self, what: str) -> list[rows.Fields]:
        with self.portal.data() as database, database.begin() as tx:
            return [one.about for one in tx.query(rows.Audit).filter_by(what=what).order_by(rows.Audit.id)]


def refused(error: VaultError) -> int:
    """Return with which status a portal refused."""
    status = getattr(error, "status", None)
    assert isinstance(status, int), error
    return status


@contextmanager
def hosting_in(folder: Path) -> Iterator[Hosting]:
    """Run a portal with a manager and an agent, beside a folder of this user's own."""
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(folder / "user")
    portal = Portal(folder / "portal")
    portal.folder.mkdir()
    portal.start()
    made = Hosting(portal, folder)
    try:
        portal.add_portal("Help")
        made.person("mia", Role.COMPANY_MANAGER)
        made.person("ann", Role.AGENT)
        yield made
    finally:
        made.close()
        if before is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = before
