import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import bech32
from vault.errors import MalformedError, WrongKindError

KEY = bytes(range(32))
TEXT = bech32.to_string(bech32.SIGNER, KEY)


@pytest.mark.parametrize(
    ("prefix", "data", "text"),
    [
        ("a", b"", "a12uel5l"),
        ("abcdef", bytes.fromhex("00443214c74254b635cf84653a56d7c675be77df"),
         "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),
    ],
)  # fmt: skip
def test_strings_are_those_of_bip_173(prefix: str, data: bytes, text: str) -> None:
    assert bech32.to_string(prefix, data) == text


@given(st.binary(min_size=32, max_size=32), st.sampled_from([bech32.SIGNER, bech32.RECOVERY, bech32.SERVER]))
def test_what_is_written_is_read(data: bytes, prefix: str) -> None:
    text = bech32.to_string(prefix, data)
    assert (
        bech32.from_string(prefix, text)
        == bech32.from_string(prefix, f" {text.upper()[:9]}\n{text.upper()[9:]} ")
        == data
    )


@given(st.integers(0, len(TEXT) - 1), st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7l1bio-"))
def test_every_wrong_letter_is_noticed(at: int, letter: str) -> None:
    assert bech32.from_string(bech32.SIGNER, TEXT.upper())
    with pytest.raises(MalformedError):
        bech32.from_string(bech32.SIGNER, TEXT.upper().replace("K", "\u212a"))  # lower() makes it a k
    if TEXT[at] != letter:
        with pytest.raises((MalformedError, WrongKindError)):
            bech32.from_string(bech32.SIGNER, TEXT[:at] + letter + TEXT[at + 1 :])


@given(st.text(max_size=300))
def test_no_text_at_all_is_more_than_refused(text: str) -> None:
    with pytest.raises((MalformedError, WrongKindError)):
        bech32.from_string(bech32.SIGNER, text)


@pytest.mark.parametrize(
    "text", ["", "1", "sealcast-signer1", "x" * 5000, TEXT + "q", bech32.to_string(bech32.SIGNER, KEY[:-1])]
)
def test_wrong_lengths_are_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        bech32.from_string(bech32.SIGNER, text)
