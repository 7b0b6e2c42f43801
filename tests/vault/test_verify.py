import pytest

from tests.memory import MemorySource
from tests.vectors.fixed import NOW_US, Fixed, signer
from tests.vectors.sealed_files import write
from vault.signers import TrustedSigner
from vault.verdict_text import as_json, as_lines, signer_words
from vault.verify import MAX_TORN, Evidence, Facts, State, Verdict, judge, verify

GOOD = {"good_blocks": 7, "last_block": 7, "final": True}
MADE = write(Fixed(), "complete")
OWN = TrustedSigner(signer=signer().public, name="Example Ltd", from_us=NOW_US, until_us=NOW_US + 1)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"not_a_recording": "x", "unsupported": "x", "forged": "x"}, State.NOT_A_RECORDING),
        ({"unsupported": "x", "forged": "x"}, State.UNSUPPORTED_VERSION),
        ({"forged": "x", "header_damaged": "x", "gaps": [(1, 2)]} | GOOD, State.FORGED),
        ({"header_damaged": "x", "anchored": 9}, State.DAMAGED),
        ({"missing": [(2, 2)], "anchored": 9} | GOOD, State.DAMAGED),
        ({"gaps": [(1, 2)], "anchored": 9} | GOOD, State.DAMAGED),
        ({"torn": 1} | GOOD, State.DAMAGED),
        ({"given_up": True, "anchored": 9}, State.DAMAGED),
        ({"torn": MAX_TORN + 1, "last_block": 3}, State.DAMAGED),
        ({"torn": MAX_TORN, "last_block": 3}, State.INTERRUPTED),
        ({"last_block": 3, "anchored": 4}, State.CUT),
        ({"last_block": 3, "anchored": 4, "writer_at_work": True}, State.CUT),
        ({"last_block": 4, "anchored": 4}, State.INTERRUPTED),
        ({"last_block": None, "anchored": 0}, State.CUT),
        ({"last_block": None}, State.INTERRUPTED),
        ({"last_block": 3, "finished_once": True}, State.CUT),
        (GOOD | {"anchored": 8}, State.CUT),
        (GOOD | {"anchored": 7, "finished_once": True, "writer_at_work": True}, State.COMPLETE),
        ({"last_block": 3, "writer_at_work": True}, State.OPEN),
    ],
)
def test_the_first_state_that_fits_is_the_state(facts: dict[str, object], state: State) -> None:
    assert judge(Facts(**facts))[0] is state  # type: ignore[arg-type] # rows of a table


def verdict(*trusted: TrustedSigner) -> Verdict:
    return verify(MemorySource(MADE.data), evidence=Evidence(trusted=trusted))


@pytest.mark.parametrize(
    ("trusted", "name"),
    [
        ((), None),
        ((OWN,), "Example Ltd"),
        ((TrustedSigner(signer=OWN.signer, name="too early", until_us=NOW_US),), None),
        ((TrustedSigner(signer=OWN.signer, name="too late", from_us=NOW_US + 1),), None),
        ((TrustedSigner(signer=bytes(32), name="another"),), None),
    ],
)
def test_only_a_known_signer_makes_a_file_genuine(trusted: tuple[TrustedSigner, ...], name: str | None) -> None:
    found = verdict(*trusted)
    assert (found.state, found.signer_name, found.genuine) == (State.COMPLETE, name, name is not None)


def test_every_verdict_names_its_signer() -> None:
    assert signer_words(verdict(OWN)).startswith("known as Example Ltd (")
    assert signer_words(verdict()).startswith("unknown (")
    cut = verify(MemorySource(MADE.data[:100]))
    assert signer_words(cut).startswith("not told")


def test_a_verdict_in_words_and_for_programs_says_the_same() -> None:
    damaged = bytearray(MADE.data)
    damaged[1900] ^= 1
    found = verify(MemorySource(bytes(damaged) + b"tail"), evidence=Evidence(anchors=[MADE.anchor(3)], trusted=[OWN]))
    words, fields = "\n".join(as_lines(found)), as_json(found)
    assert fields["state"] == "damaged"
    assert fields["gaps"] == [[1844, 2244]]
    assert fields["torn"] == 4
    for fact in ("damaged", "bytes 1844 to 2244", "blocks 2 to 2", "4 bytes", "up to block 3", "Example Ltd"):
        assert fact in words
