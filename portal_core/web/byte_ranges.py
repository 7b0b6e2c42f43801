"""Ranges of a file's bytes, as RFC 9110 §14 has them, of a file that may be growing: what is there by now counts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fastapi import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

_STEP: Final = 256 * 1024
_ONE_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)
_BINARY: Final = "application/octet-stream"


def ranged(request: Request, path: Path) -> Response:
    """Answer with the range that was asked for, or with all of it.  Errors: OSError."""
    size = path.stat().st_size
    wanted = request.headers.get("range")
    span = wanted_span(wanted, size) if wanted else None
    if span and span[0] >= span[1]:
        sentence = {"why": f"there are {size} bytes by now", "hint": "ask for bytes that are there"}
        return JSONResponse(sentence, status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = span or (0, size)
    headers = {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        _bytes(path, start, end), status_code=206 if span else 200, headers=headers, media_type=_BINARY
    )


def wanted_span(text: str, size: int) -> tuple[int, int] | None:
    """Return from where to where, end excluded; nothing between them where there are no such bytes.

    None for what is no single range of bytes: then all of it is the answer, as the RFC allows.
    """
    found = _ONE_RANGE.fullmatch(text)
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        return max(0, size - int(found[2])), size if int(found[2]) else 0
    start, last = int(found[1]), int(found[2]) if found[2] else size
    if last < start:
        return None
    return start, min(last + 1, size)


def _bytes(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while start < end and (data := file.read(min(_STEP, end - start))):
            start += len(data)
            yield data
