"""Run a command with its output thrown away; print seconds and peak memory as JSON.

A process of its own, and a small one: on Linux a child's peak memory begins at its parent's size, so whoever
asks for a small program's peak must be small too.  It imports nothing of ours and is started with -I -S.
"""

import json
import os
import sys
import time

# Linux counts ru_maxrss in KiB, macOS in bytes.
PEAK_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    command = sys.argv[1:]
    to_nothing = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    began_s = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=to_nothing)
    _, status, used = os.wait4(child, 0)
    took_s = time.perf_counter() - began_s
    cpu_s = used.ru_utime + used.ru_stime
    print(json.dumps({"took_s": took_s, "cpu_s": cpu_s, "peak": used.ru_maxrss * PEAK_UNIT}))
    sys.exit(os.waitstatus_to_exitcode(status) != 0)


if __name__ == "__main__":
    main()
