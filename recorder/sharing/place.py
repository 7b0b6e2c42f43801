"""Where a customer is led: an invitation as people type and paste it."""

import re
from typing import Final

from vault.https import Site

_LINK: Final = re.compile(r"(?P<base>https?://[^?#\s]+?)/join/(?P<code>[^/?#\s]+)/?")


def invited(code: str, portal: str | None) -> tuple[Site | None, str]:
    """Return where a code is good, and the code; a link says both.  Errors: MalformedError."""
    if link := _LINK.fullmatch(code.strip()):
        code, portal = link["code"], portal or link["base"]
    return (Site.parse(portal.strip()) if portal else None), code
