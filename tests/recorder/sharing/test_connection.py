"""A connection whose other side does not keep up: pictures wait for it, and are not made."""

import asyncio
import json
import queue
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

from recorder.sharing.connection import Connection
from recorder.sharing.live_log import Message
from tests.tls import own_certificate
from tests.waiting import until

PICTURE = bytes(512 * 1024)
MOST_TAKEN = 16  # 8 MiB: what two systems' buffers hold at most


class Portal:
    """It says welcome, and reads what comes when it is told to."""

    def __init__(self) -> None:
        self.reads = threading.Event()
        self.came = list[str | bytes]()
        self.connections = 0

    async def __call__(self, connection: ServerConnection) -> None:
        self.connections += 1
        hello = json.loads(await connection.recv())
        assert hello["do"] == "hello"
        await connection.send(json.dumps({"is": "welcome", "you": 1, "entry": 0, "said": 0, "recording": "on"}))
        await asyncio.to_thread(self.reads.wait)
        async for message in connection:
            self.came.append(message)
            if isinstance(message, str) and json.loads(message)["do"] == "leave":
                await connection.send(json.dumps({"is": "over", "why": "left"}))


@contextmanager
def served(portal: Portal, folder: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    pem = own_certificate(folder, "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    addresses, ended = queue.SimpleQueue[str](), threading.Event()

    async def serve_it() -> None:
        async with serve(portal, "127.0.0.1", 0, ssl=context, max_size=None, max_queue=1, close_timeout=1) as server:
            addresses.put(f"wss://127.0.0.1:{server.sockets[0].getsockname()[1]}")
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=lambda: asyncio.run(serve_it()))
    thread.start()
    yield addresses.get(timeout=20), ssl.create_default_context(cafile=str(pem))
    portal.reads.set()
    ended.set()
    thread.join()


def test_no_more_than_one_picture_waits_and_texts_go_first(tmp_path: Path) -> None:
    portal, heard, room = Portal(), list[Message](), threading.Event()
    with served(portal, tmp_path) as (url, context):
        connection = Connection(url, {}, context)
        connection.start(heard=heard.append, room=room.set)
        until(lambda: connection.has_room)
        shown = 0
        while connection.has_room:
            room.clear()
            assert connection.show([PICTURE])
            shown += 1
            room.wait(1)
        assert shown <= MOST_TAKEN
        time.sleep(0.3)
        assert not connection.has_room
        connection.say("say", text="late, and yet first")
        portal.reads.set()
        until(lambda: len(portal.came) == shown + 1)
        assert isinstance(portal.came[-2], str)  # only the picture that waited came after it
        assert all(len(one) == len(PICTURE) for one in portal.came if isinstance(one, bytes))
        until(lambda: connection.has_room)
        connection.say("leave")
        until(lambda: heard[-1]["is"] == "connection" and heard[-1]["state"] == "over")
        assert heard[-1]["why"] == "left"
        connection.close()
    assert portal.connections == 1


def test_closing_does_not_wait_for_who_does_not_read(tmp_path: Path) -> None:
    portal, heard = Portal(), list[Message]()
    with served(portal, tmp_path) as (url, context):
        connection = Connection(url, {}, context)
        connection.start(heard=heard.append, room=lambda: None)
        until(lambda: connection.has_room)
        for _ in range(MOST_TAKEN + 4):
            connection.show([PICTURE])
        connection.close()
        assert not connection.has_room
        assert not connection.show([PICTURE])
        assert not [one for one in threading.enumerate() if one.name.startswith("sealcast-live")]
