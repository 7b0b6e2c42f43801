"""sealcast import: a recording from a video file that is there already."""

import signal
from pathlib import Path

import click

from recorder.encode import Preset
from recorder.format.quantities import counted, length, size
from recorder.import_video import ImportOrder, import_video
from recorder.target import Target
from recorder.target_options import target_options
from vault.ask import say, shown
from vault.secret_options import FILE


@click.command("import")
@click.argument("video", type=FILE)
@target_options
@click.option("--chat", type=FILE, help='Its chat: lines of {"at_s": seconds, "name": …, "text": …}')
@click.option("--diagnostics", type=FILE, help="A snapshot of the machine, as JSON.")
@click.option("--preset", type=click.Choice(Preset, case_sensitive=False), default="balanced", show_default=True,
              help="Where the pictures have to be encoded anew: exact keeps every bit.")  # fmt: skip
def import_(*, video: Path, target: Target, chat: Path | None, diagnostics: Path | None, preset: Preset) -> None:
    """Seal the video file VIDEO into the recording OUTPUT, with its chat if there is one.

    H.264, VP8, VP9 and AV1 are copied as they are where every group of pictures stands alone; everything else is
    encoded anew. Sound is left out. VIDEO stays as it is.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended so, it leaves no half of a file either
    order = ImportOrder(video=video, target=target, chat=chat, diagnostics=diagnostics, preset=preset)
    done = import_video(order, say=lambda why: say(shown(why)))
    target.keep_keyrings(say=say)
    how = "copied" if done.copied else "encoded anew"
    how_much = f"{length(done.duration_us)}, {counted(done.pictures, 'picture')} {how}, {size(done.anchor.size)}"
    click.echo(f"{shown(target.path)}: {how_much}\nfingerprint {done.anchor.hash.hex()}")
