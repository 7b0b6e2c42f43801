"""Verify a sealed file without any key, as a program: python -m tests.bench.verify FILE

Says on stderr how long it took inside; fails unless the file is complete.
"""

import sys
import time
from pathlib import Path

from vault.local import LocalFile
from vault.verify import State, verify


def main() -> None:
    began_s = time.perf_counter()
    with LocalFile(Path(sys.argv[1])) as source:
        verdict = verify(source)
    if verdict.state is not State.COMPLETE:
        sys.exit(f"{verdict.state.value}: {verdict.reason}")
    print(time.perf_counter() - began_s, file=sys.stderr)


if __name__ == "__main__":
    main()
