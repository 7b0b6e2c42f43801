import pytest

from vault.errors import MalformedError
from vault.portal_key import PortalKey, wrap
from vault.primitives import BadTagError


def test_a_seed_gives_the_public_key_of_the_x_wing_draft() -> None:
    # draft-connolly-cfrg-xwing-kem, first test vector.
    key = PortalKey(bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26"))
    assert key.public.hex().startswith("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5")
    assert len(key.public) == 1216


def test_what_is_wrapped_comes_back_to_its_owner_only() -> None:
    owner, other = PortalKey(b"o" * 32), PortalKey(b"x" * 32)
    wrapped = wrap(b"k" * 32, public=owner.public, info=b"place")
    assert len(wrapped) == 1168
    assert owner.unwrap(wrapped, info=b"place") == b"k" * 32
    for key, info, data in (
        (other, b"place", wrapped),
        (owner, b"elsewhere", wrapped),
        (owner, b"place", wrapped[:-1]),
    ):
        with pytest.raises(BadTagError):
            key.unwrap(data, info=info)


@pytest.mark.parametrize("public", [b"", bytes(1216), b"\xff" * 1216, bytes(1215)])
def test_bytes_that_are_no_public_key_are_refused(public: bytes) -> None:
    with pytest.raises(MalformedError):
        wrap(b"k" * 32, public=public, info=b"")


def test_a_seed_of_another_length_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PortalKey(b"short")
