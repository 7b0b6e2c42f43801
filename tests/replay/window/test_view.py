"""A moment of the player: how it begins, and which screens come next."""

from dataclasses import replace

from recorder.format.events import About
from replay.timeline import Timeline
from replay.window.view import Side, beginning, next_screens, screens_named
from tests.replay.window.moments import TWO_SCREENS, timeline

ABOUT = About(software="test", portal="Northwind", team="Second level", agent="Ada", customer="Grace Hopper", title="x")


def test_it_says_whose_session_it_is() -> None:
    shown = beginning(timeline((0, ABOUT)), "one", began="today")
    assert (shown.title, shown.subtitle) == ("Grace Hopper — Northwind", "today · agent Ada · Second level")
    assert (shown.side, shown.screens) == (Side.CHAT, TWO_SCREENS[:1])
    unnamed = beginning(timeline((0, replace(ABOUT, customer=None))), "one", began=None)
    assert unnamed.title == "x — Northwind"


def test_where_nothing_is_told_it_is_called_as_its_file() -> None:
    shown = beginning(Timeline(duration_us=0), "one", began=None)
    assert (shown.title, shown.subtitle, shown.side, shown.screens) == ("one", "", None, ())


def test_screens_come_one_after_the_other_and_then_together() -> None:
    shown = beginning(timeline(), "one", began=None)
    seen = [shown.screens]
    for _ in range(4):
        shown = replace(shown, screens=next_screens(shown))
        seen.append(shown.screens)
    customer, agent = TWO_SCREENS
    assert seen == [(customer,), (agent,), (customer, agent), (customer,), (agent,)]
    alone = beginning(timeline(screens=(customer,)), "one", began=None)
    assert next_screens(alone) == (customer,)
    assert next_screens(beginning(timeline(screens=()), "one", began=None)) == ()


def test_a_screen_without_a_name_has_a_number() -> None:
    shown = replace(beginning(timeline(), "one", began=None), screens=TWO_SCREENS)
    assert screens_named(shown, {}) == "Screen 1 and Screen 2"
    assert screens_named(shown, {TWO_SCREENS[0]: "Cash desk", TWO_SCREENS[1]: None}) == "Cash desk and Screen 2"
    assert screens_named(replace(shown, screens=TWO_SCREENS[1:]), {}) == "Screen 2"
