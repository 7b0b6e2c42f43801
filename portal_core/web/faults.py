"""What is wrong with the fields of a form, as its page shows it: by field a sentence, and what to do."""

from collections.abc import Mapping

from portal_core.errors import HINTS, BadNameError, PortalError
from portal_core.said import Said

Fault = tuple[str, str]
Faults = Mapping[str, Fault]


def fault_of(error: PortalError) -> Fault:
    """Return what an error says beside a field; of a name only why, for which it is can be seen."""
    return (error.why, "") if isinstance(error, BadNameError) else (error.said, HINTS[type(error)])


def twice(password: str, again: str) -> dict[str, Fault]:
    """Return what is wrong with a password that is to be typed twice."""
    return {} if password == again else {"again": (Said("both must be the same"), "")}
