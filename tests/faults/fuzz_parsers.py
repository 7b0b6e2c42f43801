"""Raw bytes into all that reads bytes or text from outside: refused on purpose, or read and written back alike."""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Final

from tests.faults.choices import Choices
from tests.faults.keyrings import of_a_server
from tests.faults.specimen import specimen
from tests.memory import MemorySource
from vault import bech32, key_file, keyring_file, passphrase, signers
from vault.anchor import read_anchors
from vault.block import read_head
from vault.header import read_header
from vault.index import BadIndexError, read_final, read_leaf, read_root
from vault.keyring import read_keyring
from vault.reader import SealedFile
from vault.store import blob_name
from vault.verify import State, verify

_PREFIXES: Final = tuple(bech32.SIZES)


def a_header(choices: Choices) -> None:
    data = choices.rest()
    header = read_header(data)
    assert header.raw == data[: header.size]


def a_sealed_file(choices: Choices) -> None:
    """Whole bytes, raw or behind a header that is right."""
    original = specimen("fuzz")
    source = MemorySource((original.header.raw if choices.once_in(2) else b"") + choices.rest())
    verdict = verify(source, evidence=original.evidence(), identity=original.identity)
    assert (verdict.state is State.COMPLETE) == verdict.genuine == (source.data == original.data)
    for opened in SealedFile(source, original.identity).blocks():
        assert opened.payload == original.payloads[opened.number]


def a_keyring(choices: Choices) -> None:
    read_keyring(choices.rest())


def a_head(choices: Choices) -> None:
    data = choices.rest()
    head = read_head(data)
    assert head is None or head.to_bytes() == data[:16]


def an_index(choices: Choices) -> None:
    read: Callable[[memoryview], object] = choices.pick((read_leaf, read_root, read_final))
    try:
        read(memoryview(choices.rest()))
    except BadIndexError:
        return


def a_string(choices: Choices) -> None:
    """Raw text; or letters with the right checksum, which no fuzzer guesses."""
    wanted = choices.pick(_PREFIXES)
    if choices.once_in(2):
        text = choices.rest().decode("utf-8", errors="replace")
    else:
        prefix, data = choices.pick((*_PREFIXES, "sealcast", "", "1", "SEALCAST-SIGNER")), choices.rest()
        size = bech32.SIZES.get(prefix, len(data))
        text = bech32.to_string(prefix, (data * size)[:size] if data else bytes(size))
    found = bech32.from_string(wanted, text)
    assert bech32.to_string(wanted, found) == re.sub(r"\s", "", text).lower()
    assert len(found) == bech32.SIZES[wanted]


def a_key_file(choices: Choices) -> None:
    data = choices.rest()
    keys = key_file.from_bytes(data)
    assert keys
    assert key_file.to_text(keys).encode() == data


def some_anchors(choices: Choices) -> None:
    for anchor in read_anchors(choices.rest()):
        assert list(read_anchors(anchor.to_line().encode())) == [anchor]


def a_passphrase(choices: Choices) -> None:
    data = passphrase.to_bytes(choices.rest().decode("utf-8", errors="surrogateescape"))
    assert passphrase.to_bytes(data.decode()) == data


def a_name(choices: Choices) -> None:
    name = blob_name(choices.rest().decode("utf-8", errors="surrogateescape"))
    path = PurePosixPath(name)
    assert not path.is_absolute()
    assert path.as_posix() == name
    assert not {"..", "."} & set(path.parts)


def a_list_of_signers(choices: Choices) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "signers.json")
        path.write_bytes(choices.rest() if choices.once_in(2) else _row(choices))
        trusted = signers.read_trusted(path)
        signers.write_trusted(path, trusted)
        assert list(signers.read_trusted(path)) == list(trusted)


def _row(choices: Choices) -> bytes:
    """A row as this program writes it, but for what stands in it."""
    signer = bech32.to_string(bech32.SIGNER, choices.take(32))
    times = {"from_us": choices.near(0, limit=2**64), "until_us": choices.near(2**53, limit=2**64)}
    name = choices.rest().decode("utf-8", errors="surrogateescape")
    return json.dumps([{"signer": signer, "name": name, **times}]).encode()


def a_list_of_keyrings(choices: Choices) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "seen.json")
        path.write_bytes(choices.rest())
        keyring_file.refuse_older(path, read_keyring(of_a_server()))


PARSERS: Final[tuple[Callable[[Choices], None], ...]] = (
    a_header, a_sealed_file, a_keyring, a_head, an_index, a_string, a_key_file, some_anchors, a_passphrase, a_name,
    a_list_of_signers, a_list_of_keyrings,
)  # fmt: skip
