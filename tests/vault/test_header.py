from dataclasses import replace

import pytest

from tests.vectors.fixed import portal, signer
from tests.vectors.sealed_files import about
from vault.errors import HeaderDamagedError, HeaderIncompleteError, TamperedError, WrongIdentityError
from vault.header import (
    MAX_HEADER_SIZE,
    Header,
    Identity,
    PreviousPart,
    Role,
    header_size,
    read_header,
    seal_header,
    unlock,
    wrapped_for,
)
from vault.portal_key import PortalKey

FILE_KEY = bytes(range(32))


def made(*recipients: tuple[Role, PortalKey], part: int = 1, previous: PreviousPart | None = None) -> Header:
    facts = about(part=part, previous=previous)
    wrapped = [
        wrapped_for(key.public, role=role, recording_id=facts.recording_id, file_key=FILE_KEY)
        for role, key in recipients
    ]
    return seal_header(facts, wrapped, file_key=FILE_KEY, signer=signer())


ONE = made((Role.PORTAL, portal()))


@pytest.mark.parametrize("count", [1, 2, 16])
def test_a_header_comes_back_as_it_went(count: int) -> None:
    previous = PreviousPart(recording_id=b"p" * 16, block=9, hash=b"h" * 32)
    header = made(*[(Role.PERSON, portal(f"person {n}")) for n in range(count)], part=2, previous=previous)
    assert len(header.raw) == header_size(count) <= MAX_HEADER_SIZE
    assert read_header(header.raw + b"what follows") == header


@pytest.mark.parametrize("count", [0, 17])
def test_a_recording_without_recipients_or_with_too_many_cannot_be_made(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 16"):
        seal_header(about(), [ONE.recipients[0]] * count, file_key=FILE_KEY, signer=signer())


@pytest.mark.parametrize("changes", [{"part": 0}, {"part": 2}, {"created_us": 2**53}])
def test_a_header_nobody_could_mean_cannot_be_made(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="part 1"):
        seal_header(replace(about(), **changes), ONE.recipients, file_key=FILE_KEY, signer=signer())  # type: ignore[arg-type] # numbers only


def test_a_header_that_is_cut_anywhere_is_incomplete() -> None:
    for size in range(len(ONE.raw)):
        with pytest.raises(HeaderIncompleteError) as caught:
            read_header(ONE.raw[:size])
        assert caught.value.size == size


def test_every_byte_of_a_header_is_signed() -> None:
    for at in range(16, len(ONE.raw)):
        changed = bytearray(ONE.raw)
        changed[at] ^= 1
        reserved = 144 <= at < 160 or 161 <= at < 164
        if not reserved:
            with pytest.raises(HeaderDamagedError):
                read_header(bytes(changed))


def test_each_recipient_unlocks_and_nobody_else() -> None:
    both = made((Role.PORTAL, portal()), (Role.PERSON, portal("person")))
    assert unlock(both, Identity(portal_keys=[portal("person")])) == FILE_KEY
    assert unlock(both, Identity(portal_keys=[portal("another"), portal()])) == FILE_KEY
    with pytest.raises(WrongIdentityError) as caught:
        unlock(both, Identity(portal_keys=[portal("another")], file_keys={bytes(16): FILE_KEY}))
    assert caught.value.wanted == (portal().key_id, portal("person").key_id)


def test_a_file_key_unlocks_its_recording_and_is_proven() -> None:
    recording_id = ONE.about.recording_id
    assert unlock(ONE, Identity(file_keys={recording_id: FILE_KEY})) == FILE_KEY
    with pytest.raises(TamperedError):
        unlock(ONE, Identity(file_keys={recording_id: bytes(32)}))


def test_a_wrapped_key_is_bound_to_its_role_and_recording() -> None:
    for header in (
        replace(ONE, recipients=(replace(ONE.recipients[0], role=Role.PERSON),)),
        replace(ONE, about=replace(ONE.about, recording_id=bytes(16))),
    ):
        with pytest.raises(TamperedError):
            unlock(header, Identity(portal_keys=[portal()]))
