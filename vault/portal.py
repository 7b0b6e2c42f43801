"""A portal as programs speak with it: signed in once, then recordings, keyrings and pushes as values.

Errors: PortalRefusedError with the portal's own sentence; StoreUnavailableError when it is not reached; MalformedError
for an answer that is none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import quote, urlencode

from vault import bech32, key_file
from vault.anchor import Anchor
from vault.errors import MalformedError
from vault.https import Answer, Connection
from vault.keyring import MAX_SIZE, Keyring, read_keyring
from vault.primitives import MAX_INTEGER, SigningKey
from vault.signers import TrustedSigner, enrolment

MAX_PAGES: Final = 1_000
_WHAT: Final = "answer of the portal"
Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedRecording:
    """What a portal says of a recording.  Units: times since 1970, UTC; size in bytes."""

    recording_id: bytes
    session_id: bytes
    part: int
    portal: str
    address: str
    customer: str
    agent: str
    began_us: int
    ended_us: int | None
    state: str  # of portal_core.recording_state
    state_in_words: str
    size: int
    fingerprint: bytes | None
    passphrase: bool  # whether what opens it is under one

    @classmethod
    def read(cls, fields: object) -> Self:
        """Read one of a list.  Errors: MalformedError."""
        row = _Row(fields)
        portal = _Row(row.fields.get("portal"))
        ended, mark = row.fields.get("ended_us"), row.fields.get("fingerprint")
        return cls(
            recording_id=row.bytes("recording", 16),
            session_id=row.bytes("session", 16),
            part=row.number("part"),
            portal=portal.text("name"),
            address=portal.text("address"),
            customer=row.text("customer"),
            agent=row.text("agent"),
            began_us=row.number("began_us"),
            ended_us=None if ended is None else row.number("ended_us"),
            state=row.text("state"),
            state_in_words=row.text("state_in_words"),
            size=row.number("size"),
            fingerprint=None if mark is None else row.bytes("fingerprint", 32),
            passphrase=row.fields.get("passphrase") is True,
        )

    @property
    def growing(self) -> bool:
        """Whether more may come."""
        return self.state == "recording"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """How far a portal has a recording that is pushed.  Units: size in bytes."""

    size: int
    block: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal, over a connection that carries a sign-in, save for sign_in and signers."""

    connection: Connection

    def close(self) -> None:
        """Let go of the connection."""
        self.connection.close()

    def sign_in(self, login: str, password: str) -> str:
        """Return the token that lets this program in from now on; the connection carries it."""
        answer = self.connection.send_json("POST", "/api/sign-in", {"login": login, "password": password}).required()
        token = _Row(answer.json()).text("token")
        self.connection.token = token
        return token

    def recordings(self) -> Iterator[HostedRecording]:
        """Give what he may play, the newest first, asked for as it is taken."""
        before = None
        for _ in range(MAX_PAGES):
            query = f"?{urlencode({'before': before})}" if before else ""
            found = self._get(f"/api/recordings{query}").json()
            rows = found.get("recordings")
            if not isinstance(rows, list):
                raise MalformedError(what=_WHAT, why="there is no list in it")
            yield from map(HostedRecording.read, rows)
            before = found.get("before")
            if not isinstance(before, str):
                return

    def session_of(self, recording_id: bytes) -> Sequence[HostedRecording]:
        """Return all parts of the session that a recording is of, in order."""
        parts = self._get(f"/api/recordings/{recording_id.hex()}").json().get("parts")
        if not isinstance(parts, list):
            raise MalformedError(what=_WHAT, why="there is no list in it")
        return [HostedRecording.read(one) for one in parts]

    def recording(self, recording_id: bytes) -> HostedRecording:
        """Return what is known of one recording by now."""
        return HostedRecording.read(self._get(f"/api/recordings/{recording_id.hex()}").json())

    def bytes_of(self, recording_id: bytes, start: int, size: int) -> tuple[bytes, int]:
        """Return a range of its sealed bytes, shorter where they end, and how many there are by now."""
        headers = {"Range": f"bytes={start}-{start + size - 1}", "Accept": "*/*"}
        answer = self.connection.get(f"/api/recordings/{recording_id.hex()}/bytes", headers)
        span, _, total = answer.headers.get("content-range", "").rpartition("/")
        if answer.status == 416:
            return b"", _count(total)
        answer = answer.required()
        if answer.status != 206 or span.partition("-")[0] != f"bytes {start}" or len(answer.body) > size:
            raise MalformedError(what=_WHAT, why="it is not the range that was asked for")
        return answer.body, _count(total)

    def anchors(self, recording_id: bytes, *, signer: bytes) -> Sequence[Anchor]:
        """Return what the portal noted of it; the signer is that of its header."""
        rows = self._get(f"/api/recordings/{recording_id.hex()}/anchors").json().get("anchors")
        if not isinstance(rows, list):
            raise MalformedError(what=_WHAT, why="there is no list in it")
        return [_anchor(_Row(one), recording_id, signer) for one in rows]

    def key_file(self, recording_id: bytes) -> dict[bytes, bytes]:
        """Return what opens a recording of a portal without a passphrase."""
        return key_file.from_bytes(self._get(f"/api/recordings/{recording_id.hex()}/key").body)

    def keyring(self, address: str) -> tuple[Keyring, bytes]:
        """Return a portal's keyring, and as it was sent."""
        body = self._get(f"{_portal(address)}/keyring").body
        return read_keyring(body[: MAX_SIZE + 1]), body

    def master_key(self, address: str, password: str) -> bytes:
        """Have the server open the keyring of a portal without a passphrase; the password is that of his sign-in."""
        answer = self.connection.send_json("POST", f"{_portal(address)}/keyring/open", {"password": password})
        return _Row(answer.required().json()).bytes("master_key", 32)

    def server_key(self, address: str) -> bytes:
        """Return the public key that a keyring is left to whose passphrase is removed."""
        return _Row(self._get(f"{_portal(address)}/server-key").json()).bytes("server_key", bech32.SIZES[bech32.PORTAL])

    def replace_keyring(self, address: str, new: bytes, *, token: bytes) -> None:
        """Put the next keyring in place of the present one."""
        headers = {"Sealcast-Replace-Token": token.hex(), "Content-Type": "application/octet-stream"}
        self.connection.send("PUT", f"{_portal(address)}/keyring", new, headers).required()

    def recipient(self, address: str) -> tuple[bytes, str]:
        """Return for which public key recordings of a portal are sealed, and what the portal is called."""
        row = _Row(self._get(f"{_portal(address)}/recipient").json())
        return bech32.from_string(bech32.PORTAL, row.text("recipient")), row.text("portal")

    def signers(self) -> Sequence[TrustedSigner]:
        """Return who signs for this installation, as it says; named after where it is, which was proven."""
        rows = self._get("/.well-known/sealcast-signers").json().get("signers")
        if not isinstance(rows, list):
            raise MalformedError(what=_WHAT, why="there is no list in it")
        return [_signer(_Row(one), str(self.connection.site)) for one in rows]

    def enrol(self, signer: SigningKey) -> None:
        """Show the portal that recordings of this signer are his who signed in."""
        proof = signer.sign(enrolment(signer.public, self.connection.token or ""))
        fields = {"signer": bech32.to_string(bech32.SIGNER, signer.public), "proof": proof.hex()}
        self.connection.send_json("POST", "/api/signers", fields).required()

    def begin_upload(self, address: str, header: bytes, *, customer: str) -> Pushed:
        """Begin to push a recording, or learn how far it is."""
        query = urlencode({"portal": address, "customer": customer})
        headers = {"Content-Type": "application/octet-stream"}
        return _pushed(self.connection.send("POST", f"/api/uploads?{query}", header, headers))

    def upload(self, recording_id: bytes) -> Pushed:
        """Return how far a recording is."""
        return _pushed(self.connection.get(f"/api/uploads/{recording_id.hex()}"))

    def go_on(self, recording_id: bytes, offset: int, blocks: bytes) -> Pushed:
        """Send whole blocks that come next."""
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/octet-stream"}
        return _pushed(self.connection.send("PATCH", f"/api/uploads/{recording_id.hex()}", blocks, headers))

    def _get(self, path: str) -> Answer:
        return self.connection.get(path).required()


class _Row:
    """An object of an answer, taken apart strictly."""

    def __init__(self, fields: object) -> None:
        if not isinstance(fields, dict):
            raise MalformedError(what=_WHAT, why="something in it is no object")
        self.fields: dict[str, object] = fields

    def text(self, name: str) -> str:
        found = self.fields.get(name)
        if not isinstance(found, str):
            raise MalformedError(what=_WHAT, why=f"{name} is no text")
        return found

    def number(self, name: str) -> int:
        found = self.fields.get(name)
        if type(found) is not int or not 0 <= found < MAX_INTEGER:
            raise MalformedError(what=_WHAT, why=f"{name} is no number")
        return found

    def bytes(self, name: str, size: int) -> bytes:
        try:
            found = bytes.fromhex(self.text(name))
        except ValueError:
            found = b""
        if len(found) != size:
            raise MalformedError(what=_WHAT, why=f"{name} has not {size} bytes in hex digits")
        return found


def _portal(address: str) -> str:
    return f"/api/portals/{quote(address, safe='')}"


def _pushed(answer: Answer) -> Pushed:
    row = _Row(answer.required().json())
    return Pushed(size=row.number("size"), block=row.number("block"), complete=row.fields.get("complete") is True)


def _anchor(row: _Row, recording_id: bytes, signer: bytes) -> Anchor:
    return Anchor(
        recording_id=recording_id,
        signer=signer,
        block=row.number("block"),
        hash=row.bytes("hash", 32),
        size=row.number("bytes"),
        time_us=row.number("time_us"),
    )


def _signer(row: _Row, name: str) -> TrustedSigner:
    from_us, until_us = row.fields.get("from_us"), row.fields.get("until_us")
    return TrustedSigner(
        signer=bech32.from_string(bech32.SIGNER, row.text("signer")),
        name=name,
        from_us=0 if from_us is None else row.number("from_us"),
        until_us=MAX_INTEGER if until_us is None else row.number("until_us"),
    )


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise MalformedError(what=_WHAT, why="it does not say how many bytes there are")
    return int(text)
