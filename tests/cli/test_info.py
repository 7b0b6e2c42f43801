"""sealcast info: what it says with and without keys, to people and to programs."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from recorder.format.events import About, Joined, Line, Marker, Pause, Resume, Trouble
from recorder.format.screen import Configuration
from recorder.part import begin_part
from tests.cli.person import STRONG, Run
from tests.cli.recording import RECORD
from vault import key_file, keyring_file
from vault.block import HEAD_SIZE, read_head
from vault.header import Identity, unlock
from vault.keyring import open_by_passphrase
from vault.local import LocalFile, LocalGrowing
from vault.primitives import SigningKey, grouped
from vault.walk import read_start

SHAPE = Configuration(codec="tiles", width_px=640, height_px=480)
EVIL = "\x1b[31mred\u202e"
OPEN = ("--keyring", "support.keyring", "--passphrase-file", "pass")


@pytest.fixture
def session(run: Run, here: Path) -> Path:
    run("key", "new", "support.keyring", "--new-passphrase-file", "pass")
    path = here / "session.sealcast"
    recipient = keyring_file.load(here / "support.keyring").recipient
    signer, about = SigningKey(bytes(32)), About(software="test", customer=EVIL)
    with begin_part(LocalGrowing(path), about, recipients=[recipient], signer=signer) as writer:
        writer.put_event(Joined(id=1, role="customer", name="Grace"), time_us=0)
        writer.put_event(Line(by=1, text="hello"), time_us=5)
        writer.put_picture("screen/customer", b"picture", time_us=61_000_000, configuration=SHAPE)
        writer.put_event(Marker(name="the error"), time_us=62_000_000)
        writer.put_event(Pause(by=0))
        writer.put_event(Resume(by=0), time_us=3_661_000_000)
        writer.put_event(Trouble(what="the display went away"))
        for number in range(20):
            writer.put_event(Marker(name=f"marker {number}"))
        writer.finish()
    return path


def test_without_a_key_it_says_what_the_outside_tells_and_what_would_open_it(
    run: Run, here: Path, session: Path
) -> None:
    ring = here / "support.keyring"
    said = run("info", session.name).stdout
    assert said.startswith("session.sealcast: complete\n")
    assert f"not looked at: {ring} opens it" in said
    assert "Grace" not in said
    key_id = grouped(keyring_file.load(ring).keys[0].key_id)
    ring.rename(here / "else")
    said = run("info", session.name).stdout
    assert f"not looked at: it opens with portal key {key_id}" in said
    assert "put it beside the recording" in said
    (row,) = json.loads(run("info", session.name, "--json").stdout)
    assert (key_id in row["lacks"], row["error"]) == (True, None)


def test_a_key_file_beside_it_opens_it_unasked(run: Run, here: Path, session: Path) -> None:
    ring = open_by_passphrase(keyring_file.load(here / "support.keyring"), STRONG.encode())
    with LocalFile(session) as source:
        header = read_start(source)
    keys = {header.about.recording_id: unlock(header, Identity(portal_keys=ring.portal_keys))}
    key_file.save(here / "session.key", keys)
    assert "Grace (customer)" in run("info", session.name).stdout


def test_a_secret_opens_the_keyring_that_lies_there(run: Run, session: Path) -> None:
    assert "Grace (customer)" in run("info", session.name, "--passphrase-file", "pass").stdout


def test_what_was_stopped_before_anything_was_in_it_is_empty(run: Run, here: Path, session: Path) -> None:
    with LocalFile(session) as source:
        size = read_start(source).size
    (here / "header.sealcast").write_bytes(session.read_bytes()[:size])
    (here / "none.sealcast").write_bytes(b"")
    said = run("info", "header.sealcast", "none.sealcast").stdout
    assert "header.sealcast: empty (nothing whole is in it)" in said
    assert "none.sealcast: empty (the file is empty" in said


def test_recovered_blocks_are_counted_in_words(run: Run, here: Path, session: Path) -> None:
    with LocalFile(session) as source:
        first = read_start(source).size
        head = read_head(source.read(first, HEAD_SIZE))
    assert head
    (here / "one.sealcast").write_bytes(session.read_bytes()[: first + head.size])
    assert "back.sealcast: 1 block, " in run("recover", "one.sealcast", "back.sealcast").stdout
    assert "in 1 good block\n" in run("info", "back.sealcast").stdout


@pytest.mark.usefixtures("on_screen", "keyring")
def test_who_writes_under_the_agents_name_is_the_agent(run: Run, here: Path) -> None:
    lines = [{"name": name, "text": "hello"} for name in ("Ada", "Grace")]
    lines.append({"name": "Ada", "role": "specialist", "text": "hello"})
    (here / "chat").write_text("\n".join(map(json.dumps, lines)))
    run(*RECORD, "x.sealcast", "--agent", "Ada", "--chat", "chat", "--duration", "1s")
    assert "Ada (agent), Grace (customer), Ada (specialist)" in run("info", "x.sealcast", *OPEN).stdout


def test_with_the_passphrase_it_says_what_is_in_it(run: Run, session: Path) -> None:
    said = run("info", session.name, *OPEN).stdout
    for words in ("01:01:01", "1 picture (1 keyframe)", "tiles, 640 × 480", "Grace (customer)", "00:01:02 the error",
                  "the display went away", "… and 13 more"):  # fmt: skip
        assert words in said, words


def test_all_codecs_and_sizes_are_named_in_order(run: Run, here: Path, session: Path) -> None:
    recipient = keyring_file.load(here / "support.keyring").recipient
    about, path = About(software="test"), here / "mixed.sealcast"
    film = replace(SHAPE, codec="h264")
    with begin_part(LocalGrowing(path), about, recipients=[recipient], signer=SigningKey(bytes(32))) as writer:
        for second, shape in enumerate([SHAPE, film, SHAPE, replace(SHAPE, width_px=800), film]):
            writer.put_picture("screen/customer", b"picture", time_us=second * 1_000_000, configuration=shape)
        writer.put_picture("screen/agent", b"picture", time_us=5_000_000, configuration=film)
        writer.finish()
    said = run("info", path.name, *OPEN).stdout
    assert "; tiles and h264, 640 × 480 and 800 × 480\n" in said
    assert "; h264, 640 × 480\n" in said
    tracks = {one["name"]: one for one in json.loads(run("info", path.name, "--json", *OPEN).stdout)[0]["tracks"]}
    shapes = [("tiles", 640), ("h264", 640), ("tiles", 800)]
    assert [(one["codec"], one["width_px"]) for one in tracks["screen/customer"]["shapes"]] == shapes
    (unbroken,) = json.loads(run("info", session.name, "--json", *OPEN).stdout)
    (screen,) = (one for one in unbroken["tracks"] if one["name"] == "screen/customer")
    assert screen["shapes"] == [{"codec": "tiles", "width_px": 640, "height_px": 480}]


def test_nothing_in_it_steers_the_terminal(run: Run, session: Path) -> None:
    said = run("info", session.name, *OPEN).stdout
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\x1b[31mred" in said


def test_programs_are_told_everything(run: Run, session: Path) -> None:
    (found,) = json.loads(run("info", session.name, "--json", *OPEN).stdout)
    assert (found["state"], found["duration_us"]) == ("complete", 3_661_000_000)
    assert found["events"]["markers"]["count"] == 21
    assert found["events"]["chat"]["list"] == [
        {"time_us": 5, "kind": "line", "by": 1, "text": "hello", "audience": "all"}
    ]
    assert found["events"]["recording"]["list"][0]["customer"] == EVIL


def test_a_key_file_opens_it(run: Run, here: Path, session: Path) -> None:
    opened = run("info", session.name, "--key-file", "none", code=1)
    assert "none" in opened.stderr
    key_file.save(here / "other.key", {bytes(16): bytes(32)})
    said = run("info", session.name, "--key-file", "other.key", code=1).stdout
    assert "support.keyring opens it; name it with --keyring" in said
    (here / "support.keyring").unlink()
    assert "found in other.key" in run("info", session.name, "--key-file", "other.key", code=1).stdout


def test_each_file_has_its_answer(run: Run, here: Path, session: Path) -> None:
    (here / "text").write_text("hello")
    (here / "cut.sealcast").write_bytes(session.read_bytes()[:-2000])
    said = run("info", session.name, "cut.sealcast", "text", "none", *OPEN, code=1).stdout
    for words in ("session.sealcast: complete", "cut.sealcast: recovered", "text: no recording", "none: "):
        assert words in said, words


@pytest.mark.parametrize("options", [(*OPEN, "--key-file", "x"), (*OPEN, "--recovery-key-file", "x")])
def test_what_makes_no_sense_is_wrong_usage(run: Run, session: Path, options: tuple[str, ...]) -> None:
    run("info", session.name, *options, code=2)
