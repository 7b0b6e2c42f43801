"""Names of recordings: when, portal, agent, customer; plain everywhere, and never taken twice."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.file_names import NameSays, default_folder, read_name, recording_name
from vault.store import blob_name

BEGAN = datetime(2026, 1, 31, 14, 5, 9, tzinfo=UTC)


def named(portal: str | None = None, agent: str | None = None, customer: str | None = None) -> str:
    return recording_name(BEGAN, portal=portal, agent=agent, customer=customer, taken=lambda _: False)


def test_the_name_says_when_and_whose() -> None:
    assert named("Support", "Ada", "Grace Hopper") == "2026-01-31 14.05.09 Support - Ada - Grace Hopper.sealcast"
    assert named(customer="Grace") == "2026-01-31 14.05.09 Grace.sealcast"
    assert named() == "2026-01-31 14.05.09.sealcast"


@given(st.text(), st.text(), st.text())
def test_whatever_people_are_called_the_name_passes_everywhere(portal: str, agent: str, customer: str) -> None:
    name = named(portal.encode(errors="ignore").decode(), agent.encode(errors="ignore").decode(), customer)
    assert "/" not in name
    blob_name(name)


def test_a_taken_name_is_counted_on() -> None:
    there = {named(), "2026-01-31 14.05.09 (2).sealcast"}
    name = recording_name(BEGAN, portal=None, agent=None, customer=None, taken=there.__contains__)
    assert name == "2026-01-31 14.05.09 (3).sealcast"


def test_the_folder_has_the_products_name() -> None:
    assert default_folder().name == "Sealcast Recordings"


@given(st.text(), st.text(), st.text())
def test_a_name_that_was_written_is_read_again(portal: str, agent: str, customer: str) -> None:
    name = named(portal.encode(errors="ignore").decode(), agent.encode(errors="ignore").decode(), customer)
    says = read_name(name)
    assert says is not None
    assert says.began == BEGAN.replace(tzinfo=None)
    if says.customer is not None:
        assert name == f"2026-01-31 14.05.09 {says.portal} - {says.agent} - {says.customer}.sealcast"


@pytest.mark.parametrize(
    ("name", "whose", "words"),
    [
        ("2026-01-31 14.05.09 Support - Ada - Grace Hopper.sealcast", ("Support", "Ada", "Grace Hopper"), None),
        (
            "2026-01-31 14.05.09 Support - Ada - Grace (2).sealcast",
            ("Support", "Ada", "Grace"),
            "Support - Ada - Grace",
        ),
        ("2026-01-31 14.05.09.sealcast", None, ""),
        ("2026-01-31 14.05.09 (12).sealcast", None, ""),
        ("2026-01-31 14.05.09 Grace.sealcast", None, "Grace"),
        ("2026-01-31 14.05.09 Support - Grace.sealcast", None, "Support - Grace"),
        ("2026-01-31 14.05.09 a - b - c - d.sealcast", None, "a - b - c - d"),
    ],
)
def test_a_name_says_whose_it_is_where_all_three_are_there(
    name: str, whose: tuple[str, str, str] | None, words: str | None
) -> None:
    says = read_name(name)
    assert says
    assert (says.portal, says.agent, says.customer) == (whose or (None, None, None))
    assert words in (None, says.words)


@pytest.mark.parametrize(
    "name", ["session.sealcast", "2026-13-31 14.05.09.sealcast", "2026-01-31.sealcast", "2026-01-31 14.05.09x", ""]
)
def test_other_names_say_nothing(name: str) -> None:
    assert read_name(name) is None


def test_what_stands_between_words_stands_in_none() -> None:
    says = read_name(named("A - B", "- Ada -", "Grace -  - Hopper"))
    assert says == NameSays(
        began=BEGAN.replace(tzinfo=None), portal="A-B", agent="Ada", customer="Grace-Hopper",
        words="A-B - Ada - Grace-Hopper",
    )  # fmt: skip
