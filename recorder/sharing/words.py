"""What a customer reads of what happens in his session.  Pure."""

from collections.abc import Mapping
from typing import Final

Message = Mapping[str, object]

HELP: Final = """\
/share      show your screen, or show it again
/pause      nothing of the screen leaves until /share
/stop       stop showing the screen
/allow      give the facts about this machine that were asked for
/look       read them first
/refuse     give neither screen nor facts
/pause recording, /go on recording
/leave      leave the session; so does Ctrl-C
/help       this
Everything else is said to the agent. A line that begins with // is said with one /."""
_OVER: Final = {
    "ended": "the session is over",
    "left": "you have left the session",
    "lost": "there was no connection for two minutes, so you have left the session",
    "gone": "the portal does not know this session any more: it is over, or you were away for too long",
    "elsewhere": "somebody else took part with your seat; only one can",
    "protocol": "the portal does not understand this release of sealcast; update it",
    "certificate": "the portal shows another certificate than before; nothing was said to it",
    "stopped": "stopped before the session was over; it may go on without you",
}
_ENDED: Final = {"closed": "it was closed by the agent", "nobody": "nobody is left in it"}
_HAPPENED: Final = {
    "joined": "is here",
    "left": "has left",
    "away": "has left, without a connection",
    "share_asked": "asks to see your screen: /share or /refuse",
    "diagnostics_asked": "asks for facts about this machine: /allow, /look or /refuse",
    "sharing": "shows a screen",
    "sharing no more": "shows no screen any more",
}
_RECORDING: Final = {
    "on": "the session is recorded",
    "paused": "the recording is paused",
    "off": "the session is not recorded",
    "stopped": "the session is not recorded at present: the portal cannot",
}


def over(why: str, ended: str = "") -> str:
    """Return why it is over; ended is what the session's last entry says."""
    reason = _ENDED.get(ended, "")
    return _OVER.get(why, f"the session is over ({why})") + (f": {reason}" if reason and why == "ended" else "")


def recording(state: object) -> str:
    """Return what became of the recording."""
    return _RECORDING.get(str(state), f"recording: {state}")


def happened(entry: Message, names: Mapping[object, str]) -> str:
    """Return what an entry of somebody else says; nothing for those that are of no interest here."""
    what = str(entry.get("kind"))
    if what == "sharing" and not entry.get("on"):
        what = "sharing no more"
    if what == "left" and entry.get("why") == "away":
        what = "away"
    said = _HAPPENED.get(what)
    return f"{names.get(entry.get('by'), 'somebody')} {said}" if said else ""
