"""Settings: where they come from, what they need of each other, and that the page about them says the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from ipaddress import ip_network
from pathlib import Path

import pytest

from portal_core.errors import BadSettingsError
from portal_core.setting_values import LOOPBACK, Listen, SmtpServer, Tls
from portal_core.settings import CONFIG, PREFIX, SETTINGS, Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
HOME = Path("/home/ann/portal")


def parsed(
    file: str = "", environment: Mapping[str, str] | None = None, /, **options: str | Sequence[str] | None
) -> Settings:
    return Settings.parse(
        environment=environment or {}, file=file.encode() or None, options=options, default_folder=HOME
    )


def faults(
    file: str = "", environment: Mapping[str, str] | None = None, /, **options: str | Sequence[str] | None
) -> set[str]:
    with pytest.raises(BadSettingsError) as caught:
        parsed(file, environment, **options)
    assert all(caught.value.faults.values())
    return set(caught.value.faults)


def test_nothing_said_is_a_portal_that_starts() -> None:
    assert parsed() == Settings(
        folder=HOME,
        listen=Listen(host="0.0.0.0", port=8443),
        names=("localhost", "127.0.0.1", "::1"),
        public_url="https://localhost:8443",
        tls=Tls.OWN,
        certificate=None,
        certificate_key=None,
        proxies=(),
        database="sqlite:////home/ann/portal/portal.db",
        recordings=HOME / "recordings",
        mail=None,
        mail_from="sealcast@localhost",
        account="Sealcast",
        manager_email="",
    )
    assert parsed().mail_folder == HOME / "mail"


# What each can be: text as in the environment, and the value it gives.
SAID: dict[str, tuple[str, object]] = {
    "folder": ("/srv/portal", Path("/srv/portal")),
    "listen": ("[::]:443", Listen(host="::", port=443)),
    "names": ("portal.example.org, 192.0.2.7", ("portal.example.org", "192.0.2.7")),
    "public_url": ("https://p.example.org/", "https://p.example.org"),
    "tls": ("proxy", Tls.PROXY),
    "certificate": ("/etc/c.pem", Path("/etc/c.pem")),
    "certificate_key": ("/etc/k.pem", Path("/etc/k.pem")),
    "proxies": ("192.0.2.1", (ip_network("192.0.2.1"),)),
    "database": ("postgresql://u:p@h/db", "postgresql://u:p@h/db"),
    "recordings": ("/srv/sealed", Path("/srv/sealed")),
    "mail": ("smtp://mail", SmtpServer(host="mail", port=25, tls=False)),
    "mail_from": ("portal@example.org", "portal@example.org"),
    "account": ("Example Ltd", "Example Ltd"),
    "manager_email": ("ann@example.org", "ann@example.org"),
}
NEEDS = {
    "tls": {"public_url": "https://p.example.org"},
    "certificate": {"tls": "files", "certificate_key": "/etc/k.pem"},
    "certificate_key": {"tls": "files", "certificate": "/etc/c.pem"},
    "mail": {"mail_from": "portal@example.org"},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_from_each_place(name: str) -> None:
    text, value = SAID[name]
    for where in ("file", "environment", "options"):
        said = NEEDS.get(name, {}) | {name: text}
        match where:
            case "file":
                found = parsed("\n".join(f'{one} = "{said[one]}"' for one in said))
            case "environment":
                found = parsed("", {PREFIX + one.upper(): said[one] for one in said})
            case _:
                found = parsed(**said)
        assert getattr(found, name) == value, where


@pytest.mark.parametrize("name", SETTINGS)
def test_each_setting_is_a_field_and_each_field_a_setting(name: str) -> None:
    assert list(SETTINGS) == list(SAID) == [one.name for one in fields(Settings)]
    assert SETTINGS[name].says.endswith(".")


@pytest.mark.parametrize(
    ("in_file", "in_environment", "in_options", "account"),
    [
        (None, None, None, "Sealcast"),
        ("file", None, None, "file"),
        (None, "environment", None, "environment"),
        (None, None, "option", "option"),
        ("file", "environment", None, "environment"),
        ("file", None, "option", "option"),
        (None, "environment", "option", "option"),
        ("file", "environment", "option", "option"),
        ("file", "", None, "Sealcast"),
        ("file", "environment", " ", "Sealcast"),
    ],
)
def test_what_goes_before_what(
    in_file: str | None, in_environment: str | None, in_options: str | None, account: str
) -> None:
    file = f'account = "{in_file}"' if in_file else ""
    environment = {} if in_environment is None else {"SEALCAST_ACCOUNT": in_environment}
    assert parsed(file, environment, account=in_options).account == account


def test_several_are_a_list_or_a_text() -> None:
    names = ("a.example", "b.example")
    assert parsed('names = ["a.example", "b.example"]').names == names
    assert parsed('names = "a.example, b.example"').names == names
    assert parsed(names=("a.example", "b.example")).names == names
    assert parsed(names=()).names == parsed("names = []").names == parsed().names


def test_what_is_no_setting_is_named() -> None:
    environment = {"SEALCAST_COLOUR": "red", "SEALCAST_listen": "x", "SEALCAST_": "x", CONFIG: "x", "HOME": "x"}
    assert faults('colour = "red"\n[deep]\nlisten = 1', environment, shape="round") == {
        "colour", "deep", "SEALCAST_COLOUR", "SEALCAST_listen", "SEALCAST_", "--shape",
    }  # fmt: skip


def test_all_that_is_wrong_is_named_as_it_was_spelled() -> None:
    assert faults('tls = "none"\naccount = 7', {"SEALCAST_MAIL_FROM": "ann", "SEALCAST_TLS": "no"}, mail="x") == {
        "account", "SEALCAST_MAIL_FROM", "SEALCAST_TLS", "--mail",
    }  # fmt: skip


@pytest.mark.parametrize("value", ["8443", "true", "[1]", '["a"]', '{a = "b"}', "2026-01-01"])
def test_a_value_of_another_shape_is_named(value: str) -> None:
    assert faults(f"listen = {value}") == {"listen"}


@pytest.mark.parametrize("value", ["8443", '["a", 1]', '[["a"]]'])
def test_lists_hold_texts(value: str) -> None:
    assert faults(f"names = {value}") == {"names"}


@pytest.mark.parametrize("file", [b"listen", b"\xff", b"a = 1\na = 2", b"a = " + b"[" * 100_000])
def test_what_is_not_toml_is_told(file: bytes) -> None:
    with pytest.raises(BadSettingsError) as caught:
        Settings.parse(environment={}, file=file, options={}, default_folder=HOME)
    assert list(caught.value.faults) == ["the file of settings"]


@pytest.mark.parametrize("tls", Tls)
@pytest.mark.parametrize("certificate", [None, "/c.pem"])
@pytest.mark.parametrize("key", [None, "/k.pem"])
def test_every_cell_of_tls_and_its_files(tls: Tls, certificate: str | None, key: str | None) -> None:
    said = {"tls": tls.value, "certificate": certificate, "certificate_key": key, "public_url": "https://p.example.org"}
    wrong = {"--certificate"} if bool(certificate) != (tls is Tls.FILES) else set[str]()
    wrong |= {"--certificate-key"} if bool(key) != (tls is Tls.FILES) else set()
    missing = tls is Tls.FILES
    if wrong:
        assert faults(**said) == ({one.strip("-").replace("-", "_") for one in wrong} if missing else wrong)
    else:
        assert parsed(**said).tls is tls


@pytest.mark.parametrize("tls", ["own", "proxy"])
@pytest.mark.parametrize("url", [None, "https://p.example.org", "http://localhost:8080"])
def test_every_cell_of_tls_and_the_public_url(tls: str, url: str | None) -> None:
    if tls == "proxy" and url is None:
        assert faults(tls=tls, public_url=url) == {"public_url"}
    elif tls == "own" and url == "http://localhost:8080":
        assert faults(tls=tls, public_url=url) == {"--public-url"}
    else:
        assert parsed(tls=tls, public_url=url).public_url == (url or "https://localhost:8443")


@pytest.mark.parametrize(
    ("names", "listen", "url"),
    [
        ("a.example, b.example", "0.0.0.0:8443", "https://a.example:8443"),
        ("a.example", "0.0.0.0:443", "https://a.example"),
        ("::1, a.example", "[::]:8443", "https://[::1]:8443"),
    ],
)
def test_the_public_url_is_made_of_name_and_port(names: str, listen: str, url: str) -> None:
    assert parsed(names=names, listen=listen).public_url == url


def test_behind_a_proxy_this_machine_counts_unless_others_are_named() -> None:
    assert parsed(tls="proxy", public_url="https://p.example.org").proxies == LOOPBACK
    named = parsed(tls="proxy", public_url="https://p.example.org", proxies=["10.0.0.0/8"])
    assert named.proxies == (ip_network("10.0.0.0/8"),)


def test_a_mail_server_needs_an_address_to_send_from() -> None:
    assert faults(mail="smtp://mail") == {"mail_from"}


def test_no_password_is_shown() -> None:
    mail, database = "smtp://me:opensesame@mail", "postgresql://me:opensesame@h/db"
    shown = repr(parsed(mail=mail, mail_from="me@example.org", database=database))
    assert "me@example.org" in shown
    assert "opensesame" not in shown
    for wrong in ("smtp//me:opensesame@mail", "smtp://me:opensesame@mail/x"):
        with pytest.raises(BadSettingsError) as caught:
            parsed(mail=wrong)
        assert "opensesame" not in str(caught.value)


def test_the_page_lists_what_there_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (?:`(.*?)`)? *\| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    assert rows == [(name, PREFIX + name.upper(), one.default, one.says) for name, one in SETTINGS.items()]


def test_the_files_of_the_page_are_right() -> None:
    files = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert [parsed(file).tls for file in files] == [Tls.OWN, Tls.PROXY]
