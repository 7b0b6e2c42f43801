"""The house is as architecture_tables.py draws it: who imports whom, and what is the door to what."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture_tables import (
    BELOW,
    DOORS,
    EDGE,
    KNOWN,
    KNOWN_OF_THE_RECORDER,
    LEANING,
    PURE,
    ROOMS,
    WORLD,
    WORLDLY,
)

ROOT = Path(__file__).parents[1]
FILES = [*(path for room in ROOMS for path in (ROOT / room).rglob("*.py")), ROOT / "cli.py"]


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def tops(path: Path) -> set[str]:
    return {one.partition(".")[0] for one in imports(path)}


def used(path: Path) -> set[str]:
    """What a file imports; and whether it asks datetime for the present, for its types are values."""
    asks = re.search(r"\.(now|today|utcnow|fromtimestamp)\(", path.read_text())
    return tops(path) | ({"datetime.now"} if asks else set())


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
    folders = tuple(door for door in DOORS[library] if door.endswith("/"))
    assert {one for one in using if not (folders and one.startswith(folders))} == DOORS[library] - {*folders}
    assert all(any(one.startswith(folder) for one in using) for folder in folders)


def test_every_library_is_in_a_table() -> None:
    own = PURE | {module for modules, _ in WORLD.values() for module in modules}
    for path in FILES:
        assert tops(path) - {*ROOMS, *sys.stdlib_module_names} <= {*DOORS}, path
        if not name(path).startswith(WORLDLY):
            assert tops(path) & sys.stdlib_module_names <= own, path


@pytest.mark.parametrize("kind", WORLD)
def test_only_these_files_touch_the_world(kind: str) -> None:
    modules, allowed = WORLD[kind]
    using = {name(path) for path in FILES if used(path) & modules and not name(path).startswith(WORLDLY)}
    assert using - {"cli.py"} == allowed


def test_the_recorders_law_touches_nothing_but_values() -> None:
    pure = PURE | {"recorder", "msgpack", "zstandard"}
    for path in (ROOT / "recorder" / "format").glob("*.py"):
        assert tops(path) <= pure, path


@pytest.mark.parametrize("where", KNOWN)
def test_each_knows_what_it_needs_and_nothing_else(where: str) -> None:
    here = [path for path in FILES if nearest(path) == where]
    assert here
    for path in here:
        ours = {one for one in imports(path) if one.partition(".")[0] in ROOMS}
        assert {one for one in ours if not any(is_in(one, known) for known in KNOWN[where])} == set(), path


def nearest(path: Path) -> str:
    """Return the longest name of the table that the file has, or that a folder has in which it lies."""
    folders = [where for where in KNOWN if where.endswith("/") and name(path).startswith(where)]
    return name(path) if name(path) in KNOWN else max(folders, key=len, default="")


def is_in(one: str, module: str) -> bool:
    return f"{one}.".startswith(f"{module}.")


def test_replay_knows_the_law_and_not_the_recorder() -> None:
    for path in (ROOT / "replay").rglob("*.py"):
        ours = {one for one in imports(path) if one.startswith("recorder.")}
        assert all(one.startswith(KNOWN_OF_THE_RECORDER) for one in ours), path


@pytest.mark.parametrize("room", EDGE)
def test_the_core_does_not_lean_on_the_edge(room: str) -> None:
    edge = {f"{one}.{stem}" for one, stems in EDGE.items() for stem in stems}
    for module in EDGE[room]:
        assert (ROOT / room / f"{module.replace('.', '/')}.py").exists()
    for path in (ROOT / room).rglob("*.py"):
        if name(path).removesuffix(".py").replace("/", ".") not in edge:
            leaning = {module for module in edge for one in imports(path) if is_in(one, module)}
            assert leaning == LEANING.get(name(path), set()), path


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


def test_no_two_threads_use_one_tls_connection() -> None:
    """websockets.sync reads in one thread and writes in another; OpenSSL does not allow that, and hangs."""
    assert not [name(path) for path in FILES if any(one.startswith("websockets.sync") for one in imports(path))]
