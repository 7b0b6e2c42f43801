"""sealcast info: what it says with and without keys, to people and to programs."""

import json
from pathlib import Path

import pytest

from recorder.format.events import About, Joined, Line, Marker, Pause, Resume, Trouble
from recorder.format.screen import Configuration
from recorder.part import begin_part
from tests.cli.person import Run
from vault import key_file, keyring_file
from vault.local import LocalGrowing
from vault.primitives import SigningKey

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


def test_without_a_key_it_says_what_the_outside_tells(run: Run, session: Path) -> None:
    said = run("info", session.name).stdout
    assert said.startswith("session.sealcast: complete\n")
    assert "not looked at, for want of a key" in said
    assert "Grace" not in said


def test_with_the_passphrase_it_says_what_is_in_it(run: Run, session: Path) -> None:
    said = run("info", session.name, *OPEN).stdout
    for words in ("01:01:01", "1 picture (1 keyframe)", "tiles, 640 × 480", "Grace (customer)", "00:01:02 the error",
                  "the display went away", "… and 13 more"):  # fmt: skip
        assert words in said, words


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
    assert "no key given opens" in run("info", session.name, "--key-file", "other.key", code=1).stdout


def test_each_file_has_its_answer(run: Run, here: Path, session: Path) -> None:
    (here / "text").write_text("hello")
    (here / "cut.sealcast").write_bytes(session.read_bytes()[:-2000])
    said = run("info", session.name, "cut.sealcast", "text", "none", *OPEN, code=1).stdout
    for words in ("session.sealcast: complete", "cut.sealcast: recovered", "text: no recording", "none: "):
        assert words in said, words


@pytest.mark.parametrize("options", [(*OPEN, "--key-file", "x"), ("--passphrase-file", "pass")])
def test_what_makes_no_sense_is_wrong_usage(run: Run, session: Path, options: tuple[str, ...]) -> None:
    run("info", session.name, *options, code=2)
