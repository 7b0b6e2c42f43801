"""Keyrings at a real terminal."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.person import OTHER, STRONG, Run, Terminal
from vault import bech32
from vault.ask import MadeSecrets


def test_a_person_makes_a_keyring_and_is_told_what_nobody_can_reset(here: Path, environment: dict[str, str]) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring")
    session.child.expect("Nobody can reset")
    session.answers("New passphrase", "password1")
    session.child.expect("is refused")
    session.answers("New passphrase", STRONG).answers("once more", OTHER)
    session.child.expect("something else")
    shown = session.answers("New passphrase", STRONG).answers("once more", STRONG).ends()
    assert STRONG not in shown
    assert OTHER not in shown
    assert "opens" in Terminal(here, environment, "key", "check", "a.keyring").answers("Passphrase", STRONG).ends()
    assert "not the passphrase" in Terminal(here, environment, "key", "check", "a.keyring").answers("Pass", OTHER).ends(
        1
    )


def test_an_empty_passphrase_gets_seven_words_shown_once(here: Path, environment: dict[str, str]) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring").answers("New passphrase", "")
    words = session.shows(r"\r\n    ([a-z -]+)\r\n")
    assert len(words.split()) == 7
    assert words not in session.answers("once more", words).ends()
    Terminal(here, environment, "key", "check", "a.keyring").answers("Passphrase", words).ends()


def test_a_recovery_key_is_shown_once_and_typed_back(here: Path, environment: dict[str, str], run: Run) -> None:
    session = Terminal(here, environment, "key", "new", "a.keyring", "--recovery")
    session.answers("New passphrase", STRONG).answers("once more", STRONG)
    text = session.shows("(SEALCAST-RECOVERY1 [A-Z0-9 ]+)\r\n")
    session.answers("Type it back", text[:-3])
    session.child.expect("malformed")
    session.answers("Type it back", bech32.to_string(bech32.RECOVERY, bytes(32)))
    session.child.expect("another key")
    session.answers("Type it back", text.lower()).ends()
    assert (
        "stands on the printed"
        in Terminal(here, environment, "key", "check", "a.keyring").answers("or recov", text).ends()
    )
    (here / "sheet").write_text(text)
    assert "stands on the printed sheet" in run("key", "check", "a.keyring", "--recovery-key-file", "sheet").stderr
    run("key", "passphrase", "a.keyring", "--recovery-key-file", "sheet", "--generate-to", "words")


def test_a_keyring_goes_through_every_act(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--without-passphrase", "--server-key", "server.key")
    assert (here / "server.key").stat().st_mode & 0o777 == 0o600
    run("key", "check", "a.keyring", "--server-key", "server.key")
    run("key", "passphrase", "a.keyring", "--server-key", "server.key", "--new-passphrase-file", "pass")
    run("key", "check", "a.keyring", "--server-key", "server.key", code=1)
    run("key", "check", "a.keyring", "--passphrase-file", "pass")
    run("key", "recovery", "a.keyring", "--passphrase-file", "pass", "--to", "sheet")
    run("key", "rotate", "a.keyring", "--passphrase-file", "pass")
    run("key", "passphrase", "a.keyring", "--passphrase-file", "pass", "--somebody-leaves", "--generate-to", "words")
    assert (here / "words").stat().st_mode & 0o777 == 0o600
    run("key", "check", "a.keyring", "--passphrase-file", "pass", code=1)
    run("key", "check", "a.keyring", "--recovery-key-file", "sheet")
    run("key", "recovery", "a.keyring", "--passphrase-file", "words", "--remove")
    run("key", "check", "a.keyring", "--recovery-key-file", "sheet", code=1)
    run("key", "passphrase", "a.keyring", "--passphrase-file", "words", "--remove", "--to-server-key", "server.key")
    facts = json.loads(run("key", "show", "a.keyring", "--json").stdout)
    assert (facts["generation"], len(facts["keys"]), len(facts["slots"])) == (7, 4, 1)
    recipient = run("key", "show", "a.keyring", "--recipient").stdout
    assert len(bech32.from_string(bech32.PORTAL, recipient)) == 1216


def test_secrets_come_through_a_descriptor_too(run: Run) -> None:
    reading, writing = os.pipe()
    os.write(writing, STRONG.encode() + b"\n")
    os.close(writing)
    run("key", "new", "a.keyring", "--new-passphrase-fd", str(reading), pass_fds=[reading])
    os.close(reading)
    run("key", "check", "a.keyring", "--passphrase-file", "pass")


def test_an_old_keyring_put_in_place_of_the_present_one_is_refused_by_name(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    old = (here / "a.keyring").read_bytes()
    run("key", "rotate", "a.keyring", "--passphrase-file", "pass")
    (here / "a.keyring").write_bytes(old)
    refused = run("key", "check", "a.keyring", "--passphrase-file", "pass", code=1).stderr
    assert "generation 1, but 2 is noted in " in refused


def test_an_old_keyring_names_no_recipient(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    old = (here / "a.keyring").read_bytes()
    run("key", "passphrase", "a.keyring", "--passphrase-file", "pass", "--somebody-leaves", "--generate-to", "words")
    (here / "a.keyring").write_bytes(old)
    run("key", "show", "a.keyring", "--recipient", code=1)


def test_a_keyring_that_only_a_recovery_key_opened_proves_no_generation(run: Run, here: Path) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass", "--recovery-to", "sheet")
    genuine = (here / "a.keyring").read_bytes()
    # Whoever knows the public recovery key can make a keyring of this portal that it opens.
    run("key", "passphrase", "a.keyring", "--recovery-key-file", "sheet", "--generate-to", "words")
    run("key", "check", "a.keyring", "--recovery-key-file", "sheet")
    (here / "a.keyring").write_bytes(genuine)
    run("key", "check", "a.keyring", "--passphrase-file", "pass")


def test_a_new_secret_stays_when_the_keyring_needs_it_already(run: Run, environment: dict[str, str]) -> None:
    run("key", "new", "a.keyring", "--new-passphrase-file", "pass")
    environment["XDG_DATA_HOME"] = "/proc/none"  # nothing can be noted there
    done = run("key", "passphrase", "a.keyring", "--passphrase-file", "pass", "--generate-to", "words")
    assert "warning" in done.stderr
    run("key", "check", "a.keyring", "--passphrase-file", "words")
    done = run("key", "passphrase", "a.keyring", "--passphrase-file", "words", "--remove", "--to-server-key", "server")
    run("key", "check", "a.keyring", "--server-key", "server")


@pytest.mark.parametrize("there", [False, True])
def test_made_secrets_go_only_while_nothing_needs_them(tmp_path: Path, *, there: bool) -> None:
    keyring, secret = tmp_path / "a.keyring", tmp_path / "secret"
    keyring.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt), MadeSecrets(keyring) as made:  # noqa: PT012 - the order is the point
        made.write(secret, "words")
        made.needed_by(b"new")
        if there:
            keyring.write_bytes(b"new")
        raise KeyboardInterrupt
    assert secret.exists() == there


def test_made_secrets_that_are_kept_stay_even_when_another_writes_the_keyring_next(tmp_path: Path) -> None:
    keyring, secret = tmp_path / "a.keyring", tmp_path / "secret"
    with pytest.raises(KeyboardInterrupt), MadeSecrets(keyring) as made:  # noqa: PT012 - the order is the point
        made.write(secret, "words")
        made.needed_by(b"new")
        made.keep()
        keyring.write_bytes(b"newer")
        raise KeyboardInterrupt
    assert secret.exists()
