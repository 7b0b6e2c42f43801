"""make demo: the longest way that works, with the real program, its output shown.

Today: a keyring, a session sealed by a writer that is killed in the middle, recovered, gone on with in a second part,
verified, opened with the passphrase, once by the program and once without it.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from vault import keyring_file, passphrase
from vault import open_without_sealcast as outsider
from vault.header import About, Identity, PreviousPart, Role
from vault.keyring import open_by_passphrase
from vault.local import LocalFile, LocalStore
from vault.outside import wall_us
from vault.reader import SealedFile
from vault.signers import own_signer
from vault.store import blob_name
from vault.walk import Walk, read_start
from vault.writer import SealedWriter

SESSION: Final = secrets.token_bytes(16)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="sealcast-demo-"))
    # The demonstration leaves its user's own signer and lists alone.
    os.environ["XDG_DATA_HOME"] = str(folder / "user")
    step(f"everything lies in {folder}")
    secret, later = folder / "passphrase", folder / "passphrase-later"

    step("1. a portal's keyring; its passphrase is seven words drawn by chance")
    sealcast(folder, "key", "new", "support.keyring", "--generate-to", "passphrase")
    print(f"   {secret.read_text().strip()}")
    sealcast(folder, "key", "show", "support.keyring")
    sealcast(folder, "trust", "list")

    step("2. a writer that knows only the public key seals a session, and is killed in the middle")
    acknowledged = write_and_kill(folder)
    print(f"   it had acknowledged {acknowledged} blocks when SIGKILL came")
    sealcast(folder, "verify", "part1.sealcast", expected=1)

    step("3. what it left is recovered, and the session goes on in a second part")
    sealcast(folder, "recover", "part1.sealcast", "part1-recovered.sealcast")
    fingerprint = write_second_part(folder)
    sealcast(folder, "verify", "part2.sealcast", "--fingerprint", fingerprint)

    step("4. somebody leaves, so the passphrase is changed; recordings follow without being touched")
    sealcast(folder, "key", "passphrase", "support.keyring", "--passphrase-file", "passphrase", "--somebody-leaves",
             "--generate-to", "passphrase-later")  # fmt: skip
    files = ["part1-recovered.sealcast", "part2.sealcast"]
    sealcast(folder, "key", "check", "support.keyring", *files, "--passphrase-file", "passphrase", expected=1)
    sealcast(folder, "key", "check", "support.keyring", *files, "--passphrase-file", "passphrase-later")

    step("5. opened with the passphrase, by this program and by one file that needs nothing of it")
    ours = [line for name in files for line in read_with_program(folder, name, later.read_text().strip())]
    theirs = [line for name in files for line in read_without_program(folder, name, later)]
    assert ours == theirs
    assert len(ours) >= acknowledged + 100, (len(ours), acknowledged)
    print(f"   both read the same {len(ours)} lines, every acknowledged one among them:")
    print(f"   {ours[0]!r} … {ours[-1]!r}")

    step(f"done. Look at it yourself:\n  cd {folder}\n  {program()} verify part2.sealcast\n"
         f"  {sys.executable} {outsider.__file__} check part2.sealcast")  # fmt: skip


def write_and_kill(folder: Path) -> int:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        writer = new_part(folder, "part1.sealcast", part=1, previous=None)
        for number in range(1_000_000):
            writer.append(f"line {number}".encode())
            if number % 10 == 9:
                os.write(writing, writer.sync().block.to_bytes(4, "little"))
    os.close(writing)
    time.sleep(0.5)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    last_block = int.from_bytes(told[-4:], "little")
    return last_block - last_block // 65  # every 65th is an index


def write_second_part(folder: Path) -> str:
    with LocalFile(folder / "part1.sealcast") as source:
        before = Walk(source, read_start(source))
        for _ in before.blocks():
            pass
    previous = PreviousPart(recording_id=before.header.about.recording_id, block=before.number, hash=before.hash)
    with new_part(folder, "part2.sealcast", part=2, previous=previous) as writer:
        for number in range(100):
            writer.append(f"after the crash, line {number}".encode())
        return writer.finish(b"a summary").hash.hex()


def new_part(folder: Path, name: str, *, part: int, previous: PreviousPart | None) -> SealedWriter:
    user = folder / "user" / "sealcast"
    return SealedWriter(
        LocalStore(folder).create(blob_name(name)),
        About(
            recording_id=secrets.token_bytes(16),
            session_id=SESSION,
            part=part,
            previous=previous,
            created_us=wall_us(),
        ),
        recipients=[(Role.PORTAL, keyring_file.load(folder / "support.keyring").recipient)],
        signer=own_signer(user / "signer.key", random_bytes=secrets.token_bytes),
    )


def read_with_program(folder: Path, name: str, typed: str) -> list[str]:
    opened = open_by_passphrase(keyring_file.load(folder / "support.keyring"), passphrase.to_bytes(typed))
    with LocalFile(folder / name) as source:
        blocks = SealedFile(source, Identity(portal_keys=opened.portal_keys)).blocks()
        return [bytes(block.payload).decode() for block in blocks if block.type == 1]


def read_without_program(folder: Path, name: str, secret: Path) -> list[str]:
    out = folder / f"{name}-opened"
    run(sys.executable, "-I", outsider.__file__, "open", name, str(out), "--keyring", "support.keyring",
        "--secret-file", str(secret), folder=folder)  # fmt: skip
    return [path.read_text() for path in sorted(out.glob("*.data"))]


def step(text: str) -> None:
    print(f"\n{text}", flush=True)


def program() -> str:
    return str(Path(sys.executable).with_name("sealcast"))


def sealcast(folder: Path, *arguments: str, expected: int = 0) -> str:
    print(f"   $ sealcast {' '.join(arguments)}", flush=True)
    return run(program(), *arguments, folder=folder, expected=expected)


def run(*command: str, folder: Path, expected: int = 0) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        print(f"     {line}")
    assert done.returncode == expected, (command, done.returncode)
    return done.stdout


if __name__ == "__main__":
    main()
