"""Which times of a session an export has, and when they come in it.  Pure.  SPEC.md §4.2."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from recorder.format.events import Marker
from recorder.format.quantities import length
from replay.errors import ExportError
from replay.timeline import Span, Timeline

_ROUNDED_US: Final = 1_000_000  # whoever reads 00:01:39 may say that it ends at 00:01:40
MARGIN_US: Final = 1_000_000  # of a rest that stays, before and after; of a gap that stays


@dataclass(frozen=True, slots=True)
class Cut:
    """Whiles of a session that an export has, in order and apart from each other.  Units: µs."""

    spans: tuple[Span, ...]
    _begins: tuple[int, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        begins, at_us = [], 0
        for span in self.spans:
            begins.append(at_us)
            at_us += span.until_us - span.from_us
        object.__setattr__(self, "_begins", (*begins, at_us))

    @property
    def length_us(self) -> int:
        """How long the export is."""
        return self._begins[-1]

    @property
    def from_us(self) -> int:
        """When it begins in the session."""
        return self.spans[0].from_us

    @property
    def until_us(self) -> int:
        """When it ends in the session."""
        return self.spans[-1].until_us

    def __contains__(self, time_us: int) -> bool:
        at = self._number(time_us)
        return at >= 0 and time_us in self.spans[at]

    def export_us(self, time_us: int) -> int:
        """Return when a time of the session comes in the export; what is left out comes when it goes on."""
        at = self._number(time_us)
        if at < 0:
            return 0
        span = self.spans[at]
        return self._begins[at] + min(time_us, span.until_us) - span.from_us

    def _number(self, time_us: int) -> int:
        return bisect_right(self.spans, time_us, key=lambda span: span.from_us) - 1


def cut(timeline: Timeline, *, from_us: int = 0, until_us: int | None = None, skip_idle: bool = False) -> Cut:
    """Return what of a session is exported.

    Errors: ExportError when nothing is, or a time lies outside of it.
    """
    end_us = timeline.duration_us if until_us is None else until_us
    if from_us > timeline.duration_us or (until_us is not None and until_us > timeline.duration_us + _ROUNDED_US):
        late_us = from_us if from_us > timeline.duration_us else end_us
        raise ExportError(
            f"{length(late_us)} is outside of the recording", advice=f"it ends at {length(timeline.duration_us)}"
        )
    # What comes at the very end is in it.
    end_us = end_us if end_us < timeline.duration_us else timeline.duration_us + 1
    if end_us <= from_us or not timeline.duration_us:
        raise ExportError(
            "there is nothing between these times" if timeline.duration_us else "nothing was recorded",
            advice="--to must be later than --from" if timeline.duration_us else "sealcast info tells what is in it",
        )
    spans = tuple(_kept(from_us, end_us, _left_out(timeline) if skip_idle else ()))
    if not spans:
        raise ExportError("nothing happens between these times", advice="export it without --skip-idle")
    return Cut(spans)


def _left_out(timeline: Timeline) -> Iterator[Span]:
    """Give what is left out with skipped rests, in order: rests and gaps but for their margins."""
    rests = [(rest.from_us + MARGIN_US, rest.until_us - MARGIN_US) for rest in timeline.idle]
    gaps = [(gap.span.from_us + MARGIN_US, gap.span.until_us) for gap in timeline.gaps]
    told = [(gap.span.from_us, gap.span.from_us + MARGIN_US) for gap in timeline.gaps]
    told += [(one.time_us - MARGIN_US, one.time_us + MARGIN_US) for one in timeline.of(Marker)]
    # At each border, how many whiles begin and end: those to leave out, and those that tell of a gap.
    edges = [edge for span in rests + gaps if span[0] < span[1] for edge in ((span[0], 1, 0), (span[1], -1, 0))]
    edges += [edge for begin_us, end_us in told for edge in ((begin_us, 0, 1), (end_us, 0, -1))]
    out = kept = at_us = 0
    for edge_us, of_out, of_kept in sorted(edges):
        if out and not kept and edge_us > at_us:
            yield Span(at_us, edge_us)
        out, kept, at_us = out + of_out, kept + of_kept, edge_us


def _kept(from_us: int, until_us: int, left_out: Iterable[Span]) -> Iterator[Span]:
    at_us = from_us
    for span in left_out:
        if span.from_us >= until_us:
            break
        if span.from_us > at_us:
            yield Span(at_us, span.from_us)
        at_us = max(at_us, span.until_us)
    if at_us < until_us:
        yield Span(at_us, until_us)
