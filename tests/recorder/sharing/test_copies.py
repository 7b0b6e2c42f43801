"""Copies that are fetched: kept when they are what the portal has, under names that lead nowhere else."""

import hashlib
import json
import re
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest

from recorder.errors import BadCopyError
from recorder.sharing.copies import save_copies
from recorder.sharing.seat import Fields, Seat
from vault.errors import MalformedError, PortalRefusedError, StoreUnavailableError
from vault.https import MAX_ANSWER, Answer, Connection, Site

SESSION = "00" * 16
FILES = {
    "/1": bytes(range(256)) * 40,
    "/2": b"short",
    "/long": b"a block" * (MAX_ANSWER // 7 + 1),
    "/keys": b"the keys",
}
GONE = PortalRefusedError(why="there is no such session", hint="", status=404)
UNWELL = PortalRefusedError(why="the portal answered 502", hint="", status=502)
AWAY = StoreUnavailableError(name="https://portal", why="nothing answers there")


class Shelf(Connection):
    """What a portal hands out, without a portal."""

    def __init__(self, *closings: Fields | Exception) -> None:
        super().__init__(Site("portal", 443), ssl.create_default_context())
        self._closings = list(closings)
        self.confirmed: list[tuple[int, str]] = []
        self.most = 0

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        headers = headers or {}
        assert headers["Authorization"] == "Seat secret"
        if method == "POST":
            assert path == f"/session/{SESSION}/copies"
            said = json.loads(body or b"")
            self.confirmed.append((said["part"], said["fingerprint"]))
            return Answer(status=204, headers={}, body=b"")
        if path == f"/session/{SESSION}/closing":
            found = self._closings.pop(0) if len(self._closings) > 1 else self._closings[0]
            if isinstance(found, Exception):
                raise found
            return Answer(status=200, headers={}, body=json.dumps(found).encode())
        return self._file(FILES[path], headers.get("Range"))

    def _file(self, whole: bytes, span: str | None) -> Answer:
        if span is None:
            return Answer(status=200, headers={}, body=whole)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d+)", span)
        assert wanted
        start, end = int(wanted[1]), min(int(wanted[2]) + 1, len(whole))
        self.most = max(self.most, end - start)
        told = {"content-range": f"bytes {start}-{end - 1}/{len(whole)}"}
        return Answer(status=206, headers=told, body=whole[start:end])


def fingerprint(href: str) -> str:
    return hashlib.sha256(FILES[href][-1024:-64]).hexdigest()


def part(number: int, name: str, href: str) -> dict[str, object]:
    return {"part": number, "name": name, "size": len(FILES[href]), "fingerprint": fingerprint(href), "href": href}


def closing(*names: str, **others: object) -> Fields:
    parts = [part(number, name, f"/{number}") for number, name in enumerate(names, 1)]
    keys = {"name": "x.key", "href": "/keys"}
    return {"state": "ended", "whole": True, "copy": True, "parts": parts, "keys": keys, **others}


def seat(shelf: Shelf) -> Seat:
    return Seat(portal=shelf, session=SESSION, token="secret", copy=True)


def save(shelf: Shelf, folder: Path) -> tuple[list[str], bool]:
    saved, whole = save_copies(seat(shelf), folder, wait=lambda _: None)
    assert all(one.fingerprint == fingerprint(f"/{number}") for number, one in enumerate(saved, 1))
    return [one.path.name for one in saved], whole


def test_all_parts_are_saved_with_what_opens_them_and_confirmed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    shelf = Shelf(closing("a b.sealcast", "a b (2).sealcast"))
    assert save(shelf, folder) == (["a b.sealcast", "a b (2).sealcast"], True)
    assert (folder / "a b.sealcast").read_bytes() == FILES["/1"]
    assert (folder / "a b.key").read_bytes() == b"the keys"
    assert shelf.confirmed == [(1, fingerprint("/1")), (2, fingerprint("/2"))]


def test_nothing_that_is_there_is_touched(tmp_path: Path) -> None:
    (tmp_path / "a.sealcast").write_bytes(b"another")
    (tmp_path / "a (2).key").write_bytes(b"of another")
    assert save(Shelf(closing("a.sealcast")), tmp_path)[0] == ["a (3).sealcast"]
    assert (tmp_path / "a (3).key").read_bytes() == b"the keys"
    assert (tmp_path / "a.sealcast").read_bytes() == b"another"
    assert (tmp_path / "a (2).key").read_bytes() == b"of another"


@pytest.mark.parametrize(
    "name", ["../../a.sealcast", "/etc/a.sealcast", ".a.sealcast", "a\\b.sealcast", "\x1b.sealcast"]
)
def test_names_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in" / "here"
    (saved,), _ = save(Shelf(closing(name)), folder)
    assert (folder / saved).is_file()
    assert not saved.startswith(".")
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 2


@pytest.mark.parametrize("wrong", [{"size": 4}, {"size": 4, "fingerprint": None}, {"fingerprint": "00" * 32}])
def test_what_came_otherwise_is_not_kept(tmp_path: Path, wrong: dict[str, object]) -> None:
    shelf = Shelf(closing(parts=[part(1, "a.sealcast", "/1") | wrong]))
    with pytest.raises(BadCopyError):
        save(shelf, tmp_path)
    assert not list(tmp_path.iterdir())
    assert not shelf.confirmed


def test_a_long_part_is_fetched_piece_by_piece(tmp_path: Path) -> None:
    shelf = Shelf(closing(parts=[part(1, "a.sealcast", "/long")], keys=None))
    ((saved,), _) = save_copies(seat(shelf), tmp_path)
    assert saved.path.read_bytes() == FILES["/long"]
    assert shelf.most == MAX_ANSWER < len(FILES["/long"])


@pytest.mark.parametrize("href", ["https://elsewhere.example.org/1", "1", "/ü", "/1\r\nx: y"])
def test_nothing_is_fetched_elsewhere(tmp_path: Path, href: str) -> None:
    with pytest.raises(MalformedError):
        save(Shelf(closing(parts=[part(1, "a.sealcast", "/1") | {"href": href}])), tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_not_finished_is_waited_for(tmp_path: Path) -> None:
    shelf = Shelf(closing("a.sealcast", whole=False), AWAY, UNWELL, closing("a.sealcast"))
    assert save(shelf, tmp_path) == (["a.sealcast"], True)


def test_who_does_not_answer_is_not_asked_for_ever(tmp_path: Path) -> None:
    waited = list[float]()
    for away in (AWAY, UNWELL):
        with pytest.raises(type(away)):
            save_copies(seat(Shelf(away)), tmp_path, wait=waited.append)
    assert len(waited) == 18
    slow = seat(Shelf(closing("a.sealcast", whole=False)))
    assert save_copies(slow, tmp_path, wait=waited.append)[1] is False
    assert 60 < sum(waited) < 120


def test_who_refuses_is_not_asked_again(tmp_path: Path) -> None:
    waited = list[float]()
    with pytest.raises(PortalRefusedError):
        save_copies(seat(Shelf(GONE)), tmp_path, wait=waited.append)
    assert not waited


@pytest.mark.parametrize(
    ("fields", "whole"), [({"copy": False, "parts": []}, True), ({"state": "live", "whole": False}, False)]
)
def test_where_there_is_no_copy_nothing_is_made(tmp_path: Path, fields: Fields, whole: bool) -> None:  # noqa: FBT001 - a row
    folder = tmp_path / "folder"
    assert save(Shelf(closing("a.sealcast", **fields)), folder) == ([], whole)
    assert not folder.exists()
