"""What pages run: its own tests under Node, its types, and the reader of screens against ours and in a real browser."""

import base64
import hashlib
import json
import random
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from os import environ
from pathlib import Path
from typing import Final

import numpy as np
import pytest
import zstandard
from playwright.sync_api import Page, Route, sync_playwright

from recorder.codec.decoder import TilesDecoder
from recorder.codec.encoder import TilesEncoder
from recorder.codec.packet import Packet
from recorder.format.errors import FormatError
from tests.recorder.codec.screens import CHANGES, Screen
from tests.recorder.codec.test_vectors import ALL, REFUSED, look, packets, rgb
from tests.recorder.codec.test_vectors import HERE as CODEC
from tests.vectors.codec_bytes import Case
from tests.vectors.codec_bytes import Packet as Expected
from tests.vectors.vector import Vector

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent / "js"
WEB: Final = ROOT / "portal_core/web"
POLICY: Final = "default-src 'none'; script-src 'self'"
SITE: Final = "http://localhost:1"
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
PATIENCE_MS: Final = 60_000
SEED: Final = 20_261_122
LEVELS: Final = (-5, 1, 3, 7, 12, 19)
REFUSED_SOMEHOW: Final = "refused"  # readers may find another of several faults first

# What is shown goes through a canvas; its alpha is looked at here, and its colours where they are expected.
READ: Final = """
async ({ width, height, packets }) => {
  const { TilesError, TilesReader } = await import("/static/js/tiles.js");
  const reader = new TilesReader(width, height);
  const page = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  const shown = [];
  for (const [keyframe, payload, wanted] of packets) {
    let word = "shown";
    try {
      await reader.feed(Uint8Array.from(atob(payload), (one) => one.charCodeAt(0)), keyframe);
    } catch (error) {
      if (!(error instanceof TilesError)) throw error;
      word = error.truncated ? "truncated" : "malformed";
    }
    page.putImageData(new ImageData(reader.picture().data, width, height), 0, 0);
    const { data } = page.getImageData(0, 0, width, height);
    const rgb = new Uint8Array((data.length / 4) * 3);
    for (let from = 0, to = 0; from < data.length; from += 4) {
      for (let channel = 0; channel < 3; channel++) rgb[to++] = data[from + channel];
      if (data[from + 3] < 255) word = "transparent";
    }
    const hash = [...new Uint8Array(await crypto.subtle.digest("SHA-256", rgb))];
    const digest = hash.map((one) => one.toString(16).padStart(2, "0")).join("");
    shown.push({ word, digest, rgb: wanted ? Array.from(rgb) : [] });
  }
  return shown;
}
"""


@dataclass(frozen=True)
class Seen:
    """What became of a packet in a browser, and the picture afterwards: its SHA-256, and where asked for its pixels."""

    word: str
    digest: str
    rgb: list[int]


def node(*arguments: str, folder: Path | None = None) -> str:
    """Run it among the tests of pages; return what it said.  It must end well."""
    assert (HERE / "node_modules").is_dir(), f"its packages are missing; hint: npm ci --prefix {HERE.relative_to(ROOT)}"
    around = {**environ, "SEALCAST_VECTORS": str(folder or CODEC)}
    done = subprocess.run(["node", *arguments], cwd=HERE, env=around, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def counted(said: str) -> tuple[int, int]:
    """Return how many vectors were shown and refused."""
    (found,) = re.findall(r"vectors: \d+, shown (\d+), refused (\d+)", said)
    return int(found[0]), int(found[1])


def test_types_are_right() -> None:
    assert node("node_modules/typescript/bin/tsc", "--project", ".") == ""


def test_the_tests_of_pages_pass_and_read_every_vector() -> None:
    refused = sum(any(expected in REFUSED for *_, expected in packets(one)) for one in ALL)
    said = node("--import", "./modules.js", "--test", ".")
    print(said)
    assert counted(said) == (len(ALL) - refused, refused)


def session(number: int) -> Case:
    """Return what the recorder's encoder makes of a screen on which much changes, as a vector."""
    chance = random.Random(SEED + number)
    screen = Screen(chance.randrange(20, 400), chance.randrange(20, 300))
    encoder = TilesEncoder(screen.width, screen.height, lossy=False)
    decoder = TilesDecoder(screen.width, screen.height)
    made = list[Expected]()
    for step in range(24):
        changed = screen.change((chance.choice(sorted(CHANGES)), chance.randrange(2**16)))
        keyframe = step % 10 == 0
        payload = encoder.encode(screen.frame, changed, keyframe=keyframe).payload
        decoder.feed(payload, keyframe=keyframe)
        made.append(Expected(payload=payload, keyframe=keyframe, expected=rgb(decoder).copy()))
    size = screen.width, screen.height
    return Case(name=f"session-{number}", spec="§4", note="as it was recorded", size=size, packets=made)


def packed_again(case: Case, level: int) -> Case:
    """Return the same with its streams as another encoder may pack them, each ended, with its checksum."""
    packer, unpacker = zstandard.ZstdCompressor(level=level, write_checksum=True), zstandard.ZstdDecompressor()
    again = list[Expected]()
    for at, one in enumerate(case.packets):
        if one.keyframe:
            pack, unpack = packer.compressobj(), unpacker.decompressobj()
        last = at + 1 == len(case.packets) or case.packets[at + 1].keyframe
        plain = unpack.decompress(Packet.read(one.payload).stream)
        mode = zstandard.COMPRESSOBJ_FLUSH_FINISH if last else zstandard.COMPRESSOBJ_FLUSH_BLOCK
        stream = pack.compress(plain) + pack.flush(mode)
        again.append(replace(one, payload=Packet(keyframe=one.keyframe, stream=stream, scan=b"").to_bytes()))
    return replace(case, name=f"{case.name}-level-{level}", packets=again)


def broken(case: Case, number: int) -> Case | None:
    """Return the packets up to one in which something was changed, if ours refuses that one."""
    chance = random.Random(SEED + number)
    at = chance.randrange(len(case.packets))
    before, one = case.packets[:at], case.packets[at]
    body = bytearray(one.payload)
    place = chance.randrange(min(len(body), chance.choice((10, 60, len(body)))))
    body[place : place + chance.choice((0, 1, 1, 1, 3))] = chance.randbytes(chance.choice((0, 1, 1, 1)))
    decoder = TilesDecoder(*case.size)
    for earlier in before:
        decoder.feed(earlier.payload, keyframe=earlier.keyframe)
    try:
        decoder.feed(bytes(body), keyframe=one.keyframe)
    except FormatError:
        last = Expected(payload=bytes(body), keyframe=one.keyframe, expected=REFUSED_SOMEHOW)
        return replace(case, name=f"broken-{number}", packets=[*before, last])
    return None


def judged(cases: Iterable[Case], folder: Path) -> tuple[int, int]:
    """Return how many of these the page's reader showed and refused, each as it must."""
    for one in cases:
        body = b"".join(each.payload for each in one.packets)
        vector = Vector(name=one.name, body=body, pairs=tuple(one.pairs()))
        (folder / f"{one.name}.vector").write_bytes(vector.to_bytes())
    return counted(node("--import", "./modules.js", "--test", "vectors.test.js", folder=folder))


def test_pages_show_what_the_recorder_made_bit_for_bit(tmp_path: Path) -> None:
    made = [session(number) for number in range(12)]
    again = [packed_again(case, level) for case, level in zip(made, LEVELS * 2, strict=True)]
    assert judged([*made, *again], tmp_path) == (24, 0)


def test_pages_refuse_what_ours_refuses(tmp_path: Path) -> None:
    made = [session(number) for number in range(12)]
    others = [packed_again(case, level) for case, level in zip(made, LEVELS * 2, strict=True)]
    cases = [one for number in range(240) if (one := broken([*made, *others][number % 24], number))]
    assert len(cases) > 100
    assert judged(cases, tmp_path) == (0, len(cases))


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Give a page that has nothing but what its own site serves, under a strict policy."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path == "/":
            route.fulfill(
                body="<!doctype html>", headers={"content-type": "text/html", "content-security-policy": POLICY}
            )
        else:
            route.fulfill(body=(WEB / path[1:]).read_bytes(), headers={"content-type": "text/javascript"})

    with sync_playwright() as program:
        browser = program.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS, timeout=PATIENCE_MS)
        opened = browser.new_page()
        opened.route("**/*", serve)
        opened.goto(SITE + "/")
        yield opened
        browser.close()


def seen(page: Page, vector: Vector) -> list[Seen]:
    """Return what a browser's reader makes of each packet."""
    sent = [(keyframe, base64.b64encode(body).decode(), word == "lossy") for keyframe, body, word in packets(vector)]
    found = page.evaluate(READ, {"width": int(vector["width"]), "height": int(vector["height"]), "packets": sent})
    return [Seen(**one) for one in found]


def test_a_browser_shows_and_refuses_what_the_vectors_say_under_a_strict_policy(page: Page) -> None:
    complaints = list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    for vector in ALL:
        width, height = int(vector["width"]), int(vector["height"])
        before = hashlib.sha256(bytes(3 * width * height)).hexdigest()
        for at, (one, (_, _, expected)) in enumerate(zip(seen(page, vector), packets(vector), strict=True)):
            if expected in REFUSED:
                assert (one.word, one.digest) == (expected, before), vector.name
                continue
            assert one.word == "shown", vector.name
            if expected == "lossy":
                shown = np.array(one.rgb, np.uint8).reshape(height, width, 3)
                look(shown, json.loads((CODEC / f"{vector.name}.json").read_text())["points"][str(at)])
            else:
                assert one.digest == expected, vector.name
            before = one.digest
    assert complaints == []
