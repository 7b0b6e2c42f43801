"""The window shows what lies on a portal's server, and a recording goes there while it is made."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.person import SEALCAST
from tests.journeys.played import film, viewer
from tests.portal_core.hosting import STRONG, Hosting, hosting_in
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault.header import MAX_HEADER_SIZE, read_header
from vault.places import signer_file
from vault.signers import own_signer


@pytest.fixture
def hosting(tmp_path: Path) -> Iterator[Hosting]:
    with hosting_in(tmp_path) as made:
        yield made


def sign_in(hosting: Hosting, home: Path) -> None:
    """Sign in as the manager where the window will be at home, as somebody did before he opens it."""
    environment = os.environ | {"HOME": str(home / "home"), "XDG_DATA_HOME": str(home / "home" / "data")}
    command = [SEALCAST, "play", "--portal", hosting.url, "--list", "--login", "mia"]
    command += ["--password-file", str(hosting.password), "--certificate", hosting.fingerprint]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_a_hosted_recording_is_found_in_the_library_and_played_with_the_passphrase_typed(hosting: Hosting) -> None:
    secret = hosting.folder / "secret"
    secret.write_text(STRONG)
    done = hosting.run(
        "key", "passphrase", "--portal", hosting.url, "--portal-address", "help", "--new-passphrase-file", secret,
        signed_in="mia",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    client = hosting.enrolled("ann")
    signer = own_signer(signer_file(), random_bytes=os.urandom)
    path = film(hosting.folder / "film.sealcast", range(16), recipient=client.recipient("help")[0], key=signer)
    done = hosting.run("push", path, "--to", hosting.url, "--portal-address", "help", signed_in="ann")
    assert done.exit_code == 0, done.output
    home = hosting.folder / "home"
    home.mkdir()
    sign_in(hosting, home)
    with viewer(home, "--portal", hosting.url) as person:
        person.screen.still()
        person.press("Return")  # the only one
        person.screen.still()
        person.type(STRONG)
        person.press("Return")
        person.waits_for(0)
        person.press("End")
        person.waits_for(15)
        person.press("Home")
        person.waits_for(0)
        person.quits()
    assert not list(home.rglob("*.sealcast"))
    recording = read_header(path.read_bytes()[:MAX_HEADER_SIZE]).about.recording_id.hex()
    assert [one["recording"] for one in hosting.audit("recording handed out")] == [recording]


def test_a_recording_goes_to_the_portal_while_it_is_made(hosting: Hosting) -> None:
    path = hosting.folder / "made.sealcast"
    with VirtualScreen(640, 480, manager=False) as screen:
        command = ["record", str(path), "--to", hosting.url, "--portal-address", "help", "--no-diagnostics"]
        command += ["--duration", "2s", "--customer", "Grace", "--login", "ann"]
        command += ["--password-file", str(hosting.password), "--certificate", hosting.fingerprint]
        done = subprocess.run(
            [SEALCAST, *command], env=screen.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "all of it is at" in done.stdout
    (one,) = list(hosting.client("mia").recordings())
    assert (one.customer, one.agent, one.state, one.size) == ("Grace", "Ann", "complete", path.stat().st_size)
    client = hosting.client("mia")
    assert client.bytes_of(one.recording_id, 0, one.size)[0] == path.read_bytes()


def test_where_the_portal_goes_away_the_recording_is_made_and_it_is_said_how_to_go_on(hosting: Hosting) -> None:
    path = hosting.folder / "made.sealcast"
    with VirtualScreen(640, 480, manager=False) as screen:
        command = ["record", str(path), "--to", hosting.url, "--portal-address", "help", "--no-diagnostics"]
        command += ["--login", "ann", "--password-file", str(hosting.password), "--certificate", hosting.fingerprint]
        recorder = subprocess.Popen(
            [SEALCAST, *command], env=screen.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            until(lambda: path.exists() and path.stat().st_size > 1600)
            hosting.portal.stop(signal.SIGKILL)
            recorder.send_signal(signal.SIGTERM)
            assert recorder.stderr
            assert next(line for line in recorder.stderr if line.startswith("waiting for the rest"))
            recorder.send_signal(signal.SIGINT)  # nobody waits for a portal that is gone
            said = recorder.communicate(timeout=60)
        finally:
            recorder.kill()
            recorder.wait()
    hosting.portal.start()
    assert recorder.returncode == 1, said
    assert "fingerprint" in said[0]
    assert f"sealcast push {path} --to {hosting.url} --portal-address help" in said[1]
    done = hosting.run("push", path, "--to", hosting.url, "--portal-address", "help", signed_in="ann")
    assert "all of it is at" in done.output
