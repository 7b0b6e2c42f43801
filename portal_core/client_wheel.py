"""The program that customers run on machines without a suitable browser, as a wheel.  SPEC.md E9.

It is made of what runs here, so that both always understand each other.
Source: the binary distribution format of the Python Packaging User Guide, version 1.0.
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final

_PROJECT: Final = "sealcast"
_HERE: Final = Path(__file__).parents[1]
_PARTS: Final = ("cli.py", "portal_core", "recorder", "replay", "vault")
_WHEEL: Final = "Wheel-Version: 1.0\nGenerator: sealcast\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
# What this installation says of itself; in a folder of the project itself under another name.
_KEPT: Final = {"METADATA": ("METADATA", "PKG-INFO"), "entry_points.txt": ("entry_points.txt",)}
_MADE: Final = (1980, 1, 1, 0, 0, 0)  # the same files give the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientWheel:
    """A wheel, under the name that installers want."""

    name: str
    content: bytes = field(repr=False)


def name() -> str:
    """Return what the wheel is called.  Errors: PackageNotFoundError where nothing is installed."""
    return f"{_PROJECT}-{metadata.version(_PROJECT)}-py3-none-any.whl"


def make() -> ClientWheel:
    """Make it.  Errors: PackageNotFoundError, OSError."""
    about = f"{_PROJECT}-{metadata.version(_PROJECT)}.dist-info"
    buffer, record = io.BytesIO(), list[str]()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in [*_files(), *_about(about)]:
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{path},sha256={digest},{len(data)}")
            _add(wheel, path, data)
        record.append(f"{about}/RECORD,,")
        _add(wheel, f"{about}/RECORD", "\n".join([*record, ""]).encode())
    return ClientWheel(name=name(), content=buffer.getvalue())


def _files() -> Iterator[tuple[str, bytes]]:
    for part in _PARTS:
        top = _HERE / part
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            inside = path.relative_to(_HERE)
            if path.is_file() and not any(one.startswith(".") or one == "__pycache__" for one in inside.parts):
                yield inside.as_posix(), path.read_bytes()


def _about(folder: str) -> Iterator[tuple[str, bytes]]:
    yield f"{folder}/WHEEL", _WHEEL.encode()
    installed = metadata.distribution(_PROJECT)
    for name, here in _KEPT.items():
        text = next(filter(None, map(installed.read_text, here)), "")
        yield f"{folder}/{name}", text.encode()


def _add(wheel: zipfile.ZipFile, path: str, data: bytes) -> None:
    about = zipfile.ZipInfo(path, _MADE)
    about.compress_type = zipfile.ZIP_DEFLATED
    about.external_attr = 0o644 << 16
    wheel.writestr(about, data)
