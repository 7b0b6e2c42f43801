"""What a hostile recording may make somebody work: as much as there is of it, counted and not timed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from recorder.format.events import Line, Marker, Pause, Resume
from recorder.format.pack import pack
from recorder.format.summary import Activity, Summary
from replay.checking import Checking
from replay.library_entries import Entry, Part, entries
from replay.opening import OpenSession, parts_of
from replay.player import Act, Player
from replay.recording import Recording
from replay.states import RecordingState
from replay.timeline import Span, Timeline, timeline
from tests.replay.counted import Bytes, Number, lines
from tests.replay.hostile import ADA, piece, sealed, session, summed
from tests.replay.sessions import KEYS, S
from tests.waiting import until
from vault.local import LocalGrowing


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


def many_pauses(count: int) -> list[Summary]:
    """Return a session in which somebody pauses, so often, for a microsecond."""
    pauses = [(Number(2 * at), Pause(by=1)) for at in range(count)]
    resumes = [(Number(2 * at + 1), Resume(by=1)) for at in range(count)]
    return [summed(*pauses, *resumes, duration_us=10 * S)]


def many_rests(count: int) -> list[Summary]:
    """Return a session that rests every eight seconds."""
    activity = Activity(step_us=4 * S, levels={"screen": Bytes((0, 200) * count)})
    return [replace(summed(duration_us=2 * count * 4 * S), activity=activity)]


def many_levels(count: int) -> list[Summary]:
    """Return a session in parts whose activities have other steps and many of them."""
    activity = Activity(levels=dict.fromkeys(("screen", "pointer", "chat"), Bytes(b"\xff" * count)))
    return [replace(summed(duration_us=count * S), activity=replace(activity, step_us=S + at)) for at in range(3)]


def many_parts(count: int) -> list[Summary]:
    """Return a session in many parts whose activities have other steps."""
    activity = Activity(levels={"chat": Bytes(b"\xff" * 10)})
    return [replace(summed(duration_us=10 * S), activity=replace(activity, step_us=S + at)) for at in range(count)]


@pytest.mark.parametrize("made", [many_pauses, many_rests, many_levels, many_parts])
def test_a_time_line_of_twice_as_much_costs_twice_as_much(made: Callable[[int], list[Summary]]) -> None:
    few, many = made(400), made(800)
    assert lines(lambda: timeline(many)) < 3 * lines(lambda: timeline(few))


def with_pauses(count: int) -> Timeline:
    told = timeline(many_pauses(count))
    assert len(told.gaps) == count
    return replace(told, idle=())


def with_rests(count: int) -> Timeline:
    told = timeline(many_rests(count))
    assert len(told.idle) == count
    return replace(told, idle=tuple(Span(Number(one.from_us), Number(one.until_us)) for one in told.idle))


@pytest.mark.parametrize("skips_idle", [False, True])
@pytest.mark.parametrize("made", [with_pauses, with_rests])
def test_to_play_among_many_gaps_costs_as_much_as_among_few(
    made: Callable[[int], Timeline], *, skips_idle: bool
) -> None:
    def cost(count: int) -> int:
        player = Player(made(count))
        player.skips_idle, player.speed = skips_idle, 16.0
        player.act(Act.PLAY, now_us=0)
        cost = lines(lambda: player.tick(now_us=16_667))
        assert player.position_us > 0
        return cost

    assert cost(4_000) < 2 * cost(1_000)


def test_to_ask_for_one_of_many_gaps_costs_as_much_as_for_one_of_few() -> None:
    def cost(count: int) -> int:
        told = with_pauses(count)
        assert told.gap_at(count)
        return lines(lambda: (told.gap_at(count), told.gap_at(S)))

    assert cost(4_000) < 2 * cost(1_000)


def test_to_put_twice_as_many_parts_of_a_session_in_order_costs_twice_as_much() -> None:
    def cost(count: int) -> int:
        parts = [
            Part(
                path=Path(f"{number}.sealcast"), size=1, state=RecordingState("complete", ""), began_us=0,
                session=(b"", b""), recording_id=Bytes(number.to_bytes(4)), number=Number(number + 1),
            )
            for number in range(count)
        ]  # fmt: skip
        copy = replace(parts[7], path=Path("copy.sealcast"))
        found = list[Entry]()
        cost = lines(lambda: found.extend(entries([*parts, copy])))
        (entry,) = found
        assert (len(entry.parts), entry.copies) == (count, (copy.path,))
        return cost

    assert cost(800) < 3 * cost(400)
