"""Names of recordings: when, portal, agent, customer; plain everywhere, and never taken twice."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from recorder.file_names import default_folder, recording_name
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
