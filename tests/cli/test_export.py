"""sealcast export: real files from real recordings, looked at by other programs; whatever is wrong is told."""

import csv
import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from pypdf import PdfReader

from recorder.format.events import Joined, Line, Marker, Taken
from recorder.format.snapshot import Category, Snapshot
from tests.cli.person import OTHER, SEALCAST, Run, Terminal, tree
from tests.cli.recording import unmeasured
from tests.replay.export.test_video import pictures as times_and_pictures
from tests.replay.sessions import Maker, S
from vault import keyring_file
from vault.local import LocalGrowing

OPEN = ("--passphrase-file", "pass")
CARD = "4111 1111 1111 1111"
SECRET = "Tulpenweg"


def snapshot(disk: str) -> Snapshot:
    return Snapshot(taken_us=1, source="test", categories=(Category(name="disks", items=({"device": disk},)),))


@pytest.fixture
def recording(run: Run, here: Path) -> Path:
    """Return a recording of ten seconds, and leave only what opens it beside it."""
    run("key", "new", "support.keyring", "--new-passphrase-file", "pass")
    (here / "complete.sealcast").unlink()
    path = here / "one.sealcast"
    maker = Maker(LocalGrowing(path), recipient=keyring_file.load(here / "support.keyring").recipient)
    maker.writer.put_event(Joined(id=1, role="customer", name="Grace"), time_us=0)
    maker.writer.put_event(Joined(id=2, role="agent", name="Ada"), time_us=0)
    for second in range(10):
        maker.picture(second * S, keyframe=second % 4 == 0)
    for time_us, event in (
        (10 * S, Line(by=1, text=f"=my card is {CARD}, I live in {SECRET}")),
        (10 * S, Line(by=2, text="between us: odd", audience="agents")),
        (10 * S, Marker(name=f"the error of {SECRET}")),
        (10 * S, Taken(of=1, snapshot=snapshot("/dev/sda"))),
        (11 * S, Taken(of=1, snapshot=snapshot(f"/dev/{SECRET}"))),
    ):
        maker.writer.put_event(event, time_us=time_us)
    maker.finish()
    return path


def files(here: Path) -> set[str]:
    return set(tree(here))


def test_a_transcript_comes_in_every_format(run: Run, here: Path, recording: Path) -> None:
    kinds = ("txt", "json", "csv", "html", "pdf", "vtt")
    wanted = [word for kind in kinds for word in ("--format", kind)]
    done = run("export", "transcript", recording.name, *OPEN, *wanted)
    assert done.stdout.split() == [f"one.{kind}" for kind in kinds]
    assert done.stderr.count("the passphrase protects it no more") == 1
    assert "At 00:00:10 there seems to be a card number; --redact-cards" in done.stderr
    assert f"Grace (customer): =my card is {CARD}" in (here / "one.txt").read_text()
    told = json.loads((here / "one.json").read_text())
    assert [one["kind"] for one in told["entries"]].count("line") == 2
    rows = list(csv.DictReader(io.StringIO((here / "one.csv").read_text("utf-8-sig"))))
    assert next(row["text"] for row in rows if row["kind"] == "line").startswith("'=my card")
    assert (here / "one.pdf").read_bytes().startswith(b"%PDF-")
    assert (here / "one.txt").stat().st_mode & 0o077 == 0


def test_the_customers_copy_is_without_what_agents_said(run: Run, here: Path, recording: Path) -> None:
    run("export", "transcript", recording.name, *OPEN, "--for-customer", "-o", "his.txt")
    assert "between us" not in (here / "his.txt").read_text()
    assert CARD in (here / "his.txt").read_text()


def test_diagnostics_and_their_difference(run: Run, here: Path, recording: Path) -> None:
    run("export", "diagnostics", recording.name, *OPEN, "-o", "x.xml")
    facts = [one.text for one in ET.parse(here / "x.xml").iter("fact")]
    assert facts == ["/dev/sda", f"/dev/{SECRET}"]
    run("export", "diagnostics", recording.name, *OPEN, "--difference")
    assert f"/dev/{SECRET}" in (here / "one.difference.txt").read_text()
    said = run("export", "diagnostics", recording.name, *OPEN, "--between", "1", "3", code=1).stderr
    assert "there are 2 snapshots" in said
    said = run("export", "diagnostics", recording.name, *OPEN, "--difference", "--format", "xml", code=2).stderr
    assert "txt, json or html" in said


def test_videos_and_stills(run: Run, here: Path, recording: Path) -> None:
    done = run("export", "video", recording.name, *OPEN, "--format", "mp4", "--format", "mkv")
    assert done.stdout.split() == ["one.mp4", "one.mkv"]
    assert "copied as it was recorded" in done.stderr
    for name in ("one.mp4", "one.mkv"):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-xerror", "-i", here / name, "-f", "null", "-"], check=True, timeout=60
        )
    run("export", "still", recording.name, *OPEN, "--at", "4.5")
    with Image.open(here / "one at 00.04.500.png") as image:
        assert image.size == (64, 48)


def unpacked(path: Path, into: Path) -> Path:
    subprocess.run(["unzip", "-q", path, "-d", into], check=True, timeout=60)
    (folder,) = into.iterdir()
    subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=folder, check=True, timeout=60)
    return folder


def test_evidence_is_all_of_it_and_checks(run: Run, here: Path, recording: Path, tmp_path: Path) -> None:
    done = run("export", "evidence", recording.name, *OPEN)
    assert done.stdout == "one.zip\n"
    folder = unpacked(here / "one.zip", tmp_path / "zip")
    assert {"index.html", "README.txt", "video.mp4", "transcript.pdf", "diagnostics.xml", "events.json"} <= {
        path.name for path in folder.iterdir()
    }
    sealed = folder / "recording" / "part-1.sealcast"
    assert hashlib.sha256(sealed.read_bytes()).digest() == hashlib.sha256(recording.read_bytes()).digest()
    assert files(here) == {"pass", "support.keyring", "one.sealcast", "one.zip"}


def test_what_is_redacted_is_nowhere(run: Run, here: Path, recording: Path, tmp_path: Path) -> None:
    run("export", "evidence", recording.name, *OPEN, "--redact", SECRET, "--redact-region", "8,8,16,12@0:02-0:06")
    folder = unpacked(here / "one.zip", tmp_path / "zip")
    for kind in ("txt", "json", "csv", "html", "pdf", "vtt"):
        run("export", "transcript", recording.name, *OPEN, "--redact", SECRET, "-o", f"t.{kind}")
    for kind in ("txt", "xml", "json", "html"):
        run("export", "diagnostics", recording.name, *OPEN, "--redact", SECRET, "-o", f"d.{kind}")
    for kind in ("mp4", "mkv", "webm"):
        run("export", "video", recording.name, *OPEN, "--redact", SECRET, "-o", f"v.{kind}")
    made = [*folder.rglob("*"), *here.glob("[tdv].*")]
    assert len(made) > 25
    for path in made:
        if path.is_file():
            paper = path.suffix == ".pdf"
            raw = (
                " ".join(page.extract_text() for page in PdfReader(path).pages).encode() if paper else path.read_bytes()
            )
            raw = raw.lower()
            assert SECRET.lower().encode() not in raw, path
            assert b"4111" not in raw, path
            assert path.suffix != ".sealcast"
    for name in ("README.txt", "index.html", "transcript.txt", "manifest.json", "events.json", "diagnostics.xml"):
        assert "Redacted" in (folder / name).read_text(), name
    assert not any("one" in part for path in folder.rglob("*") for part in path.relative_to(folder).parts)
    before = dict(times_and_pictures(folder / "video.mp4"))
    for time_us, pixels in before.items():
        black = pixels[10:18, 10:22].max() < 24
        assert black == (2 * S <= time_us < 6 * S), time_us


def test_several_files_go_into_a_folder_and_one_that_fails_holds_up_nobody(
    run: Run, here: Path, recording: Path
) -> None:
    (here / "no.sealcast").write_text("hello")
    (here / "out").mkdir()
    done = run("export", "transcript", "no.sealcast", recording.name, recording.name, *OPEN, "-o", "out", code=1)
    assert done.stdout == "out/one.txt\n"
    assert "no.sealcast: this is not a recording" in done.stderr
    assert files(here) == {"pass", "support.keyring", "one.sealcast", "no.sealcast", "out/one.txt"}


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("video", "--from", "1:00"), 1, "00:01:00 is outside of the recording; it ends at 00:00:11"),
        (("video", "--from", "5", "--to", "4"), 1, "nothing between these times"),
        (("video", "--redact-region", "60,0,9,9"), 1, "is not inside the picture; screen/customer has 64 × 48"),
        (("video", "--redact-region", "1,2,3"), 2, "is no region"),
        (("video", "--redact-region", "1,2,0,3"), 2, "is no region"),
        (("video", "--redact-region", "all@5-4"), 2, "ends before it begins"),
        (("video", "--track", "agent"), 1, "there is no screen 'agent'; there is customer"),
        (("still", "--at", "99"), 1, "00:01:39 is outside of the recording"),
        (("transcript", "-o", "none/x.txt"), 1, "there is no folder none"),
        (("transcript", "-o", "one.sealcast"), 2, "so call it one.txt"),
        (("video", "-o", "x.avi"), 2, "so call it x.mp4"),
        (("transcript", "--redact", " "), 2, "--redact wants a text"),
        (("still", "--at", "1", "--redact-region", "0,0,9,9/agnet"), 1, "there is no screen screen/agnet"),
        (("still", "--at", "1", "--redact-region", "60,0,9,9"), 1, "is not inside the picture"),
        (("video", "--redact-region", "all@20-30"), 1, "00:00:20 is outside of the recording"),
        (("evidence", "-o", "one.sealcast"), 2, "so call it one.zip"),
        (("transcript", "--format", "txt", "--format", "csv", "-o", "new"), 2, "mkdir new"),
        (("transcript", "-o", "pass"), 1, "pass exists already"),
        (("transcript", "--format", "doc"), 2, "'doc' is not one of"),
    ],
)
def test_what_cannot_be_exported_is_told_and_leaves_nothing(
    run: Run, here: Path, recording: Path, arguments: tuple[str, ...], code: int, why: str
) -> None:
    before = tree(here)
    done = run("export", arguments[0], recording.name, *OPEN, *arguments[1:], code=code)
    assert why in done.stderr
    assert "hint: " in done.stderr or code == 2
    assert tree(here) == before


@pytest.mark.parametrize(
    "kind", [("transcript", "--format", "html"), ("video",), ("evidence",)], ids=lambda one: one[0]
)
def test_a_full_disk_leaves_nothing(
    here: Path, environment: dict[str, str], recording: Path, kind: tuple[str, ...]
) -> None:
    before = tree(here)
    limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh"]  # blocks of 512 bytes
    done = subprocess.run(
        [*limited, SEALCAST, "export", *kind, recording.name, *OPEN],
        cwd=here, env=unmeasured(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "the file has grown as large as" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(here) == before


def test_damage_is_told_and_the_rest_is_there(run: Run, here: Path, recording: Path) -> None:
    data = bytearray(recording.read_bytes())
    data[len(data) // 3] ^= 1
    recording.write_bytes(data)
    done = run("export", "transcript", recording.name, *OPEN)
    assert "missing: " in done.stderr
    assert "damaged" in done.stderr
    told = (here / "one.txt").read_text()
    assert "Missing: " in told
    assert "Ended: " not in told
    run("export", "video", recording.name, *OPEN)
    subprocess.run(["ffmpeg", "-v", "error", "-i", here / "one.mp4", "-f", "null", "-"], check=True, timeout=60)


def test_what_a_crash_left_is_exported(run: Run, here: Path, recording: Path) -> None:
    recording.write_bytes(recording.read_bytes()[: recording.stat().st_size * 2 // 3])
    run("export", "video", recording.name, *OPEN)
    done = run("export", "evidence", recording.name, *OPEN)
    assert "missing: the end: the recorder was interrupted" in done.stderr
    with zipfile.ZipFile(here / "one.zip") as archive:
        for name in ("transcript.txt", "transcript.json", "diagnostics.txt", "README.txt", "index.html"):
            if f"one/{name}" in archive.namelist():
                assert "the recorder was interrupted" in archive.read(f"one/{name}").decode(), name
        assert "Ended: " not in archive.read("one/transcript.txt").decode()


def test_of_a_chat_there_is_a_transcript_and_evidence_and_no_video(run: Run, here: Path, recording: Path) -> None:
    path = here / "chat.sealcast"
    maker = Maker(LocalGrowing(path), recipient=keyring_file.load(here / "support.keyring").recipient, number=2)
    maker.writer.put_event(Line(by=1, text="hello"), time_us=S)
    maker.finish()
    recording.unlink()
    assert "no screen was recorded" in run("export", "video", "chat.sealcast", *OPEN, code=1).stderr
    run("export", "transcript", "chat.sealcast", *OPEN)
    run("export", "evidence", "chat.sealcast", *OPEN)
    with zipfile.ZipFile(here / "chat.zip") as archive:
        assert not [name for name in archive.namelist() if "video" in name]


def test_a_wrong_passphrase_opens_nothing(run: Run, here: Path, recording: Path) -> None:
    (here / "wrong").write_text(OTHER)
    before = tree(here)
    said = run("export", "transcript", recording.name, "--passphrase-file", "wrong", code=1).stderr
    assert "this is not the passphrase" in said
    assert "hint: try again" in said
    assert tree(here) == before


def test_on_a_terminal_one_sees_how_long_it_takes(here: Path, environment: dict[str, str], recording: Path) -> None:
    person = Terminal(here, environment, "export", "video", recording.name, *OPEN)
    person.shows("(one.sealcast  .*%)")
    assert "one.mp4" in person.ends()
