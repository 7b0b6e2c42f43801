"""What is due: messages sent and tried again, files and chats that go."""

import asyncio
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from portal_core.db import guesses, keyrings, mails
from portal_core.db import models as rows
from portal_core.db.database import Database
from portal_core.due import Due
from portal_core.guessing import ALARM, HOUR_US
from portal_core.mailing import Message, NotDeliveredError
from portal_core.recording_state import DAY_US, LOG_US, WAITS_US
from portal_core.texts import Texts
from tests.waiting import until
from vault.keyring import open_by_key, read_keyring
from vault.keyring_acts import Locks, create, set_passphrase
from vault.portal_key import PortalKey

SERVER = PortalKey(bytes(range(32)))
TEXTS = Texts.read()


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
            texts=TEXTS,
        )

    def round(self, rounds: int = 0) -> None:
        """Do what is due after so many pauses; at 0 that is everything; and send the mail."""
        asyncio.run(self.due.do(rounds))
        asyncio.run(self.due.send_mail())

    def session(
        self,
        *,
        places: list[str],
        passphrase: bool = False,
        state: str = "complete",
        keep_days: int | str = 90,
        recording_open: bool = False,
    ) -> tuple[bytes, Path]:
        """Add a session that has just ended, with a part and a line of chat."""
        session_id, recording_id, vault_id = (secrets.token_bytes(16) for _ in range(3))
        path = self.folder / f"{session_id.hex()}.sealcast"
        path.write_bytes(b"sealed")
        keyring = create(vault_id, Locks(server=(SERVER.public,)))
        if passphrase:
            keyring = set_passphrase(open_by_key(read_keyring(keyring), SERVER), b"seven words drawn by chance")
        plain: rows.Fields = {"name": "P", "mode": "phone", "type": "SmartPin", "places": places}
        if keep_days != 90:  # what is not there is as by default
            plain["keep_days"] = keep_days
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
                    recording_open=recording_open,
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
        return self.part(session_id).state

    def part(self, session_id: bytes) -> rows.Recording:
        with self.database.look() as tx:
            return tx.scalars(select(rows.Recording).where(rows.Recording.session_id == session_id)).one()

    def manager(self, login: str) -> rows.Person:
        return rows.Person(
            account_id=1, login=login, name=login, email=f"{login}@example.org", role="company manager", password="x",
            made_us=1, email_confirmed=True,
        )  # fmt: skip


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


def test_where_no_message_is_due_nobody_who_writes_waits(house: House) -> None:
    with house.database.begin():  # somebody writes: whoever wants to write, too, waits for him
        asyncio.run(house.due.send_mail())


@pytest.mark.parametrize("places", [["server"], ["agent"], ["agent", "customer"]])
def test_a_file_goes_when_its_copies_are_confirmed_or_the_time_is_over(house: House, places: list[str]) -> None:
    session_id, path = house.session(places=places)
    house.round()
    assert path.exists()
    for place in places:
        if place != "server":
            house.confirm(session_id, place)
    house.round()
    assert path.exists() == ("server" in places)
    assert house.state(session_id) == "complete"
    late, other = house.session(places=places)
    house.now_us += WAITS_US
    house.round()
    assert other.exists() == ("server" in places)
    assert house.state(late) == ("complete" if "server" in places else "purged")


def test_a_part_stays_while_something_of_its_session_is_still_to_be_recorded(house: House) -> None:
    session_id, path = house.session(places=["agent"], recording_open=True)
    house.confirm(session_id, "agent")
    house.now_us += WAITS_US - 1
    house.round()
    assert path.exists()
    assert house.state(session_id) == "complete"
    house.now_us += 1  # a week, and no longer
    house.round()
    assert not path.exists()
    with house.database.look() as tx:
        assert not tx.get_one(rows.Session, session_id).recording_open  # what is gone is not recorded anew


def test_with_its_last_part_a_sessions_folder_goes(house: House) -> None:
    session_id, path = house.session(places=["agent"])
    folder = house.folder / session_id.hex()
    folder.mkdir()
    for name in ("1.sealcast", "1.entries"):
        (folder / name).write_bytes(b"x")
    with house.database.begin() as tx:
        part = tx.scalars(select(rows.Recording).where(rows.Recording.session_id == session_id)).one()
        part.file = f"{folder.name}/1.sealcast"
    house.confirm(session_id, "agent")
    house.round()
    assert not folder.exists()
    assert path.exists()  # of nobody any more
    with house.database.begin() as tx:  # stopped before that was noted
        tx.scalars(select(rows.Recording).where(rows.Recording.session_id == session_id)).one().waits = True
    house.round()
    assert not house.part(session_id).waits


def test_a_mail_server_that_keeps_everybody_waiting_keeps_nothing_else_from_being_done(house: House) -> None:
    session_id, path = house.session(places=["agent"])
    house.confirm(session_id, "agent")
    with house.database.begin() as tx:
        mails.put(tx, account_id=1, to="a@example.org", subject="s", body="b", now_us=1)
    house.post = Silent()

    async def run() -> None:
        due = asyncio.create_task(house.due.run())
        await asyncio.to_thread(until, lambda: not path.exists())
        due.cancel()
        await asyncio.gather(due, return_exceptions=True)

    asyncio.run(run())


class Silent(Post):
    async def deliver(self, message: Message) -> None:
        del message
        await asyncio.Event().wait()


def test_a_file_that_cannot_be_deleted_is_tried_again_and_stops_nothing(house: House) -> None:
    (first, _), (stuck, folder), (last, path) = (house.session(places=["agent"]) for _ in range(3))
    chat, _ = house.session(places=["server"], passphrase=True)
    folder.unlink()
    (folder / "is no file").mkdir(parents=True)
    house.now_us += WAITS_US
    for _ in range(2):
        house.round()
        assert [house.state(one) for one in (first, stuck, last)] == ["purged"] * 3
        assert not path.exists()
        assert "line" not in house.kinds(chat)
    assert house.part(stuck).purged_us == house.now_us
    (folder / "is no file").rmdir()
    folder.rmdir()
    folder.write_bytes(b"sealed")
    house.now_us += 1
    house.round()
    assert not folder.exists()
    assert house.part(stuck).purged_us == house.now_us - 1  # when it went
    folder.write_bytes(b"somebody's")
    house.round()
    assert folder.exists()


def test_a_part_that_is_still_recorded_is_left_and_stops_nothing(house: House) -> None:
    growing, path = house.session(places=["agent"], state="recording")
    other, gone = house.session(places=["agent"])
    kept, here = house.session(places=["server"], state="recording")
    house.now_us += 100 * DAY_US
    house.round()
    assert [house.state(one) for one in (growing, other, kept)] == ["recording", "purged", "recording"]
    assert (path.exists(), gone.exists(), here.exists()) == (True, False, True)


def test_a_row_that_cannot_be_changed_stops_no_other(house: House, caplog: pytest.LogCaptureFixture) -> None:
    wrong, path = house.session(places=["server"], state="no state")
    other, gone = house.session(places=["server"])
    house.now_us += 90 * DAY_US
    house.round()
    assert (path.exists(), gone.exists()) == (True, False)
    assert [house.state(one) for one in (wrong, other)] == ["no state", "purged"]
    assert "could not be purged" in caplog.text


@pytest.mark.parametrize("state", ["complete", "recovered", "partial", "refused", "none"])
@pytest.mark.parametrize("keep_days", [1, 90, 3650])
def test_a_recording_is_kept_as_long_as_was_said_and_no_longer(house: House, keep_days: int, state: str) -> None:
    session_id, path = house.session(places=["server", "agent"], state=state, keep_days=keep_days)
    house.confirm(session_id, "agent")
    other, kept = house.session(places=["server"], keep_days="for ever")
    house.now_us += keep_days * DAY_US - 1
    house.round()
    assert path.exists()
    assert "line" in house.kinds(session_id)
    house.now_us += 1
    house.round()
    part = house.part(session_id)
    assert (path.exists(), part.state, part.purged_us) == (False, "purged", house.now_us)
    assert house.kinds(session_id) == ["joined", "ended"]
    assert (kept.exists(), house.state(other), "line" in house.kinds(other)) == (True, "complete", True)
    with house.database.look() as tx:
        noted = tx.execute(select(rows.Audit.what, rows.Audit.about)).all()
    about = {"recording": part.id.hex(), "session": session_id.hex()}
    assert [tuple(one) for one in noted] == [("recording purged", about)]


def test_days_are_counted_from_the_end_by_the_settings_of_the_beginning(house: House) -> None:
    session_id, path = house.session(places=["server"], keep_days=30)
    with house.database.begin() as tx:
        for portal in tx.scalars(select(rows.Portal)):
            portal.settings = portal.settings | {"keep_days": 1}
    house.now_us += 2 * DAY_US
    house.round()
    assert path.exists()
    with house.database.begin() as tx:
        tx.get_one(rows.Session, session_id).state = "live"
    house.now_us += 90 * DAY_US
    house.round()
    assert path.exists()


@pytest.mark.parametrize("passphrase", [False, True])
def test_a_chat_goes_once_sealed_copies_hold_it(house: House, *, passphrase: bool) -> None:
    session_id, _ = house.session(places=["server", "agent"], passphrase=passphrase)
    house.now_us += LOG_US
    house.round()
    assert "line" in house.kinds(session_id)  # the agent's copy is missing
    house.confirm(session_id, "agent")
    house.round()
    everything = ["joined", "line", "snapshot", "ended"]
    assert house.kinds(session_id) == (["joined", "ended"] if passphrase else everything)


@pytest.mark.parametrize(("state", "recording_open"), [("none", False), ("complete", True)])
def test_a_chat_that_no_recording_holds_stays(house: House, state: str, *, recording_open: bool) -> None:
    session_id, _ = house.session(places=["server"], passphrase=True, state=state, recording_open=recording_open)
    house.now_us += LOG_US
    house.round()
    assert "line" in house.kinds(session_id)


def test_of_many_wrong_codes_managers_are_told_once(house: House, caplog: pytest.LogCaptureFixture) -> None:
    boss, unconfirmed, gone, agent = (house.manager(one) for one in ("boss", "unconfirmed", "gone", "agent"))
    boss.language, unconfirmed.email_confirmed, gone.deleted_us, agent.role = "de", False, 1, "agent"
    with house.database.begin() as tx:
        tx.add_all([boss, unconfirmed, gone, agent])

    def guess(count: int) -> None:
        with house.database.begin() as tx:
            for _ in range(count):
                house.now_us += 1
                guesses.count_for_all(tx, now_us=house.now_us)
        house.round(1)

    def told() -> tuple[int, int, int]:
        with house.database.look() as tx:
            noted = tx.scalars(select(rows.Audit.what)).all()
        assert set(noted) <= {"many wrong codes"}
        assert {one.to for one in house.post.sent} <= {"boss@example.org"}
        house.round(1)  # what was put into the outbox leaves
        return len(noted), len(house.post.sent), caplog.text.count("somebody may be guessing")

    guess(ALARM)
    assert told() == (0, 0, 0)
    guess(1)
    assert told() == (1, 1, 1)
    assert str(ALARM) in house.post.sent[0].body
    assert "falsche" in house.post.sent[0].subject  # in his language
    guess(500)
    house.now_us += HOUR_US - ALARM - 2  # it goes on
    guess(ALARM + 1)
    assert told() == (1, 1, 1)
    house.now_us += HOUR_US
    guess(ALARM + 1)
    assert told() == (2, 2, 2)
