"""What is due: messages sent and tried again, files and chats that go."""

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from portal_core.db import keyrings, mails
from portal_core.db import models as rows
from portal_core.db.database import Database
from portal_core.due import Due
from portal_core.mailing import Message, NotDeliveredError
from portal_core.recording_state import LOG_US, WAITS_US
from vault.keyring import open_by_key, read_keyring
from vault.keyring_acts import Locks, create, set_passphrase
from vault.portal_key import PortalKey

SERVER = PortalKey(bytes(range(32)))


@dataclass
class Post:
    """Delivers, or says why not."""

    errors: list[NotDeliveredError] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)

    async def deliver(self, message: Message) -> None:
        if self.errors:
            raise self.errors.pop()
        self.sent.append(message)


@dataclass
class House:
    database: Database
    folder: Path
    now_us: int = 10**15
    post: Post = field(default_factory=Post)

    @property
    def due(self) -> Due:
        return Due(
            db=self.database,
            mailing=self.post,
            sender="portal@example.org",
            recordings=self.folder,
            now_us=lambda: self.now_us,
        )

    def session(self, *, places: list[str], passphrase: bool, state: str = "complete") -> tuple[bytes, Path]:
        """Add a session that has just ended, with a part and a line of chat."""
        session_id, recording_id, vault_id = (secrets.token_bytes(16) for _ in range(3))
        path = self.folder / f"{session_id.hex()}.sealcast"
        path.write_bytes(b"sealed")
        keyring = create(vault_id, Locks(server=(SERVER.public,)))
        if passphrase:
            keyring = set_passphrase(open_by_key(read_keyring(keyring), SERVER), b"seven words drawn by chance")
        plain: rows.Fields = {"name": "P", "mode": "phone", "type": "SmartPin", "places": places}
        with self.database.begin() as tx:
            portal = rows.Portal(
                account_id=1, vault_id=vault_id, name="P", address=vault_id.hex(), mode="phone", type="SmartPin",
                settings=plain, made_us=1,
            )  # fmt: skip
            tx.add(portal)
            tx.flush()
            keyrings.add(tx, portal, keyring)
            tx.add(
                rows.Session(
                    id=session_id, account_id=1, portal_id=portal.id, agent_id=1, customer="Bob", settings=plain,
                    state="ended", recording="on", made_us=1, ended_us=self.now_us,
                )
            )  # fmt: skip
            tx.flush()
            tx.add_all([
                rows.Recording(
                    id=recording_id,
                    account_id=1,
                    session_id=session_id,
                    part=1,
                    file=path.name,
                    made_us=1,
                    state=state,
                    waits="server" not in places,
                ),
                *(
                    rows.Entry(
                        session_id=session_id, n=n, account_id=1, at_us=n, seat=1, c=0, kind=kind, fields={"text": "x"}
                    )
                    for n, kind in enumerate(("joined", "line", "snapshot", "ended"))
                ),
            ])  # fmt: skip
        return session_id, path

    def confirm(self, session_id: bytes, place: str) -> None:
        with self.database.begin() as tx:
            part = tx.scalars(select(rows.Recording).where(rows.Recording.session_id == session_id)).one()
            tx.add(rows.Copy(recording_id=part.id, place=place, account_id=1, confirmed_us=self.now_us))

    def kinds(self, session_id: bytes) -> list[str]:
        with self.database.begin() as tx:
            return list(tx.scalars(select(rows.Entry.kind).where(rows.Entry.session_id == session_id)))

    def state(self, session_id: bytes) -> str:
        with self.database.begin() as tx:
            return tx.scalars(select(rows.Recording.state).where(rows.Recording.session_id == session_id)).one()


@pytest.fixture
def house(tmp_path: Path) -> House:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with database.begin() as tx:
        tx.add(rows.Account(name="Ours", made_us=1))
        tx.flush()
        tx.add(
            rows.Person(
                account_id=1, login="ann", name="Ann", email="a@example.org", role="agent", password="x", made_us=1
            )
        )
    return House(database, tmp_path)


def test_a_message_is_tried_again_until_it_leaves(house: House) -> None:
    with house.database.begin() as tx:
        mails.put(tx, account_id=1, to="b@example.org", subject="s", body="b", now_us=house.now_us)
    house.post.errors.append(NotDeliveredError(why="nobody answers", again=True))
    asyncio.run(house.due.send_mail())
    asyncio.run(house.due.send_mail())  # not yet
    assert house.post.sent == []
    house.now_us += 60_000_000
    asyncio.run(house.due.send_mail())
    assert [one.to for one in house.post.sent] == ["b@example.org"]
    asyncio.run(house.due.send_mail())
    assert len(house.post.sent) == 1


@pytest.mark.parametrize("places", [["server"], ["agent"], ["agent", "customer"]])
def test_a_file_goes_when_its_copies_are_confirmed_or_the_time_is_over(house: House, places: list[str]) -> None:
    session_id, path = house.session(places=places, passphrase=False)
    house.due.tidy()
    assert path.exists()
    for place in places:
        if place != "server":
            house.confirm(session_id, place)
    house.due.tidy()
    assert path.exists() == ("server" in places)
    assert house.state(session_id) == "complete"
    late, other = house.session(places=places, passphrase=False)
    house.now_us += WAITS_US
    house.due.tidy()
    assert other.exists() == ("server" in places)
    assert house.state(late) == ("complete" if "server" in places else "purged")


@pytest.mark.parametrize("passphrase", [False, True])
def test_a_chat_goes_once_sealed_copies_hold_it(house: House, *, passphrase: bool) -> None:
    session_id, _ = house.session(places=["server", "agent"], passphrase=passphrase)
    house.now_us += LOG_US
    house.due.forget_chats()
    assert "line" in house.kinds(session_id)  # the agent's copy is missing
    house.confirm(session_id, "agent")
    house.due.forget_chats()
    everything = ["joined", "line", "snapshot", "ended"]
    assert house.kinds(session_id) == (["joined", "ended"] if passphrase else everything)


def test_a_chat_that_no_recording_holds_stays(house: House) -> None:
    session_id, _ = house.session(places=["server"], passphrase=True, state="none")
    house.now_us += LOG_US
    house.due.forget_chats()
    assert "line" in house.kinds(session_id)
