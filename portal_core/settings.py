"""The settings of an installation: one table of them, and how they are read.  SPEC.md J1, J5.  Pure.

What an option of the command says goes before the environment, that before the file, that before the default; an empty
text means the default.  docs/settings.md shows the table to people.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from portal_core import setting_values as read
from portal_core.errors import BadNameError, BadSettingsError
from portal_core.setting_values import LOOPBACK, Listen, Network, SmtpServer, Tls, WrongValueError, url_of

PREFIX: Final = "SEALCAST_"
CONFIG: Final = "SEALCAST_CONFIG"  # where the file is; whoever reads the file has looked at it
_FILE: Final = "the file of settings"
_LOCAL_SENDER: Final = "sealcast@localhost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How one setting is read, and what it is for."""

    parse: Callable[[str], object]
    default: str = ""
    says: str
    several: bool = False  # a list in the file, a text with commas anywhere


SETTINGS: Final[Mapping[str, Setting]] = {
    "folder": Setting(
        parse=read.path,
        says="Folder of all that the portal keeps; if not given, `portal` in this user's data folder.",
    ),
    "listen": Setting(
        parse=read.listen,
        default="0.0.0.0:8443",
        says="Address and port to listen on; `[::]:8443` for those of IPv6.",
    ),
    "names": Setting(
        parse=read.hosts,
        default="localhost, 127.0.0.1, ::1",
        says="Host names and addresses under which browsers reach the portal; its own certificate is made for them.",
        several=True,
    ),
    "public_url": Setting(
        parse=read.public_url,
        says="What links begin with; if not given, `https://`, the first of the names, and the port.",
    ),
    "tls": Setting(
        parse=read.tls,
        default="own",
        says="`own`: a certificate made at first start; `files`: a given one; `proxy`: a proxy in front speaks HTTPS.",
    ),
    "certificate": Setting(
        parse=read.path,
        says="With `files`: PEM file of the certificate, and of those between it and its root.",
    ),
    "certificate_key": Setting(
        parse=read.path,
        says="With `files`: PEM file of the certificate's private key, which has no password.",
    ),
    "proxies": Setting(
        parse=read.networks,
        says="Addresses whose `X-Forwarded-For` counts; if not given, this machine's own with `proxy`, else none.",
        several=True,
    ),
    "database": Setting(
        parse=read.database,
        says="URL of a database, SQLite or PostgreSQL; if not given, `portal.db` in the folder.",
    ),
    "recordings": Setting(
        parse=read.path,
        says="Folder of the sealed recordings; if not given, `recordings` in the folder.",
    ),
    "mail": Setting(
        parse=read.mail,
        default="folder",
        says="`folder`: messages become files in `mail` in the folder; or a server, `smtps://user:password@host:port`.",
    ),
    "mail_from": Setting(
        parse=read.email,
        says="Address that messages come from; needed with a mail server.",
    ),
    "account": Setting(
        parse=read.account,
        default="Sealcast",
        says="Name of the account that is made at first start.",
    ),
    "manager_email": Setting(
        parse=read.email,
        says="E-mail address of the company manager who is made at first start.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation runs with, complete.  repr shows no password."""

    folder: Path
    listen: Listen
    names: tuple[str, ...]
    public_url: str  # without a slash at its end
    tls: Tls
    certificate: Path | None  # this and the next exactly with Tls.FILES
    certificate_key: Path | None
    proxies: tuple[Network, ...]
    database: str = field(repr=False)
    recordings: Path
    mail: SmtpServer | None  # None: files in mail_folder
    mail_from: str
    account: str
    manager_email: str  # empty where none was given

    @property
    def mail_folder(self) -> Path:
        """Where messages become files."""
        return self.folder / "mail"

    @classmethod
    def parse(
        cls,
        *,
        environment: Mapping[str, str],
        file: bytes | None,
        options: Mapping[str, str | Sequence[str] | None],
        default_folder: Path,
    ) -> Self:
        """Read them; an option that is None was not given.

        Errors: BadSettingsError with a fault for each name that is wrong, spelled as where it was set.
        """
        faults, said = dict[str, str](), {name: _Said(spelled=name, name=name, value="") for name in SETTINGS}
        for one in (*_in_file(file), *_in_environment(environment), *_in_options(options)):
            if one.name in SETTINGS:
                said[one.name] = one
            else:
                faults[one.spelled] = "there is no such setting"
        values = dict[str, Any]()
        for name, one in said.items():
            try:
                values[name] = _read(SETTINGS[name], one.value)
            except (WrongValueError, BadNameError) as error:
                faults[one.spelled] = error.why
        if not faults:
            faults = {said[name].spelled: why for name, why in _contradictions(values)}
        if faults:
            raise BadSettingsError(faults=faults)
        return cls(**_completed(values, default_folder))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    spelled: str
    name: str
    value: object


def _in_file(file: bytes | None) -> Iterator[_Said]:
    try:
        found = tomllib.loads((file or b"").decode())
    except (ValueError, RecursionError) as error:
        raise BadSettingsError(faults={_FILE: f"it is not TOML: {error}"}) from None
    return (_Said(spelled=name, name=name, value=value) for name, value in found.items())


def _in_environment(environment: Mapping[str, str]) -> Iterator[_Said]:
    names = {PREFIX + name.upper(): name for name in SETTINGS}
    ours = {spelled: text for spelled, text in environment.items() if spelled.startswith(PREFIX) and spelled != CONFIG}
    return (_Said(spelled=spelled, name=names.get(spelled, ""), value=text) for spelled, text in ours.items())


def _in_options(options: Mapping[str, str | Sequence[str] | None]) -> Iterator[_Said]:
    given = ((name, value) for name, value in options.items() if value is not None)
    return (_Said(spelled="--" + name.replace("_", "-"), name=name, value=value) for name, value in given)


def _read(setting: Setting, value: object) -> object:
    if setting.several and isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    if not isinstance(value, str):
        raise WrongValueError(why="it is a text, or a list of texts" if setting.several else "it is a text")
    return setting.parse(value.strip() or setting.default)


def _contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    tls, url = values["tls"], values["public_url"]
    for name in ("certificate", "certificate_key"):
        if tls is Tls.FILES and values[name] is None:
            yield name, "it is needed with tls = files"
        if tls is not Tls.FILES and values[name] is not None:
            yield name, "it counts with tls = files only"
    if tls is Tls.PROXY and not url:
        yield "public_url", "it is needed with tls = proxy: only the proxy knows its name"
    if tls is not Tls.PROXY and url.startswith("http:"):
        yield "public_url", "it begins with https, which the portal itself speaks unless tls = proxy"
    if values["mail"] and not values["mail_from"]:
        yield "mail_from", "it is needed with a mail server"


def _completed(values: Mapping[str, Any], default_folder: Path) -> dict[str, Any]:
    folder = values["folder"] or default_folder
    here = LOOPBACK if values["tls"] is Tls.PROXY else ()
    return {
        **values,
        "folder": folder,
        "public_url": values["public_url"] or url_of("https", values["names"][0], values["listen"].port),
        "proxies": values["proxies"] or here,
        "database": values["database"] or f"sqlite:///{folder / 'portal.db'}",
        "recordings": values["recordings"] or folder / "recordings",
        "mail_from": values["mail_from"] or _LOCAL_SENDER,
    }
