"""Write a sealed file: payloads in, durable blocks out.  Source: SPEC.md §4.

Rule of this file: one file, one writer, one file key, one life.  After an error the part has ended; nothing is
sealed twice, and the key is forgotten.

The caller's thread seals; chain.py hashes, signs, appends and syncs beside it, because those wait for other things.
"""

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

from vault.anchor import Anchor
from vault.block import (
    LENGTH_SIZE,
    MAX_BLOCKS,
    MAX_SUMMARY,
    SEALED_OVERHEAD,
    BlockType,
    Head,
    plaintext_size,
    seal_into,
)
from vault.chain import Chain, Sealed
from vault.errors import PartEndedError, VaultError
from vault.header import About, Recipient, Role, seal_header, wrapped_for
from vault.index import LABEL_SIZE, LEAF_ENTRIES, Ending, Entry, Leaf, Reason, final_payload, leaf_payload, root_payload
from vault.outside import REAL, Outside
from vault.primitives import KEY_SIZE, SALT_SIZE, Buffer, SigningKey
from vault.store import Growing

_BUFFERS: Final = 3  # blocks between sealing and the disk
_ENDING_BLOCKS: Final = 4  # last leaf, root, SUMMARY, FINAL


class SealedWriter:
    """Write one part.  Not for several threads at once.

    Units: labels are 24 bytes, payloads at most 16 MiB − 4.
    Errors: PartEndedError from any call after something failed, StoreUnavailableError among its causes.
    """

    def __init__(
        self,
        growing: Growing,
        about: About,
        *,
        recipients: Sequence[tuple[Role, bytes]],
        signer: SigningKey,
        outside: Outside = REAL,
    ) -> None:
        self._growing = growing
        self._outside = outside
        self._recording_id = about.recording_id
        self._file_key = outside.random_bytes(KEY_SIZE)
        self._closed = False
        self._number = 0
        self._leaf: list[Entry] = []
        self._leaves: list[Entry] = []
        self._plaintext = bytearray()
        try:
            wrapped = [self._wrapped(role, public) for role, public in recipients]
            self.header = seal_header(about, wrapped, file_key=self._file_key, signer=signer)
            self._chain = Chain(growing, self.header, signer=signer, outside=outside, buffers=_BUFFERS)
        except BaseException:
            growing.abandon()
            raise
        self._offset = self.header.size  # where the next block will lie

    @property
    def next_offset(self) -> int:
        """Where the next block will lie, in bytes from the start of the file."""
        return self._offset

    @property
    def next_number(self) -> int:
        """The number of the next block."""
        return self._number + 1

    @property
    def durable(self) -> Anchor:
        """The newest block that is durable: what is acknowledged, and what an anchor is made of."""
        return self._chain.durable

    def check(self) -> None:
        """Errors: PartEndedError once anything went wrong, though it is noticed by no call."""
        self._chain.check()

    def append(self, payload: Buffer, *, label: bytes = bytes(LABEL_SIZE)) -> int:
        """Seal a payload as the next block and return the block's number.

        It is written at once; making it durable begins a second or 8 MiB later at latest.
        """
        if len(label) != LABEL_SIZE:
            raise ValueError(f"a label has {LABEL_SIZE} bytes")
        size = plaintext_size(BlockType.DATA, len(payload))
        if self._number > MAX_BLOCKS - _ENDING_BLOCKS - 1:
            raise PartEndedError(why="it holds as many blocks as a file can")
        with self._ending_on_error():
            entry = self._seal(BlockType.DATA, payload, size)
            self._leaf.append(replace(entry, label=label))
            if len(self._leaf) == LEAF_ENTRIES:
                self._write_leaf()
        assert entry.number is not None
        return entry.number

    def sync(self) -> Anchor:
        """Return when all that was appended is durable, with what is then acknowledged."""
        with self._ending_on_error():
            self._chain.check()
            if self._closed and self.durable.block < self._number:
                raise PartEndedError(why="it was closed")
            return self._chain.sync(self._number)

    def finish(self, summary: Buffer | None = None, *, reason: int = Reason.ENDED) -> Anchor:
        """Write index, summary and end, make all durable, forget the key; return the anchor of FINAL."""
        if summary is not None and len(summary) > MAX_SUMMARY:
            raise ValueError("a summary is at most 1 MiB")
        with self._ending_on_error():
            if self._leaf:
                self._write_leaf()
            root = self._seal_own(BlockType.INDEX, root_payload(self._leaves))
            place = None if summary is None else self._seal_own(BlockType.SUMMARY, summary)
            ending = Ending(count=self._number + 1, reason=reason, root=root, summary=place)
            self._seal_own(BlockType.FINAL, final_payload(ending))
            anchor = self._chain.sync(self._number)
            try:
                self._close(self._growing.finish)
            except VaultError as error:
                raise PartEndedError(why=str(error)) from error
        return anchor

    def abandon(self) -> None:
        """Stop without an end, keeping what was appended.  Nothing happens after finish()."""
        self._close(self._growing.abandon)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.abandon()

    @contextmanager
    def _ending_on_error(self) -> Iterator[None]:
        # An interrupt too: between two steps nobody can say which number or index entry comes next.
        try:
            yield
        except BaseException:
            self.abandon()
            raise

    def _close(self, end: Callable[[], None]) -> None:
        if not self._closed:
            self._closed, self._file_key = True, b""
            # Interrupted here, the file stays open until the process ends: a thread may still be writing to it.
            self._chain.close()
            end()

    def _wrapped(self, role: Role, public: bytes) -> Recipient:
        return wrapped_for(
            public,
            role=role,
            recording_id=self._recording_id,
            file_key=self._file_key,
            wrap=self._outside.wrap,
        )

    def _write_leaf(self) -> None:
        first = self._leaf[0]
        assert first.number is not None
        entry = self._seal_own(BlockType.INDEX, leaf_payload(Leaf(first_number=first.number, entries=self._leaf)))
        self._leaves.append(replace(entry, label=first.label))
        self._leaf = []

    def _seal_own(self, type_: int, payload: Buffer) -> Entry:
        return self._seal(type_, payload, plaintext_size(type_, len(payload)))

    def _seal(self, type_: int, payload: Buffer, size: int) -> Entry:
        self._chain.check()
        if self._closed:
            raise PartEndedError(why="it was closed")
        head = Head(type_, size + SEALED_OVERHEAD, self._number + 1)
        buffer = self._chain.buffer(head.size)
        self._chain.check()
        seal_into(
            memoryview(buffer),
            self._padded(payload, size),
            head=head,
            file_key=self._file_key,
            recording_id=self._recording_id,
            salt=self._salt(),
        )
        entry = Entry(self._offset, head.size, head.type, number=head.number)
        self._number += 1
        self._offset += head.size
        self._chain.put(Sealed(head, buffer))
        return entry

    def _padded(self, payload: Buffer, size: int) -> memoryview:
        if len(self._plaintext) < size:
            self._plaintext = bytearray(size)
        view = memoryview(self._plaintext)[:size]
        end = LENGTH_SIZE + len(payload)
        view[:LENGTH_SIZE] = len(payload).to_bytes(LENGTH_SIZE, "little")
        view[LENGTH_SIZE:end] = payload
        view[end:] = bytes(size - end)
        return view

    def _salt(self) -> bytes:
        # A machine that was copied while running has the same random state in both copies; time and process differ.
        time_and_process = struct.pack("<QI", self._outside.wall_us(), self._outside.process_id())
        return hashlib.sha256(self._outside.random_bytes(SALT_SIZE) + time_and_process).digest()[:SALT_SIZE]
