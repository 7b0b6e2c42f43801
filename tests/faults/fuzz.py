"""Fuzz the readers, guided by coverage:  python -m tests.faults.fuzz --seconds 60 [--seed 1] [--corpus FOLDER].

The fuzzer (atheris, libFuzzer underneath) runs in a process of its own; here it is started, and its words are counted.
"""

import argparse
import base64
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import Final

from tests.faults.counted import Counted
from tests.faults.fuzz_inputs import seeds

_TARGET: Final = "tests.faults.fuzz_target"
_READERS: Final = (
    *(
        f"vault/{name}.py"
        for name in (
            "anchor", "bech32", "block", "header", "index", "key_file", "keyring", "reader", "recover", "verify",
            "walk",
        )
    ),
    *(f"recorder/codec/{name}.py" for name in ("decoder", "grid", "photos", "stream", "wire")),
)  # fmt: skip
FINDINGS: Final = "findings"


def fuzz(seconds: int, *, seed: str, corpus: Path | None = None) -> Counted:
    """Fuzz for so long; each finding leaves its input beside the corpus and its traceback in the examples."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = corpus or Path(scratch, "corpus")
        folder.mkdir(parents=True, exist_ok=True)
        if importlib.util.find_spec("atheris") is None:
            return _counted(0, {}, [], skipped="atheris is not installed")
        for at, data in enumerate(seeds()):
            (folder / f"seed-{at}").write_bytes(data)
        depth_file = Path(scratch, "depth.json")
        findings = folder.parent / "findings"
        findings.mkdir(exist_ok=True)
        limits = [
            f"-max_total_time={seconds}",
            f"-seed={zlib.crc32(seed.encode())}",
            "-max_len=8192",
            "-timeout=30",
            "-rss_limit_mb=1024",
        ]
        command = [sys.executable, "-m", _TARGET, str(depth_file), *limits]
        command += ["-print_final_stats=1", f"-artifact_prefix={findings}/", str(folder)]
        ran = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        said = ran.stdout + ran.stderr
        seen = json.loads(depth_file.read_text()) if depth_file.exists() else {}
        seen |= {"corpus": len(list(folder.iterdir())), "coverage edges": _last(r"cov: (\d+)", said)}
        found = [_told(said, findings)] if ran.returncode else []
        if not found:
            seen |= _branches(folder, Path(scratch))
        return _counted(_last(r"number_of_executed_units: (\d+)", said), seen, found)


def _counted(executions: int, seen: dict[str, int], found: list[str], *, skipped: str | None = None) -> Counted:
    return Counted(
        fault="fuzzed",
        executions=executions,
        wrong={FINDINGS: len(found)},
        seen=dict(sorted(seen.items())),
        examples=found,
        skipped=skipped,
    )


def _last(pattern: str, said: str) -> int:
    return max((int(one) for one in re.findall(pattern, said)), default=0)


def _told(said: str, findings: Path) -> str:
    """Return the traceback, and the input that python -m tests.faults.fuzz_inputs takes, in base64."""
    at = said.find("=== Uncaught Python exception")
    end = said.find("INFO:", max(at, 0))
    inputs = [base64.b64encode(one.read_bytes()).decode() for one in sorted(findings.iterdir())]
    return "\n".join([said[at:end] if at >= 0 else said[-3000:], *inputs[-1:]])


def _branches(corpus: Path, scratch: Path) -> dict[str, int]:
    """Run the corpus once more under coverage; return branches of the readers, and how many were taken."""
    data, report = scratch / "coverage", scratch / "coverage.json"
    run = [sys.executable, "-m", "coverage"]
    given = ["run", "--branch", f"--data-file={data}", "-m", "tests.faults.fuzz_inputs", str(corpus)]
    subprocess.run([*run, *given], check=True, capture_output=True)
    subprocess.run([*run, "json", f"--data-file={data}", "-o", str(report)], check=True, capture_output=True)
    files = json.loads(report.read_text())["files"]
    readers = [files[name]["summary"] for name in _READERS]
    return {
        "branches of the readers": sum(one["num_branches"] for one in readers),
        "branches reached": sum(one["covered_branches"] for one in readers),
    }


def main() -> int:
    """Fuzz, print, and end with 1 when something was found."""
    arguments = argparse.ArgumentParser(prog="python -m tests.faults.fuzz")
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--corpus", type=Path)
    given = arguments.parse_args()
    counted = fuzz(given.seconds, seed=given.seed, corpus=given.corpus)
    print(f"seed {given.seed}")
    print(f"executions {counted.executions}, findings {counted.wrong[FINDINGS]}", counted.skipped or "")
    for what, count in counted.seen.items():
        print(f"  {what}: {count}")
    print("\n".join(counted.examples))
    return 0 if counted.holds else 1


if __name__ == "__main__":
    sys.exit(main())
