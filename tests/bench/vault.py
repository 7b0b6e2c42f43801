"""Speed and memory of the vault, side by side with age: python -m tests.bench.vault

Times are whole processes measured from outside, in turns; MB are 10^6 bytes.  The files lie in the page cache, so
reading measures the programs; writing ends in fsync on both sides, so it measures the disk too, and cp shows how
fast that was in the same minute.
"""

import os
import secrets
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import jumps, passphrase_change
from tests.bench.report import age_version, machine, ratio_row, runs_heading, runs_row
from tests.bench.side_by_side import Contender, ours, take_turns
from vault import bech32
from vault.header import Identity
from vault.portal_key import SEED_SIZE, PortalKey

MIB: Final = 1024 * 1024
SIZES: Final = {"1 MiB": MIB, "64 MiB": 64 * MIB, "1 GiB": 1024 * MIB}
PAIRS: Final = 7
MEMORY_PAIRS: Final = 3
SEED: Final = 1  # the same jumps in every run


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The folder everything lies in, our key, and age's when it is installed."""

    folder: Path
    portal_key: PortalKey
    age_recipient: str | None

    def original(self, size: str) -> Path:
        return self.folder / f"original {size}"

    def sealed(self, size: str) -> Path:
        return self.folder / f"sealed {size}"

    def by_age(self, size: str) -> Path:
        return self.folder / f"by age {size}"

    @property
    def seed_file(self) -> Path:
        return self.folder / "seed"

    @property
    def age_key_file(self) -> Path:
        return self.folder / "age key"


def main() -> None:
    print(machine())
    ((nothing,),) = take_turns([Contender(name="true", command=("true",))], rounds=1)
    print(f"peaks below {nothing.peak / MIB:.1f} MiB are not seen: so much the stopwatch itself needs")
    print("goals at 1 GiB: sealing ≥ 0.9 × age's speed, opening ≥ 1.0 ×; at any size: our peak ≤ 40 MiB")
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        bench = _prepare(Path(name))
        identity = Identity(portal_keys=[bench.portal_key])
        take_turns([_sealing(bench, "1 MiB")], rounds=1)
        for size, pairs in (("64 MiB", MEMORY_PAIRS), ("1 GiB", PAIRS)):
            _seal(bench, size, pairs)
        for size, pairs in (("64 MiB", MEMORY_PAIRS), ("1 GiB", PAIRS)):
            _open(bench, size, pairs)
        _verify(bench, "1 GiB")
        jumps.one_block(bench.sealed("1 GiB"), identity, seed=SEED)
        jumps.opening([(size, bench.sealed(size)) for size in SIZES], identity)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        passphrase_change.change(Path(name), seed=SEED)


def _prepare(folder: Path) -> Bench:
    portal_key = PortalKey(secrets.token_bytes(SEED_SIZE))
    key_file, recipient = folder / "age key", None
    if age_version():
        subprocess.run(["age-keygen", "-o", key_file], capture_output=True, check=True)
        listed = subprocess.run(["age-keygen", "-y", key_file], capture_output=True, text=True, check=True)
        recipient = listed.stdout.strip()
    bench = Bench(folder=folder, portal_key=portal_key, age_recipient=recipient)
    bench.seed_file.write_text(portal_key.seed.hex())
    for size, count in SIZES.items():
        with bench.original(size).open("wb") as file:
            for _ in range(count // MIB):
                file.write(os.urandom(MIB))
    return bench


def _sealing(bench: Bench, size: str) -> Contender:
    recipient = bech32.to_string(bech32.PORTAL, bench.portal_key.public)
    return ours("seal", bench.original(size), bench.sealed(size), recipient, makes=bench.sealed(size))


def _seal(bench: Bench, size: str, pairs: int) -> None:
    original, by_age, copy = bench.original(size), bench.by_age(size), bench.folder / "copy"
    contenders = [_sealing(bench, size)]
    if bench.age_recipient:
        command = _then_sync(by_age, "age", "-r", bench.age_recipient, "-o", by_age, original)
        contenders.append(Contender(name="age -r … && sync", command=command, makes=by_age))
    command = _then_sync(copy, "cp", original, copy)
    contenders.append(Contender(name="cp && sync", command=command, makes=copy))
    _compare(f"sealing {size}, on the disk at the end", contenders, size, pairs)
    copy.unlink()


def _open(bench: Bench, size: str, pairs: int) -> None:
    contenders = [ours("open", bench.sealed(size), bench.seed_file)]
    if bench.age_recipient:
        command = ("age", "-d", "-i", str(bench.age_key_file), str(bench.by_age(size)))
        contenders.append(Contender(name="age -d", command=command))
    _compare(f"opening {size}, every block verified and read", contenders, size, pairs)


def _verify(bench: Bench, size: str) -> None:
    contender = ours("verify", bench.sealed(size))
    (runs,) = take_turns([contender], rounds=MEMORY_PAIRS)
    runs_heading(f"verifying {size} without keys, {MEMORY_PAIRS} times")
    runs_row(contender.name, runs, SIZES[size])


def _compare(text: str, contenders: Sequence[Contender], size: str, pairs: int) -> None:
    runs = take_turns(contenders, rounds=pairs)
    runs_heading(f"{text}, {pairs} times")
    for contender, its_runs in zip(contenders, runs, strict=True):
        runs_row(contender.name, its_runs, SIZES[size])
    if age_version():
        ratio_row(runs[0], runs[1])
    else:
        print("  age is not installed")


def _then_sync(made: Path, *command: object) -> Sequence[str]:
    return ("sh", "-c", f"{shlex.join(map(str, command))} && exec sync {shlex.quote(str(made))}")


if __name__ == "__main__":
    main()
