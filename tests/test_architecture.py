"""The house as it was drawn: who may import whom, and which file is the door to which library."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("vault", "recorder", "replay", "portal_core")
# What each room may import of ours, beside itself.  cli.py may import every room, and no room cli.
BELOW = {"vault": set[str](), "recorder": {"vault"}, "replay": {"vault", "recorder"}}
# Of the recorder, replay knows what lies in a file, and not how it comes there.
KNOWN_OF_THE_RECORDER = ("recorder.format.",)
# Law and values: no files, screens, clocks or chance.
EFFECTS = {"os", "sys", "time", "datetime", "pathlib", "threading", "subprocess", "socket", "random", "secrets", "io"}
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
    "fcntl": {"vault/lock.py", "vault/durable.py"},
    "click": {
        "cli.py", "vault/ask.py", "vault/secret_options.py", "vault/key_commands.py", "vault/file_commands.py",
        "vault/trust_commands.py",
        "recorder/record_commands.py", "recorder/import_commands.py", "recorder/target_options.py",
        "recorder/option_types.py", "recorder/progress_line.py", "replay/file_commands.py",
    },
}  # fmt: skip
# Commands and the places they use are the edge; nothing of the core leans on them.
EDGE = {
    "ask", "secret_options", "verdict_text", "places", "key_commands", "file_commands", "trust_commands",
}  # fmt: skip
FILES = [*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "cli.py"]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name)
def test_imports_go_down_only(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    tops = {one.partition(".")[0] for one in imports(path)}
    if room == "cli.py":
        return
    assert not tops & (set(ROOMS) - {room} - BELOW[room])
    assert "cli" not in tops
    assert "tests" not in tops


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_its_doors(library: str) -> None:
    using = {name(path) for path in FILES if any(one.partition(".")[0] == library for one in imports(path))}
    assert using == DOORS[library]


def test_the_recorders_law_touches_nothing_but_values() -> None:
    for path in (ROOT / "recorder" / "format").glob("*.py"):
        found = set(imports(path))
        assert not {one.partition(".")[0] for one in found} & (
            {*ROOMS, "cli", "av", "numpy"} - {"recorder"} | EFFECTS
        ), path
        assert all(one.startswith("recorder.format.") for one in found if one.startswith("recorder.")), path


def test_replay_knows_the_law_and_not_the_recorder() -> None:
    for path in (ROOT / "replay").rglob("*.py"):
        ours = {one for one in imports(path) if one.startswith("recorder.")}
        assert all(one.startswith(KNOWN_OF_THE_RECORDER) for one in ours), path


def test_the_core_does_not_lean_on_the_edge() -> None:
    for path in (ROOT / "vault").glob("*.py"):
        if path.stem not in EDGE:
            assert not {one.split(".")[1] for one in imports(path) if one.startswith("vault.")} & EDGE, path


def test_the_reader_for_strangers_imports_nothing_of_ours() -> None:
    found = {one.partition(".")[0] for one in imports(ROOT / "vault" / "open_without_sealcast.py")}
    assert not found & {*ROOMS, "cli"}


def test_a_room_begins_with_a_docstring_and_no_imports() -> None:
    for room in ROOMS:
        for front in (ROOT / room).rglob("__init__.py"):
            assert not list(imports(front))
            assert ast.get_docstring(ast.parse(front.read_text()))


def test_every_file_says_what_it_holds() -> None:
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text())), path
