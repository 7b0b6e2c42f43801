"""What a customer's program asks of a portal: whom it meets, to take part, and what there is to take along.

Errors of all: PortalRefusedError with the portal's own sentence, StoreUnavailableError, MalformedError.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from vault.errors import MalformedError
from vault.https import Answer, Connection

Fields = Mapping[str, object]
_WHAT: Final = "answer of the portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Who is met behind a code, and what is recorded there; told is what the portal calls that."""

    portal: str
    agent: str
    notice: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What lets somebody into his session.  copy: the customer's copy is to be saved by whoever has this seat."""

    portal: Connection = field(repr=False)
    session: str
    token: str = field(repr=False)
    copy: bool

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{32}", self.session) or not re.fullmatch(r"[!-~]+", self.token):
            raise MalformedError(what=_WHAT, why="it names no seat in a session")

    @property
    def path(self) -> str:
        """Of all that belongs to the session."""
        return f"/session/{self.session}"

    @property
    def headers(self) -> dict[str, str]:
        """What is said with every request."""
        return {"Authorization": f"Seat {self.token}"}

    def get(self, href: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Fetch something that the portal named."""
        if not re.fullmatch(r"/[!-~]*", href):
            raise MalformedError(what=_WHAT, why="it sends us elsewhere")
        return self.portal.get(href, {**self.headers, **(headers or {})}).required()

    def closing(self) -> Fields:
        """Ask what there is to take along."""
        return self.get(f"{self.path}/closing").json()

    def confirm(self, *, part: int, fingerprint: str) -> None:
        """Tell that a copy was saved, and what it is."""
        body = json.dumps({"part": part, "fingerprint": fingerprint}).encode()
        headers = {"Content-Type": "application/json", **self.headers}
        self.portal.send("POST", f"{self.path}/copies", body, headers).required()


def look(portal: Connection, code: str) -> Meeting:
    """Ask where a code leads; that redeems nothing."""
    said = portal.send_json("POST", "/api/join/look", {"code": code}).required().json()
    return Meeting(**{name: str(said.get(name, "")) for name in ("portal", "agent", "notice", "told")})


def join(portal: Connection, code: str, *, told: str, name: str, email: str) -> Seat:
    """Take part, as somebody who agreed to what he was told."""
    fields = {"code": code, "name": name, "email": email, "agreed": True, "told": told}
    said = portal.send_json("POST", "/api/join", fields).required().json()
    session, token = str(said.get("session", "")), str(said.get("token", ""))
    return Seat(portal=portal, session=session, token=token, copy=said.get("copy") is True)
