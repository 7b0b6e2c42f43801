"""What lies on the scripted desktops: texts, photographs, a web page, a tree of files.  The same every run."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

Pixels = npt.NDArray[np.uint8]

SENTENCES: Final = (
    (
        "The customer called at nine because the printer in the front office takes the first page and then waits for a "
        "minute before it takes the second."
    ),
    (
        "I asked her to open the queue and saw two jobs that had been waiting since last Friday, both sent from a "
        "machine that is no longer there."
    ),
    (
        "After we had deleted them the queue was empty, but the light on the printer went on blinking and the next "
        "test page came out half grey."
    ),
    (
        "The driver is the one that came with the machine four years ago; the maker has published three since then and "
        "says that the second one mends exactly this."
    ),
    (
        "We agreed to install it after lunch, when nobody prints invoices, and I promised to stay on the line until "
        "the first whole page is out."
    ),
    (
        "She also showed me a warning about the backup: the disk in the cupboard has been full for eleven days, and "
        "nobody reads the mail that says so."
    ),
    (
        "Old versions of the price list fill two thirds of it, because every change keeps a copy of all photographs, "
        "even of those that did not change."
    ),
    (
        "With her permission I moved the copies from before January to the archive and started the backup by hand; it "
        "took four minutes and ended well."
    ),
    (
        "Next week we look at it again, and I have put a note into the calendar of the whole office so that it does "
        "not depend on one person."
    ),
)
FILES_SEED: Final = 5


def photograph(seed: int, width_px: int, height_px: int, *, grain: float = 1.5) -> Image.Image:
    """Draw something that compresses like a photograph: light, hills of soft noise, hard edges, grain of a sensor.

    Units: grain is the standard deviation of the sensor's noise in levels of 255.
    """
    random = np.random.default_rng(seed)
    down = np.linspace(0, 1, height_px)[:, None, None]
    sky, ground = random.uniform(70, 200, (2, 1)) + random.uniform(-35, 35, (2, 3))
    light = sky * (1 - down) + ground * down
    texture = _clouds(random, width_px, height_px)[..., None] * (random.uniform(60, 110) + random.uniform(-15, 15, 3))
    scene = Image.fromarray(np.clip(light + texture - 45, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(scene)
    for _ in range(14):
        left, top = int(random.integers(0, width_px)), int(random.integers(height_px // 4, height_px))
        size = int(random.integers(width_px // 40, width_px // 7))
        colour = tuple(int(part) for part in np.clip(random.uniform(20, 220) + random.uniform(-60, 60, 3), 0, 255))
        box = (left - size, top - size // 2, left + size, top + size)
        (draw.ellipse if random.random() < 0.5 else draw.rectangle)(box, fill=colour)
    soft = np.asarray(scene.filter(ImageFilter.GaussianBlur(1.2)), np.float32)
    detail = _clouds(random, width_px, height_px, coarsest_px=32)[..., None] * 30
    noise = random.normal(0, grain, (height_px, width_px, 1))
    return Image.fromarray(np.clip(soft + detail - 15 + noise, 0, 255).astype(np.uint8))


def _clouds(
    random: np.random.Generator, width_px: int, height_px: int, *, coarsest_px: int = 512
) -> npt.NDArray[np.float64]:
    # Noise of many sizes, each half as strong as the one twice as coarse: the spectrum of natural scenes.
    total = np.zeros((height_px, width_px))
    strength, cell_px = 0.5, coarsest_px
    while cell_px >= 4:
        cells = random.random((height_px // cell_px + 2, width_px // cell_px + 2)).astype(np.float32)
        grown = Image.fromarray(cells).resize((width_px, height_px), Image.Resampling.BICUBIC)
        total += strength * np.asarray(grown)
        strength, cell_px = strength / 2, cell_px // 2
    return total


def web_page(folder: Path) -> Path:
    """Write a long article with photographs and a table; return its file."""
    parts = ["<h1>Notes of a support desk</h1>"]
    for number in range(9):
        photograph(100 + number, 960, 600).save(folder / f"photo{number}.jpg", quality=88)
        sentences = [SENTENCES[(number + step) % len(SENTENCES)] for step in range(6)]
        parts += [
            f"<h2>{number + 1}. {sentences[0].split(',')[0].split(':')[0]}</h2>",
            f"<p>{' '.join(sentences[:4])}</p>",
        ]
        if number % 3 != 1:
            parts += [f"<img src=photo{number}.jpg><p class=small>{sentences[4]}</p>"]
        if number % 3 == 1:
            parts.append(_table(number))
        parts.append(f"<p>{' '.join(sentences[2:])} <a href=#>Read more</a> or <a href=#>ask a colleague</a>.</p>")
    style = (
        "body{font:17px/1.5 'DejaVu Serif',serif;max-width:960px;margin:24px auto;color:#222;background:#fdfcf8}"
        "h1,h2{font-family:'DejaVu Sans',sans-serif;color:#134}img{width:100%;border-radius:6px}a{color:#06c}"
        ".small{font-size:13px;color:#777}td{border:1px solid #ccc;padding:4px 12px;font:14px 'DejaVu Sans'}"
        "tr:nth-child(even){background:#eef3f8}table{border-collapse:collapse}"
    )
    page = folder / "notes.html"
    page.write_text(f"<!doctype html><title>Notes</title><style>{style}</style>{''.join(parts)}", "utf-8")
    return page


def _table(seed: int) -> str:
    random = np.random.default_rng(seed)
    words = " ".join(SENTENCES).split()
    rows = (
        f"<tr><td>{number}<td>{' '.join(random.choice(words, 3))}<td>{random.integers(1000)} minutes"
        f"<td style='color:#{'a22' if random.random() < 0.3 else '283'}'>{random.choice(['open', 'solved', 'waiting'])}"
        for number in range(12)
    )
    return f"<table>{''.join(rows)}</table>"


def compiler_lines(seed: int) -> Iterator[str]:
    """What a build says, without end, with the colours a terminal understands."""
    random = np.random.default_rng(seed)
    words = sorted({word.strip(".,:;").lower() for word in " ".join(SENTENCES).split() if len(word) > 4})
    for number in range(10_000):
        folder, name, other = random.choice(words, 3)
        percent = f"\x1b[32m[{min(99, number // 4):3d}%]\x1b[0m"
        yield f"{percent} Building CXX object src/{folder}/CMakeFiles/{folder}.dir/{name}_{other}.cpp.o"
        if random.random() < 0.06:
            line, column = random.integers(5, 900), random.integers(2, 60)
            yield (
                f"\x1b[1m/build/src/{folder}/{name}_{other}.cpp:{line}:{column}:\x1b[0m \x1b[1;35mwarning:\x1b[0m "
                f"unused parameter '\x1b[1m{other}\x1b[0m' [\x1b[1;35m-Wunused-parameter\x1b[0m]"
            )
            yield f"  {line} |     {folder}::{name}(const {other}& {other}, int {name}_count)"
            yield f"      | {' ' * int(column)}\x1b[1;35m^~~~~~~\x1b[0m"


def source_code(seed: int, *, line_count: int) -> str:
    """Write C that looks like C."""
    random = np.random.default_rng(seed)
    words = sorted({word.strip(".,:;").lower() for word in " ".join(SENTENCES).split() if len(word) > 3})
    lines: list[str] = []
    while len(lines) < line_count:
        name, first, second, third = random.choice(words, 4)
        number = int(random.integers(2, 4000))
        lines += [
            f"/* {SENTENCES[number % len(SENTENCES)][:70]} */",
            f"static int {name}_{first}(struct {second} *{second}, size_t {third}_count)",
            "{",
            f"\tfor (size_t i = 0; i < {third}_count; i++) {{",
            f"\t\tif ({second}->{first}[i] > {number})",
            f'\t\t\treturn warn("{name} %zu is over {number}", i);',
            f"\t\t{second}->{first}[i] += {third}_of({second}, i) << {number % 7};",
            "\t}",
            f"\treturn {second}->{name} ? {number} : -1;",
            "}",
            "",
        ]
    return "\n".join(lines[:line_count]) + "\n"


def file_tree(folder: Path) -> None:
    """Make folders of empty files with fixed sizes and times, for a long listing."""
    random = np.random.default_rng(FILES_SEED)
    words = sorted({word.strip(".,:;").lower() for word in " ".join(SENTENCES).split() if len(word) > 3})
    for _ in range(40):
        inside = folder / "-".join(random.choice(words, 2))
        inside.mkdir(parents=True, exist_ok=True)
        for _ in range(25):
            file = inside / f"{'_'.join(random.choice(words, 2))}.{random.choice(['txt', 'c', 'h', 'png', 'o'])}"
            with file.open("wb") as opened:
                opened.truncate(int(random.integers(10, 5_000_000)))
            os.utime(file, (1_700_000_000, 1_700_000_000 - int(random.integers(30_000_000))))
    for inside in folder.iterdir():
        os.utime(inside, (1_700_000_000, 1_700_000_000))
    os.utime(folder, (1_700_000_000, 1_700_000_000))
