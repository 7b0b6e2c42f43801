"""The library fills beside the window: at once what a glance tells, then what is inside."""

from pathlib import Path
from threading import Event

from replay.keys import KeysNearby
from replay.library_loading import LibraryLoading
from tests.replay.shelf import Session, identity
from tests.waiting import until


def test_first_there_is_what_a_glance_tells_and_with_a_key_what_is_inside(here: Path) -> None:
    for number in range(3):
        Session(began_us=10**15 + number).write(here / f"{number}.sealcast")
    news = Event()
    loading = LibraryLoading(here, KeysNearby(own=[]), changed=news.set)
    until(lambda: loading.loaded)
    assert [entry.customer for entry in loading.library.entries] == [None] * 3
    news.clear()
    loading.unlock(identity())
    until(lambda: loading.loaded)
    assert [entry.customer for entry in loading.library.entries] == ["Grace Hopper"] * 3
    assert news.is_set()
    loading.close()


def test_what_came_meanwhile_is_there_when_it_looks_again(here: Path) -> None:
    loading = LibraryLoading(here / "later", KeysNearby(own=[]))
    until(lambda: loading.loaded)
    assert loading.library.missing
    (here / "later").mkdir()
    Session().write(here / "later" / "a.sealcast")
    loading.look_again()
    until(lambda: loading.loaded)
    assert len(loading.library.entries) == 1
    loading.close()


def test_it_stops_whatever_it_does(here: Path) -> None:
    for number in range(30):
        Session().write(here / f"{number}.sealcast")
    loading = LibraryLoading(here, KeysNearby(own=[]))
    loading.close()
    assert not loading._thread.is_alive()
