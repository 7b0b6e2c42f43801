"""What the vault raises on purpose.

The class says what a caller can do about it, the fields hold the facts, the text is for people.  The command line
adds a hint by class.
"""

from collections.abc import Sequence

from vault.primitives import grouped


class VaultError(Exception):
    """Root of what the vault raises on purpose."""


class WrongPassphraseError(VaultError):
    """The passphrase is not the keyring's; another may be."""

    def __init__(self) -> None:
        super().__init__("this is not the passphrase of the keyring")


class WrongIdentityError(VaultError):
    """None of the keys given fits; the right keyring or key file may."""

    def __init__(self, *, wanted: Sequence[bytes], what: str = "the recording") -> None:
        ids = " or ".join(grouped(one) for one in wanted)
        super().__init__(f"no key given opens {what}; it opens with {ids}" if ids else f"no key opens {what}")
        self.wanted = tuple(wanted)
        self.what = what


class NotOurFormatError(VaultError):
    """The bytes are something else altogether."""

    def __init__(self, *, what: str, size: int) -> None:
        super().__init__(f"this is not a {what}" if size else f"this is not a {what}: it is empty")
        self.what = what
        self.size = size


class UnsupportedVersionError(VaultError):
    """A later release wrote this."""

    def __init__(self, *, what: str, version: int, suite: int) -> None:
        super().__init__(f"this {what} needs a newer release (version {version}, suite {suite})")
        self.what = what
        self.version = version
        self.suite = suite


class HeaderIncompleteError(VaultError):
    """The file ends inside its header: nothing was recorded yet, or it was copied only in part."""

    def __init__(self, *, size: int) -> None:
        super().__init__(
            f"the file ends inside its header, after {size} bytes"
            if size
            else "the file is empty: it has no header yet"
        )
        self.size = size


class HeaderDamagedError(VaultError):
    """The header is not as it was written."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the header is damaged: {why}")
        self.why = why


class TamperedError(VaultError):
    """Stop: the key fits or the signature is right, but these are not the bytes that were sealed."""

    def __init__(self, *, what: str, offset: int) -> None:
        super().__init__(f"{what} at byte {offset} is not what was sealed")
        self.what = what
        self.offset = offset


class MalformedError(VaultError):
    """A keyring, key file, anchor or string that breaks its law."""

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(f"the {what} is malformed: {why}")
        self.what = what
        self.why = why


class WrongKindError(VaultError):
    """A string of another kind: a signer where a recipient is wanted, say."""

    def __init__(self, *, wanted: str, found: str) -> None:
        super().__init__(f"this begins with {found!r}; wanted is one that begins with {wanted!r}")
        self.wanted = wanted
        self.found = found


class KeyringChangedError(VaultError):
    """The secret is right, and yet the keyring does not open: somebody changed it."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the keyring was changed by somebody without its keys: {why}")
        self.why = why


class OlderKeyringError(VaultError):
    """An old keyring is offered where a newer one was seen."""

    def __init__(self, *, portal_id: bytes, offered: int, seen: int, noted_in: str) -> None:
        super().__init__(
            f"this keyring of portal {portal_id.hex()} is older than one seen before: generation {offered}, "
            f"but {seen} is noted in {noted_in}"
        )
        self.noted_in = noted_in
        self.portal_id = portal_id
        self.offered = offered
        self.seen = seen


class KeyringReplacedError(VaultError):
    """Somebody else wrote the keyring first."""

    def __init__(self, *, found: int, wanted: int, written_us: int) -> None:
        super().__init__(f"somebody else changed the keyring first: it is at generation {found}, not {wanted}")
        self.found = found
        self.wanted = wanted
        self.written_us = written_us


class KeyringActError(VaultError):
    """An act the keyring's state does not allow."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)
        self.why = why


class WeakPassphraseError(VaultError):
    """A passphrase that is guessed too easily, or cannot be one."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the passphrase is refused: {why}")
        self.why = why


class PartEndedError(VaultError):
    """The part took no more after an error; the session goes on in a new part."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this part of the recording has ended: {why}")
        self.why = why


class AlreadyWritingError(VaultError):
    """Another process writes here."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"{name} is being written by another process")
        self.name = name


class BadNameError(VaultError):
    """A name that does not pass the gate."""

    def __init__(self, *, name: str, why: str) -> None:
        super().__init__(f"{name[:80]!r} cannot be a name here: {why}")
        self.name = name
        self.why = why


class BlobExistsError(VaultError):
    """There is already something of that name, and it is never overwritten."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"{name} exists already")
        self.name = name


class BlobNotFoundError(VaultError):
    """There is nothing of that name."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"there is no {name}")
        self.name = name


class StoreUnavailableError(VaultError):
    """The disk or the store failed: full, gone, not allowed."""

    def __init__(self, *, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


class UnknownCertificateError(VaultError):
    """Nobody vouches for a portal's certificate, and it was not accepted."""

    def __init__(self, *, site: str, fingerprint: str, wanted: str | None = None) -> None:
        shown = f"nobody here vouches for the certificate of {site}: SHA-256 {fingerprint}"
        super().__init__(f"{shown}, wanted was {wanted}" if wanted else shown)
        self.site = site
        self.fingerprint = fingerprint
        self.wanted = wanted


class CertificateChangedError(VaultError):
    """A portal shows another certificate than the one that was accepted."""

    def __init__(self, *, site: str, before: str, now: str) -> None:
        super().__init__(f"{site} shows another certificate than before: SHA-256 {now}, and it was {before}")
        self.site = site
        self.before = before
        self.now = now


class PortalRefusedError(VaultError):
    """A portal did not do what it was asked for, and said why; hint is what it advises."""

    def __init__(self, *, why: str, hint: str, status: int) -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint
        self.status = status  # of HTTP
