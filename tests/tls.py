"""Somebody who answers with a certificate, and speaks HTTPS with whoever takes it."""

import http.server
import ssl
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from portal_core.certificates import make
from vault.https import Site

ANSWER: Final = b'{"why": "no", "hint": "try later"}'


def own_certificate(folder: Path, name: str) -> Path:
    path = folder / f"{name}.pem"
    path.write_bytes(make([name], now_us=time.time_ns() // 1000))
    return path


class Answering(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined] # of Somebody
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_: object) -> None:
        pass


class _Server(http.server.HTTPServer):
    def handle_error(self, *_: object) -> None:
        """Whoever does not take the certificate goes away."""


class Somebody:
    """Use it as a context manager."""

    def __init__(self, certificate: Path, port: int = 0) -> None:
        self.asked = list[str]()
        self._server = _Server(("127.0.0.1", port), Answering)
        self._server.asked = self.asked  # type: ignore[attr-defined] # ours
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.site = Site("localhost", self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
