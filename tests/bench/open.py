"""Open a sealed file from end to end, as a program: python -m tests.bench.open FILE SEED > /dev/null

Payloads go to stdout, the time it took inside to stderr.  SEED is a file with a portal key's seed in hex digits.
"""

import os
import sys
import time
from pathlib import Path

from vault.block import BlockType
from vault.header import Identity
from vault.local import LocalFile
from vault.portal_key import PortalKey
from vault.reader import SealedFile


def main() -> None:
    file, seed = map(Path, sys.argv[1:])
    key = PortalKey(bytes.fromhex(seed.read_text()))
    began_s = time.perf_counter()
    with LocalFile(file) as source:
        for block in SealedFile(source, Identity(portal_keys=[key])).blocks():
            if block.type == BlockType.DATA:
                _write(sys.stdout.fileno(), block.payload)
    print(time.perf_counter() - began_s, file=sys.stderr)


def _write(descriptor: int, data: memoryview) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":
    main()
