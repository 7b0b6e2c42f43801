"""A keyframe that is refused, in a process of its own: python -m tests.recorder.codec.peak WIDTH HEIGHT < packet.

Says by how many bytes the peak of its address space grew: all that any library asked for, used or not.  The peak that
`resource` knows begins with what the process had that started this one.
"""

import sys
from pathlib import Path

from recorder.codec.decoder import TilesDecoder
from recorder.format.errors import FormatError


def main() -> None:
    width, height = map(int, sys.argv[1:])
    decoder, payload = TilesDecoder(width, height), sys.stdin.buffer.read()
    before = peak()
    try:
        decoder.feed(payload, keyframe=True)
    except FormatError:
        print(peak() - before)
    else:
        sys.exit("it was shown")


def peak() -> int:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmPeak"].removesuffix("kB")) * 1024


if __name__ == "__main__":
    main()
