"""E-mail addresses as the portal takes them: of ASCII, which every mail server takes, and never more than one line.

Source: RFC 5321 §4.1.2, without quotes and address literals, and §4.5.3.1.
"""

import re
from typing import Final

from portal_core.errors import BadNameError
from portal_core.said import Said

MAX_CHARS: Final = 254  # RFC 5321: a path of 256 with its brackets
_MAX_LOCAL: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})*)")


def mail_address(typed: str) -> str:
    """Return an address as it is kept: without blanks around it.  Errors: BadNameError."""
    address = typed.strip()
    found = _ADDRESS.fullmatch(address) if len(address) <= MAX_CHARS else None
    if found is None or len(found[1]) > _MAX_LOCAL:
        raise BadNameError(what="e-mail address", why=Said("it is not like name@example.org"))
    return address
