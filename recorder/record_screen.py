"""The native recorder: from what was asked to a finished file.  It opens everything before it makes the file."""

import errno
import os
import secrets
import signal
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from recorder.capture.mask import Mask
from recorder.capture.screen import open_screen
from recorder.capture.wanted import Wanted
from recorder.chat_feed import ChatFeed
from recorder.chat_lines import BadLine, ChatLine, Participants
from recorder.clock import SessionClock
from recorder.diagnose import Diagnosis
from recorder.encode import Preset
from recorder.errors import CaptureError, EncodeError
from recorder.format.events import RECORDER, Consent, Event, Masks, Trouble, to_payload
from recorder.key_presses import KeyPresses
from recorder.part import begin_part
from recorder.progress_line import ProgressLine
from recorder.record import Plan, Progress, Recorder, Wish
from recorder.screen_encoder import open_screen_encoder
from recorder.target import Target
from recorder.writer import RecordingWriter
from vault.anchor import Anchor
from vault.durable import plain_errors
from vault.errors import PartEndedError
from vault.outside import monotonic_us
from vault.places import make_data_folder, signer_file
from vault.signers import own_signer

_SIGNALS: Final = {
    "SIGINT": Wish.END,
    "SIGTERM": Wish.END,
    "SIGHUP": Wish.END,  # its terminal was closed
    "SIGUSR1": Wish.MARKER,
    "SIGUSR2": Wish.PAUSE_OR_RESUME,
}


_LOOK_US: Final = 100_000
_BAD_LINES_TOLD: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to record, for whom, into which new file."""

    target: Target
    plan: Plan
    wanted: Wanted
    masks: tuple[Mask, ...] = ()
    preset: Preset = Preset.BALANCED
    chat: Path | None = None
    diagnostics: bool = True
    consent: str | None = None
    begun: Callable[[], None] = lambda: None  # called once, when there is a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded; failure is why it ended early."""

    progress: Progress
    anchor: Anchor
    failure: CaptureError | EncodeError | None


def record_screen(order: Order, *, say: Callable[[str], None]) -> Recorded:
    """Record until asked to end.

    Errors: CaptureError, EncodeError before there is a file; BlobExistsError; PartEndedError, StoreUnavailableError,
        which leave a file that can be recovered.
    """
    noted = _noted(order)
    make_data_folder()
    signer = own_signer(signer_file(), random_bytes=secrets.token_bytes)
    encoder = partial(open_screen_encoder, preset=order.preset)
    with ExitStack() as open_things:
        source = open_things.enter_context(closing(open_screen(order.wanted, order.masks)))
        while (first := source.frame(whole=True)) is None:
            source.wait(_LOOK_US)  # the monitors are changing at this moment
        region, (width_px, height_px) = order.wanted.region, first.size
        if region and (region.width_px, region.height_px) != first.size:
            say(f"the region reaches beyond the screen; the {width_px}x{height_px} of it that lie there are recorded")
        encoder(*first.size).close()  # whether it can be had is known before there is a file
        growing = order.target.create()
        clock = SessionClock(began_us=monotonic_us())
        about, recipients = order.target.about, order.target.recipients
        writer = open_things.enter_context(
            begin_part(growing, about, recipients=recipients, signer=signer, clock=clock)
        )
        order.begun()
        order.target.keep_keyrings(say=say)  # whatever becomes of this program, what opens the file lies beside it
        for event in noted:
            writer.put_event(event)
        recorder = Recorder(source, writer, clock=clock, plan=order.plan, open_encoder=encoder)
        failure = None
        try:
            with _beside(order, writer, say) as catch_up, _heard(recorder) as tell:
                recorder.run(tell=tell, before_pause=catch_up)
        except (CaptureError, EncodeError) as error:
            failure = error
        except KeyboardInterrupt:
            say(f"{order.target.path} has no end now; sealcast recover saves what is in it")
            raise
        anchor = writer.finish()
        return Recorded(progress=recorder.progress(), anchor=anchor, failure=failure)


def _noted(order: Order) -> list[Event]:
    """Return what stands at the beginning; what cannot be done is told before there is a file."""
    for name in ("SIGUSR1", "SIGUSR2"):
        if hasattr(signal, name):  # before and after the recorder listens they would end the program
            signal.signal(signal.Signals[name], signal.SIG_IGN)
    noted: list[Event] = []
    if order.masks:
        noted.append(Masks(masks=tuple(map(str, order.masks))))
    if order.consent:
        noted.append(Consent(by=RECORDER, how="operator", text=order.consent))
    for event in noted:
        to_payload(event)
    if order.chat:
        with plain_errors(str(order.chat)):
            if stat.S_ISDIR(order.chat.stat().st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return noted


@contextmanager
def _beside(order: Order, writer: RecordingWriter, say: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Put in what comes from elsewhere meanwhile; give what makes it catch up."""
    catch_up: Callable[[], None] = _nothing
    with ExitStack() as running:
        if order.chat:
            chat = running.enter_context(closing(_Chat(writer, say)))
            feed = running.enter_context(closing(ChatFeed(order.chat, chat.take, agent=order.target.about.agent)))
            catch_up = feed.catch_up
        if order.diagnostics:
            running.enter_context(closing(Diagnosis(writer)))
        yield catch_up


def _nothing() -> None:
    pass


class _Chat:
    """Put lines of a chat into a recording; of bad ones the first are told, the others counted."""

    def __init__(self, writer: RecordingWriter, say: Callable[[str], None]) -> None:
        self._writer = writer
        self._say = say
        self._participants = Participants()
        self._bad = 0

    def take(self, line: ChatLine | BadLine) -> None:
        """Take a line; in a pause nothing is taken, not even who wrote it."""
        if self._writer.paused:
            return
        with suppress(PartEndedError):  # the recording loop is told the same, and tells
            if isinstance(line, ChatLine):
                for event in self._participants.events(line):
                    self._writer.put_event(event)
                return
            self._bad += 1
            if self._bad <= _BAD_LINES_TOLD:
                self._tell(str(line))

    def close(self) -> None:
        """Tell how many bad lines were not told."""
        if self._bad > _BAD_LINES_TOLD:
            with suppress(PartEndedError):
                self._tell(f"{self._bad - _BAD_LINES_TOLD} more lines of the chat were not taken")

    def _tell(self, what: str) -> None:
        self._writer.put_event(Trouble(what=what))
        with suppress(OSError):  # who cannot be told reads it in the recording
            self._say(what)


@contextmanager
def _heard(recorder: Recorder) -> Iterator[Callable[[Progress], None]]:
    """Let keys and signals steer the recorder; give what shows how far it is."""

    def on_signal(number: int, _: object) -> None:
        wish = _SIGNALS[signal.Signals(number).name]
        recorder.ask(wish)
        if wish is Wish.END:
            signal.signal(signal.SIGINT, signal.default_int_handler)  # asked twice, it ends at once

    acts = {"m": Wish.MARKER, "p": Wish.PAUSE_OR_RESUME, "q": Wish.END}
    before = {name: signal.signal(signal.Signals[name], on_signal) for name in _SIGNALS if hasattr(signal, name)}
    try:
        with KeyPresses({key: partial(recorder.ask, wish) for key, wish in acts.items()}) as keys:
            line = ProgressLine(keys_heard=keys.heard)
            try:
                yield line.tell
            finally:
                line.end()
    finally:
        for name, then in before.items():
            signal.signal(signal.Signals[name], then)
