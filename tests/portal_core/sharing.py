"""A customer's sealcast share as a process, and an agent who watches what it shows."""

import signal
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from sqlalchemy import select

from portal_core.db import models as rows
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.recorded import read_configuration
from recorder.codec.decoder import TilesDecoder
from tests.cli.person import SEALCAST
from tests.portal_core.served import Portal, Talker
from tests.virtual_screen import Pixels, VirtualScreen
from tests.waiting import until
from vault.pinned import fingerprint


def fingerprint_of(portal: Portal) -> str:
    pem = (portal.folder / "certificate.pem").read_text()
    begin, end = pem.index("-----BEGIN CERTIFICATE-----"), pem.index("-----END CERTIFICATE-----")
    return fingerprint(ssl.PEM_cert_to_DER_cert(pem[begin:end] + "-----END CERTIFICATE-----"))


def code(agent: httpx.Client, name: str, portal: int = 1) -> str:
    answer = agent.post("/console/codes", json={"name": name, "portal": portal})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["digits"])


class Sharer:
    """Somebody's sealcast share, who types and reads."""

    def __init__(self, screen: VirtualScreen, folder: Path, at: str, *options: str) -> None:
        folder.mkdir(exist_ok=True)
        environment = screen.environment | {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
        environment |= {"PYTHONUNBUFFERED": "1"}
        command = [SEALCAST, "share", at, *options]
        self._said = folder / "said"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT
            )

    @property
    def reads(self) -> str:
        return self._said.read_text()

    def reads_soon(self, *words: str) -> None:
        try:
            until(lambda: all(one in self.reads for one in words) or self.process.poll() is not None)
        except AssertionError:
            raise AssertionError(self.reads) from None
        assert all(one in self.reads for one in words), self.reads

    def types(self, text: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()

    def ends(self, code: int = 0) -> str:
        assert self.process.wait(30) == code, self.reads
        return self.reads

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        assert self.process.stdin
        self.process.stdin.close()


def path_of(portal: Portal, customer: str) -> str:
    """Wait for the session of that customer, and return its path."""
    found = list[bytes]()

    def look() -> bool:
        with portal.data() as database, database.begin() as tx:
            found[:] = tx.scalars(select(rows.Session.id).where(rows.Session.customer == customer)).all()
        return bool(found)

    until(look)
    return f"/session/{found[0].hex()}"


@dataclass
class Watcher:
    """What somebody sees of the customer's screen."""

    talker: Talker
    used: int = 0
    pixels: Pixels | None = None
    _decoder: TilesDecoder | None = field(default=None, repr=False)
    _seq: int | None = None

    def sees(self, right: Callable[[Pixels], bool]) -> None:
        """Look until the picture is right."""
        for _ in range(200):
            if self.pixels is not None and right(self.pixels):
                return
            try:
                self.talker.hear(0.1)
            except TimeoutError:
                continue
            self._take_in()
        raise AssertionError("this was not seen")

    def _take_in(self) -> None:
        for packet in self.talker.seen[self.used :]:
            self._take(packet)
        self.used = len(self.talker.seen)

    def _take(self, packet: ScreenPacket) -> None:
        if self._seq is not None and not packet.keyframe and packet.kind is Kind.PICTURE:
            assert packet.seq == self._seq + 1
        self._seq = packet.seq
        if packet.kind is Kind.CONFIGURATION:
            configuration = read_configuration(packet.payload)
            assert configuration.codec == "tiles"
            self._decoder = TilesDecoder(configuration.width_px, configuration.height_px)
            return
        assert self._decoder
        self._decoder.feed(packet.payload, keyframe=packet.keyframe)
        self.pixels = self._decoder.pixels[..., :3].copy()


def shows(screen: VirtualScreen) -> Callable[[Pixels], bool]:
    """Return what says whether a picture is what the screen shows, to the pixel."""
    screen.still(for_s=0.2)
    real = screen.screenshot()
    return lambda seen: bool(np.array_equal(seen, real))
