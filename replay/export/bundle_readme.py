"""README.txt of an evidence bundle: what it is, and how somebody without Sealcast checks it.  SPEC.md §7."""

from collections.abc import Collection, Iterator, Mapping
from datetime import tzinfo
from typing import Final

from recorder.format.quantities import counted
from recorder.format.transcript import Missing
from recorder.format.transcript_text import missing as missing_words
from recorder.format.visible import hanging, on_one_line
from recorder.format.wall_times import in_zone
from replay.export.manifest import MANIFEST, SUMS, BundleFacts
from vault.signers import fingerprint
from vault.verdict_text import signer_words
from vault.verify import Verdict

_FILES: Final = {
    "index.html": "a page for your browser: the video, with chat and events beside it; needs no network",
    "video.mp4": "what was shown on the screens",
    "video.vtt": "the chat as subtitles of the video",
    "transcript.txt": "what was said and done, as text", "transcript.html": "the same, as a page",
    "transcript.pdf": "the same, to print", "transcript.csv": "the same, for spreadsheets",
    "transcript.json": "the same, for programs",
    "diagnostics.txt": "what the machines told of themselves, as text",
    "diagnostics.html": "the same, as a page", "diagnostics.xml": "the same, for programs",
    "diagnostics.json": "the same, for programs",
    "events.json": "every event but chat and diagnostics, with all its fields",
    "verification.txt": "what was found when the sealed files were verified",
    "verification.json": "the same, for programs",
    "open_without_sealcast.py": "a program that checks and opens the sealed files without Sealcast",
    "SPEC.md": "the format of the sealed files, which that program follows",
    "SPEC-packets.md": "the format of what is in them: pictures, chat, events",
    "SPEC-tiles.md": "the format of those pictures whose codec is called tiles",
    MANIFEST: "this list for programs, with sizes and digests",
    SUMS: "the SHA-256 of every file, for sha256sum",
}  # fmt: skip
_UNCHANGED: Final = """
1. IS THE BUNDLE AS IT WAS MADE?

In this folder, on Linux:

    sha256sum -c SHA256SUMS

On macOS: shasum -a 256 -c SHA256SUMS. On Windows: certutil -hashfile NAME SHA256 tells the digest of one file.
Every file must be OK. This tells damage and slips; whoever changes a file on purpose can change SHA256SUMS, too.
The sealed files below cannot be changed without being found out.
"""
_NEEDS: Final = """
open_without_sealcast.py is one file that can be read; it needs Python 3.11 or newer, and one package:

    python3 -m venv ../checking
    . ../checking/bin/activate
    pip install 'cryptography>=50'

(On Windows: py -m venv ..\\checking, then ..\\checking\\Scripts\\activate, and python where python3 stands below.)
No key is needed to check. In this folder:
"""
_FINGERPRINT: Final = """
The fingerprint behind --signer is the one found in the file. Ask those who recorded for theirs, by another way than
this bundle came (a call, a letter), and compare: anybody can seal a file of his own under his own fingerprint. The
last line must begin with "genuine"; of a file that was not found complete, the state must be the one that is told here.
With Sealcast: sealcast verify recording/*.sealcast
"""
_WITH_A_KEY: Final = """

3. WHAT IS IN A SEALED FILE?

With the keyring of those who may open it (KEYRING here is its file):

"""
_OPENED: Final = """
It asks for the passphrase, and writes what is in the file into a folder, block by block{law}.
The keyring and its passphrase are not in this bundle: its owner has them. With Sealcast the recording is shown as it
was:
"""
_NOT_SEALED: Final = """
This bundle is not encrypted, but for the files in recording/. Whoever has it can see what was recorded.
"""


def readme(
    about: BundleFacts, *, files: Collection[str], verdicts: Mapping[str, Verdict], zone: tzinfo
) -> Iterator[str]:
    """Give README.txt.

    Shapes: files are the names in the bundle; verdicts by the name of a sealed file in it, in order of the parts.
    """
    yield f"{on_one_line(about.name)}\n{'=' * len(about.name)}\n\n"
    yield f"Evidence of session {on_one_line(about.session)},\n"
    yield f"made {in_zone(about.made_us, zone)} by {on_one_line(about.software)}.\n"
    yield _NOT_SEALED if verdicts else "\nThis bundle is not encrypted. Whoever has it can see what was recorded.\n"
    yield "\nBegin with index.html: it opens in any browser.\n" if "index.html" in files else ""
    if about.redacted:
        yield f"\n{on_one_line(about.redacted)} Because of that there is no sealed file in this bundle.\n"
    yield from _missing(about.missing)
    yield "\nWHAT IS IN IT\n\n"
    there = {*files, MANIFEST, SUMS, "README.txt"}
    for name, words in _FILES.items():
        yield f"    {name:<26}{words}\n" if name in there else ""
    if verdicts:
        yield f"    {'recording/':<26}{counted(len(verdicts), 'sealed file')}: the recording as it was written\n"
    yield _UNCHANGED if verdicts else _UNCHANGED.rpartition("The sealed files")[0]
    if verdicts:
        yield from _check(verdicts)
        yield from _open(next(iter(verdicts)), files)


def _missing(missing: tuple[Missing, ...]) -> Iterator[str]:
    if missing:
        yield "\nWHAT IS MISSING\n\n"
        yield from (f"    {hanging(missing_words(one))}\n" for one in missing)


def _check(verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    yield "\n\n2. ARE THE SEALED FILES WHAT WAS RECORDED?\n" + _NEEDS + "\n"
    names = list(verdicts)
    for name, following in zip(names, [*names[1:], None], strict=True):
        signer = verdicts[name].signer
        whose = f" --signer {fingerprint(signer)}" if signer else ""
        then = f" --next {following}" if following else ""
        yield f"    python3 open_without_sealcast.py check {name}{whose}{then}\n"
    yield _FINGERPRINT + "\nWhat was found when this bundle was made (more in verification.txt):\n\n"
    for name, verdict in verdicts.items():
        why = f": {on_one_line(verdict.reason)}" if verdict.reason else ""
        yield f"    {name}\n        {verdict.state.value}{why}\n        signer {signer_words(verdict)}\n"


def _open(name: str, files: Collection[str]) -> Iterator[str]:
    law = ", as SPEC-packets.md says" if "SPEC-packets.md" in files else ""
    yield _WITH_A_KEY
    yield f"    python3 open_without_sealcast.py open {name} opened --keyring KEYRING\n"
    yield _OPENED.format(law=law)
    yield f"\n    sealcast play {name} --keyring KEYRING\n"
