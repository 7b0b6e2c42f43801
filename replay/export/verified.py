"""A session read to its end and verified, so that an export knows what is missing."""

from collections.abc import Sequence
from typing import Final

from replay.opening import OpenSession
from vault.signers import TrustedSigner
from vault.verify import Evidence, Verdict, verify

_MOST: Final = 65_536  # blocks at once: the time line is renewed behind them


def follow_all(opened: OpenSession) -> None:
    """Read what has no index to its end, as far as it is written by now.  Errors: StoreUnavailableError."""
    while opened.session.follow(most=_MOST):
        pass


def verified(opened: OpenSession, trusted: Sequence[TrustedSigner]) -> list[Verdict]:
    """Verify each part, note in the session what is damaged, and return what each is.

    Errors: StoreUnavailableError.
    """
    headers = [part.header for part in opened.parts]
    verdicts = []
    for number, (part, source) in enumerate(zip(opened.parts, opened.sources, strict=True)):
        evidence = Evidence(anchors=part.anchors(), next_parts=headers, trusted=trusted, writer_at_work=part.at_work())
        verdict = verify(source, evidence=evidence, identity=opened.identity)
        if verdict.facts.gaps:
            opened.session.damage(number, verdict.facts.gaps)
        verdicts.append(verdict)
    return verdicts
