"""sealcast record: reads its options and tells the native recorder."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from recorder.capture.frame import Region
from recorder.capture.mask import Mask
from recorder.capture.screen import list_monitors
from recorder.capture.wanted import Wanted, region_text
from recorder.encode import Preset
from recorder.format.quantities import counted, length, size
from recorder.option_types import DURATION, MASK, MONITOR, RATE, REGION
from recorder.push_beside import Beside
from recorder.push_options import push_options
from recorder.record import Plan
from recorder.record_screen import Order, record_screen
from recorder.target import Target
from recorder.target_options import target_options
from vault.ask import say, shown
from vault.secret_options import FILE

_WHOLE: Final = "the file was ended and is whole up to here; sealcast play shows it"


def show_monitors(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - as click calls it
    """List the monitors and exit."""
    if wanted:
        for monitor in list_monitors():
            click.echo(f"{monitor.number}  {shown(monitor.name)}  {region_text(monitor.region)}")
        ctx.exit()


@click.command()
@push_options(says="Push it to this portal as it grows, such as https://support.example.org.")
@target_options
@click.option("--duration", type=DURATION, help="End by itself after 90s, 5m, 1h30m.")
@click.option("--monitor", type=MONITOR, default="1", show_default=True, help="Which monitor: 1, 2, … or all.")
@click.option("--list-monitors", is_flag=True, is_eager=True, expose_value=False, callback=show_monitors,
              help="List the monitors and exit.")  # fmt: skip
@click.option("--region", type=REGION, help="Only LEFT,TOP,WIDTHxHEIGHT of the whole screen.")
@click.option("--rate", type=RATE, default=10, show_default=True,
              help="Pictures a second, at most; none are taken while nothing changes.")  # fmt: skip
@click.option("--mask", "masks", type=MASK, multiple=True,
    help="Paint over LEFT,TOP,WIDTHxHEIGHT of the whole screen, window:TITLE, class:CLASS or id:NUMBER.")  # fmt: skip
@click.option("--preset", type=click.Choice(Preset, case_sensitive=False), default="balanced", show_default=True,
              help="exact keeps every bit of every pixel.")  # fmt: skip
@click.option("--chat", type=FILE, help='Take the chat from this file or pipe: lines of {"name": …, "text": …}')
@click.option("--diagnostics/--no-diagnostics", default=True, help="Put a snapshot of this machine in, or not.")
@click.option("--consent", help="Note in the recording who agreed to it, and how.")
@click.pass_context
def record(
    ctx: click.Context,
    /,
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
    (--keyring or --recipient), so what is recorded cannot be opened here. Ctrl-C ends it. With --to and
    --portal-address it is for that portal, and goes there as it grows; a lost line never stops the recording.

    \b
    While it runs     on its terminal   from elsewhere
      set a marker    m                 kill -USR1
      pause, go on    p                 kill -USR2
      end             q or Ctrl-C       kill -TERM
    """  # noqa: D301 - click reads \b
    if region and ctx.get_parameter_source("monitor") is ParameterSource.COMMANDLINE:
        raise click.UsageError("give --monitor or --region, not both")
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
    pushing = Beside(target, say=say) if target.pushed_to else None
    try:
        done = record_screen(replace(order, begun=pushing.begin) if pushing else order, say=say)
    finally:
        if pushing:
            pushing.end()
    pictures = counted(done.progress.pictures, "picture")
    how_much = f"{length(done.progress.time_us)}, {pictures}, {size(done.anchor.size)}"
    click.echo(f"{shown(target.path)}: {how_much}\nfingerprint {done.anchor.hash.hex()}")
    arrived = pushing.arrived() if pushing else True
    if done.failure:
        raise click.ClickException(f"{shown(str(done.failure))}\nhint: {_WHOLE}")
    ctx.exit(0 if arrived else 1)
