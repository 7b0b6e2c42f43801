"""A chat that is written while it is read: a file that grows, a pipe whose writers come and go."""

import os
import threading
from pathlib import Path

import pytest

from recorder.chat_feed import ChatFeed
from recorder.chat_lines import BadLine, ChatLine
from tests.waiting import until
from vault.errors import BlobNotFoundError

LINE = b'{"name": "Grace", "text": "hello"}\n'


class Taken:
    """Keeps what it is handed, from whichever thread."""

    def __init__(self) -> None:
        self.lines: list[ChatLine | BadLine] = []
        self.threads: set[int] = set()

    def __call__(self, line: ChatLine | BadLine) -> None:
        self.threads.add(threading.get_ident())
        self.lines.append(line)

    def __len__(self) -> int:
        return len(self.lines)


def test_a_file_is_followed_as_it_grows(tmp_path: Path) -> None:
    path, taken = tmp_path / "chat", Taken()
    path.write_bytes(LINE)
    feed = ChatFeed(path, taken)
    until(lambda: len(taken) == 1)
    with path.open("ab") as file:
        file.write(LINE[:10])
        file.flush()
        file.write(LINE[10:] + b"no JSON\n")
    until(lambda: len(taken) == 3)
    assert taken.lines[2] == BadLine(number=3, why=str(taken.lines[2]).partition("taken: ")[2])
    with path.open("ab") as file:
        file.write(LINE.rstrip())
    feed.close()
    assert [one.number for one in taken.lines] == [1, 2, 3, 4]
    assert threading.get_ident() not in taken.threads


def test_a_pipe_whose_writers_come_and_go(tmp_path: Path) -> None:
    path, taken = tmp_path / "pipe", Taken()
    os.mkfifo(path)
    feed = ChatFeed(path, taken)
    for count in (1, 2, 3):
        with path.open("wb") as pipe:
            pipe.write(LINE)
        until(lambda count=count: len(taken) == count)  # type: ignore[misc]
    feed.close()
    assert len(taken) == 3


def test_a_chat_that_is_not_there_is_told_before_anything_begins(tmp_path: Path) -> None:
    with pytest.raises(BlobNotFoundError):
        ChatFeed(tmp_path / "none", Taken())


def test_the_end_does_not_wait_for_a_silent_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    feed = ChatFeed(tmp_path / "pipe", Taken())
    feed.close()
