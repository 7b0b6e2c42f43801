"""Bytes that lie elsewhere: what is asked for, how often, and how much of it is kept."""

import random
from dataclasses import replace

import pytest

from vault.errors import MalformedError, PortalRefusedError, StoreUnavailableError
from vault.portal import HostedRecording
from vault.portal_source import KEPT, MOST_AHEAD, PIECE, PortalSource

RECORDING = HostedRecording(
    recording_id=bytes(16), session_id=bytes(16), part=1, portal="Help", address="help", customer="", agent="",
    began_us=0, ended_us=None, state="recording", state_in_words="recording", size=0, fingerprint=None,
    passphrase=False,
)  # fmt: skip


class Elsewhere:
    """A portal with these bytes, and what was asked of it."""

    def __init__(self, data: bytes) -> None:
        self.data, self.asked = data, list[tuple[int, int]]()
        self.fails: Exception | None = None

    def bytes_of(self, _: bytes, start: int, size: int) -> tuple[bytes, int]:
        self.asked.append((start, size))
        if self.fails:
            raise self.fails
        return self.data[start : start + size], len(self.data)

    def recording(self, _: bytes) -> HostedRecording:
        return replace(RECORDING, size=len(self.data))


def source(elsewhere: Elsewhere) -> PortalSource:
    recording = replace(RECORDING, size=len(elsewhere.data))
    return PortalSource(elsewhere, recording, name="it")  # type: ignore[arg-type] # it has bytes, and no more


def data(pieces: int) -> bytes:
    return random.Random(7).randbytes(pieces * PIECE - 11)


def test_read_in_order_more_is_asked_for_each_time() -> None:
    elsewhere = Elsewhere(data(64))
    it = source(elsewhere)
    read = b"".join(it.read(at, 10_000) for at in range(0, len(elsewhere.data), 10_000))
    assert read == elsewhere.data
    sizes = [size // PIECE for _, size in elsewhere.asked]
    assert sizes[:5] == [1, 2, 4, 8, MOST_AHEAD]
    assert len(sizes) == 8  # and no byte twice
    assert sum(size for _, size in elsewhere.asked) == len(elsewhere.data)


def test_after_a_jump_only_what_is_wanted_is_asked_for() -> None:
    elsewhere = Elsewhere(data(64))
    it = source(elsewhere)
    for piece in (60, 3, 31, 17):
        assert it.read(piece * PIECE + 5, 9) == elsewhere.data[piece * PIECE + 5 :][:9]
    assert elsewhere.asked == [(piece * PIECE, PIECE) for piece in (60, 3, 31, 17)]


def test_two_that_read_do_not_disturb_one_another() -> None:
    elsewhere = Elsewhere(data(64))
    it = source(elsewhere)
    for step in range(16):
        it.read(step * PIECE, PIECE)
        it.read((40 + step) * PIECE, PIECE)
    assert len(elsewhere.asked) == 2 * 5  # 1, 2, 4, 8, 16 pieces, each


def test_no_more_is_kept_than_is_said() -> None:
    elsewhere = Elsewhere(data(2 * KEPT))
    it = source(elsewhere)
    it.read(0, len(elsewhere.data))
    assert len(it._pieces) == KEPT
    asked = len(elsewhere.asked)
    it.read(len(elsewhere.data) - 5, 5)
    assert len(elsewhere.asked) == asked
    it.read(0, 5)
    assert len(elsewhere.asked) == asked + 1


def test_of_one_that_grows_the_rest_is_asked_for_when_it_is_there() -> None:
    elsewhere = Elsewhere(data(3))
    it, whole = source(elsewhere), data(3) + b"and more"
    assert it.read(0, 10 * PIECE) == elsewhere.data
    elsewhere.data = whole
    assert it.read(0, 10 * PIECE) == data(3)  # as long as it was looked at last
    assert it.look()
    assert it.size() == len(whole)
    assert it.read(0, 10 * PIECE) == whole


@pytest.mark.parametrize(
    "error",
    [
        PortalRefusedError(why="purged", hint="", status=404),
        MalformedError(what="answer", why="nonsense"),
        StoreUnavailableError(name="portal", why="gone"),
    ],
)
def test_whatever_fails_is_told_as_of_a_disk_that_failed(error: Exception) -> None:
    elsewhere = Elsewhere(data(2))
    it = source(elsewhere)
    elsewhere.fails = error
    with pytest.raises(StoreUnavailableError):
        it.read(0, 1)
    elsewhere.fails = None
    assert it.read(0, 1) == elsewhere.data[:1]
    elsewhere.data = elsewhere.data[: PIECE + 1]  # less than was said
    with pytest.raises(StoreUnavailableError):
        it.read(PIECE, PIECE)
