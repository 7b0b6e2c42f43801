"""Seal a file, as a program: python -m tests.bench.seal FILE OUT RECIPIENT…  Says on stderr how long sealing took.

A recipient is a sealcast-portal1… string.  The signer is made for this one file.
"""

import secrets
import sys
import time
from pathlib import Path

from vault import bech32
from vault.header import About, Role
from vault.local import LocalGrowing
from vault.outside import wall_us
from vault.primitives import SigningKey
from vault.writer import SealedWriter

# With its length it fills 1 MiB of plaintext exactly, so padding adds nothing.
PAYLOAD_SIZE = 1024 * 1024 - 4


def seal(file: Path, out: Path, recipients: list[bytes]) -> None:
    about = About(
        recording_id=secrets.token_bytes(16),
        session_id=secrets.token_bytes(16),
        part=1,
        previous=None,
        created_us=wall_us(),
    )
    payload = memoryview(bytearray(PAYLOAD_SIZE))
    with (
        file.open("rb", buffering=0) as source,
        SealedWriter(
            LocalGrowing(out),
            about,
            recipients=[(Role.PORTAL, public) for public in recipients],
            signer=SigningKey(secrets.token_bytes(32)),
        ) as writer,
    ):
        while size := source.readinto(payload):
            writer.append(payload[:size])
        writer.finish()


def main() -> None:
    file, out, *strings = sys.argv[1:]
    recipients = [bech32.from_string(bech32.PORTAL, string) for string in strings]
    began_s = time.perf_counter()
    seal(Path(file), Path(out), recipients)
    print(time.perf_counter() - began_s, file=sys.stderr)


if __name__ == "__main__":
    main()
