"""What was found when the sealed files of a bundle were verified.  SPEC.md §7."""

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Final

from recorder.format.wall_times import in_utc, in_zone
from replay.export.json_text import as_json
from vault.verdict_text import as_json as verdict_fields
from vault.verdict_text import as_lines
from vault.verify import State, Verdict

_MEANS: Final = {
    State.COMPLETE: "every byte is what was sealed, from the beginning to the end",
    State.OPEN: "it was still being written when this bundle was made",
    State.INTERRUPTED: "what is there is what was sealed; its writer was stopped before it wrote an end",
    State.CUT: "what is there is what was sealed, but the end that it once had is gone",
    State.DAMAGED: "something in it is missing or changed; what still opens is what was sealed",
    State.FORGED: "rightly signed things in it contradict each other; do not rely on it",
    State.UNSUPPORTED_VERSION: "a later version of the format, which was not understood",
    State.NOT_A_RECORDING: "it is no sealed file",
}
_GENUINE: Final = """
genuine means: complete, and signed by somebody who stood on the list of known signers of whoever made this bundle.
That list is not in here. Ask those who recorded for their fingerprint, by another way than this bundle came, and
compare it with the one above.
"""


def verification_text(
    verdicts: Mapping[str, Verdict], made_us: int, zone: tzinfo, *, there: bool = True
) -> Iterator[str]:
    """Give the verdicts for people.

    Shapes: verdicts by the name of the file in the bundle, in their order; there says whether they are in it.
    """
    yield f"Verified {in_zone(made_us, zone)}, when this bundle was made.\n"
    if not there:
        yield "The sealed files themselves are not in this bundle, for something was left out of it.\n"
    for name, verdict in verdicts.items():
        lines = "".join(f"  {line}\n" for line in as_lines(verdict))
        yield f"\n{name}\n{lines}"
    yield "\nWhat the words mean\n\n"
    for state in dict.fromkeys(verdict.state for verdict in verdicts.values()):
        yield f"{state.value} means: {_MEANS[state]}.\n"
    yield _GENUINE


def verification_json(verdicts: Mapping[str, Verdict], made_us: int) -> Iterator[str]:
    """Give the verdicts for programs, a file a line."""
    about = {"format": "sealcast verification", "version": 1, "made": in_utc(made_us)}
    yield f'{as_json(about)[:-1]}, "files": ['
    for number, (name, verdict) in enumerate(verdicts.items()):
        yield ("," if number else "") + f"\n{as_json({'name': name, **verdict_fields(verdict)})}"
    yield "\n]}\n"
