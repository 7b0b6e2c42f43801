"""How often somebody may guess: passwords and session codes, by address, by login and over all.  SPEC.md A7, D5.

Whoever keeps the values does this in one transaction: require() before anything is looked at; then the try is counted
as wrong, and only then compared.  So a thousand tries at once are a thousand.  A try that require() refuses is neither
looked at nor counted.  A login that does not exist is counted like one that does.  Times never run backward by much;
where they do, nobody waits longer than his whole pause.
"""

from dataclasses import dataclass, replace
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from portal_core.errors import TooManyGuessesError
from portal_core.said import Said

SECOND_US: Final = 1_000_000
HOUR_US: Final = 3_600 * SECOND_US
DAY_US: Final = 24 * HOUR_US

FREE: Final = 5  # wrong ones that cost nothing; people mistype
# What lies back further is forgotten.  Shorter, and guessing in bursts with rests would pay: five free ones and those
# of the short pauses, some 22 in the first day and a half, must come to less than one a day over burst and rest.
REMEMBERED_US: Final = 30 * DAY_US

ALARM: Final = 100  # wrong codes in an hour over all addresses; more raise the alarm
SLOWED_US: Final = 5 * SECOND_US  # how long everybody waits for an answer then, right or wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one may go on: after FREE wrong ones the first pause, doubled by each, up to the longest."""

    first_us: int
    longest_us: int


# One address: a day.  So 385 guesses fit into its first year.
ADDRESS: Final = Pace(first_us=SECOND_US, longest_us=DAY_US)
# One login from whatever addresses: a quarter of an hour, for anybody who knows the login could keep its owner out.
# That leaves 35 000 guesses a year, and passwords stand 10^8 (passwords.py).
LOGIN: Final = Pace(first_us=SECOND_US, longest_us=HOUR_US // 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What is remembered of one address or one login; one that nothing is remembered of is Tried()."""

    wrong: int = 0
    last_us: int = 0


def after_wrong(tried: Tried, *, now_us: int) -> Tried:
    """Count a wrong try."""
    return Tried(wrong=1 if forgettable(tried, now_us=now_us) else tried.wrong + 1, last_us=now_us)


def after_right(tried: Tried, *, forgiven: int) -> Tried:
    """Take back wrong tries once something was right; the one that turned out right was counted and is one of them.

    Whoever has a login of his own must not forgive himself what he tried on others'.  So a right password forgives its
    login everything, and the address what had been counted of that login.  A right code forgives its address FREE
    and itself: each code must have been made by an agent and is good for once.
    """
    return replace(tried, wrong=max(0, tried.wrong - forgiven))


def pause_us(tried: Tried, *, pace: Pace) -> int:
    """Return the whole pause after the last wrong try."""
    if tried.wrong < FREE:
        return 0
    doubled = min(tried.wrong - FREE, 64)  # 2^64 of anything is more than the longest
    return min(pace.first_us << doubled, pace.longest_us)


def wait_us(tried: Tried, *, now_us: int, pace: Pace) -> int:
    """Return how long nothing is looked at any more; 0 when a try may come now."""
    pause = pause_us(tried, pace=pace)
    return min(pause, max(0, tried.last_us + pause - now_us))


def require(tried: Tried, *, now_us: int, pace: Pace) -> None:
    """Refuse a try that comes too early.  Errors: TooManyGuessesError, before and whatever was tried."""
    if wait := wait_us(tried, now_us=now_us, pace=pace):
        raise TooManyGuessesError(wait_us=wait)


def forgettable(tried: Tried, *, now_us: int) -> bool:
    """Say whether nothing changes when this is deleted: nothing counted, or too long ago.

    What else is deleted, for want of room, gives its address FREE guesses and the short pauses anew; then the ones with
    the fewest wrong tries go first.
    """
    return tried.wrong == 0 or now_us - tried.last_us >= REMEMBERED_US


def address_key(address: str) -> str:
    """Return what counts as one address: IPv4 as it is, of IPv6 the 64 bits that one customer of a provider has.

    Errors: ValueError for what is no address.
    """
    found = ip_address(address)
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((int(found), 64), strict=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyone:
    """The newest wrong codes over all addresses; never more than ALARM and one."""

    times_us: tuple[int, ...] = ()
    alarmed_us: int | None = None  # when the newest came that found or raised an alarm
    untold: bool = False  # an alarm was raised, and nobody was told yet

    def after_wrong(self, *, now_us: int) -> "Everyone":
        """Count a wrong code.  An alarm that pauses for less than an hour is one alarm: people are told of it once."""
        counted = replace(self, times_us=(*self.times_us, now_us)[-(ALARM + 1) :])
        if not counted.alarmed(now_us=now_us):
            return counted
        raised = self.alarmed_us is None or now_us - self.alarmed_us >= HOUR_US
        return replace(counted, alarmed_us=now_us, untold=self.untold or raised)

    def after_telling(self) -> "Everyone":
        """Note that people were told of the alarm."""
        return replace(self, untold=False)

    def alarmed(self, *, now_us: int) -> bool:
        """Say whether more than ALARM wrong codes came within the last hour."""
        return len(self.times_us) > ALARM and now_us - self.times_us[0] < HOUR_US

    def wait_us(self, *, now_us: int) -> int:
        """Return how long everybody waits for an answer."""
        return SLOWED_US if self.alarmed(now_us=now_us) else 0


ALARM_SUBJECT: Final = Said("Many wrong session codes were typed")
ALARM_BODY: Final = Said(
    "More than {count} wrong session codes were typed within an hour, over all addresses. Somebody may be guessing.\n\n"
    "As long as that goes on everybody waits {seconds} seconds for an answer, and whoever guesses longer and longer. "
    "Codes that nobody needs can be revoked in the console.\n\n"
    "Nobody is told again before it has stopped for an hour.",
    count=ALARM,
    seconds=SLOWED_US // SECOND_US,
)
