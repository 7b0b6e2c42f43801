"""sealcast import as people use it and misuse it, on real video files."""

import json
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from recorder.encode import Preset
from recorder.errors import ImportVideoError
from recorder.format.errors import FormatError
from recorder.format.events import EVENT_TRACKS, About, Clock, Event, Joined, Line, Taken, Trouble, read_event
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from recorder.format.snapshot import Snapshot
from recorder.import_video import Imported, ImportOrder, import_video
from recorder.target import Target
from recorder.video_file import Picture
from tests.cli.person import SEALCAST, Run, tree
from tests.cli.recording import unmeasured
from tests.recorder.films import Film, Shown, decoded, films, original, same
from tests.recorder.pictures import packets, psnr
from tests.vectors.fixed import portal
from tests.waiting import until
from vault import bech32, errors

Seal = Callable[..., Imported]
SEAL = ("import", "--recipient", "recipient")
SNAPSHOT = {
    "taken_us": 1_790_000_000_000_000,
    "source": "by hand",
    "categories": [{"name": "memory", "items": [{"total_bytes": 8}]}, {"name": "log", "items": [], "missing": "none"}],
}
CHAT = """\
{"at_s": 0.6, "name": "Grace", "text": "later"}
{"name": "Grace", "text": "whenever"}
{"at_s": 0.2, "name": "Ada", "role": "agent", "text": "sooner"}
{"at_s": -1, "name": "Ada", "text": "before"}

no JSON \x1b[2J
{"at_s": 9, "name": "Ada", "role": "agent", "text": "after the end", "audience": "agents"}"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return films(tmp_path_factory.mktemp("films"))


@pytest.fixture(autouse=True)
def _recipient(here: Path) -> None:
    (here / "recipient").write_text(bech32.to_string(bech32.PORTAL, portal().public))


@pytest.fixture
def seal(here: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Seal:
    """Import in this process, where nothing has to be asked or told."""
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_DATA_HOME", environment["XDG_DATA_HOME"])

    said: list[str] = []

    def seal(
        video: Path,
        output: str = "x.sealcast",
        *,
        replaces: bool = False,
        preset: Preset = Preset.BALANCED,
        chat: Path | None = None,
        diagnostics: Path | None = None,
    ) -> Imported:
        about, recipients = About(software="test"), [portal().public]
        target = Target(path=Path(output), replaces=replaces, recipients=recipients, about=about)
        order = ImportOrder(video=video, target=target, chat=chat, diagnostics=diagnostics, preset=preset)
        return import_video(order, say=said.append)

    return seal


def found(path: Path) -> tuple[Shown, list[tuple[int, Event | None]]]:
    """Return what a player shows, decoded from each keyframe on alone, and all events."""
    screen: list[Packet] = []
    events: list[tuple[int, Event | None]] = []
    for packet in packets(path, portal()):
        if packet.track in EVENT_TRACKS:
            events.append((packet.time_us, read_event(packet.track, packet.payload)))
        else:
            assert packet.track == "screen/customer"
            screen.append(packet)
    shown: Shown = []
    begins = [number for number, packet in enumerate(screen) if packet.configuration]
    for begin, end in pairwise([*begins, len(screen)]):
        group = [Picture(time_us=one.time_us, payload=one.payload, keyframe=one.keyframe) for one in screen[begin:end]]
        shown += decoded(Configuration.read(group[0].payload), group[1:])
    return shown, events


def test_a_video_is_copied_with_its_chat_and_diagnostics(run: Run, here: Path, film: Film) -> None:
    (here / "chat").write_text(CHAT)
    (here / "snapshot").write_text(json.dumps(SNAPSHOT))
    video = film("dated.mp4")
    before = video.read_bytes()
    done = run(*SEAL, str(video), "x.sealcast", "--chat", "chat", "--diagnostics", "snapshot", "--title", "it")
    assert "x.sealcast: 00:00:01, 25 pictures copied" in done.stdout
    assert "genuine      yes" in run("verify", "x.sealcast", "--fingerprint", done.stdout.split()[-1]).stdout
    assert video.read_bytes() == before
    shown, events = found(here / "x.sealcast")
    assert same(shown, original(video))
    began_us = 1_795_309_323_000_000
    assert [(at_us, one.wall_us - began_us) for at_us, one in events if isinstance(one, Clock)] == [
        (0, 0), (1_000_000, 1_000_000),
    ]  # fmt: skip
    assert [(at_us, one.snapshot) for at_us, one in events if isinstance(one, Taken)] == [(0, Snapshot.read(SNAPSHOT))]
    assert [(at_us, one) for at_us, one in events if isinstance(one, Joined | Line)] == [
        (200_000, Joined(id=1, role="agent", name="Ada")),
        (200_000, Line(by=1, text="sooner")),
        (600_000, Joined(id=2, role="customer", name="Grace")),
        (600_000, Line(by=2, text="later")),
        (9_000_000, Line(by=1, text="after the end", audience="agents")),
    ]
    troubles = [one.what for _, one in events if isinstance(one, Trouble)]
    assert done.stderr.splitlines() == troubles
    assert [one.split(":")[0] for one in troubles] == [
        f"line {number} of the chat was not taken" for number in (2, 4, 6)
    ]


@pytest.mark.parametrize("name", ["hevc.mp4", "mpeg4.avi", "open.mp4", "turned.mp4", "odd.gif", "changing.ts"])
def test_what_is_encoded_anew_looks_the_same(seal: Seal, here: Path, film: Film, name: str) -> None:
    assert not seal(film(name)).copied
    shown, _ = found(here / "x.sealcast")
    truth = original(film(name))
    assert [at_us for at_us, _ in shown] == [at_us for at_us, _ in truth]
    assert min(psnr(one, other) for (_, one), (_, other) in zip(shown, truth, strict=True)) >= 38


def test_exact_keeps_every_bit(seal: Seal, here: Path, film: Film) -> None:
    seal(film("odd.gif"), preset=Preset.EXACT)
    shown, _ = found(here / "x.sealcast")
    assert same(shown, original(film("odd.gif")))


def test_only_pictures_that_differ_are_encoded(seal: Seal, here: Path, film: Film) -> None:
    done = seal(film("still.mp4"))
    assert (done.pictures, done.duration_us) == (1, 3_000_000)
    shown, events = found(here / "x.sealcast")
    assert len(shown) == 1
    assert events[-1][0] == 3_000_000


def test_of_a_cut_video_what_is_there_is_taken(run: Run, here: Path, film: Film) -> None:
    said = run(*SEAL, str(film("cut.mkv")), "x.sealcast").stderr
    assert "s before it should" in said
    shown, events = found(here / "x.sealcast")
    assert same(shown, original(film("cut.mkv")))
    assert [one.what for _, one in events if isinstance(one, Trouble)] == said.splitlines()


REFUSED: dict[str, tuple[str, str, dict[str, Path], type[Exception]]] = {
    "no file": ("none", "x.sealcast", {}, errors.BlobNotFoundError),
    "a folder": (".", "x.sealcast", {}, errors.StoreUnavailableError),
    "text": ("text.mp4", "x.sealcast", {}, ImportVideoError),
    "without its index": ("headless.mp4", "x.sealcast", {}, ImportVideoError),
    "a playlist": ("b.m3u8", "x.sealcast", {}, ImportVideoError),
    "output in no folder": ("b.mp4", "none/x.sealcast", {}, errors.BlobNotFoundError),
    "no chat": ("b.mp4", "x.sealcast", {"chat": Path("none")}, errors.BlobNotFoundError),
    "no diagnostics": ("b.mp4", "x.sealcast", {"diagnostics": Path("none")}, errors.BlobNotFoundError),
    "diagnostics that are none": ("b.mp4", "x.sealcast", {"diagnostics": Path("text.mp4")}, FormatError),
    "diagnostics of another kind": ("b.mp4", "x.sealcast", {"diagnostics": Path("list")}, FormatError),
    "diagnostics without an end": ("b.mp4", "x.sealcast", {"diagnostics": Path("deep")}, FormatError),
    "replaced by no video": ("text.mp4", "complete.sealcast", {}, ImportVideoError),
    "replaced by itself": ("b.mp4", "b.mp4", {}, errors.BlobExistsError),
    "replaced by what it links to": ("b.mp4", "soft", {}, errors.BlobExistsError),
    "replaced by its other name": ("b.mp4", "hard", {}, errors.BlobExistsError),
    "chat replaced": ("b.mp4", "list", {"chat": Path("list")}, errors.BlobExistsError),
    "diagnostics replaced": ("b.mp4", "snapshot", {"diagnostics": Path("snapshot")}, errors.BlobExistsError),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("replaces", [False, True])
def test_what_cannot_be_is_refused_and_changes_nothing(
    seal: Seal, here: Path, film: Film, name: str, *, replaces: bool
) -> None:
    for one in ("b.mp4", "text.mp4", "headless.mp4", "b.m3u8"):
        (here / one).write_bytes(film(one).read_bytes())
    (here / "soft").symlink_to("b.mp4")
    (here / "hard").hardlink_to(here / "b.mp4")
    (here / "list").write_text("[]")
    (here / "deep").write_text("[" * 100_000)
    (here / "snapshot").write_text(json.dumps(SNAPSHOT))
    video, output, beside, kind = REFUSED[name]
    before = tree(here)
    with pytest.raises(kind):
        seal(Path(video), output, replaces=replaces, **beside)
    assert tree(here) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("text.mp4", "complete.sealcast", "--force"), "text.mp4"),
        (("b.mp4", "complete.sealcast"), "exists"),
        (("b.mp4", "soft", "--force"), "exists"),
    ],
)
def test_a_refusal_is_a_sentence_and_a_hint(
    run: Run, here: Path, film: Film, arguments: tuple[str, ...], words: str
) -> None:
    for one in ("b.mp4", "text.mp4"):
        (here / one).write_bytes(film(one).read_bytes())
    (here / "soft").symlink_to("b.mp4")
    before = tree(here)
    said = run(*SEAL, *arguments, code=1).stderr
    assert words in said
    assert "\nhint: " in said
    assert tree(here) == before


def test_force_replaces(run: Run, here: Path, film: Film) -> None:
    names = {path.name for path in here.iterdir()}
    run(*SEAL, str(film("b.mp4")), "complete.sealcast", "--force")
    shown, _ = found(here / "complete.sealcast")
    assert len(shown) == 25
    assert {path.name for path in here.iterdir()} == names


@pytest.mark.parametrize("arguments", [("x.sealcast",), ("complete.sealcast", "--force")])
def test_a_full_disk_leaves_what_was_there_and_no_half(
    here: Path, environment: dict[str, str], film: Film, arguments: tuple[str, ...]
) -> None:
    before = tree(here)
    limited = ["sh", "-c", 'ulimit -f 32; exec "$@"', "sh"]  # blocks of 512 bytes
    done = subprocess.run(
        [*limited, SEALCAST, *SEAL, film("long.mkv"), *arguments],
        cwd=here, env=unmeasured(environment), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"Error: {arguments[0]}: the file has grown as large as" in done.stderr
    assert "\nhint: mend the cause" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(here) == before


def test_ended_early_it_leaves_nothing(here: Path, environment: dict[str, str], film: Film) -> None:
    before = tree(here)
    process = subprocess.Popen(
        [SEALCAST, *SEAL, film("slow.avi"), "x.sealcast"],
        cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    output = here / "x.sealcast"
    until(lambda: process.poll() is not None or (output.exists() and output.stat().st_size > 5000))
    assert process.poll() is None
    process.terminate()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "Traceback" not in said
    assert tree(here) == before


def test_names_and_titles_do_not_steer_the_terminal(run: Run, here: Path, film: Film) -> None:
    hostile = "\x1b[2J\n\x07.mp4"
    (here / hostile).write_bytes(film("hostile.mp4").read_bytes())
    (here / f"text{hostile}").write_bytes(film("text.mp4").read_bytes())
    done = run(*SEAL, hostile, f"x{hostile}")
    assert done.stderr.splitlines() == ["the sound of the video is left out"]
    refused = run(*SEAL, f"text{hostile}", "y.sealcast", code=1)
    assert not {"\x1b", "\x07"} & {*done.stdout, *done.stderr, *refused.stderr}
