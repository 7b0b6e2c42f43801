"""How often somebody may guess."""

import pytest

from portal_core.errors import TooManyGuessesError
from portal_core.guessing import (
    ADDRESS,
    ALARM,
    DAY_US,
    FREE,
    HOUR_US,
    LOGIN,
    REMEMBERED_US,
    SECOND_US,
    SLOWED_US,
    Everyone,
    Pace,
    Tried,
    address_key,
    after_right,
    after_wrong,
    forgettable,
    pause_us,
    require,
    wait_us,
)

YEAR_US = 365 * DAY_US
START_US = 1_700_000_000 * SECOND_US


@pytest.mark.parametrize(
    ("wrong", "of_address_us", "of_login_us"),
    [
        (0, 0, 0),
        (4, 0, 0),
        (5, SECOND_US, SECOND_US),
        (6, 2 * SECOND_US, 2 * SECOND_US),
        (14, 512 * SECOND_US, 512 * SECOND_US),
        (15, 1024 * SECOND_US, 900 * SECOND_US),
        (21, 65_536 * SECOND_US, 900 * SECOND_US),
        (22, DAY_US, 900 * SECOND_US),
        (1_000_000, DAY_US, 900 * SECOND_US),
    ],
)
def test_the_pause_doubles_after_five(wrong: int, of_address_us: int, of_login_us: int) -> None:
    tried = Tried(wrong=wrong, last_us=START_US)
    assert (pause_us(tried, pace=ADDRESS), pause_us(tried, pace=LOGIN)) == (of_address_us, of_login_us)


@pytest.mark.parametrize(
    ("passed_us", "left_us"),
    [(0, 4), (1, 3), (3, 1), (4, 0), (5, 0), (-3, 4)],  # of a clock that ran backward
)
def test_the_wait_counts_down_and_is_never_more_than_the_pause(passed_us: int, left_us: int) -> None:
    tried = Tried(wrong=FREE + 2, last_us=START_US)
    now_us, pace = START_US + passed_us * SECOND_US, ADDRESS
    assert wait_us(tried, now_us=now_us, pace=pace) == left_us * SECOND_US
    if left_us:
        with pytest.raises(TooManyGuessesError) as caught:
            require(tried, now_us=now_us, pace=pace)
        assert caught.value.wait_us == left_us * SECOND_US
    else:
        require(tried, now_us=now_us, pace=pace)


@pytest.mark.parametrize(
    ("wrong", "forgiven", "left"), [(3, 3, 0), (3, FREE + 1, 0), (6, 6, 0), (20, 6, 14), (20, 0, 20)]
)
def test_what_is_right_forgives_so_much(wrong: int, forgiven: int, left: int) -> None:
    assert after_right(Tried(wrong=wrong, last_us=5), forgiven=forgiven) == Tried(wrong=left, last_us=5)


@pytest.mark.parametrize(
    ("tried", "passed_us", "gone"),
    [
        (Tried(), 0, True),
        (Tried(wrong=0, last_us=START_US), 0, True),
        (Tried(wrong=1, last_us=START_US), REMEMBERED_US - 1, False),
        (Tried(wrong=1, last_us=START_US), REMEMBERED_US, True),
        (Tried(wrong=99, last_us=START_US), REMEMBERED_US, True),
    ],
)
def test_what_may_be_forgotten_changes_nothing(tried: Tried, passed_us: int, gone: bool) -> None:  # noqa: FBT001
    now_us = START_US + passed_us
    assert forgettable(tried, now_us=now_us) is gone
    later = after_wrong(tried, now_us=now_us)
    assert later == (after_wrong(Tried(), now_us=now_us) if gone else Tried(wrong=tried.wrong + 1, last_us=now_us))
    if gone:
        assert wait_us(tried, now_us=now_us, pace=ADDRESS) == 0


def guesses_in_a_year(*, pace: Pace, rests_after: int | None = None) -> int:
    """Guess as soon as one may; when asked, rest after so many until everything is forgotten."""
    tried, now_us, count = Tried(), START_US, 0
    while True:
        now_us += wait_us(tried, now_us=now_us, pace=pace)
        if rests_after and tried.wrong == rests_after:
            now_us = tried.last_us + REMEMBERED_US
        if now_us >= START_US + YEAR_US:
            return count
        require(tried, now_us=now_us, pace=pace)
        tried, count = after_wrong(tried, now_us=now_us), count + 1


def test_one_address_gets_about_four_hundred_guesses_a_year() -> None:
    assert guesses_in_a_year(pace=ADDRESS) == 385


@pytest.mark.parametrize("rests_after", range(1, 60))
def test_resting_until_one_is_forgotten_gets_no_more(rests_after: int) -> None:
    assert guesses_in_a_year(pace=ADDRESS, rests_after=rests_after) <= 400


def test_one_login_gets_what_passwords_withstand() -> None:
    guesses = guesses_in_a_year(pace=LOGIN)
    assert 35_000 < guesses < 36_000
    assert guesses / 10**8 < 1 / 2_500


def test_a_login_of_ones_own_does_not_pay_for_guesses_at_others() -> None:
    """After every four wrong ones at others he signs in himself, which forgives what was tried on himself."""
    address, own, now_us = Tried(), Tried(), START_US
    for _ in range(20):
        for _ in range(4):
            now_us += wait_us(address, now_us=now_us, pace=ADDRESS)
            address = after_wrong(address, now_us=now_us)
        now_us += wait_us(address, now_us=now_us, pace=ADDRESS)
        address, own = after_wrong(address, now_us=now_us), after_wrong(own, now_us=now_us)
        address, own = after_right(address, forgiven=own.wrong), after_right(own, forgiven=own.wrong)
    assert (address.wrong, own.wrong) == (80, 0)
    assert now_us - START_US > 50 * DAY_US


def test_an_office_behind_one_address_is_not_shut_out_by_mistyping() -> None:
    """A right code for every five wrong ones: nobody there ever waits long."""
    tried, now_us, longest_us = Tried(), START_US, 0
    for _ in range(100):
        for _ in range(6):  # the sixth turns out right
            longest_us = max(longest_us, wait_us(tried, now_us=now_us, pace=ADDRESS))
            now_us += HOUR_US
            tried = after_wrong(tried, now_us=now_us)
        tried = after_right(tried, forgiven=FREE + 1)
    assert tried.wrong == 0
    assert longest_us <= SECOND_US


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_what_counts_as_one_address(address: str, key: str) -> None:
    assert address_key(address) == key


@pytest.mark.parametrize("address", ["", "unknown", "192.0.2.7:80", "192.0.2"])
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        address_key(address)


def after_codes(count: int, *, every_us: int) -> tuple[Everyone, int]:
    everyone, now_us = Everyone(), START_US
    for _ in range(count):
        now_us += every_us
        everyone = everyone.after_wrong(now_us=now_us)
    return everyone, now_us


@pytest.mark.parametrize(
    ("count", "every_us", "alarmed"),
    [
        (0, SECOND_US, False),
        (ALARM, SECOND_US, False),
        (ALARM + 1, SECOND_US, True),
        (10_000, SECOND_US, True),
        (ALARM + 1, HOUR_US // ALARM, False),  # the first of them lies an hour back
        (ALARM + 1, HOUR_US // ALARM - 1, True),
        (10_000, HOUR_US // ALARM, False),
    ],
)
def test_more_than_a_hundred_wrong_codes_an_hour_raise_the_alarm(count: int, every_us: int, alarmed: bool) -> None:  # noqa: FBT001
    everyone, now_us = after_codes(count, every_us=every_us)
    assert everyone.alarmed(now_us=now_us) is alarmed
    assert everyone.wait_us(now_us=now_us) == (SLOWED_US if alarmed else 0)
    assert len(everyone.times_us) <= ALARM + 1


def test_the_alarm_ends_by_itself() -> None:
    everyone, now_us = after_codes(ALARM + 1, every_us=SECOND_US)
    ends_us = everyone.times_us[0] + HOUR_US
    assert [everyone.alarmed(now_us=when) for when in (now_us, ends_us - 1, ends_us)] == [True, True, False]


@pytest.mark.parametrize(
    ("paused_us", "again"),
    [
        (0, False),
        (HOUR_US - ALARM * SECOND_US - 1, False),  # it goes on
        (HOUR_US - ALARM * SECOND_US, True),
        (2 * HOUR_US, True),
    ],
)
def test_of_an_alarm_people_are_told_once(paused_us: int, again: bool) -> None:  # noqa: FBT001
    everyone, now_us = after_codes(ALARM, every_us=SECOND_US)
    assert not everyone.untold
    for _ in range(3 * ALARM):
        now_us += SECOND_US
        everyone = everyone.after_wrong(now_us=now_us)
        assert everyone.untold
    everyone, now_us = everyone.after_telling(), now_us + paused_us
    assert everyone.alarmed(now_us=now_us) is (paused_us < HOUR_US - ALARM * SECOND_US)
    for _ in range(ALARM + 1):
        now_us += SECOND_US
        everyone = everyone.after_wrong(now_us=now_us)
    assert everyone.alarmed(now_us=now_us)
    assert everyone.untold is again


def test_an_alarm_that_pauses_is_one_alarm() -> None:
    everyone, now_us = after_codes(ALARM + 1, every_us=30 * SECOND_US)
    everyone = everyone.after_telling()
    for paused_us in (1_000 * SECOND_US, HOUR_US):
        now_us += paused_us
        assert not everyone.after_wrong(now_us=now_us).alarmed(now_us=now_us)
        for _ in range(ALARM + 1):
            everyone = everyone.after_wrong(now_us=now_us)
        assert everyone.alarmed(now_us=now_us)
        assert everyone.untold is (paused_us == HOUR_US)
