import hashlib
import tomllib
from pathlib import Path

import pytest

from vault import passphrase
from vault.errors import WeakPassphraseError

VENDORED = Path(__file__).parents[2] / "docs" / "vendored.toml"


@pytest.mark.parametrize(("typed", "same"), [("K\u00e4se", "Ka\u0308se"), ("\u212b", "\u00c5"), ("x y", "x y")])
def test_every_way_of_typing_gives_the_same_bytes(typed: str, same: str) -> None:
    assert passphrase.to_bytes(typed) == passphrase.to_bytes(same)


@pytest.mark.parametrize("typed", ["", "a\0b", "a\nb", "\ud800", "x" * 1025, "ä" * 513])
def test_what_cannot_be_a_passphrase_is_told(typed: str) -> None:
    with pytest.raises(WeakPassphraseError):
        passphrase.to_bytes(typed)


@pytest.mark.parametrize(
    "typed",
    ["password", "12345678", "Sealcast1!", "qwertzuiop", "abcabcabcabc", "P@ssw0rd2026", "a" * 300, "letmein please"],
)
def test_what_is_guessed_too_easily_is_refused(typed: str) -> None:
    with pytest.raises(WeakPassphraseError):
        passphrase.require_strong(typed)


@pytest.mark.parametrize(
    "typed",
    ["zebra onyx walrus kettle drum", "vT9#kq2!mZx7Lw", "Käse Brot Äpfel Türklinke 77", "字" * 3 + "vT9#kq2!mZx"],
)
def test_what_is_hard_to_guess_is_taken(typed: str) -> None:
    passphrase.require_strong(typed)


def test_seven_words_are_drawn_and_every_word_can_be() -> None:
    asked: list[int] = []

    def draw(below: int) -> int:
        asked.append(below)
        return (len(asked) * 1111) % below

    words = passphrase.generate(randbelow=draw).split(" ")
    assert (len(words), asked) == (7, [7776] * 7)
    assert len(set(words)) == 7
    first, last = passphrase.generate(randbelow=lambda _: 0), passphrase.generate(randbelow=lambda below: below - 1)
    assert (first, last) == (" ".join(["abacus"] * 7), " ".join(["zoom"] * 7))
    passphrase.require_strong(passphrase.generate())


def test_vendored_files_are_those_on_the_list() -> None:
    listed = tomllib.loads(VENDORED.read_text())["file"]
    fonts = {f"replay/fonts/Inter-{weight}.ttf" for weight in ("Regular", "SemiBold")}
    assert {one["path"] for one in listed} == {"vault/words.txt"} | fonts
    for one in listed:
        data = (VENDORED.parents[1] / one["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
        assert one["licence"]
        assert one["source"]
