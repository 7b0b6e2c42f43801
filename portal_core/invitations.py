"""What an agent sends a customer with a session code: subject and text.  SPEC.md D4.  Pure."""

from dataclasses import dataclass

from portal_core.codes import SessionCode
from portal_core.said import Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A message in English, which another language can say."""

    subject: Said
    body: Said


def invitation(
    code: SessionCode, *, agent: str, portal: str, join_address: str, base: str, life_minutes: int
) -> Invitation:
    """Return the invitation to the session of a code.  Units: life_minutes from when the code was made."""
    return Invitation(
        subject=Said("Your session code for {portal}: {code}", portal=portal, code=str(code)),
        body=Said(
            "Hello,\n\n{agent} of {portal} invites you to a support session.\n\n"
            "Open this address:\n{join_address}\n\nOr open {base} and type the code {code}.\n\n"
            "The code is good for one session, for {minutes} minutes.\n",
            agent=agent,
            portal=portal,
            join_address=join_address,
            base=base,
            code=str(code),
            minutes=life_minutes,
        ),
    )
