"""A verdict in words and as JSON; the signer is always named."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from vault import bech32
from vault.ask import date, shown
from vault.signers import fingerprint
from vault.verify import State, Verdict

_CONTENTS: Final = {
    None: "not looked at, for want of a key",
    False: "not opened: the keys given do not fit, or not what was sealed is in it",
    True: "opened, all of it",
}


def signer_words(verdict: Verdict) -> str:
    """Return *known as NAME* or *unknown (fingerprint)*."""
    if verdict.signer is None:
        return "not told"
    digits = fingerprint(verdict.signer)
    if verdict.signer_name:
        return f"known as {shown(verdict.signer_name)} ({digits})"
    if verdict.listed_name:
        return f"unknown at that time ({digits}); on your list for other times as {shown(verdict.listed_name)}"
    return f"unknown ({digits})"


def as_lines(verdict: Verdict) -> Iterator[str]:
    """Give the verdict as lines for people."""
    facts = verdict.facts
    yield verdict.state.value + (f": {verdict.reason}" if verdict.reason else "")
    yield f"signer       {signer_words(verdict)}"
    if verdict.signer and not verdict.signer_name:
        yield f"its key      {bech32.to_string(bech32.SIGNER, verdict.signer)}"
    yield f"genuine      {'yes' if verdict.genuine else 'no'}"
    if facts.header:
        about = facts.header.about
        yield f"recording    {about.recording_id.hex()}, part {about.part} of session {about.session_id.hex()}"
        yield f"begun        {date(about.created_us)}, as its writer says"
        yield f"blocks       {facts.good_blocks} good, the last is number {facts.last_block}"
        yield f"contents     {_CONTENTS[facts.opened]}"
    if facts.fingerprint and verdict.state is State.COMPLETE:
        yield f"fingerprint  {facts.fingerprint.hex()}"
    if facts.anchors_elsewhere:
        yield "anchored     nothing; the anchors are of other recordings"
    if facts.anchored is not None:
        yield f"anchored     up to block {facts.anchored}"
    if facts.gaps:
        yield "gaps         " + _ranges(facts.gaps, "bytes {} to {}")
    if facts.missing:
        yield "missing      " + _ranges(facts.missing, "blocks {} to {}")
    if facts.torn:
        yield f"behind it    {facts.torn} bytes that are no good block"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict for programs."""
    facts, header = verdict.facts, verdict.facts.header
    return {
        "state": verdict.state.value,
        "reason": verdict.reason,
        "genuine": verdict.genuine,
        "signer": verdict.signer.hex() if verdict.signer else None,
        "signer_fingerprint": fingerprint(verdict.signer) if verdict.signer else None,
        "signer_name": verdict.signer_name,
        "recording": header.about.recording_id.hex() if header else None,
        "session": header.about.session_id.hex() if header else None,
        "part": header.about.part if header else None,
        "created_us": header.about.created_us if header else None,
        "fingerprint": facts.fingerprint.hex() if facts.fingerprint else None,
        "good_blocks": facts.good_blocks,
        "last_block": facts.last_block,
        "anchored": facts.anchored,
        "gaps": [list(one) for one in facts.gaps],
        "missing": [list(one) for one in facts.missing],
        "torn": facts.torn,
        "anchors_elsewhere": facts.anchors_elsewhere,
        "opened": facts.opened,
    }


def _ranges(ranges: Sequence[tuple[int, int]], words: str) -> str:
    shown = "; ".join(words.format(*one) for one in ranges[:8])
    return shown + (f"; and {len(ranges) - 8} more" if len(ranges) > 8 else "")
