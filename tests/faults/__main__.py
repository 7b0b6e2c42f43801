"""Count faults:  python -m tests.faults [--seed 1] [--fuzz-seconds 300] [--only WORDS] [--processes N].

Ends with 1 when anything was counted that must not be.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from tests.faults.campaign import Job, campaign
from tests.faults.counted import Counted


def count(jobs: Iterable[Job], *, processes: int) -> list[Counted]:
    """Do all jobs, so many at a time; join those of one fault."""
    joined = dict[str, Counted]()
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        for counted in (going.result() for going in [pool.submit(job) for job in jobs]):
            before = joined.get(counted.fault)
            joined[counted.fault] = before + counted if before else counted
    return list(joined.values())


def table(results: Iterable[Counted]) -> str:
    """One line for each fault, and below it what was seen."""
    lines = [f"{'fault':40} {'tried':>8}  must be 0"]
    for one in results:
        wrong = ", ".join(f"{number} {what}" for what, number in one.wrong.items())
        lines.append(f"{one.fault:40} {one.executions:8}  {'' if one.holds else 'WRONG: '}{wrong}")
        if one.skipped:
            lines.append(f"    skipped: {one.skipped}")
        if one.seen:
            lines.append("    seen: " + ", ".join(f"{number} {what}" for what, number in one.seen.items()))
        lines += [f"    {example}" for example in one.examples]
    return "\n".join(lines)


def main() -> int:
    """Run the campaign, print the table."""
    arguments = argparse.ArgumentParser(prog="python -m tests.faults")
    arguments.add_argument("--seed", default="1")
    arguments.add_argument("--fuzz-seconds", type=int, default=300)
    arguments.add_argument("--only", default="", help="only jobs whose function has this in its name")
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = arguments.parse_args()
    jobs = [one for one in campaign(given.seed, fuzz_seconds=given.fuzz_seconds) if given.only in repr(one)]
    began_s = time.monotonic()
    results = count(jobs, processes=given.processes)
    print(f"seed {given.seed}, {time.monotonic() - began_s:.0f} s, {given.processes} processes\n")
    print(table(results))
    held = all(one.holds for one in results)
    print("\nall counts that must be 0 are 0" if held else "\nNOT all counts that must be 0 are 0")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
