"""Tiles whose kind is known: text, icons, edges and gradients are drawn, photographs too.  The same every run.

Fonts are those that come along: ours, and Pillow's two.
"""

import io
import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from replay.fonts.faces import REGULAR, SEMIBOLD
from replay.window.box import Box
from replay.window.icons import ICONS, icon
from replay.window.paint import Canvas
from replay.window.theme import DARK, LIGHT
from tests.bench.desktop_content import SENTENCES, photograph

Tiles = npt.NDArray[np.uint32]
Values = npt.NDArray[np.float32]
Rgb = tuple[int, int, int]

_WIDTH, _HEIGHT = 160, 64  # px of a drawing: 40 tiles
_INK: Final = 12  # pixels of a tile that letters reach, or it is not one of text
_READABLE: Final = 14  # levels that a pixel differs from its ground, or it is none of a letter
_EACH: Final = 6  # tiles taken of a drawing, evenly

BITMAP: Final = "bitmap"
FONTS: Final = ("Inter", "Inter SemiBold", "Aileron", "Aileron slanted", BITMAP)
# Letters, ground: black on white, light on dark, grey on lighter grey, one that can just be read, and coloured ones;
# green does not differ in blue on black, and the last is nearly as light as its ground.
SCHEMES: Final[dict[str, tuple[Rgb, Rgb]]] = {
    "black on white": ((0, 0, 0), (255, 255, 255)),
    "light on dark": ((216, 222, 233), (16, 20, 24)),
    "grey on lighter grey": ((170, 170, 170), (200, 200, 200)),
    "faint": ((182, 182, 182), (200, 200, 200)),
    "blue on black": ((0, 0, 255), (0, 0, 0)),
    "link on paper": ((0, 102, 204), (253, 252, 248)),
    "yellow on blue": ((255, 200, 0), (0, 0, 128)),
    "red on as light a green": ((180, 60, 60), (60, 120, 60)),
}
# From, to, and how much of that from a pixel to the next, along and down.
GRADIENTS: Final[dict[str, tuple[Rgb, Rgb, float, float]]] = {
    "title bar": ((70, 120, 190), (160, 190, 230), 0, 1 / 24),
    "grey title bar": ((245, 245, 245), (205, 205, 205), 0, 1 / 20),
    "along": ((20, 20, 60), (90, 20, 120), 1 / 160, 0),
    "diagonal": ((220, 238, 255), (120, 200, 255), 1 / 300, 1 / 200),
    "steep diagonal": ((250, 120, 60), (200, 30, 120), 1 / 150, 1 / 70),
}


def exact_tiles() -> dict[str, Tiles]:
    """Return tiles that must stay exact, by kind: (n, 16, 16) uint32 each."""
    found = dict(_texts())
    found["icons"] = _icons()
    found["edges"] = _edges()
    for name in ("title bar", "grey title bar", "along"):
        found[f"gradient {name}"] = _spread(_tiles(_gradient(name)))
    return found


def photographic_tiles() -> dict[str, Tiles]:
    """Return tiles of photographs, by kind: (n, 16, 16) uint32 each."""
    found = {}
    for seed, grain in ((1, 0.0), (2, 0.0), (3, 1.5), (4, 4.0)):
        scene = photograph(seed, 640, 400, grain=grain)
        kinds = {"": scene, " compressed": _compressed(scene), " halved": _compressed(scene).resize((320, 200))}
        for kind, picture in kinds.items():
            found[f"photograph {seed}, grain {grain}{kind}"] = _spread(_tiles(np.asarray(picture, np.float32)), 32)
    return found


def _texts() -> Iterator[tuple[str, Tiles]]:
    turn = 0
    for font in FONTS:
        for subpixel in (False, True) if font != BITMAP else (False,):
            grounds = {name: (ink, np.full((1, 1, 3), ground, np.float32)) for name, (ink, ground) in SCHEMES.items()}
            for name in GRADIENTS:
                for ink in ((0, 0, 0), (255, 255, 255)):
                    grounds[f"{'white' if any(ink) else 'black'} on {name}"] = ink, _gradient(name)
            for name, (ink, ground) in grounds.items():
                turn += 1
                written = _written(font, ink, ground, turn, subpixel=subpixel)
                yield f"{font}{', subpixel' if subpixel else ''}: {name}", _spread(written)


def texts_over_grain() -> Tiles:
    """Return tiles of text over grain, each colour's own or all the same.

    Letters that differ from their ground by 30 levels or less are not told from the grain: they are lossy by a level
    or two.
    """
    random = np.random.default_rng(7)
    found = []
    clear = [scheme for name, scheme in SCHEMES.items() if name not in {"faint", "grey on lighter grey"}]
    for turn, (font, (ink, ground)) in enumerate(itertools.product(FONTS[:4], clear)):
        for deviation, colours in ((2, 3), (4, 1), (8, 3)):
            grain = np.array(ground, np.float32) + random.normal(0, deviation, (_HEIGHT, _WIDTH, colours))
            grainy = np.asarray(np.broadcast_to(grain, (_HEIGHT, _WIDTH, 3)), np.float32)
            found.append(_written(font, ink, grainy, turn, subpixel=turn % 2 == 0))
    return np.concatenate(found)


def _written(font: str, ink: Rgb, ground: Values, turn: int, *, subpixel: bool) -> Tiles:
    """Return the tiles of letters over a ground that letters reach."""
    covered = _letters(font, (11, 13, 16, 22)[turn % 4], turn, subpixel=subpixel)
    drawn = ground + (np.array(ink, np.float32) - ground) * covered
    seen = (np.abs(drawn - ground).max(axis=2) > _READABLE).astype(np.float32)[..., None].repeat(3, axis=2)
    written = (_tiles(seen) > 0).sum(axis=(1, 2)) >= _INK
    return np.asarray(_tiles(drawn)[written], np.uint32)


def _letters(font: str, size: int, start: int, *, subpixel: bool) -> Values:
    """Return how much letters cover of each pixel's red, green and blue: 0 to 1."""
    finer = 3 if subpixel else 1
    page = Image.new("L", (_WIDTH * finer, _HEIGHT * finer))
    pen, face = ImageDraw.Draw(page), _face(font, size * finer)
    sentence = SENTENCES[start % len(SENTENCES)]
    for line, top in enumerate(range(-start % 7, _HEIGHT, size + size // 3)):
        pen.text((2, top * finer), sentence[line * 9 :], fill=255, font=face)
    if "slanted" in font:
        page = page.transform(
            page.size, Image.Transform.AFFINE, (1, 0.2, -5 * finer, 0, 1, 0), Image.Resampling.BICUBIC
        )
    if not subpixel:
        return np.repeat(np.asarray(page, np.float32)[..., None] / np.float32(255), 3, axis=2)
    # A third of a pixel is one colour's; each is spread over five, as font renderers do against fringes of colour.
    thirds = np.asarray(page.resize((_WIDTH * 3, _HEIGHT), Image.Resampling.BOX), np.float32) / 255
    wide = np.pad(thirds, ((0, 0), (2, 2)))
    spread = sum(wide[:, at : at + _WIDTH * 3] * share for at, share in enumerate((1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9)))
    return np.asarray(spread, np.float32).reshape(_HEIGHT, _WIDTH, 3)


def _face(font: str, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    if font == BITMAP:
        return ImageFont.load_default_imagefont()
    if font.startswith("Inter"):
        return ImageFont.truetype(SEMIBOLD.path if "SemiBold" in font else REGULAR.path, size)
    return ImageFont.load_default(size)


def _gradient(name: str) -> Values:
    one, other, along, down = GRADIENTS[name]
    y, x = np.mgrid[:_HEIGHT, :_WIDTH].astype(np.float32)
    part = (1 - np.abs((x * along + y * down) % 2 - 1))[..., None]  # there and back again
    return np.asarray(np.array(one) * (1 - part) + np.array(other) * part, np.float32)


def _icons() -> Tiles:
    found = []
    for theme in (DARK, LIGHT):
        for name in ICONS:
            canvas = Canvas(box=Box(0, 0, 32, 32), theme=theme, scale=1.0)
            canvas.fill(theme.surface)
            icon(canvas, name, Box(5, 6, 20, 20), theme.text)
            found.append(_tiles(np.asarray(canvas.image.convert("RGB"), np.float32)))
    return np.concatenate(found)


def _edges() -> Tiles:
    """Return buttons, fields, hairlines, a scroll bar, a check box, frames over one another."""
    page = Image.new("RGB", (_WIDTH, _HEIGHT), (240, 240, 240))
    pen = ImageDraw.Draw(page)
    pen.rectangle((5, 6, 60, 27), fill=(225, 225, 225), outline=(173, 173, 173))
    pen.rounded_rectangle((66, 5, 120, 28), 5, fill=(53, 132, 228), outline=(27, 106, 203))
    pen.rectangle((5, 37, 100, 57), fill="white", outline=(200, 200, 200))
    pen.line((0, 32, _WIDTH, 32), fill=(220, 220, 220))
    pen.line((125, 0, 125, _HEIGHT), fill="black")
    pen.rectangle((146, 0, 158, _HEIGHT), fill=(250, 250, 250))
    pen.rounded_rectangle((149, 9, 155, 41), 3, fill=(140, 140, 140))
    pen.rectangle((106, 41, 117, 52), fill="white", outline=(60, 60, 60))
    pen.line((108, 46, 111, 49, 115, 43), fill=(30, 120, 40), width=2)
    dark = Image.eval(page, lambda level: 255 - level)
    return np.concatenate([_tiles(np.asarray(each, np.float32)) for each in (page, dark)])


def covered_tiles() -> Tiles:
    """Return tiles of photographs whose right half a window covers: a white one, or where they are light, black."""
    scene = photograph(5, 640, 400, grain=0)
    tiles = _spread(_tiles(np.asarray(scene, np.float32)), 32)
    light = (tiles >> 8 & 255).mean(axis=(1, 2)) > 127
    tiles[:, :, 8:] = np.where(light, np.uint32(0), np.uint32(0xFFFFFF))[:, None, None]
    return tiles


def _compressed(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=85)
    return Image.open(file).convert("RGB")


def _tiles(colours: Values) -> Tiles:
    """Cut (height, width, 3) into whole tiles."""
    levels = np.clip(np.round(colours), 0, 255).astype(np.uint32)
    pixels = levels[..., 0] << 16 | levels[..., 1] << 8 | levels[..., 2]
    rows, columns = pixels.shape[0] // 16, pixels.shape[1] // 16
    cut = pixels[: rows * 16, : columns * 16].reshape(rows, 16, columns, 16)
    return np.ascontiguousarray(cut.transpose(0, 2, 1, 3)).reshape(-1, 16, 16)


def _spread(tiles: Tiles, count: int = _EACH) -> Tiles:
    taken: Tiles = tiles[np.linspace(0, len(tiles) - 1, min(count, len(tiles))).astype(int)]
    return taken
