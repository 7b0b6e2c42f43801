"""The portal's tables.  Every row belongs to an account; times are µs since 1970, UTC.

Rules are elsewhere: this file says what is kept, and what can never be (keys, uniqueness).  Whoever changes it adds a
migration; a test compares the two.
"""

from typing import Annotated, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

# Constraints are called alike in every database, so that migrations can name them.
_NAMES: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

Fields = dict[str, object]
# SQLite numbers rows by itself only where their id is INTEGER.
RowId = Annotated[int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)]
AccountId = Annotated[int, mapped_column(ForeignKey("account.id"), index=True)]
PersonId = Annotated[int, mapped_column(ForeignKey("person.id"), index=True)]
PortalId = Annotated[int, mapped_column(ForeignKey("portal.id"), index=True)]
SessionId = Annotated[bytes, mapped_column(ForeignKey("session.id"))]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]


class Row(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """What all tables have in common."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {int: BigInteger(), str: String(), bytes: LargeBinary(), Fields: JSON()}  # noqa: RUF012 - as SQLAlchemy reads it


class Account(Row):
    """One company with its people, portals and recordings."""

    __tablename__ = "account"
    id: Mapped[RowId] = mapped_column(init=False)
    name: Mapped[str]
    made_us: Mapped[int]


class Person(Row):
    """Somebody who signs in.  Deleted ones stay, for what they did."""

    __tablename__ = "person"
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str]
    role: Mapped[str]
    password: Mapped[str]  # its hash
    made_us: Mapped[int]
    first_password: Mapped[bool] = mapped_column(default=True)  # to be changed at the first sign-in
    email_confirmed: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    deleted_us: Mapped[int | None] = mapped_column(default=None)


class SignIn(Row):
    """One signing in of a person.  Of its token only the digest is kept."""

    __tablename__ = "sign_in"
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    person_id: Mapped[PersonId]
    token: Mapped[Digest] = mapped_column(unique=True)
    address: Mapped[str]
    browser: Mapped[str]
    made_us: Mapped[int]
    seen_us: Mapped[int]
    ended_us: Mapped[int | None] = mapped_column(default=None)


class Portal(Row):
    """A customer's front door.  Its settings are those of portal_core.portals."""

    __tablename__ = "portal"
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    vault_id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)  # as its keyrings name it
    name: Mapped[str]
    address: Mapped[str] = mapped_column(unique=True)
    mode: Mapped[str]
    type: Mapped[str]
    settings: Mapped[Fields]
    made_us: Mapped[int]


class Subportal(Row):
    """A part of a portal; there is always one."""

    __tablename__ = "subportal"
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    portal_id: Mapped[PortalId]
    name: Mapped[str]


class Keyring(Row):
    """A portal's keyring, as vault/SPEC.md has it; always replaced whole."""

    __tablename__ = "keyring"
    portal_id: Mapped[int] = mapped_column(ForeignKey("portal.id"), primary_key=True, autoincrement=False)
    account_id: Mapped[AccountId]
    generation: Mapped[int]
    content: Mapped[bytes]


class Code(Row):
    """A session code.  Nine digits are unique while it is active."""

    __tablename__ = "code"
    __table_args__ = (
        Index("uq_code_active", "digits", unique=True, sqlite_where=text("state = 'active'"),
              postgresql_where=text("state = 'active'")),
    )  # fmt: skip
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    portal_id: Mapped[PortalId]
    agent_id: Mapped[PersonId]
    name: Mapped[str]
    digits: Mapped[str] = mapped_column(String(9))
    state: Mapped[str]
    made_us: Mapped[int]
    expires_us: Mapped[int] = mapped_column(index=True)
    session_id: Mapped[bytes | None] = mapped_column(ForeignKey("session.id"), default=None)


class Session(Row):
    """A live meeting, and what became of it."""

    __tablename__ = "session"
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    account_id: Mapped[AccountId]
    portal_id: Mapped[PortalId]
    agent_id: Mapped[PersonId]
    customer: Mapped[str]
    settings: Mapped[Fields]  # of the portal, as they were when it began
    state: Mapped[str] = mapped_column(index=True)
    recording: Mapped[str]  # what its recording was begun as: on or off, and why not
    made_us: Mapped[int]
    language: Mapped[str] = mapped_column(default="en")  # the customer's
    email: Mapped[str | None] = mapped_column(default=None)
    recording_why: Mapped[str | None] = mapped_column(default=None)
    recording_open: Mapped[bool] = mapped_column(default=False, index=True)  # something of it is still to be recorded
    screenless: Mapped[bool] = mapped_column(default=False)  # no customer could show a screen, and none was shown
    ended_us: Mapped[int | None] = mapped_column(default=None)
    outcome: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(default=None)
    stars: Mapped[int | None] = mapped_column(default=None)
    comment: Mapped[str | None] = mapped_column(default=None)


class Seat(Row):
    """A participant of a session.  Of what lets him in only the digest is kept."""

    __tablename__ = "seat"
    session_id: Mapped[SessionId] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[AccountId]
    role: Mapped[str]
    name: Mapped[str]
    token: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)  # customers'; agents sign in
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    said: Mapped[int] = mapped_column(default=0)
    joined: Mapped[bool] = mapped_column(default=False)
    gone: Mapped[bool] = mapped_column(default=False)


class Entry(Row):
    """An entry of a session's log, as PROTOCOL.md has it."""

    __tablename__ = "entry"
    session_id: Mapped[SessionId] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[AccountId]
    at_us: Mapped[int]
    seat: Mapped[int]
    c: Mapped[int]
    kind: Mapped[str]
    fields: Mapped[Fields]


class Recording(Row):
    """A part of a session's recording, wherever it lies."""

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("session_id", "part"),)
    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    account_id: Mapped[AccountId]
    session_id: Mapped[SessionId]
    part: Mapped[int]
    file: Mapped[str]
    made_us: Mapped[int]
    state: Mapped[str]  # of portal_core.recording_state
    why: Mapped[str] = mapped_column(default="")
    waits: Mapped[bool] = mapped_column(default=False, index=True)  # its file is to go, soon or at once
    size: Mapped[int] = mapped_column(default=0)
    fingerprint: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    purged_us: Mapped[int | None] = mapped_column(default=None)


class Copy(Row):
    """A copy of a part, elsewhere, whose fingerprint was told by whoever saved it."""

    __tablename__ = "copy"
    recording_id: Mapped[bytes] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[AccountId]
    confirmed_us: Mapped[int]


class Anchor(Row):
    """What was durable of a growing recording, and when."""

    __tablename__ = "anchor"
    recording_id: Mapped[bytes] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[AccountId]
    digest: Mapped[Digest]
    size: Mapped[int]
    at_us: Mapped[int]


class Signer(Row):
    """Somebody's own signer on a machine of his: recordings that it signed are taken from him."""

    __tablename__ = "signer"
    signer: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[AccountId]
    person_id: Mapped[PersonId]
    enrolled_us: Mapped[int]


class Push(Row):
    """How far a recording has come that somebody pushes: number and hash of its last block."""

    __tablename__ = "push"
    recording_id: Mapped[bytes] = mapped_column(ForeignKey("recording.id"), primary_key=True)
    account_id: Mapped[AccountId]
    person_id: Mapped[PersonId]
    block: Mapped[int]
    digest: Mapped[Digest]
    at_us: Mapped[int]


class Audit(Row):
    """Who did what, and when.  Rows are added, never changed."""

    __tablename__ = "audit"
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    at_us: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str]
    about: Mapped[Fields]
    address: Mapped[str | None] = mapped_column(default=None)


class Mail(Row):
    """A message that waits to be sent, or was."""

    __tablename__ = "mail"
    id: Mapped[RowId] = mapped_column(init=False)
    account_id: Mapped[AccountId]
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    made_us: Mapped[int]
    next_us: Mapped[int] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    sent_us: Mapped[int | None] = mapped_column(default=None)
    why: Mapped[str | None] = mapped_column(default=None)  # it was not sent yet


class Guess(Row):
    """Wrong passwords and codes of an address or a login, as portal_core.guessing counts them."""

    __tablename__ = "guess"
    who: Mapped[str] = mapped_column(primary_key=True)
    tried: Mapped[Fields]
    forgotten_us: Mapped[int] = mapped_column(index=True)
