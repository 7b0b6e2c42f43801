"""Many customers and agents of a portal in one process: they show real screens at their own pace, and talk.

The process prints one line of JSON: how long what was said took, what was lost, and its own CPU.
"""

import argparse
import asyncio
import gc
import json
import pickle
import random
import resource
import ssl
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from typing import Final

from websockets import Origin
from websockets.asyncio.client import ClientConnection, connect

from portal_core.live.frames import HEAD, Kind, ScreenPacket
from portal_core.live.messages import CUSTOMER_SCREEN

LINES_A_MINUTE: Final = 60  # of each session; people type slower
SPREAD_S: Final = 6  # over which they begin to show their screens
WARM_S: Final = 8  # by then all of them show their screens

Shown = list[tuple[int, bool, bytes]]  # µs since the script began, whether a keyframe, payload


@dataclass
class Meeting:
    """One session: a customer who shows his screen, an agent who looks."""

    base: str
    path: str
    customer: str  # cookies
    agent: str
    took_ms: list[float] = field(default_factory=list)
    delays_ms: list[float] = field(default_factory=list)  # of pictures
    sent: int = 0
    seen: int = 0
    lost: int = 0


async def line(meeting: Meeting, cookies: str, tls: ssl.SSLContext) -> ClientConnection:
    socket = await connect(
        meeting.base.replace("https", "wss") + meeting.path + "/live",
        ssl=tls,
        origin=Origin(meeting.base),
        additional_headers={"Cookie": cookies},
        compression=None,
        max_size=None,
        ping_interval=None,
    )
    await socket.send(json.dumps({"do": "hello", "protocol": 1, "last": 0, "said": 0}))
    return socket


async def show(
    meeting: Meeting, socket: ClientConnection, starts: Sequence[Shown], size: tuple[int, int], until: float
) -> None:
    """Show a screen: what was captured from one of the starts to the end, then again and again from the first."""
    await socket.send(json.dumps({"do": "share", "c": 1, "track": CUSTOMER_SCREEN}))
    await asyncio.sleep(0.5 + random.random() * SPREAD_S)
    configuration = json.dumps({"codec": "tiles", "width": size[0], "height": size[1]}).encode()
    seq = 0
    for shown in chain([random.choice(starts)], repeat(starts[0])):
        began = time.perf_counter() - shown[0][0] / 1e6
        await socket.send(_packet(Kind.CONFIGURATION, seq, configuration))
        seq += 1
        for time_us, keyframe, payload in shown:
            await asyncio.sleep(began + time_us / 1e6 - time.perf_counter())
            if time.perf_counter() > until:
                return
            await socket.send(_packet(Kind.PICTURE, seq, payload, keyframe=keyframe))
            seq += 1
            meeting.sent += 1


async def talk(socket: ClientConnection, until: float) -> None:
    c = 1
    await asyncio.sleep(random.random() * 60 / LINES_A_MINUTE)
    while time.perf_counter() < until:
        c += 1
        text = f"{time.perf_counter_ns()} " + "what people write to each other is about so long " * 2
        await socket.send(json.dumps({"do": "say", "c": c, "text": text}))
        await asyncio.sleep(60 / LINES_A_MINUTE * (0.5 + random.random()))


async def look(meeting: Meeting, socket: ClientConnection, counted_from: float) -> None:
    """Take what the agent gets."""
    next_seq = 0
    async for message in socket:
        now_ns = time.perf_counter_ns()
        if isinstance(message, bytes):
            _, _, _, seq, _, _, _ = HEAD.unpack_from(message)
            meeting.seen += message[0] == Kind.PICTURE
            meeting.lost += seq - next_seq
            next_seq = seq + 1
        elif '"line"' in message:
            fields = json.loads(message)
            if now_ns / 1e9 > counted_from:
                meeting.took_ms.append((now_ns - int(fields["text"].split()[0])) / 1e6)


async def hold(
    meeting: Meeting, starts: Sequence[Shown], size: tuple[int, int], tls: ssl.SSLContext, seconds: float
) -> None:
    customer, agent = await line(meeting, meeting.customer, tls), await line(meeting, meeting.agent, tls)
    now = time.perf_counter()
    looking = asyncio.create_task(look(meeting, agent, now + WARM_S))

    async def ignore() -> None:
        async for _ in customer:
            pass

    ignoring = asyncio.create_task(ignore())
    until = now + WARM_S + seconds
    showing = asyncio.create_task(show(meeting, customer, starts, size, until))
    await asyncio.sleep(0.7)
    await talk(customer, until)
    await showing
    await asyncio.sleep(1)
    for task in (looking, ignoring):
        task.cancel()
    await asyncio.gather(looking, ignoring, return_exceptions=True)
    for socket in (customer, agent):
        await socket.close()


def _packet(kind: Kind, seq: int, payload: bytes, *, keyframe: bool = False) -> bytes:
    made = ScreenPacket(kind=kind, keyframe=keyframe, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=payload)
    return made.to_bytes()


async def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("meetings", type=Path)
    options.add_argument("shown", type=Path)
    options.add_argument("--seconds", type=float, default=30)
    given = options.parse_args()
    said = json.loads(given.meetings.read_text())
    size, starts = pickle.loads(given.shown.read_bytes())  # the bench's own
    tls = ssl.create_default_context(cafile=said["certificate"])
    gc.collect()
    gc.freeze()  # what is there stays; the people's own pauses are not the portal's
    meetings = [Meeting(base=said["base"], **one) for one in said["meetings"]]
    await asyncio.gather(*(hold(one, starts, size, tls, given.seconds) for one in meetings))
    used = resource.getrusage(resource.RUSAGE_SELF)
    json.dump(
        {
            "took_ms": [one for meeting in meetings for one in meeting.took_ms],
            "sent": sum(one.sent for one in meetings),
            "seen": sum(one.seen for one in meetings),
            "lost": sum(one.lost for one in meetings),
            "cpu_s": used.ru_utime + used.ru_stime,
        },
        sys.stdout,
    )


if __name__ == "__main__":
    asyncio.run(main())
