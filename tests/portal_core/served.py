"""A real portal, as a process of its own, and those who use it, over HTTPS."""

import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

import httpx

from portal_core.db import keyrings
from portal_core.db import models as rows
from portal_core.db.database import Database
from portal_core.live.frames import ScreenPacket
from portal_core.passwords import Password, PasswordHash
from portal_core.server_keys import FILE, ServerKeys
from tests.waiting import until
from tests.websocket import WebSocket

PASSWORD: Final = "correct horse battery"
PATIENCE_S: Final = 60
# Made once: what it costs is of no interest here.
HASH: Final = str(PasswordHash.of(Password.parse(PASSWORD)))
Fields = dict[str, object]


def held_port() -> int:
    """A port that nobody else is given while this process lives, whether a portal listens there or not."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    port = int(held.getsockname()[1])
    held.detach()
    return port


@dataclass
class Portal:
    """An installation in a folder, that can be started, stopped and killed."""

    folder: Path
    port: int = field(default_factory=held_port)
    name: str = "localhost"
    said: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[str] | None" = None
    owned: ExitStack = field(default_factory=ExitStack)
    _reading: threading.Thread | None = None
    _ready: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.owned.close()
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGKILL)

    @property
    def base(self) -> str:
        return f"https://{self.name}:{self.port}"

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def start(self) -> None:
        if self._reading:  # what the process before still says is not of this one
            self._reading.join(PATIENCE_S)
        command = [sys.executable, "-m", "cli", "serve", "--folder", str(self.folder), "--name", self.name]
        command += ["--listen", f"127.0.0.1:{self.port}"]
        self.said = []
        self._ready.clear()
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONFAULTHANDLER": "1"} | self.environment, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self._reading = threading.Thread(target=self._read, args=(self.process,))
        self._reading.start()
        self._ready.wait(PATIENCE_S)
        assert any(line.startswith("folder:") for line in self.said), "".join(self.said)

    def _read(self, process: "subprocess.Popen[str]") -> None:
        assert process.stderr
        with process.stderr as stderr:
            for line in stderr:
                self.said.append(line)
                if line.startswith("folder:"):
                    self._ready.set()
        self._ready.set()

    def stop(self, how: int = signal.SIGTERM) -> int:
        """Tell it to stop; return its exit code."""
        assert self.process
        assert self._reading
        self.process.send_signal(how)
        try:
            return self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)  # it says what all its threads do
            self._reading.join(PATIENCE_S)
            raise AssertionError("".join(self.said)) from None
        finally:
            self._reading.join(PATIENCE_S)

    @contextmanager
    def data(self) -> Iterator[Database]:
        database = Database(f"sqlite:///{self.folder / 'portal.db'}")
        try:
            yield database
        finally:
            database.close()

    def add_agent(self, login: str, name: str = "Ann") -> int:
        with self.data() as database, database.begin() as tx:
            person = rows.Person(
                account_id=1, login=login, name=name, email=f"{login}@example.org", role="agent", password=HASH,
                made_us=1, first_password=False, email_confirmed=True,
            )  # fmt: skip
            tx.add(person)
            tx.flush()
            return person.id

    def add_portal(self, name: str = "Help", **settings: object) -> int:
        plain: Fields = {"name": name, "mode": "phone", "type": "SmartPin", **settings}
        with self.data() as database, database.begin() as tx:
            portal = rows.Portal(
                account_id=1, vault_id=secrets.token_bytes(16), name=name, address=name.lower(), mode="phone",
                type="SmartPin", settings=plain, made_us=1,
            )  # fmt: skip
            tx.add(portal)
            tx.flush()
            keyrings.add(tx, portal, ServerKeys.own(self.folder / FILE).new_keyring(portal.vault_id))
            return portal.id

    def client(self) -> httpx.Client:
        client = httpx.Client(verify=self.tls, base_url=self.base, headers={"Origin": self.base}, timeout=PATIENCE_S)
        return self.owned.enter_context(client)

    def signed_in(self, login: str) -> httpx.Client:
        client = self.client()
        answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    def join(self, agent: httpx.Client, portal: int = 1, name: str = "Bob") -> "tuple[httpx.Client, str]":
        """Begin a session with a code; return the customer, and the session's path."""
        code = agent.post("/console/codes", json={"name": secrets.token_hex(4), "portal": portal})
        assert code.status_code == 201, code.text
        customer = self.client()
        answer = customer.post(f"/join/{code.json()['digits']}", data={"name": name, "agreed": "on"})
        assert answer.status_code == 303, answer.text
        return customer, answer.headers["location"]

    def socket(self, client: httpx.Client, path: str) -> WebSocket:
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        return WebSocket(self.base, path, tls=self.tls, headers={"Cookie": cookies})

    def talk(self, client: httpx.Client, path: str) -> "Talker":
        return Talker(self, client, path)


class Talker:
    """Somebody in a session, as his page would be: what he missed he gets again, what he said he says again."""

    def __init__(self, portal: Portal, client: httpx.Client, path: str) -> None:
        self._portal, self._client, self._path = portal, client, path
        self.heard: list[Fields] = []  # all messages but entries
        self.entries: list[Fields] = []
        self.seen: list[ScreenPacket] = []
        self.waiting: dict[int, Fields] = {}  # said, and not confirmed yet
        self.c = self.confirmed = 0
        self._held = ExitStack()
        self.socket: WebSocket
        self.connect()
        portal.owned.callback(self.close)

    def connect(self) -> None:
        self._held.close()
        opening = self._portal.socket(self._client, self._path + "/live")
        self.socket = self._held.enter_context(opening)
        self.heard.clear()
        last = int(str(self.entries[-1]["n"])) if self.entries else 0
        self.send({"do": "hello", "protocol": 1, "last": last, "said": self.confirmed})
        welcome = self.until(lambda: self.heard[-1] if self.heard and self.heard[-1]["is"] == "welcome" else None)
        self.confirmed = max(self.confirmed, int(str(welcome["said"])))
        for c in sorted(self.waiting):
            if c > self.confirmed:
                self.send(self.waiting[c])
            else:
                del self.waiting[c]

    def send(self, message: Fields | bytes) -> None:
        self.socket.send(message if isinstance(message, bytes) else json.dumps(message))

    def say(self, do: str, **fields: object) -> int:
        """Say something that is confirmed."""
        self.c += 1
        message: Fields = {"do": do, "c": self.c, **fields}
        self.waiting[self.c] = message
        self.send(message)
        return self.c

    def hear(self, timeout: float = PATIENCE_S) -> None:
        message = self.socket.recv(timeout)
        if isinstance(message, bytes):
            self.seen.append(ScreenPacket.read(message))
            return
        fields = json.loads(message)
        if fields["is"] == "entry":
            self.entries.append(fields)
        else:
            self.heard.append(fields)
        if isinstance(c := fields.get("c"), int):
            self.confirmed = max(self.confirmed, c)
            self.waiting.pop(c, None)

    def until(self, found: "Callable[[], Fields | None]", patience_s: float = PATIENCE_S) -> Fields:
        """Hear until something is there.  Errors: TimeoutError."""
        end_s = time.monotonic() + patience_s
        while (one := found()) is None:
            self.hear(max(0.0, end_s - time.monotonic()))
        return one

    def entry(self, kind: str, *, patience_s: float = PATIENCE_S, **fields: object) -> Fields:
        """Hear until there is such an entry."""
        wanted = {"kind": kind, **fields}
        return self.until(
            lambda: next((one for one in self.entries if wanted.items() <= one.items()), None), patience_s
        )

    def told(self, is_: str, **fields: object) -> Fields:
        """Hear until something is told that is no entry."""
        wanted = {"is": is_, **fields}
        return self.until(lambda: next((one for one in self.heard if wanted.items() <= one.items()), None))

    def lines(self) -> list[object]:
        return [one["text"] for one in self.entries if one["kind"] == "line"]

    def close(self) -> None:
        self._held.close()


def begun(portal: Portal, client: httpx.Client, path: str) -> Path:
    """Wait until the first part of a session's recording is begun, and that is noted; return where it lies."""
    until(lambda: bool(client.get(path + "/closing").json()["fingerprints"]), patience_s=PATIENCE_S)
    return portal.folder / "recordings" / path.rpartition("/")[2] / "1.sealcast"


def closed(client: httpx.Client, path: str) -> Fields:
    """Return what there is to take along, once it is whole."""
    for _ in range(PATIENCE_S * 10):
        fields: Fields = client.get(path + "/closing").json()
        if fields["whole"]:
            return fields
        time.sleep(0.1)
    raise AssertionError(fields)
