"""A chat that is written while a session is recorded: follows a file as it grows, or reads a pipe to its end."""

import errno
import os
import stat
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from recorder.chat_lines import BadLine, ChatLine, ChatParser
from vault.durable import plain_errors

_PORTION: Final = 65_536  # bytes; what a pipe holds, pipe(7)
_LOOK_S: Final = 0.25  # how often a file is looked at for more
_LAST_S: Final = 2  # how long the end waits for what is already written


class ChatFeed:
    """Read a chat in a thread and hand every line on as it comes.

    take is called in that thread and must not raise: what it raised would end the chat unseen.  agent is the name of
    the session's agent.
    Errors: BlobNotFoundError, StoreUnavailableError when it begins.  Later a pipe that cannot be read any more ends the
        chat, and a file is looked at again.
    """

    def __init__(self, path: Path, take: Callable[[ChatLine | BadLine], None], *, agent: str | None = None) -> None:
        self._take = take
        self._stopping = threading.Event()
        self._reading = threading.Lock()
        self._parser = ChatParser(agent=agent)
        with plain_errors(str(path)):
            mode = path.stat().st_mode
            if stat.S_ISDIR(mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            # A pipe whose writers come and go is held open for writing too, so that it never ends.
            flags = os.O_RDWR if stat.S_ISFIFO(mode) else os.O_RDONLY
            self._descriptor = os.open(path, flags)
        os.set_blocking(self._descriptor, False)
        self._grows = stat.S_ISREG(mode)
        self._thread = threading.Thread(target=self._run, name="sealcast-chat", daemon=True)
        self._thread.start()

    def catch_up(self) -> None:
        """Hand on, in the caller's thread, what is written by now."""
        with self._reading:
            while data := self._read():
                self._hand_on(self._parser.feed(data))

    def close(self) -> None:
        """Take what is written by now, and stop; a thread that is still busy after two seconds is left behind."""
        self._stopping.set()
        self._thread.join(_LAST_S)

    def _run(self) -> None:
        while True:
            last = self._stopping.is_set()
            with self._reading:
                data = self._read()
                if data:
                    self._hand_on(self._parser.feed(data))
            if not data:
                if last or (data is not None and not self._grows):
                    break
                self._stopping.wait(_LOOK_S)
        with self._reading:
            self._hand_on(self._parser.finish())
            os.close(self._descriptor)
            self._descriptor = -1

    def _read(self) -> bytes | None:
        """Return more; nothing at the end; None when there is nothing yet."""
        try:
            return os.read(self._descriptor, _PORTION)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _hand_on(self, lines: Iterable[ChatLine | BadLine]) -> None:
        for line in lines:
            self._take(line)
