"""Still pictures: what is shown, as a PNG file."""

import io
from pathlib import Path

from PIL import Image

from recorder.format.quantities import length
from replay.scene import Picture
from vault.durable import plain_errors, write_whole


def save_still(picture: Picture, folder: Path, name: str, time_us: int) -> Path:
    """Write a picture into a folder under a name nobody has taken; return where.

    Errors: StoreUnavailableError.
    """
    with plain_errors(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name} at {length(time_us).replace(':', '.')}"
    path, number = folder / f"{stem}.png", 1
    while path.exists():
        number += 1
        path = folder / f"{stem} ({number}).png"
    encoded = io.BytesIO()
    Image.fromarray(picture.pixels[..., 2::-1].copy(), "RGB").save(encoded, "PNG")
    write_whole(path, encoded.getvalue(), replace=False)
    return path
