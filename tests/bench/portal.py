"""The portal under load: python -m tests.bench.portal [load] [ramp] [redeem] [start] [--frames FOLDER] [--seconds N]

A real portal over HTTPS on 127.0.0.1; people are other processes of this machine, whose CPU is told apart.

- load: 100 sessions at once, each with a customer who shows the office desktop as the screen codec packed it, at its
  own pace, begun at one of twelve moments of it, an agent who looks, and a line of chat a second; all recorded sealed.
- ramp: ever more sessions, until the 99th percentile of what is said reaches 50 ms.
- redeem: 20 codes a second beside 50 such sessions.
- start: from the command to the first answer.
"""

import argparse
import json
import pickle
import secrets
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from portal_core.db import models as rows
from tests.bench.codec_peers import Ours
from tests.bench.desktop_frames import frames_of, read_frames
from tests.bench.portal_people import Shown
from tests.bench.report import heading, machine, row
from tests.portal_core.served import Portal

SESSIONS: Final = 100
RAMP: Final = (25, 50, 75, 100, 150, 200, 300)
EACH: Final = 6  # sessions of an agent
GOAL_MS: Final = 20.0
END_MS: Final = 50.0
STARTS: Final = 12
MINUTE_US: Final = 57_000_000
REDEEMED: Final = 200
A_SECOND: Final = 20


@dataclass(frozen=True)
class Load:
    """What a run found.  Units: ms; CPU in shares of a core; bytes."""

    took_ms: Sequence[float]
    lost: int
    sent: int
    seen: int
    server: float
    people: float
    memory: float

    @property
    def p99_ms(self) -> float:
        return statistics.quantiles(self.took_ms, n=100)[98]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("which", nargs="*", default=["start", "load", "redeem", "ramp"])
    options.add_argument("--frames", type=Path)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--sessions", type=int, default=SESSIONS)
    given = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        if "start" in given.which:
            start(folder)
        if {"load", "ramp", "redeem"} & {*given.which}:
            shown = folder / "shown"
            pack(frames_of("office", given.frames or folder), shown)
        if "load" in given.which:
            heading(
                f"{SESSIONS} sessions, all recorded sealed",
                "p50 ms",
                "p99 ms",
                "max ms",
                "lost",
                "server",
                "people",
                "MiB each",
            )
            say(given.sessions, run(folder / "load", given.sessions, shown, given.seconds))
        if "redeem" in given.which:
            redeem(folder / "redeem", shown, given.seconds)
        if "ramp" in given.which:
            heading("more and more sessions", "p50 ms", "p99 ms", "max ms", "lost", "server", "people", "MiB each")
            for count in RAMP:
                found = run(folder / f"ramp{count}", count, shown, given.seconds)
                say(count, found)
                if found.p99_ms >= END_MS:
                    break


def start(folder: Path) -> None:
    heading("from the command to ready", "first s", "again s")
    portal, took = Portal(folder / "start"), []
    for _ in range(6):
        began = time.perf_counter()
        portal.start()
        took.append(time.perf_counter() - began)
        portal.stop()
    row("sealcast serve (goal 2.0)", f"{took[0]:.2f}", f"{statistics.median(took[1:]):.2f}")


def pack(frames: Path, to: Path) -> None:
    """Keep what the screen codec makes of a minute, begun at as many moments of it as there are starts."""
    begun: list[tuple[Ours, Shown]] = []
    size, first_us = (0, 0), 0
    for frame in read_frames(frames):
        size = frame.size
        first_us = first_us or frame.time_us
        at_us = frame.time_us - first_us
        if len(begun) < STARTS and at_us >= len(begun) * MINUTE_US // STARTS:
            begun.append((Ours(), []))
        for ours, shown in begun:
            shown += [(at_us, made.keyframe, made.payload) for made in ours.encode(frame)]
    to.write_bytes(pickle.dumps((size, [shown for _, shown in begun])))


@contextmanager
def meetings(folder: Path, count: int) -> Iterator[tuple[Portal, dict[str, object]]]:
    """Give a portal with so many sessions that were just begun."""
    with Portal(folder) as portal:
        portal.add_portal(places=["server"])
        held, agent = [], None
        for number in range(count):
            if number % EACH == 0:
                login = f"agent{number}"
                portal.add_agent(login, f"Agent {number}")
                agent = portal.signed_in(login)
            assert agent
            customer, path = portal.join(agent, name=f"Customer {number}")
            both = ("; ".join(f"{name}={value}" for name, value in who.cookies.items()) for who in (customer, agent))
            held.append(dict(zip(("customer", "agent"), both, strict=True)) | {"path": path})
            customer.close()
        yield portal, {"base": portal.base, "certificate": str(folder / "certificate.pem"), "meetings": held}


def run(folder: Path, count: int, shown: Path, seconds: float) -> Load:
    with meetings(folder, count) as (portal, said):
        return people(portal, folder, said, shown, seconds)


def people(portal: Portal, folder: Path, said: dict[str, object], shown: Path, seconds: float) -> Load:
    """Let the people of these sessions be there."""
    assert portal.process
    server = psutil.Process(portal.process.pid)
    before, memory, began = server.cpu_times(), server.memory_info().rss, time.perf_counter()
    (folder / "meetings.json").write_text(json.dumps(said))
    command = [sys.executable, "-m", "tests.bench.portal_people", str(folder / "meetings.json"), str(shown)]
    with subprocess.Popen([*command, "--seconds", str(seconds)], stdout=subprocess.PIPE, text=True) as process:
        peak = 0
        while process.poll() is None and time.perf_counter() - began < seconds + 7:
            time.sleep(0.5)
            peak = max(peak, server.memory_info().rss)
        after, took = server.cpu_times(), time.perf_counter() - began
        assert process.stdout
        found = json.loads(process.stdout.read())
    assert process.returncode == 0
    cpu = after.user + after.system - before.user - before.system
    return Load(
        took_ms=found["took_ms"],
        lost=found["lost"] + found["sent"] - found["seen"],
        sent=found["sent"],
        seen=found["seen"],
        server=cpu / took,
        people=found["cpu_s"] / took,
        memory=(peak - memory) / len(said["meetings"]),  # type: ignore[arg-type] # a list
    )


def say(count: int, found: Load) -> None:
    took = sorted(found.took_ms)
    row(
        f"{count} sessions, {found.sent} pictures",
        *(f"{value:.1f}" for value in (statistics.median(took), found.p99_ms, took[-1])),
        str(found.lost),
        f"{found.server:.0%}",
        f"{found.people:.0%}",
        f"{found.memory / 2**20:.1f}",
    )
    row("of a core for each session", "", "", "", "", f"{found.server / count:.2%}")


def redeem(folder: Path, shown: Path, seconds: float) -> None:
    heading(f"redeeming {A_SECOND} codes a second beside 50 sessions", "p50 ms", "p95 ms", "max ms")
    with meetings(folder, 50) as (portal, said):
        digits = _codes(portal, REDEEMED)
        customers = [portal.client() for _ in digits]
        there = threading.Thread(target=people, args=(portal, folder, said, shown, seconds))
        there.start()
        time.sleep(6)
        took: list[float] = []
        threads = []

        def one(number: int) -> None:
            # Its connection is there: the page was asked for before.
            assert customers[number].get("/health").status_code == 200
            began = time.perf_counter()
            answer = customers[number].post(f"/join/{digits[number]}", data={"name": "Bob", "agreed": "on"})
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 303, answer.text

        for number in range(len(digits)):
            threads.append(threading.Thread(target=one, args=(number,)))
            threads[-1].start()
            time.sleep(1 / A_SECOND)
        for thread in threads:
            thread.join()
        there.join()
    row("redeemed (goal: p95 50)", *(f"{value:.1f}" for value in (
        statistics.median(took), statistics.quantiles(took, n=20)[18], max(took))))  # fmt: skip


def _codes(portal: Portal, count: int) -> list[str]:
    """Make codes that are good now, many of one agent: only their redeeming is measured."""
    digits = [f"{secrets.randbelow(10**9):09d}" for _ in range(count)]
    now_us = time.time_ns() // 1000
    with portal.data() as database, database.begin() as tx:
        tx.add_all(
            rows.Code(
                account_id=1, portal_id=1, agent_id=2, name=one, digits=one, state="active", made_us=now_us,
                expires_us=now_us + 3_600_000_000,
            )
            for one in digits
        )  # fmt: skip
    return digits


if __name__ == "__main__":
    main()
