"""Readers and parsers under a fuzzer that follows coverage; the whole corpus of `make faults` begins with the same."""

import importlib.util
import random
from collections import Counter

import pytest

from tests.faults.fuzz import fuzz
from tests.faults.fuzz_inputs import one_input, seeds

SECONDS = 60


# atheris has wheels for Linux and some Pythons only (pyproject.toml).
@pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None,
    reason="atheris has no wheel for this system or Python, so coverage-guided fuzzing cannot run here",
)
def test_a_minute_of_fuzzing_finds_nothing() -> None:
    counted = fuzz(SECONDS, seed="1")
    assert counted.holds, counted.examples
    assert counted.executions, counted.skipped
    print(counted)


def test_the_inputs_it_begins_with_reach_every_parser_and_every_kind_of_file() -> None:
    depth = Counter[str]()
    for data in seeds():
        one_input(data, depth)
    assert {name for name in depth if name.endswith("was read")} >= {"a_header was read", "a_string was read"}
    assert depth["complete"]
    assert depth["payloads released in order"]
    assert depth["keyrings opened"]
    assert {name for name in depth if name.startswith("screen packet")}


def test_drawn_inputs_find_nothing_where_there_is_no_fuzzer() -> None:
    draw, depth = random.Random("drawn"), Counter[str]()
    for _ in range(300):
        one_input(draw.randbytes(draw.randint(0, 600)), depth)
    assert depth
