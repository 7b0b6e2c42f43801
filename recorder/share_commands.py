"""sealcast share: reads its options, asks whether he agrees, and takes part for a customer."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from recorder.capture.frame import Region
from recorder.capture.mask import Mask
from recorder.capture.wanted import Wanted
from recorder.file_names import default_folder
from recorder.option_types import MASK, MONITOR, RATE, REGION
from recorder.record_commands import show_monitors
from recorder.sharing import facts, words
from recorder.sharing.connection import Connection
from recorder.sharing.copies import save_copies
from recorder.sharing.place import invited
from recorder.sharing.screen import ScreenOrder, SharedScreen
from recorder.sharing.seat import Meeting, Seat, join, look
from recorder.sharing.session import Answer, Manners, Session
from recorder.sharing.typed_lines import listen
from vault import https
from vault.ask import say, shown
from vault.places import make_data_folder, pinned_file
from vault.portal_options import accept, certificate_option
from vault.secret_options import FILE

_AT_AN_END: Final = ("ended", "left", "stopped")
_NOBODY_THERE: Final = ("certificate", "gone")


@click.command()
@click.argument("code")
@click.option("--portal", metavar="URL", help="The portal it is of, such as https://support.example.org.")
@certificate_option
@click.option("--name", default="", help="Your name, as the agent sees it.")
@click.option("--email", default="", help="Your e-mail address, if you wish.")
@click.option("--yes", is_flag=True, help="Agree to what is recorded, and show the screen when asked, without a word.")
@click.option("--now", is_flag=True, help="Show the screen at once, not only when asked.")
@click.option("--diagnostics", type=click.Choice(Answer, case_sensitive=False), default="ask", show_default=True,
              help="When asked for facts about this machine.")  # fmt: skip
@click.option("--monitor", type=MONITOR, default="1", show_default=True, help="Which monitor: 1, 2, … or all.")
@click.option("--list-monitors", is_flag=True, is_eager=True, expose_value=False, callback=show_monitors,
              help="List the monitors and exit.")  # fmt: skip
@click.option("--region", type=REGION, help="Only LEFT,TOP,WIDTHxHEIGHT of the whole screen.")
@click.option("--rate", type=RATE, default=10, show_default=True, help="Pictures a second, at most.")
@click.option("--mask", "masks", type=MASK, multiple=True,
    help="Paint over LEFT,TOP,WIDTHxHEIGHT of the whole screen, window:TITLE, class:CLASS or id:NUMBER.")  # fmt: skip
@click.option("--save", type=FILE, help="Folder for your copy of the recording, if you get one.")
@click.pass_context
def share(
    ctx: click.Context,
    /,
    *,
    code: str,
    portal: str | None,
    certificate: str | None,
    name: str,
    email: str,
    yes: bool,
    now: bool,
    diagnostics: Answer,
    monitor: int | None,
    region: Region | None,
    rate: float,
    masks: tuple[Mask, ...],
    save: Path | None,
) -> None:
    """Take part in a support session without a browser, with the nine digits of CODE or the link you were sent.

    The agent sees your screen when you agree to it. Lines that you type are said; /help tells the rest.

    \b
    While it goes on    typed      from elsewhere
      show the screen   /share     kill -USR2
      pause, stop       /pause, /stop
      leave             /leave     Ctrl-C, kill -TERM
    """  # noqa: D301 - click reads \b
    if region and ctx.get_parameter_source("monitor") is ParameterSource.COMMANDLINE:
        raise click.UsageError("give --monitor or --region, not both")
    site, digits = invited(code, portal)
    if site is None:
        raise click.UsageError(
            "nine digits do not say of which portal they are: name it with --portal, or give the link of the invitation"
        )
    make_data_folder()
    there = https.Connection(site, https.trust(site, pinned_file(), accept=accept, wanted=certificate))
    ctx.call_on_close(there.close)
    meeting = look(there, digits)
    _agree(meeting, yes=yes)
    seat = join(there, digits, told=meeting.told, name=name, email=email)
    wanted = Wanted(monitor=None if region else monitor, region=region)
    order = ScreenOrder(wanted=wanted, masks=masks, rate=rate)
    manners = Manners(share=Answer.ALLOW if yes else Answer.ASK, diagnostics=_usual(diagnostics), now=now)
    voice = Connection(f"{site}{seat.path}/live".replace("https", "wss", 1), seat.headers, there.trusted)
    session = Session(
        voice,
        manners,
        open_screen=lambda way, told: SharedScreen(order, way, told=told),
        take_facts=facts.take,
        tell=_tell,
        line=_line,
    )
    why = _take_part(voice, session)
    say(shown(words.over(why, session.ended)))
    if (seat.copy or save) and why not in _NOBODY_THERE:
        _save(seat, save or default_folder())
    if why not in _AT_AN_END:
        ctx.exit(1)


def _take_part(voice: Connection, session: Session) -> str:
    with _signals(session):
        voice.start(heard=session.hear, room=session.room)
        listen(session.type)
        try:
            return session.run()
        except KeyboardInterrupt:
            return "stopped"
        finally:
            voice.close()


@contextmanager
def _signals(session: Session) -> Iterator[None]:
    """Let signals steer the session; asked to end twice, it ends at once."""

    def leave(*_: object) -> None:
        session.leave()
        for name in ("SIGINT", "SIGTERM"):
            signal.signal(signal.Signals[name], signal.default_int_handler)

    acts: dict[str, Callable[..., None]] = {
        "SIGINT": leave,
        "SIGTERM": leave,
        "SIGHUP": leave,
        "SIGUSR2": lambda *_: session.pause_or_share(),
    }
    before = {name: signal.signal(signal.Signals[name], act) for name, act in acts.items() if hasattr(signal, name)}
    try:
        yield
    finally:
        for name, then in before.items():
            signal.signal(signal.Signals[name], then)


def _agree(meeting: Meeting, *, yes: bool) -> None:
    """Say who is met and what is recorded, and ask whether he agrees."""
    say(shown(f"{meeting.portal}: you will talk with {meeting.agent}"))
    say(shown(meeting.notice))
    if yes:
        return
    if not _asks():
        raise click.UsageError("there is no terminal to ask on; --yes agrees for you")
    if not click.confirm("Do you agree, and want to join?", err=True):
        raise click.ClickException("not joined; the code is still good")


def _usual(diagnostics: Answer) -> Answer:
    """Where nobody can be asked, what was not allowed is refused."""
    return Answer.REFUSE if diagnostics is Answer.ASK and not _asks() else diagnostics


def _asks() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _save(seat: Seat, folder: Path) -> None:
    saved, whole = save_copies(seat, folder)
    for one in saved:
        click.echo(f"{shown(one.path)}\nfingerprint {one.fingerprint}")
    if not whole:
        say("the session goes on, or its recording is not finished; no more of it could be saved")


def _tell(text: str) -> None:
    for line in text.splitlines():
        say(f"* {shown(line)}")


def _line(who: str, text: str) -> None:
    for line in text.splitlines():
        click.echo(f"{shown(who)}: {shown(line)}")
