"""A chat that is written while a session is recorded: follows a file as it grows, or reads a pipe to its end."""

import os
import stat
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from recorder.chat_lines import BadLine, ChatLine, ChatParser
from vault.durable import plain_errors

_PORTION: Final = 65_536
_LOOK_S: Final = 0.25  # how often a file is looked at for more
_LAST_S: Final = 2  # how long the end waits for what is already written


class ChatFeed:
    """Read a chat in a thread and hand every line on as it comes.

    Errors: BlobNotFoundError, StoreUnavailableError when it begins.  One that stops being readable ends the chat.
    """

    def __init__(self, path: Path, take: Callable[[ChatLine | BadLine], None]) -> None:
        self._take = take
        self._stopping = threading.Event()
        with plain_errors(str(path)):
            mode = path.stat().st_mode
            # A pipe whose writers come and go is held open for writing too, so that it never ends.
            flags = os.O_RDWR if stat.S_ISFIFO(mode) else os.O_RDONLY
            self._descriptor = os.open(path, flags)
        self._grows = stat.S_ISREG(mode)
        self._thread = threading.Thread(target=self._run, name="sealcast-chat", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take what is written by now, and stop."""
        self._stopping.set()
        self._thread.join(_LAST_S)

    def _run(self) -> None:
        parser = ChatParser()
        os.set_blocking(self._descriptor, False)
        while True:
            last = self._stopping.is_set()
            data = self._read()
            if data:
                self._hand_on(parser.feed(data))
            elif last or (data is not None and not self._grows):
                break
            else:
                self._stopping.wait(_LOOK_S)
        self._hand_on(parser.finish())
        os.close(self._descriptor)

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
