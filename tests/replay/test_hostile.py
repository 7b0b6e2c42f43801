"""Recordings whose maker may be anybody: sealed and signed as they must be, and full of whatever he likes."""

import json
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.events import About as AboutEvent
from recorder.format.events import Event, Joined, Line, Marker, Pause, Resume, Trouble, to_payload
from recorder.format.pack import compressed, pack
from recorder.format.packet import Flag, Piece
from recorder.format.screen import Configuration
from recorder.format.segment import Label, Segment
from recorder.format.summary import Activity, EventList, Summary, TrackFacts
from replay.checking import Checking
from replay.glance import look
from replay.library import recordings_in
from replay.library_entries import Part, entries
from replay.opening import OpenSession, parts_of
from replay.pictures import UNDECODABLE, ScreenDecoder
from replay.player import Act, Player
from replay.previews import HEIGHT_PX, small
from replay.projector import Projector
from replay.recording import Recording
from replay.sayings import MAX_NAME, Heard, sayings
from replay.scene import Picture
from replay.search_commands import search_
from replay.searching import Searching
from replay.session import Session
from replay.states import RecordingState
from replay.still import save_still
from replay.timeline import Gap, GapKind, Span, Timeline, timeline
from tests.memory import MemoryGrowing, MemorySource
from tests.recorder.writing import SCREEN
from tests.replay.sessions import CREATED_US, KEYS, S, write_parts
from tests.vectors.fixed import portal, seed, signer
from tests.waiting import until
from vault import key_file
from vault.block import seal_into
from vault.errors import StoreUnavailableError
from vault.header import MAX_HEADER_SIZE, About, Role, read_header, unlock
from vault.local import LocalGrowing
from vault.reader import SealedFile
from vault.signers import TrustedSigner
from vault.store import Growing
from vault.writer import SealedWriter

FAR = 2**53 - 1
ADA = TrustedSigner(signer=signer().public, name="Ada")


def sealed(growing: Growing, segments: Iterable[tuple[int, Sequence[Piece]]], *, summary: bytes | None = None) -> None:
    """Seal segments of these times, whatever is in them."""
    about = About(
        recording_id=seed("hostile")[:16], session_id=seed("his")[:16], part=1, previous=None, created_us=CREATED_US
    )
    writer = SealedWriter(growing, about, recipients=[(Role.PORTAL, portal().public)], signer=signer())
    for time_us, pieces in segments:
        names = sorted({piece.track for piece in pieces})
        segment = Segment(
            time_us=time_us, tracks=dict(enumerate(names, 1)), keyframes={}, pieces=tuple(pieces)
        ).to_bytes()
        writer.append(segment, label=Label(time_us=time_us).to_bytes())
    writer.finish(summary)


def session(segments: Iterable[tuple[int, Sequence[Piece]]], *, summary: bytes | None = None) -> Session:
    growing = MemoryGrowing()
    sealed(growing, segments, summary=summary)
    return Session([Recording(SealedFile(MemorySource(bytes(growing.data)), KEYS))])


def piece(event: Event, time_us: int) -> Piece:
    return Piece(event.TRACK, time_us, 0, to_payload(event))


def squeezed(track: str, time_us: int, payload: bytes, flags: int = 0) -> Piece:
    return Piece(track, time_us, Flag.COMPRESSED | flags, compressed(payload))


def summed(*events: tuple[int, Event], duration_us: int = S, tracks: Sequence[TrackFacts] = ()) -> Summary:
    lists: dict[str, EventList] = {}
    for name in {event.TRACK for _, event in events}:
        rows = tuple(one for one in events if name == one[1].TRACK)
        lists[name] = EventList(count=len(rows), events=rows)
    return Summary(
        duration_us=duration_us, began_wall_us=None, tracks=tuple(tracks), events=lists, thumbnails=(),
        activity=Activity(),
    )  # fmt: skip


def within(seconds: float, began: float) -> bool:
    return time.monotonic() - began < seconds


# What may be said of a file


def test_a_block_that_its_signer_made_unreadable_is_not_called_genuine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = seal_into

    def spoilt(into: memoryview, *rest: Any, head: Any, **more: Any) -> None:  # noqa: ANN401 - as it is called
        real(into, *rest, head=head, **more)
        if head.number == 2:
            into[150] ^= 1  # it is signed like that

    monkeypatch.setattr("vault.writer.seal_into", spoilt)
    path = tmp_path / "one.sealcast"
    sealed(LocalGrowing(path), [(at * S, [piece(Line(by=1, text="hello"), at * S)]) for at in range(3)])
    with OpenSession(parts_of(path), KEYS) as opened:
        checking = Checking(opened, trusted=[ADA])
        until(lambda: checking.standing.verified)
        checking.close()
        assert (checking.standing.word, checking.standing.genuine) == ("refused", False)


def test_what_happens_behind_the_end_makes_the_end_later() -> None:
    told = timeline([summed((FAR, Marker(name="far")), duration_us=0)])
    assert told.duration_us == FAR
    lying = TrackFacts(name="chat", packets=1, size=1, first_us=FAR, last_us=FAR)
    told = timeline([summed(duration_us=S), summed(duration_us=2 * S, tracks=[lying])])
    assert all(gap.span.until_us <= told.duration_us for gap in told.gaps)
    assert told.damaged([Span(S, 2**64)]).gaps[-1].span == Span(S, 2 * S)


def test_only_a_screen_is_a_screen() -> None:
    facts = {"packets": 1, "size": 1, "first_us": 5, "last_us": 5, "codec": "h264", "width_px": 1, "height_px": 1}
    tracks = [TrackFacts(name=name, **facts) for name in ("chat", "pointer/customer", SCREEN)]  # type: ignore[arg-type]  # of several kinds
    assert timeline([summed(tracks=tracks)]).screens == (SCREEN,)


def test_a_list_that_is_cut_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.session.MAX_HAPPENINGS", 3)
    rows = {"chat": {"count": 9}, "recording": {"count": 1, "list": [[0, {"kind": "about", "software": "his"}]]}}
    summary = b"\x01" + pack({"duration_us": 9 * S, "tracks": [], "events": rows})
    told = session([(at * S, [piece(Line(by=1, text="x"), at * S)]) for at in range(9)], summary=summary)
    told.list_all()
    assert [type(one.event) for one in told.timeline.happenings] == [AboutEvent, Line, Line, Line, Trouble]


# Time


def test_a_hundred_thousand_pauses_hold_up_nobody() -> None:
    pauses = [(2 * at, Pause(by=1)) for at in range(50_000)] + [(2 * at + 1, Resume(by=1)) for at in range(50_000)]
    told = timeline([summed(*pauses, duration_us=10 * S)])
    assert len(told.gaps) == 50_000
    for skips in (False, True):
        player = Player(told)
        player.skips_idle, player.speed = skips, 16.0
        player.act(Act.PLAY, now_us=0)
        began = time.monotonic()
        for tick in range(1, 20):
            player.tick(now_us=tick * 16_667)
        assert within(2, began)
    began = time.monotonic()
    for _ in range(10_000):
        told.gap_at(99_999)
        told.gap_at(S)
    assert within(1, began)


def test_a_rest_every_four_seconds_holds_up_nobody() -> None:
    levels = bytes((0, 200)) * 32_768
    activity = Activity(step_us=4 * S, levels={"screen": levels})
    told = timeline([replace(summed(duration_us=65_536 * 4 * S), activity=activity)])
    assert len(told.idle) > 30_000
    player = Player(told)
    player.skips_idle = True
    player.act(Act.PLAY, now_us=0)
    began = time.monotonic()
    for tick in range(1, 200):
        player.tick(now_us=tick * 16_667)
    assert within(1, began)


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 20), st.sampled_from(GapKind)), max_size=12)


@given(SPANS)
def test_gaps_over_each_other_are_found_as_if_one_looked_at_each(made: list[tuple[int, int, GapKind]]) -> None:
    gaps = tuple(Gap(span=Span(begin, begin + long), kind=kind) for begin, long, kind in made)
    told = Timeline(duration_us=60, gaps=gaps, idle=tuple(gap.span for gap in gaps))
    for at in range(-1, 62):
        assert told.gap_at(at) == next((gap for gap in gaps if at in gap.span), None)
        assert told.idle_at(at) == next((gap.span for gap in gaps if at in gap.span), None)
        left_out = (gap for gap in gaps if at in gap.span and gap.kind is not GapKind.DAMAGE)
        assert told.left_out_at(at) == next(left_out, None)
        later = min((gap.span.from_us for gap in gaps if gap.span.from_us > at), default=None)
        assert told.begins_after(at, idle=True) == told.begins_after(at, idle=False) == later


@given(st.integers(1, 9), st.integers(1, 9), st.binary(max_size=40), st.binary(max_size=40))
def test_activities_of_any_steps_are_put_together(one_us: int, other_us: int, one: bytes, other: bytes) -> None:
    parts = [
        replace(summed(), activity=Activity(step_us=step_us, levels={"chat": levels}))
        for step_us, levels in ((one_us, one), (other_us, other))
    ]
    found = timeline(parts).activity
    expected: dict[int, int] = {}
    for step_us, levels in ((one_us, one), (other_us, other)):
        for step, level in enumerate(levels):
            at = step * step_us // found.step_us
            expected[at] = max(expected.get(at, 0), level)
    assert list(found.levels["chat"]) == [expected.get(at, 0) for at in range(max(expected, default=-1) + 1)]


def test_activities_of_many_parts_are_put_together_at_once() -> None:
    activity = Activity(levels=dict.fromkeys(("screen", "pointer", "chat"), b"\xff" * 65_536))
    parts = [replace(summed(duration_us=65_536 * S), activity=replace(activity, step_us=S + at)) for at in range(20)]
    began = time.monotonic()
    timeline(parts)
    assert within(4, began)


def test_a_summary_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    reads = list[int]()
    real = Summary.__init__

    def counted(self: Summary, **more: Any) -> None:  # noqa: ANN401 - as it is called
        reads.append(1)
        real(self, **more)

    monkeypatch.setattr(Summary, "__init__", counted)
    session([(0, [piece(Line(by=1, text="x"), 0)])], summary=b"\x01" + pack({"duration_us": 1, "tracks": []}))
    assert len(reads) == 1


def test_a_file_without_an_end_is_not_summed_up_for_every_second_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sums = list[int]()
    real = Recording.seen

    def counted(self: Recording) -> Summary:
        sums.append(1)
        return real(self)

    monkeypatch.setattr(Recording, "seen", counted)
    path = tmp_path / "one.sealcast"
    sealed(LocalGrowing(path), [(at, [piece(Marker(name=""), at)]) for at in range(3_000)])
    path.write_bytes(path.read_bytes()[:-1])
    with OpenSession(parts_of(path), KEYS) as opened:
        checking = Checking(opened, trusted=[ADA])
        until(lambda: checking.standing.verified)
        checking.close()
        assert len(opened.session.timeline.happenings) == 3_000
    assert len(sums) < 12


def test_a_library_of_one_session_in_thousands_of_parts_is_put_in_order_at_once() -> None:
    state = RecordingState("complete", "")
    parts = [
        Part(
            path=Path(f"{number}.sealcast"), size=1, state=state, began_us=0, session=(b"", b""),
            recording_id=number.to_bytes(4), number=number + 1,
        )
        for number in range(10_000)
    ]  # fmt: skip
    began = time.monotonic()
    (entry,) = entries([*parts, replace(parts[7], path=Path("copy.sealcast"))])
    assert within(2, began)
    assert entry.copies == (Path("copy.sealcast"),)


# Memory


def test_names_as_long_as_a_book_are_cut(tmp_path: Path) -> None:
    path, long = tmp_path / "one.sealcast", "é" * 30_000
    about = AboutEvent(software="his", portal=long, agent=long, customer=long, title=long)
    sealed(LocalGrowing(path), [(0, [piece(about, 0)])])
    part = look(path, identity=KEYS)
    assert part.opened
    assert {len(name or "") for name in (part.portal, part.agent, part.customer, part.title)} == {200}
    heard = Heard()
    joined = Joined(id=1, role="agent", name=long)
    opened = session([(0, [piece(joined, 0), piece(Line(by=1, text="hello"), 0)])])
    found = list(sayings(opened.recordings[0], heard))
    assert {len(one.who or "") for one in found} == {MAX_NAME}
    assert len(heard.people[1]) == MAX_NAME


def test_more_than_fits_is_searched_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.searching.MAX_KEPT", 100_000)
    lines = [(at * S, [piece(Line(by=1, text=f"{'word ' * 100} n{at}"), at * S)]) for at in range(300)]
    searching = Searching(session(lines))
    for text, count in (("n299", 1), ("word", 300), ("elsewhere", 0)):
        searching.ask(text)
        until(lambda text=text: searching.found.text == text)  # type: ignore[misc]  # it is called now
        assert len(searching.found.hits) == count
    assert searching._kept is None
    searching.close()
    assert not searching._thread.is_alive()


def test_who_finds_nothing_is_told_that_parts_are_damaged() -> None:
    bad = Piece("chat", S, Flag.COMPRESSED, b"no frame")
    searching = Searching(session([(0, [piece(Line(by=1, text="hello"), 0), bad])]))
    for text, told in (("nothing", True), ("hello", False)):
        searching.ask(text)
        until(lambda text=text: searching.found.text == text)  # type: ignore[misc]  # it is called now
        assert ("damaged" in (searching.found.trouble or "")) == told
    searching.close()


def test_what_is_not_shown_does_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.projector._MAX_AHEAD", 1_000_000)
    codec = Configuration(codec="h264", width_px=64, height_px=48).to_payload()[1:]
    configuration = squeezed(SCREEN, S, b"\x84" + codec + pack("x") + pack(b"x" * 100_000), Flag.CONFIGURATION)
    pointer = squeezed("pointer/customer", S, pack([1, 1, 0, b"x" * 100_000]))
    for one in (configuration, pointer, Piece(SCREEN, S, Flag.COMPRESSED, b"no frame")):
        opened = session([(at * S, [replace(one, time_us=at * S)] * 50) for at in range(1, 20)])
        projector = Projector(opened)
        projector.next_us(0, [SCREEN])
        (screen,) = projector._screens.values()
        assert len(screen._ahead) + len(screen._moves) < 20
        assert screen.size < 1_200_000


@pytest.mark.parametrize(("size", "expected"), [((1, 16_384), (1, 4)), ((300, 9_000), (160, HEIGHT_PX))])
def test_a_preview_of_a_tower_is_small(size: tuple[int, int], expected: tuple[int, int]) -> None:
    picture = Picture(time_us=0, pixels=np.zeros((size[1], size[0], 4), np.uint8))
    assert small(picture).size == expected


def test_links_to_one_folder_do_not_multiply_what_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.library.MAX_NAMES", 50)
    much = tmp_path / "much"
    much.mkdir()
    for number in range(20):
        (much / f"{number}.sealcast").touch()
    for number in range(30):
        (tmp_path / f"link {number}").symlink_to(much)
    assert len(recordings_in(tmp_path)) == 50


def test_of_a_session_in_too_many_parts_some_are_opened_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replay.opening.MAX_PARTS", 2)
    parts = write_parts(tmp_path, 3)
    with OpenSession(parts_of(parts.paths[0]), KEYS) as opened:
        assert len(opened.sources) == 2
        assert opened.left_out == ["1 more part, too many to open"]
        assert opened.missing


def test_whoever_still_reads_a_file_that_was_closed_is_told_so(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 1)
    with OpenSession(parts_of(parts.paths[0]), KEYS) as opened:
        (source,) = opened.sources
    for read in (partial(source.read, 0, 10), source.size):
        with pytest.raises(StoreUnavailableError, match="it was closed"):
            read()


# Pictures


@pytest.mark.parametrize("codec", ["h264", "vp8", "vp9", "av1"])
@pytest.mark.parametrize("description", [b"", b"\x01" + b"\xff" * 99], ids=["none", "rubbish"])
def test_rubbish_is_no_picture_and_nothing_else(codec: str, description: bytes) -> None:
    chance = np.random.default_rng(7)
    decoder = ScreenDecoder()
    session_us = 0
    for number in range(60):
        configuration = Configuration(
            codec=codec, width_px=16_384, height_px=4_096, description=description or None, reorder=number % 17
        )
        rubbish = chance.bytes(int(chance.integers(0, 400)))
        for flags, payload in (
            (Flag.CONFIGURATION, configuration.to_payload()),
            (Flag.KEYFRAME, rubbish),
            (0, rubbish),
        ):
            opened = session([(session_us, [Piece(SCREEN, session_us, flags, payload)])])
            (found,) = [one.packet for one in opened.packets() if not isinstance(one, Gap)]  # type: ignore[union-attr]  # none
            decoder.feed(found)
            session_us += 1000
        assert decoder.at(session_us) is None
        assert "installed" not in (decoder.why or "")
    assert decoder.why == UNDECODABLE or decoder.why


# Files and terminals


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("x" * 255, "x" * 120 + " at "),
        ("é" * 127, "é" * 60 + " at "),
        ("..", "still at "),
        ("\x1b[31m\u202egnp.exe\n", "_[31m_gnp.exe_ at "),
        (os.fsdecode(b"\xff\xfe"), "__ at "),
        ("CON: a|b?*", "CON_ a_b__ at "),
        ("../../x", "_.._x at "),
    ],
)
def test_a_still_is_called_as_a_file_may_be(tmp_path: Path, name: str, begins: str) -> None:
    picture = Picture(time_us=0, pixels=np.zeros((2, 2, 4), np.uint8))
    for _ in range(2):
        path = save_still(picture, tmp_path, name, FAR)
        assert path.parent == tmp_path
        assert path.name.startswith(begins)
        assert path.name.isprintable()


def test_what_was_found_steers_no_terminal(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff\x1b.sealcast")
    evil = "eve\x1b]0;x\x07\x9b31m\x7f\u202e\U000e0041"
    joined, line = Joined(id=1, role="agent", name=evil), Line(by=1, text=f"hello {evil}")
    sealed(LocalGrowing(path), [(0, [piece(joined, 0), piece(line, 0)])])
    header, key = read_header(path.read_bytes()[:MAX_HEADER_SIZE]), tmp_path / "all.key"
    key_file.save(key, {header.about.recording_id: unlock(header, KEYS)})
    for json_wanted in (False, True):
        more = ["--json"] if json_wanted else []
        found = CliRunner().invoke(search_, ["hello", str(tmp_path), "--key-file", str(key), *more])
        assert found.exit_code == 0, found.output
        assert all(char.isprintable() or char == "\n" for char in found.output)
        if json_wanted:
            (row,) = json.loads(found.stdout)
            assert row["who"] == evil
            assert row["file"] == str(path)
