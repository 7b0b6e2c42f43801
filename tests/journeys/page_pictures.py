"""Pictures of the portal's pages for the documents: python -m tests.journeys.page_pictures FOLDER

Taken from real pages in a real browser, on a walk through all of them.  It takes half a minute.
"""

import io
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from tests.journeys.every_page import Walk
from tests.journeys.meeting import Meeting, meeting
from tests.journeys.reader import DESK, PHONE, show_in

COLOURS: Final = 256
# By the page: what its picture is called, in which colours and at which size.
PICTURES: Final = {
    "codes": (("codes-light", "light", DESK),),
    "customer-shares": (("customer-light", "light", DESK), ("customer-phone-dark", "dark", PHONE)),
    "customer-asked": (("customer-phone-light", "light", PHONE),),
    "console-screen": (("console-light", "light", DESK), ("console-dark", "dark", DESK)),
    "portal": (("portal-settings-light", "light", DESK),),
}
LAST: Final = "console-screen"
TYPED: Final = "ls /usr\nuname --kernel-name --machine\n# the export stops here: what is missing?"


def main() -> None:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, meeting(Path(folder)) as met:
        furnish(met)
        for name, page in Walk(met, "en").everywhere():
            for picture, colours, size in PICTURES.get(name, ()):
                show_in(page, colours, size)
                take(page, target / f"page-{picture}.png")
            show_in(page, "light", DESK)
            if name == LAST:
                break


def furnish(met: Meeting) -> None:
    """Put something on the screen that is shown."""
    shell = ("bash", "--norc", "--noprofile")
    look = ("-fa", "DejaVu Sans Mono", "-fs", "13", "-geometry", "96x26+60+60", "-title", "shell")
    met.screen.start("xterm", *look, "-e", "env", "PS1=$ ", *shell)
    met.screen.window("^shell$")
    met.screen.xdotool("type", "--delay", "10", TYPED)


def take(page: Page, path: Path) -> None:
    page.wait_for_timeout(300)  # what is shown follows its new size
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(palette=palette(picture), dither=Image.Dither.NONE).save(path, "PNG", optimize=True)
    print(path, flush=True)


def palette(picture: Image.Image) -> Image.Image:
    """Return the most frequent colours: of a page's, which are few, none is lost that is seen."""
    colours, counts = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_counts=True)
    made = Image.new("P", (1, 1))
    made.putpalette(colours[np.argsort(-counts)[:COLOURS]].tobytes())
    return made


if __name__ == "__main__":
    main()
