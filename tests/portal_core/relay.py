"""A wire between a program and a portal, which can be cut and counted."""

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self

_RESET = struct.pack("ii", 1, 0)  # closing drops what was not sent, and tells the other side so


class Relay:
    """Passes on what comes to its port, as long as it is not broken.  Use it as a context manager."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.sent = 0  # bytes to the portal
        self.broken = False
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Break all connections, in the middle of whatever they carry."""
        while self._open:
            one = self._open.pop()
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = self._far()
            if far is None:
                near.close()
                continue
            self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                thread = threading.Thread(target=self._pass_on, args=(one, other, other is far))
                self._threads.append(thread)
                thread.start()

    def _far(self) -> socket.socket | None:
        with contextlib.suppress(OSError):  # nobody answers there
            return None if self.broken else socket.create_connection(("127.0.0.1", self._to))
        return None

    def _pass_on(self, one: socket.socket, other: socket.socket, to_portal: bool) -> None:  # noqa: FBT001 - a direction
        with contextlib.suppress(OSError):
            while data := one.recv(65_536):
                if to_portal:
                    self.sent += len(data)
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)
        if to_portal:
            return
        for each in (one, other):
            each.close()
