"""Still pictures: what is shown, as a PNG file."""

import io
from pathlib import Path
from typing import Final

from PIL import Image

from recorder.format.quantities import length
from replay.scene import Picture
from vault.durable import plain_errors, write_whole

_MOST: Final = 120  # bytes of what the session is called; a name of a file has room for twice as many
_UNFIT: Final = frozenset('<>:"/\\|?*')


def save_still(picture: Picture, folder: Path, name: str, time_us: int) -> Path:
    """Write a picture into a folder under a name nobody has taken; return where.

    Errors: StoreUnavailableError.
    """
    stem = f"{_plain(name)} at {length(time_us).replace(':', '.')}"
    with plain_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        path, number = folder / f"{stem}.png", 1
        while path.exists():
            number += 1
            path = folder / f"{stem} ({number}).png"
    encoded = io.BytesIO()
    Image.fromarray(picture.pixels[..., 2::-1].copy(), "RGB").save(encoded, "PNG")
    write_whole(path, encoded.getvalue(), replace=False)
    return path


def _plain(name: str) -> str:
    """Return a name that came with a stranger's file as one that can be given to a file, and hides nothing."""
    plain = "".join(char if char.isprintable() and char not in _UNFIT else "_" for char in name)
    return plain.encode()[:_MOST].decode(errors="ignore").strip(". ") or "still"
