"""The house as it was drawn: who may import whom, and which file is the door to which library."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("vault", "recorder", "replay", "portal_core")
# What each room may import of ours, beside itself.  cli.py may import every room, and no room cli.
BELOW = {"vault": set[str](), "recorder": {"vault"}, "replay": {"vault", "recorder"}}
# Of the recorder, replay knows what lies in a file, and not how it comes there.
KNOWN_OF_THE_RECORDER = ("recorder.format.",)
DOORS = {
    "cryptography": {"vault/primitives.py", "vault/portal_key.py", "vault/open_without_sealcast.py"},
    "zxcvbn": {"vault/passphrase.py"},
    "platformdirs": {"vault/places.py", "recorder/file_names.py"},
    "msgpack": {"recorder/format/pack.py"},
    "zstandard": {"recorder/format/pack.py"},
    "av": {"recorder/encode.py", "recorder/planes.py", "recorder/video_file.py"},
    "mss": {"recorder/capture/grab.py"},
    "Xlib": {
        "recorder/capture/x_display.py", "recorder/capture/x_windows.py", "recorder/capture/diagnostics/displays.py",
    },
    "psutil": {"recorder/capture/diagnostics/portable.py"},
    "numpy": {
        "recorder/planes.py", "recorder/video_file.py", "recorder/import_video.py", "recorder/capture/frame.py",
        "recorder/capture/grab.py", "recorder/capture/compare.py", "recorder/capture/damage.py",
        "recorder/capture/polling.py", "recorder/capture/x_display.py",
    },
    "click": {
        "cli.py", "vault/ask.py", "vault/secret_options.py", "vault/key_commands.py", "vault/file_commands.py",
        "vault/trust_commands.py",
        "recorder/record_commands.py", "recorder/import_commands.py", "recorder/target_options.py",
        "recorder/option_types.py", "recorder/progress_line.py", "replay/file_commands.py",
    },
}  # fmt: skip
# Of Python's own library: what computes, and by kind what touches the world, with the files that may.
PURE = {
    "__future__", "array", "bisect", "collections", "contextlib", "dataclasses", "enum", "errno", "fractions",
    "functools", "hashlib", "hmac", "itertools", "json", "math", "re", "stat", "struct", "types", "typing",
    "unicodedata",
}  # fmt: skip
WORLD = {
    "files and the environment": (
        {"fcntl", "glob", "importlib", "io", "msvcrt", "os", "pathlib", "shutil", "tempfile"},
        {
            "vault/anchor.py", "vault/ask.py", "vault/durable.py", "vault/file_commands.py", "vault/key_commands.py",
            "vault/key_file.py", "vault/keyring_file.py", "vault/local.py", "vault/lock.py", "vault/outside.py",
            "vault/passphrase.py", "vault/places.py", "vault/secret_options.py", "vault/signers.py",
            "recorder/chat_feed.py", "recorder/encode.py", "recorder/file_names.py", "recorder/import_commands.py",
            "recorder/import_video.py", "recorder/key_presses.py", "recorder/local_copy.py", "recorder/recipients.py",
            "recorder/record_commands.py", "recorder/record_screen.py", "recorder/target.py",
            "recorder/target_options.py", "recorder/video_file.py", "recorder/capture/screen.py",
            "replay/contents_text.py", "replay/file_commands.py",
        },
    ),
    "clocks": (
        {"datetime", "time"},
        {
            "vault/ask.py", "vault/durable.py", "vault/lock.py", "vault/outside.py", "vault/trust_commands.py",
            "recorder/file_names.py", "recorder/target_options.py", "recorder/video_file.py",
        },
    ),
    "chance": (
        {"random", "secrets", "uuid"},
        {
            "vault/ask.py", "vault/durable.py", "vault/key_commands.py", "vault/outside.py", "vault/passphrase.py",
            "vault/trust_commands.py", "recorder/import_video.py", "recorder/record_screen.py",
        },
    ),
    "threads": (
        {"concurrent", "queue", "threading"},
        {
            "vault/chain.py", "vault/loader.py", "vault/local.py", "vault/walk.py",
            "recorder/chat_feed.py", "recorder/diagnose.py", "recorder/key_presses.py", "recorder/record.py",
            "recorder/writer.py",
        },
    ),
    "programs and signals": (
        {"multiprocessing", "signal", "subprocess"},
        {"recorder/import_commands.py", "recorder/record_screen.py"},
    ),
    "sockets": (
        {"select", "socket"},
        {"recorder/key_presses.py", "recorder/capture/wake.py", "recorder/capture/x_display.py"},
    ),
    "the system and its terminal": (
        {"getpass", "platform", "sys", "termios", "tty"},
        {
            "vault/ask.py", "vault/durable.py", "vault/lock.py",
            "recorder/key_presses.py", "recorder/progress_line.py", "recorder/capture/screen.py",
        },
    ),
}  # fmt: skip
# Whose whole matter is the machine, and who stands for himself.
WORLDLY = ("recorder/capture/diagnostics/", "vault/open_without_sealcast.py")
# What each may know of ours: a file, or all files of a folder, of which a longer name goes before.
KNOWN = {
    "recorder/format/": {"recorder.format"},
    "recorder/capture/": {"recorder.capture", "recorder.format", "recorder.errors", "vault.outside"},
    "recorder/capture/diagnostics/": {"recorder.capture.diagnostics", "recorder.format"},
    "recorder/bitstreams.py": set[str](),
    "recorder/chat_lines.py": {"recorder.format"},
    "recorder/clock.py": {"recorder.format", "vault.outside"},
    "recorder/writer.py": {
        "recorder.format", "recorder.clock", "vault.anchor", "vault.errors", "vault.index", "vault.writer",
    },
    "recorder/part.py": {
        "recorder.format", "recorder.clock", "recorder.writer",
        "vault.header", "vault.outside", "vault.primitives", "vault.store", "vault.writer",
    },
    "recorder/planes.py": {"recorder.capture.frame"},
    "recorder/encode.py": {"recorder.capture.frame", "recorder.errors", "recorder.format", "recorder.planes"},
    "recorder/screen_track.py": {
        "recorder.capture.frame", "recorder.encode", "recorder.format", "recorder.writer",
    },
    # The loop knows the seam to a screen, and no screen.
    "recorder/record.py": {
        "recorder.capture.frame", "recorder.capture.pointer", "recorder.capture.source", "recorder.clock",
        "recorder.encode", "recorder.errors", "recorder.format", "recorder.screen_track", "recorder.writer",
    },
    "recorder/video_file.py": {
        "recorder.bitstreams", "recorder.capture.frame", "recorder.errors", "recorder.format", "vault.durable",
    },
    "replay/recording.py": {
        "recorder.format", "replay.places", "vault.block", "vault.errors", "vault.reader", "vault.walk",
    },
    "replay/states.py": {"vault.verify"},
}  # fmt: skip
# Commands, and the terminal and the places that they use, are the edge; nothing of the core leans on them.
EDGE = {
    "vault": {
        "ask", "secret_options", "verdict_text", "places", "key_commands", "file_commands", "trust_commands",
    },
    "recorder": {
        "record_commands", "import_commands", "target_options", "option_types", "progress_line", "key_presses",
        "record_screen", "import_video", "target", "recipients", "local_copy", "file_names",
    },
    "replay": {"file_commands", "contents_text"},
}  # fmt: skip
FILES = [*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "cli.py"]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {one.partition(".")[0] for one in imports(path)}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_down_only(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    if room == "cli.py":
        return
    assert not tops(path) & (set(ROOMS) - {room} - BELOW[room])
    assert not tops(path) & {"cli", "tests"}


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_doors(library: str) -> None:
    using = {name(path) for path in FILES if library in tops(path)}
    assert using == DOORS[library]


def test_every_library_is_in_a_table() -> None:
    own = PURE | {module for modules, _ in WORLD.values() for module in modules}
    for path in FILES:
        assert tops(path) - {*ROOMS, *sys.stdlib_module_names} <= {*DOORS}, path
        if not name(path).startswith(WORLDLY):
            assert tops(path) & sys.stdlib_module_names <= own, path


@pytest.mark.parametrize("kind", WORLD)
def test_only_these_files_touch_the_world(kind: str) -> None:
    modules, allowed = WORLD[kind]
    using = {name(path) for path in FILES if tops(path) & modules and not name(path).startswith(WORLDLY)}
    assert using - {"cli.py"} == allowed


def test_the_recorders_law_touches_nothing_but_values() -> None:
    pure = PURE | {"recorder", "msgpack", "zstandard"}
    for path in (ROOT / "recorder" / "format").glob("*.py"):
        assert tops(path) <= pure, path


@pytest.mark.parametrize("where", KNOWN)
def test_each_knows_what_it_needs_and_nothing_else(where: str) -> None:
    here = [path for path in FILES if name(path) == where or (where.endswith("/") and nearest(path) == where)]
    assert here
    for path in here:
        ours = {one for one in imports(path) if one.partition(".")[0] in ROOMS}
        assert {one for one in ours if not any(is_in(one, known) for known in KNOWN[where])} == set(), path


def nearest(path: Path) -> str:
    """Return the longest folder of the table that the file lies in."""
    folders = [where for where in KNOWN if where.endswith("/") and name(path).startswith(where)]
    return max(folders, key=len, default="")


def is_in(one: str, module: str) -> bool:
    return f"{one}.".startswith(f"{module}.")


def test_replay_knows_the_law_and_not_the_recorder() -> None:
    for path in (ROOT / "replay").rglob("*.py"):
        ours = {one for one in imports(path) if one.startswith("recorder.")}
        assert all(one.startswith(KNOWN_OF_THE_RECORDER) for one in ours), path


@pytest.mark.parametrize("room", EDGE)
def test_the_core_does_not_lean_on_the_edge(room: str) -> None:
    edge = {f"{one}.{stem}" for one, stems in EDGE.items() for stem in stems}
    assert all((ROOT / room / f"{stem}.py").exists() for stem in EDGE[room])
    for path in (ROOT / room).rglob("*.py"):
        if path.parent != ROOT / room or path.stem not in EDGE[room]:
            assert not {".".join(one.split(".")[:2]) for one in imports(path)} & edge, path


def test_the_reader_for_strangers_imports_nothing_of_ours() -> None:
    assert not tops(ROOT / "vault" / "open_without_sealcast.py") & {*ROOMS, "cli"}


def test_a_room_begins_with_a_docstring_and_no_imports() -> None:
    for room in ROOMS:
        for front in (ROOT / room).rglob("__init__.py"):
            assert not list(imports(front))
            assert ast.get_docstring(ast.parse(front.read_text()))


def test_every_file_says_what_it_holds() -> None:
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text())), path
