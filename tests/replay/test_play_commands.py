"""What the window is asked to show, and what is refused before there is one."""

from pathlib import Path

import click
import pytest

from replay.errors import NoKeyError
from replay.play_commands import asked
from replay.showing import Colours
from tests.replay.shelf import PASSPHRASE, Session, keyring
from tests.vectors.fixed import seed
from vault import bech32
from vault.ask import Given
from vault.errors import BlobNotFoundError, HeaderIncompleteError, NotOurFormatError, WrongPassphraseError
from vault.keyring import read_keyring
from vault.local import LocalFile
from vault.reader import SealedFile

RING = keyring()


@pytest.fixture
def path(here: Path, data_folder: Path) -> Path:
    assert not data_folder.exists()
    (here / "pass").write_text(PASSPHRASE)
    (here / "a.keyring").write_bytes(RING)
    return Session(recipient=read_keyring(RING).recipient).write(here / "one.sealcast")


def test_without_a_secret_the_window_asks(path: Path) -> None:
    showing = asked(path, at_us=7, theme="dark", given=Given())
    assert (showing.file, showing.folder, showing.identity, showing.at_us) == (path, None, None, 7)
    assert showing.colours is Colours.DARK


def test_with_one_nobody_is_asked(path: Path, here: Path) -> None:
    (here / "recovery").write_text(bech32.to_string(bech32.RECOVERY, seed("recovery")))
    secrets = Given(passphrase_file=here / "pass"), Given(recovery_key_file=here / "recovery")
    for showing in (
        *(asked(path, given=given) for given in secrets),
        *(asked(None, keyring=here / "a.keyring", given=given) for given in secrets),
    ):
        assert showing.identity
        with LocalFile(path) as source:
            assert SealedFile(source, showing.identity).finished


def test_without_a_file_it_is_the_folder(path: Path, here: Path) -> None:
    assert path.exists()
    showing = asked(None, folder=here, given=Given())
    assert (showing.file, showing.folder) == (None, here)


def test_with_a_file_it_is_the_folder_that_the_library_shows(path: Path, here: Path) -> None:
    (here / "else").mkdir()
    showing = asked(path, folder=here / "else", given=Given())
    assert (showing.file, showing.folder) == (path, here / "else")


def test_a_file_that_cannot_be_shown_is_told_before_there_is_a_window(path: Path, here: Path) -> None:
    (here / "text").write_text("hello")
    (here / "empty").write_text("")
    (here / "wrong").write_text("another one")
    (here / "else").mkdir()
    alone = Session().write(here / "else" / "one.sealcast")
    with pytest.raises(NotOurFormatError):
        asked(here / "text", given=Given())
    with pytest.raises(HeaderIncompleteError):
        asked(here / "empty", given=Given())
    with pytest.raises(BlobNotFoundError):
        asked(here / "none", given=Given())
    with pytest.raises(BlobNotFoundError):
        asked(None, folder=here / "none", given=Given())
    with pytest.raises(WrongPassphraseError):
        asked(path, given=Given(passphrase_file=here / "wrong"))
    with pytest.raises(NoKeyError) as caught:
        asked(alone, given=Given(passphrase_file=here / "pass"))
    assert caught.value.advice in str(caught.value)
    with pytest.raises(NotOurFormatError):
        asked(path, keyring=path, given=Given())


def test_what_makes_no_sense_is_wrong_usage(path: Path, here: Path) -> None:
    with pytest.raises(click.UsageError):
        asked(path, keyring=here / "a.keyring", key_file=here / "x", given=Given())
    with pytest.raises(click.UsageError):
        asked(None, at_us=7, given=Given())
    with pytest.raises(click.UsageError):
        asked(None, given=Given(passphrase_file=here / "pass"))
