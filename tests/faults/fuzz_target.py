"""The fuzzer's own process:  python -m tests.faults.fuzz_target DEPTH_FILE libFuzzer's arguments."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["vault", "recorder.codec"]):
    from tests.faults.fuzz_inputs import one_input

_NOTE_EVERY: Final = 64


def run(depth_file: Path) -> None:
    """Fuzz until libFuzzer leaves, which it does without a last word; so the depth is noted again and again."""
    depth, executions = Counter[str](), 0

    def one(data: bytes) -> None:
        nonlocal executions
        one_input(data, depth)
        executions += 1
        if executions % _NOTE_EVERY == 0:
            depth_file.write_text(json.dumps(depth))

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    run(Path(sys.argv.pop(1)))
