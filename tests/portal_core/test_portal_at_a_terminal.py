"""A person at a terminal, who meets a portal for the first time: its certificate, his sign-in, its passphrase."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.person import Terminal
from tests.portal_core.hosting import OTHER, STRONG, Hosting, hosting_in
from tests.portal_core.served import PASSWORD
from vault import passphrase
from vault.errors import WrongPassphraseError
from vault.keyring import open_by_passphrase


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting_in(tmp_path_factory.mktemp("terminal")) as made:
        yield made


def at_terminal(hosting: Hosting, home: Path, *arguments: str) -> Terminal:
    return Terminal(home, os.environ | {"XDG_DATA_HOME": str(home)}, *arguments, "--portal", hosting.url)


def says_yes(hosting: Hosting, person: Terminal, answer: str = "y") -> None:
    assert person.shows(r"([0-9A-F]{2}(?::[0-9A-F]{2}){31})") == hosting.fingerprint
    person.child.expect(r"Is it the same\?")
    person.child.sendline(answer)


def test_who_does_not_know_the_certificate_is_connected_with_nobody(hosting: Hosting, tmp_path: Path) -> None:
    person = at_terminal(hosting, tmp_path, "play", "--list")
    says_yes(hosting, person, "n")
    said = person.ends(1)
    assert "hint: compare it" in said
    assert not list(tmp_path.rglob("*.json"))
    assert hosting.audit("sign-in refused") == []


def test_asked_once_for_the_certificate_and_the_sign_in_and_never_again(hosting: Hosting, tmp_path: Path) -> None:
    person = at_terminal(hosting, tmp_path, "play", "--list")
    says_yes(hosting, person)
    person.child.expect("Login at")
    person.child.sendline("mia")
    assert PASSWORD not in person.answers("Password of your sign-in", PASSWORD).ends()
    at_terminal(hosting, tmp_path, "play", "--list").ends()


def test_a_passphrase_is_set_with_ones_own_password_and_typed_twice(hosting: Hosting, tmp_path: Path) -> None:
    setting = ("key", "passphrase", "--portal-address", "help")
    person = at_terminal(hosting, tmp_path, *setting, "--login", "mia", "--certificate", hosting.fingerprint)
    person.answers("Password of your sign-in", PASSWORD)
    person.answers("your own password at the portal", PASSWORD)
    person.shows("(Nobody can reset this passphrase)")
    person.answers("New passphrase", STRONG).answers("once more", OTHER)  # that was something else
    person.answers("New passphrase", STRONG).answers("once more", STRONG)
    assert "old and new, open only with it" in person.ends()
    keyring, _ = hosting.client("mia").keyring("help")
    open_by_passphrase(keyring, passphrase.to_bytes(STRONG))

    person = at_terminal(hosting, tmp_path, *setting)
    said = person.answers("Passphrase, or recovery key", OTHER).ends(1)
    assert "not the passphrase" in said
    person = at_terminal(hosting, tmp_path, *setting, "--somebody-leaves")
    person.answers("Passphrase, or recovery key", STRONG)
    person.answers("New passphrase", OTHER).answers("once more", OTHER).ends()
    changed, _ = hosting.client("mia").keyring("help")
    with pytest.raises(WrongPassphraseError):
        open_by_passphrase(changed, passphrase.to_bytes(STRONG))
    assert len(changed.keys) == len(keyring.keys) + 1
