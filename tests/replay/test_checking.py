import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from recorder.format.events import Line
from replay.checking import Checking, standing
from replay.opening import OpenSession, parts_of
from replay.projector import Projector
from replay.states import NOT_VERIFIED_YET, Standing
from replay.timeline import GapKind
from tests.replay.sessions import KEYS, Maker, S, flipped, shown_right, write_parts
from tests.vectors.fixed import signer
from tests.waiting import until
from vault.index import Reason
from vault.local import LocalFile, LocalGrowing
from vault.reader import SealedFile
from vault.signers import TrustedSigner
from vault.verify import Facts, State, Verdict

ADA = TrustedSigner(signer=signer().public, name="Ada")


@contextmanager
def checking(path: Path, *, trusted: Sequence[TrustedSigner] = (ADA,)) -> Iterator[tuple[OpenSession, Checking]]:
    with OpenSession(parts_of(path), KEYS) as opened:
        beside = Checking(opened, trusted=trusted)
        try:
            yield opened, beside
        finally:
            beside.close()
            assert not beside._thread.is_alive()


def checked(path: Path, *, trusted: Sequence[TrustedSigner] = (ADA,)) -> Standing:
    with checking(path, trusted=trusted) as (_, beside):
        until(lambda: beside.standing.verified)
        return beside.standing


def entries(path: Path) -> list[tuple[int, int]]:
    with LocalFile(path) as source:
        return [(entry.offset, entry.end) for entry in SealedFile(source, KEYS).entries()]


def test_whole_and_of_somebody_known_it_is_genuine(tmp_path: Path) -> None:
    path = write_parts(tmp_path, 1).paths[0]
    found = checked(path)
    assert (found.word, found.why, found.genuine, found.verified) == ("complete", "", True, True)
    assert "Ada" in found.signer
    stranger = checked(path, trusted=())
    assert (stranger.word, stranger.genuine) == ("complete", False)


def test_parts_are_as_good_as_the_worst_of_them(tmp_path: Path) -> None:
    paths = write_parts(tmp_path, ended=False).paths
    found = checked(paths[0])
    assert found.word == "recovered"
    assert found.why.startswith("it has no end")
    offset, _ = entries(paths[0])[3]
    paths[0].write_bytes(flipped(paths[0].read_bytes(), offset + 80))
    found = checked(paths[2])
    assert found.word == "partial"
    assert found.why.startswith("blocks in the middle")


ORDER = (
    State.NOT_A_RECORDING, State.UNSUPPORTED_VERSION, State.FORGED, State.DAMAGED, State.CUT, State.OPEN,
    State.INTERRUPTED, State.COMPLETE,
)  # fmt: skip


@pytest.mark.parametrize("one", ORDER)
@pytest.mark.parametrize("other", ORDER)
def test_of_two_parts_the_worse_is_told(one: State, other: State) -> None:
    verdicts = [
        Verdict(state=state, reason="why", facts=Facts(good_blocks=1), signer_name="Ada") for state in (one, other)
    ]
    worst = [verdicts[0] if ORDER.index(one) <= ORDER.index(other) else verdicts[1]]
    found = standing(verdicts)
    assert found.word == standing(worst).word
    assert found.genuine == (one is other is State.COMPLETE)
    lacking = standing(verdicts, missing="a part of it is missing")
    assert not lacking.genuine
    assert lacking.word not in ("complete", "recovered")


@pytest.mark.parametrize(("blocks", "word"), [((0,), "empty"), ((0, 0), "empty"), ((9, 0), "recovered")])
def test_only_where_no_part_has_anything_in_it_it_is_empty(blocks: Sequence[int], word: str) -> None:
    parts = [Verdict(state=State.INTERRUPTED, reason="why", facts=Facts(good_blocks=count)) for count in blocks]
    assert standing(parts[::-1]).word == standing(parts).word == word


@pytest.mark.parametrize("number", [1, 2, 3])
def test_with_a_part_missing_nothing_is_complete(tmp_path: Path, number: int) -> None:
    paths = write_parts(tmp_path).paths
    assert checked(paths[0]).word == "complete"
    paths[number - 1].unlink()
    found = checked(paths[number % 3])
    assert (found.word, found.genuine) == ("partial", False)
    assert "missing" in found.why


def test_damage_is_told_and_where(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 1)
    offset, _ = entries(parts.paths[0])[5]
    parts.paths[0].write_bytes(flipped(parts.paths[0].read_bytes(), offset + 80))
    with checking(parts.paths[0]) as (opened, beside):
        until(lambda: beside.standing.verified)
        assert beside.standing.word == "partial"
        (gap,) = opened.session.timeline.gaps
        assert gap.kind is GapKind.DAMAGE
        assert gap.span.from_us == opened.session.recordings[0].time_at(offset)


def test_a_part_that_the_next_one_names_and_that_ends_earlier_is_cut(tmp_path: Path) -> None:
    paths = write_parts(tmp_path, 2).paths
    offset, _ = entries(paths[0])[5]
    paths[0].write_bytes(paths[0].read_bytes()[:offset])
    found = checked(paths[1])
    assert (found.word, found.genuine) == ("partial", False)
    assert "existed once" in found.why


def test_a_part_whose_next_one_names_another_is_forged(tmp_path: Path) -> None:
    one = Maker(LocalGrowing(tmp_path / "1.sealcast"))
    told = one.finish(Reason.CONTINUED)
    two = Maker(LocalGrowing(tmp_path / "2.sealcast"), number=2, before=told)
    two.finish()
    (tmp_path / "1.sealcast").unlink()
    another = Maker(LocalGrowing(tmp_path / "1.sealcast"))
    another.finish(Reason.CONTINUED)
    found = checked(tmp_path / "2.sealcast")
    assert (found.word, found.genuine) == ("refused", False)
    assert "not the one that was noted" in found.why


def test_without_an_end_all_of_it_is_read_and_found(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 1, ended=False)
    with checking(parts.paths[0]) as (opened, beside):
        until(lambda: beside.standing.verified)
        assert beside.followed
        assert not beside.growing
        assert beside.standing.word == "recovered"
        assert opened.session.timeline.duration_us == 10 * S
        assert shown_right(Projector(opened.session), parts.truth, 7 * S)


def test_what_is_being_written_is_followed_until_it_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "live.sealcast"
    maker = Maker(LocalGrowing(path)).pictures(range(0, 5 * S, S // 4))
    maker.writer.sync()
    with checking(path) as (opened, beside):
        until(lambda: beside.growing)
        assert beside.standing.word == "recording"
        assert not beside.standing.genuine
        maker.pictures(range(5 * S, 9 * S, S // 4))
        maker.writer.sync()
        until(lambda: opened.session.timeline.duration_us == maker.truth.times("screen/customer")[-1])
        assert shown_right(Projector(opened.session), maker.truth, 8 * S)
        maker.finish()
        until(lambda: beside.standing.genuine)
        assert (beside.standing.word, beside.growing, opened.session.growing) == ("complete", False, False)


def test_finished_at_any_moment_it_is_complete_in_the_end(tmp_path: Path) -> None:
    """The writer ends as soon as anything was told, before anybody looks at its lock again."""
    for number in range(6):
        path = tmp_path / f"{number}.sealcast"
        maker = Maker(LocalGrowing(path)).pictures(range(0, 5 * S, S // 4))
        maker.writer.sync()
        calls: list[int] = []

        def told(at: int = number, of: Maker = maker, calls: list[int] = calls) -> None:
            calls.append(1)
            if len(calls) == at + 1:
                of.finish()

        with OpenSession([part for part in parts_of(path) if part.path == path], KEYS) as opened:
            beside = Checking(opened, trusted=[ADA], told=told)
            until(lambda of=beside: of.standing.word == "complete")  # type: ignore[misc] # a default has no type
            assert not opened.session.growing
            beside.close()


def test_killed_while_it_was_watched_it_is_recovered(tmp_path: Path) -> None:
    path = tmp_path / "live.sealcast"
    maker = Maker(LocalGrowing(path)).pictures(range(0, 5 * S, S // 4))
    maker.writer.sync()
    with checking(path) as (_, beside):
        until(lambda: beside.growing)
        maker.close()
        maker.writer.abandon()
        until(lambda: beside.standing.verified)
        assert beside.standing.word == "recovered"


def test_a_chat_that_is_too_long_for_a_summary_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "chat.sealcast"
    maker = Maker(LocalGrowing(path))
    for number in range(300):
        maker.writer.put_event(Line(by=1, text=f"{number} " + "x" * 4000), time_us=number)
    maker.finish()
    with checking(path) as (opened, beside):
        until(lambda: beside.standing.verified)
        assert opened.session.timeline.unlisted == ()
        assert len(opened.session.timeline.of(Line)) == 300


def test_a_file_that_goes_away_is_told_and_ends_it(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 1)
    with OpenSession(parts_of(parts.paths[0]), KEYS) as opened:
        parts.paths[0].unlink()
        beside = Checking(opened, trusted=[])
        until(lambda: beside.standing is not NOT_VERIFIED_YET)
        assert beside.standing.word == "not verified"
        beside.close()


def test_closed_while_it_verifies_it_ends_and_tells_nothing_more(tmp_path: Path) -> None:
    parts = write_parts(tmp_path, 1)
    with OpenSession(parts_of(parts.paths[0]), KEYS) as opened:
        busy, go_on = threading.Event(), threading.Event()
        source = opened.sources[0]
        read, seen = source.read, []

        def slowly(start: int, size: int) -> bytes:
            busy.set()
            assert go_on.wait(20)
            seen.append(start)
            return read(start, size)

        source.read = slowly  # type: ignore[method-assign] # a slow disk
        beside = Checking(opened, trusted=[ADA])
        assert busy.wait(20)
        closing = threading.Thread(target=beside.close)
        closing.start()
        until(beside._ended.is_set)
        go_on.set()
        closing.join(20)
        assert not beside._thread.is_alive()
        assert beside.standing is NOT_VERIFIED_YET
        assert len(seen) < 4
