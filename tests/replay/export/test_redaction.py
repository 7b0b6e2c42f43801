"""What is left out: words in any case, card numbers in any shape; and nothing else is touched."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.events import Event, Joined, Line, Marker, Outcome
from recorder.format.snapshot import Category, Snapshot
from recorder.format.transcript import transcript
from replay.export.redacted import redacted_diagnostics, redacted_transcript
from replay.export.redaction import Redaction, Region, card_numbers
from replay.timeline import Span

VISA = "4111111111111111"


@pytest.mark.parametrize(
    "text",
    [
        VISA,
        "my card is 4111 1111 1111 1111, thanks",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111 12/27",
        " ".join("".join(chr(0x660 + int(digit)) for digit in group) for group in ("4111", "1111", "1111", "1111")),
        "".join(chr(0xFF10 + int(digit)) for digit in VISA),
        "card4111111111111111exp1227",
        "4111\u200b1111\u200b1111\u200b1111",
        "4111\u00a01111\u202f1111\u20091111",
        "4111\n1111\n1111\n1111",
        "371449635398431",  # 15 digits
        "4222222222222",  # 13 digits
        "6304000000000000",
        "5555 5555 5555 4444 and 4111 1111 1111 1111",
        "0000 4111111111111111",
        "4111 - 1111 - 1111 - 1111",
        "4111\n\n\n1111\n\n\n1111\n\n\n1111",
        "4111, 1111, 1111, 1111",
        "4111|1111|1111|1111",
        "4111\u202e1111\u202c1111\u200f1111",
        "".join(f"{digit}\ufe0f\u20e3" for digit in VISA),
    ],
)
def test_a_card_number_is_found(text: str) -> None:
    hidden = Redaction().text(text)
    assert "█" in hidden
    assert not any(sum(char.isdecimal() for char in hidden[at : at + 25]) >= 13 for at in range(len(hidden)))


@pytest.mark.parametrize("text", ["4111111111111112", "1234567890123", "2026-11-22 05:06:17", "0" * 16, "", "4111"])
def test_other_numbers_stay(text: str) -> None:
    assert Redaction().text(text) == text


@given(st.text(max_size=30), st.integers(0, 2**32), st.integers(13, 19), st.text(max_size=30))
def test_every_card_number_goes_wherever_it_stands(before: str, chance: int, length: int, after: str) -> None:
    digits = [random.Random(chance).choice("23456"), *random.Random(chance + 1).choices("0123456789", k=length - 2)]
    total = sum(sum(divmod(2 * int(one), 10)) for one in digits[::-2]) + sum(int(one) for one in digits[-2::-2])
    number = "".join(digits) + str(-total % 10)
    hidden = Redaction().text(f"{before}|{number}|{after}")
    assert number not in hidden


def test_digits_before_a_card_number_do_not_hide_it() -> None:
    for before in ("2026-11-22 ", "0 ", "22 3 "):
        hidden = Redaction().text(f"{before}4111 1111 1111 1111")
        assert "1111" not in hidden
    assert Redaction(words=["4111"]).text("4111 1111 1111 1111").count("1") == 0
    assert [VISA[one:other] for one, other in card_numbers(VISA)] == [VISA]


def test_words_go_in_any_case_and_spelling() -> None:
    redaction = Redaction(words=["Zoé", "secret.*"], cards=False)
    assert (
        redaction.text("ZOÉ, zoé and Zoe\u0301 keep secret.* but not secrets")
        == "████, ████ and ████ keep ████████ but not secrets"
    )
    assert redaction.text(VISA) == VISA
    assert redaction.unfound == []
    assert redaction.sentence == "Redacted: words left out."


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Grace Hopper", "Grace\u00a0Hopper"),
        ("Grace Hopper", "GRACE \t\n HOPPER"),
        ("Grace", "Gr\u200bace"),
        ("Grace", "G\u00adr\u202eace"),
        ("Grace", "".join(chr(0xFEE0 + ord(char)) for char in "Grace")),
        ("office", "o\ufb03ce"),
        ("straße", "STRASSE"),
        ("STRASSE", "straße"),
        ("Zoë Müller", "Zoe\u0308 Müller"),
        ("aa", "aaa"),
    ],
)
def test_words_go_however_they_are_written(word: str, text: str) -> None:
    assert Redaction(words=[word]).text(f"<{text}>") == "<" + "█" * max(4, len(text)) + ">"


def test_words_that_are_nowhere_are_told() -> None:
    redaction = Redaction(words=["here", "elsewhere"])
    redaction.text("it is here")
    assert redaction.unfound == ["elsewhere"]


def test_a_sentence_tells_how_much_and_never_what() -> None:
    redaction = Redaction(regions=[Region(area=(1, 2, 3, 4))], words=["secret"])
    assert redaction.sentence == "Redacted: 1 region, words, card numbers left out."


def test_a_region_covers_its_screen_and_time() -> None:
    region = Region(area=(0, 0, 10, 10), span=Span(5, 9), track="screen/customer")
    assert [region.covers("screen/customer", at) for at in (4, 5, 8, 9)] == [False, True, True, False]
    assert not region.covers("screen/agent", 6)
    assert Region().covers("screen/agent", 2**60)


def test_nothing_of_a_session_keeps_what_is_removed() -> None:
    events: list[tuple[int, Event]] = [
        (0, Joined(id=1, role="customer", name="Grace secret Hopper")),
        (1, Line(by=1, text=f"the secret is {VISA}")),
        (2, Marker(name="secret")),
        (3, Outcome(outcome="resolved", note="secret told")),
    ]
    redaction = Redaction(words=["secret"])
    told = redacted_transcript(transcript("ab", events, duration_us=9), redaction)
    assert "secret" not in repr(told).lower()
    assert VISA not in repr(told)
    assert told.redacted == redaction.sentence
    snapshot = Snapshot(
        taken_us=1,
        source="secret",
        categories=(
            Category(name="disks", items=({"secret name": "a secret disk", "size_bytes": 5},), missing="secret"),
        ),
    )
    taken = TakenSnapshot(number=1, time_us=1, snapshot=snapshot, of="secret one")
    machine = redacted_diagnostics(Diagnostics(session="ab", snapshots=(taken,)), redaction)
    assert "secret" not in repr(machine)
    assert machine.snapshots[0].snapshot.categories[0].items[0]["size_bytes"] == 5
