"""README.txt and the verification, followed to the letter by somebody without Sealcast."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pexpect
import pytest

import recorder.codec
import recorder.format
import vault
from replay.export.bundle import SourceFile, sealed_name, write_bundle
from replay.export.bundle_readme import readme
from replay.export.manifest import BundleFacts
from replay.export.verification import verification_json, verification_text
from tests.replay.export.samples import MADE_US, MISSING, SESSION
from tests.replay.sessions import write_parts
from tests.replay.shelf import PASSPHRASE, keyring
from tests.vectors.fixed import signer
from vault.keyring import read_keyring
from vault.local import LocalFile
from vault.signers import TrustedSigner, fingerprint
from vault.verify import Evidence, State, Verdict, verify
from vault.walk import read_start

RING = keyring()
FACTS = BundleFacts(name="case-1", session=SESSION, made_us=MADE_US, software="Sealcast 0.1", missing=MISSING)
PAPERS = {
    "open_without_sealcast.py": Path(vault.__file__).with_name("open_without_sealcast.py"),
    "SPEC.md": Path(vault.__file__).with_name("SPEC.md"),
    "SPEC-packets.md": Path(recorder.format.__file__).with_name("SPEC.md"),
    "SPEC-tiles.md": Path(recorder.codec.__file__).with_name("SPEC.md"),
}


@dataclass
class Stranger:
    """Somebody who has the bundle, Python with one package, and nothing of ours."""

    bundle: Path
    path: str

    def commands(self, beginning: str) -> list[str]:
        """Return what README.txt tells to type that begins so."""
        lines = (self.bundle / "README.txt").read_text().splitlines()
        return [line.strip() for line in lines if line.startswith(f"    {beginning}")]

    def types(self, command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "-c", command], cwd=self.bundle, env={"PATH": self.path}, capture_output=True, text=True, check=False
        )


def verdicts_of(paths: list[Path]) -> dict[str, Verdict]:
    headers, found = [], {}
    for path in paths:
        with LocalFile(path) as source:
            headers.append(read_start(source))
    trusted = [TrustedSigner(signer=signer().public, name="Northwind recorder")]
    for number, path in enumerate(paths, 1):
        with LocalFile(path) as source:
            found[sealed_name(number)] = verify(source, evidence=Evidence(next_parts=headers, trusted=trusted))
    return found


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    parts = write_parts(recorded, 2, recipient=read_keyring(RING).recipient)
    verdicts = verdicts_of(parts.paths)
    files = {name: SourceFile(path=path) for name, path in zip(verdicts, parts.paths, strict=True)}
    files |= {name: SourceFile(path=path) for name, path in PAPERS.items()}
    texts = {
        "verification.txt": verification_text(verdicts, MADE_US, UTC),
        "verification.json": verification_json(verdicts, MADE_US),
    }
    texts["README.txt"] = readme(FACTS, files={*files, *texts}, verdicts=verdicts, zone=UTC)
    write_bundle(tmp_path / "case.zip", FACTS, texts=texts, files=files)
    clean = tmp_path / "clean"
    subprocess.run(["unzip", "-q", tmp_path / "case.zip", "-d", clean], check=True)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" -I "$@"\n')
    (programs / "python3").chmod(0o755)
    return Stranger(bundle=clean / "case-1", path=f"{programs}:/usr/bin:/bin")


def test_its_commands_check_the_bundle_and_each_sealed_file(stranger: Stranger) -> None:
    (unchanged,) = stranger.commands("sha256sum")
    assert stranger.types(unchanged).returncode == 0
    checks = stranger.commands("python3 open_without_sealcast.py check")
    assert ["--next" in one for one in checks] == [True, False]
    for check in checks:
        done = stranger.types(check)
        assert (done.returncode, done.stdout.splitlines()[-1].split(":")[0]) == (0, "genuine"), done.stderr


def test_a_changed_file_is_found_out(stranger: Stranger) -> None:
    part = stranger.bundle / sealed_name(1)
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    assert stranger.types(stranger.commands("sha256sum")[0]).returncode == 1
    done = stranger.types(stranger.commands("python3 open_without_sealcast.py check")[0])
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "state: damaged")


def test_its_command_opens_a_sealed_file_with_keyring_and_passphrase(stranger: Stranger) -> None:
    (stranger.bundle / "support.keyring").write_bytes(RING)
    (command,) = stranger.commands("python3 open_without_sealcast.py open")
    typed = command.replace("KEYRING", "support.keyring")
    terminal: pexpect.spawn[str] = pexpect.spawn(
        "sh", ["-c", typed], cwd=str(stranger.bundle), env={"PATH": stranger.path}, encoding="utf-8", timeout=60
    )
    terminal.expect("Passphrase or recovery key: ")
    terminal.waitnoecho()
    terminal.sendline(PASSPHRASE)
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0, terminal.before
    assert "payloads written" in str(terminal.before)
    assert {one.suffix for one in (stranger.bundle / "opened").iterdir()} == {".data", ""}


def test_it_names_what_is_there_and_nothing_else(stranger: Stranger) -> None:
    text = (stranger.bundle / "README.txt").read_text()
    for name in (*PAPERS, "verification.txt", "manifest.json", "SHA256SUMS", "recording/"):
        assert f"\n    {name} " in text
    assert "index.html" not in text
    assert "video.mp4" not in text
    assert "00:00:16 to 00:00:20: the recording was paused" in text


def test_a_redacted_one_tells_no_way_to_sealed_files() -> None:
    facts = BundleFacts(name="a", session=SESSION, made_us=0, software="s", redacted="Redacted: 1 region removed.")
    text = "".join(readme(facts, files={"index.html", "video.mp4"}, verdicts={}, zone=UTC))
    assert "Redacted: 1 region removed. Because of that there is no sealed file in this bundle." in text
    assert "open_without_sealcast" not in text
    assert "sealed files below" not in text
    assert "sha256sum -c SHA256SUMS" in text
    assert "Begin with index.html" in text


def test_the_verdicts_are_told_for_people_and_programs(stranger: Stranger) -> None:
    text = (stranger.bundle / "verification.txt").read_text()
    root = json.loads((stranger.bundle / "verification.json").read_text())
    assert (root["format"], root["version"], root["made"]) == (
        "sealcast verification", 1, "2026-11-18T11:06:40.000000Z",
    )  # fmt: skip
    assert [(one["name"], one["state"], one["genuine"]) for one in root["files"]] == [
        (sealed_name(1), "complete", True), (sealed_name(2), "complete", True),
    ]  # fmt: skip
    digits = fingerprint(signer().public)
    assert {one["signer_fingerprint"] for one in root["files"]} == {digits}
    assert text.count(f"known as Northwind recorder ({digits})") == 2
    assert text.count("complete means: ") == 1
    assert "Verified 2026-11-18 11:06:40 UTC" in text


@pytest.mark.parametrize("state", State)
def test_every_state_is_explained(state: State) -> None:
    verdict = Verdict(state=state, reason="\u202ewhy", facts=verify_nothing().facts)
    text = "".join(verification_text({sealed_name(1): verdict}, MADE_US, UTC))
    assert f"\n{state.value} means: " in text
    told = "".join(readme(FACTS, files=PAPERS, verdicts={sealed_name(1): verdict}, zone=UTC))
    assert f"{state.value}: ⟨U+202E⟩why" in told
    # Of what has no header nobody knows whose it is.
    assert "\n    python3 open_without_sealcast.py check recording/part-1.sealcast\n" in told


def verify_nothing() -> Verdict:
    class Nothing:
        def size(self) -> int:
            return 0

        def read(self, start: int, size: int) -> bytes:  # noqa: ARG002 - there is none
            return b""

    return verify(Nothing())
