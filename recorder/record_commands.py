"""sealcast record: reads its options and tells the native recorder."""

from pathlib import Path
from typing import Final

import click

from recorder.capture.frame import Region
from recorder.capture.mask import Mask
from recorder.capture.screen import list_monitors
from recorder.capture.wanted import Wanted, region_text
from recorder.encode import Preset
from recorder.format.quantities import length, size
from recorder.native import Order, record_screen
from recorder.option_types import DURATION, MONITOR, REGION
from recorder.record import Plan
from recorder.target import Target
from recorder.target_options import target_options
from vault.ask import say, shown
from vault.secret_options import FILE

MAX_RATE: Final = 60


def show_monitors(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - as click calls it
    """Tell the monitors, and do nothing else."""
    if wanted:
        for monitor in list_monitors():
            click.echo(f"{monitor.number}  {shown(monitor.name)}  {region_text(monitor.region)}")
        ctx.exit()


@click.command()
@target_options
@click.option("--duration", type=DURATION, help="End by itself after 90s, 5m, 1h30m.")
@click.option("--monitor", type=MONITOR, default="1", show_default=True, help="Which monitor: 1, 2, … or all.")
@click.option("--list-monitors", is_flag=True, is_eager=True, expose_value=False, callback=show_monitors,
              help="Tell the monitors, and do nothing else.")  # fmt: skip
@click.option("--region", type=REGION, help="Only this part of the screen: LEFT,TOP,WIDTHxHEIGHT.")
@click.option("--rate", type=click.FloatRange(0, MAX_RATE, min_open=True), default=10, show_default=True,
              help="Pictures a second, at most; none are taken while nothing changes.")  # fmt: skip
@click.option("--mask", "masks", type=Mask.parse, multiple=True, metavar="MASK",
              help="Paint over LEFT,TOP,WIDTHxHEIGHT or window:TITLE (a regular expression).")  # fmt: skip
@click.option("--preset", type=click.Choice(Preset, case_sensitive=False), default=Preset.BALANCED, show_default=True,
              help="exact keeps every bit of every pixel.")  # fmt: skip
@click.option("--chat", type=FILE, help='Take the chat from this file or pipe: lines of {"name": …, "text": …}')
@click.option("--diagnostics/--no-diagnostics", default=True, help="Put a snapshot of this machine in, or not.")
@click.option("--consent", help="Note in the recording who agreed to it, and how.")
def record(
    *,
    target: Target,
    duration: int | None,
    monitor: int | None,
    region: Region | None,
    rate: float,
    masks: tuple[Mask, ...],
    preset: Preset,
    chat: Path | None,
    diagnostics: bool,
    consent: str | None,
) -> None:
    """Record the screen, sealed, into OUTPUT: a new file, or a folder in which it gets a telling name.

    Without OUTPUT the folder is Sealcast Recordings among your documents. Only the portal's public key is needed
    (--keyring or --recipient), so what is recorded cannot be opened here. Ctrl-C ends it.

    \b
    While it runs     on its terminal   from elsewhere
      set a marker    m                 kill -USR1
      pause, go on    p                 kill -USR2
      end             q or Ctrl-C       kill -TERM
    """  # noqa: D301 - click reads \b
    order = Order(
        target=target,
        plan=Plan(rate=rate, duration_us=duration, title=target.about.title),
        wanted=Wanted(monitor=None if region else monitor, region=region),
        masks=masks,
        preset=preset,
        chat=chat,
        diagnostics=diagnostics,
        consent=consent,
    )
    done = record_screen(order, say=say)
    target.keep_keyrings()
    how_much = f"{length(done.progress.time_us)}, {done.progress.pictures} pictures, {size(done.anchor.size)}"
    click.echo(f"{shown(target.path)}: {how_much}\nfingerprint {done.anchor.hash.hex()}")
    if done.failure:
        raise done.failure
