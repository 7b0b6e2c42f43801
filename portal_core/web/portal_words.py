"""What the pages of portals say of their settings, and of what a passphrase protects.  SPEC.md F20."""

from collections.abc import Mapping
from typing import Final

from portal_core.portals import Beginning, Consent, Place, Recording
from portal_core.said import Said

DONE: Final[Mapping[str, Said]] = {
    "made": Said("The portal is there; agents can make codes for it now."),
    "saved": Said("The settings are saved; sessions that run keep those they began with."),
}
CHOICES: Final[Mapping[str, Mapping[str, tuple[Said, Said]]]] = {
    "begins": {
        Beginning.WEB_CHAT.value: (Said("With a chat"), Said("The screen is shared when the agent asks for it.")),
        Beginning.REQUEST_TO_SHARE.value: (
            Said("With the request to share the screen"),
            Said("The customer is asked at once, and can refuse."),
        ),
    },
    "recording": {
        Recording.OFF.value: (Said("Off"), Said("Nothing is recorded, and the customer is told so.")),
        Recording.WHEN_POSSIBLE.value: (
            Said("When possible"),
            Said("A session goes on though nothing can be recorded."),
        ),
        Recording.REQUIRED.value: (
            Said("Required"),
            Said("No session begins, and sharing stops, when nothing can be recorded."),
        ),
    },
    "consent": {
        Consent.NOTICE.value: (Said("A notice"), Said("Joining means agreeing.")),
        Consent.BOX.value: (Said("A box to tick"), Said("Nobody joins without ticking it.")),
    },
    "places": {
        Place.SERVER.value: (Said("On the server"), Said("Managers play it with: sealcast play --portal")),
        Place.AGENT.value: (Said("On the agent's computer"), Said("Saved by itself at the end of every session.")),
        Place.CUSTOMER.value: (
            Said("On the customer's computer"),
            Said("Saved by itself at the end of every session."),
        ),
    },
}
PROTECTED: Final = (
    Said("pictures of the screen"),
    Said("the pointer"),
    Said("the chat"),
    Said("facts about the machine (diagnostics)"),
    Said("markers"),
    Said("thumbnails"),
)
NOT_PROTECTED: Final = (
    Said("names and e-mail addresses"),
    Said("times"),
    Said("the customer's question"),
    Said("outcome, note and rating"),
    Said("sizes of recordings"),
    Said("a session while it runs"),
)
