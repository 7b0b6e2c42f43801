"""Where a fuzzer's input goes, by its first byte, and the inputs it begins with.

Run again what a fuzzer found, without it:  python -m tests.faults.fuzz_inputs FILE_OR_FOLDER
"""

import json
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.faults.choices import Choices
from tests.faults.fuzz_keyring import fuzz_keyring
from tests.faults.fuzz_parsers import PARSERS
from tests.faults.fuzz_screen import fuzz_screen
from tests.faults.fuzz_sealed import fuzz_sealed
from tests.faults.keyrings import of_a_server
from tests.faults.specimen import specimen
from vault import bech32, key_file
from vault.errors import VaultError
from vault.signers import TrustedSigner


def one_input(data: bytes, depth: Counter[str]) -> None:
    """Run one input.  Errors: a finding."""
    choices = Choices(data)
    harness = choices.number(len(PARSERS) + 3)
    if harness == len(PARSERS):
        fuzz_sealed(choices, depth)
    elif harness == len(PARSERS) + 1:
        fuzz_keyring(choices, depth)
    elif harness == len(PARSERS) + 2:
        fuzz_screen(choices, depth)
    else:
        parser = PARSERS[harness]
        with suppress(VaultError):
            parser(choices)
            depth[f"{parser.__name__} was read"] += 1


def seeds() -> list[bytes]:
    """Return inputs to begin with: what each parser reads when nothing is wrong, and some choices."""
    original = specimen("fuzz")
    signer = TrustedSigner(signer=original.header.signer, name="us")
    row = {"signer": bech32.to_string(bech32.SIGNER, signer.signer), "name": "us", "from_us": 0, "until_us": 2**53}
    texts = (
        original.header.raw,
        b"\1" + original.data[original.header.size :],
        of_a_server(),
        original.blocks[0][:16],
        b"\0" + original.payloads[4],
        b"\1\0\1" + original.header.signer,
        key_file.to_text({original.header.about.recording_id: original.file_key}).encode(),
        "\n".join(one.to_line() for one in original.anchors).encode(),
        "seven words, or thé like".encode(),
        b"2026/07/a session.scr",
        b"\1" + json.dumps([row]).encode(),
        json.dumps({"00" * 16: 1}).encode(),
    )
    assert len(texts) == len(PARSERS)
    composed = [bytes([len(PARSERS) + which, *pattern]) for which in (0, 1, 2) for pattern in _patterns()]
    return [bytes([at]) + text for at, text in enumerate(texts)] + composed


def _patterns() -> list[bytes]:
    return [bytes(64), bytes([0, 0, 0, 0, 3, *(9, 0) * 20]), *(bytes(range(at, 250, 3)) * 4 for at in range(3))]


def replay(path: Path) -> None:
    """Run one input, or a folder of them."""
    for one in sorted(path.iterdir()) if path.is_dir() else [path]:
        one_input(one.read_bytes(), Counter())


if __name__ == "__main__":
    replay(Path(sys.argv[1]))
