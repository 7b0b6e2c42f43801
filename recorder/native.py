"""The native recorder: from what was asked to a finished file.  It opens everything before it makes the file."""

import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
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
from recorder.encode import Preset, open_encoder
from recorder.errors import CaptureError, EncodeError
from recorder.format.events import RECORDER, Consent, Masks, Trouble
from recorder.keys import Keys
from recorder.part import begin_part
from recorder.progress_line import ProgressLine
from recorder.record import Plan, Progress, Recorder, Wish
from recorder.target import Target
from recorder.writer import RecordingWriter
from vault.anchor import Anchor
from vault.durable import plain_errors
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
    if order.chat:
        with plain_errors(str(order.chat)):
            order.chat.stat()
    make_data_folder()
    signer = own_signer(signer_file(), random_bytes=secrets.token_bytes)
    encoder = partial(open_encoder, preset=order.preset)
    with ExitStack() as open_things:
        source = open_things.enter_context(closing(open_screen(order.wanted, order.masks)))
        first = source.frame(whole=True)
        assert first
        encoder(*first.size).close()  # whether it can be had is known before there is a file
        growing = order.target.create()
        clock = SessionClock(began_us=monotonic_us())
        about, recipients = order.target.about, order.target.recipients
        writer = open_things.enter_context(
            begin_part(growing, about, recipients=recipients, signer=signer, clock=clock)
        )
        recorder = Recorder(source, writer, clock=clock, plan=order.plan, open_encoder=encoder)
        failure = None
        try:
            with _beside(order, writer, say), _heard(recorder):
                recorder.run()
        except (CaptureError, EncodeError) as error:
            failure = error
        anchor = writer.finish()
        return Recorded(progress=recorder.progress(), anchor=anchor, failure=failure)


@contextmanager
def _beside(order: Order, writer: RecordingWriter, say: Callable[[str], None]) -> Iterator[None]:
    """Put in what stands at the beginning, and what comes from elsewhere meanwhile."""
    if order.masks:
        writer.put_event(Masks(masks=tuple(map(str, order.masks))))
    if order.consent:
        writer.put_event(Consent(by=RECORDER, how="operator", text=order.consent))
    with ExitStack() as running:
        if order.chat:
            take = partial(_take_line, writer, Participants(), say)
            running.enter_context(closing(ChatFeed(order.chat, take)))
        if order.diagnostics:
            running.enter_context(closing(Diagnosis(writer)))
        yield


def _take_line(
    writer: RecordingWriter, participants: Participants, say: Callable[[str], None], line: ChatLine | BadLine
) -> None:
    if isinstance(line, BadLine):
        say(str(line))
        writer.put_event(Trouble(what=str(line)))
        return
    for event in participants.events(line):
        writer.put_event(event)


@contextmanager
def _heard(recorder: Recorder) -> Iterator[None]:
    """Let keys and signals steer the recorder, and show how far it is."""

    def on_signal(number: int, _: object) -> None:
        wish = _SIGNALS[signal.Signals(number).name]
        recorder.ask(wish)
        if wish is Wish.END:
            signal.signal(signal.SIGINT, before["SIGINT"])  # asked twice, it ends at once

    acts = {"m": Wish.MARKER, "p": Wish.PAUSE_OR_RESUME, "q": Wish.END}
    before = {name: signal.signal(signal.Signals[name], on_signal) for name in _SIGNALS if hasattr(signal, name)}
    try:
        with Keys({key: partial(recorder.ask, wish) for key, wish in acts.items()}) as keys:
            line = ProgressLine(keys_heard=keys.heard)
            recorder.tell = line.tell
            try:
                yield
            finally:
                line.end()
    finally:
        for name, then in before.items():
            signal.signal(signal.Signals[name], then)
