"""Whose certificate is taken, over real TLS."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tls import Somebody, own_certificate
from vault.errors import (
    CertificateChangedError,
    MalformedError,
    PortalRefusedError,
    StoreUnavailableError,
    UnknownCertificateError,
)
from vault.https import Connection, Site, trust


def refuse(_: Site, fingerprint: str) -> bool:
    raise AssertionError(f"nobody is to be asked about {fingerprint}")


def no(_site: Site, _fingerprint: str) -> bool:
    return False


def test_an_own_certificate_is_asked_for_once_and_no_other_is_taken_then(tmp_path: Path) -> None:
    pins, asked = tmp_path / "pins", list[tuple[Site, str]]()

    def note(site: Site, fingerprint: str) -> bool:
        asked.append((site, fingerprint))
        return True

    mine, other = own_certificate(tmp_path, "localhost"), own_certificate(tmp_path, "elsewhere")
    with Somebody(mine) as somebody:
        site = somebody.site
        with pytest.raises(UnknownCertificateError):
            trust(site, pins, accept=no)
        assert not pins.exists()
        trust(site, pins, accept=note)
        trusted = trust(site, pins, accept=refuse)
        with pytest.raises(PortalRefusedError) as refused:
            Connection(site, trusted).send_json("POST", "/ask", {}).required()
        assert (refused.value.why, refused.value.hint) == ("no", "try later")
        assert somebody.asked == ["/ask"]
        with pytest.raises(UnknownCertificateError):
            trust(site, pins, accept=refuse, wanted="00" * 32)
    with Somebody(other, site.port) as somebody:
        with pytest.raises(CertificateChangedError) as changed:
            trust(site, pins, accept=refuse)
        assert asked == [(site, changed.value.before)]
        assert changed.value.now != changed.value.before
        with pytest.raises(StoreUnavailableError):
            Connection(site, trusted).send_json("POST", "/ask", {})
        # Who is told the new one, from whoever runs the portal, goes on with it.
        trust(site, pins, accept=refuse, wanted=changed.value.now.replace(":", " ").lower())
        trust(site, pins, accept=refuse)
        assert not somebody.asked


def test_what_the_system_trusts_nobody_is_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, pins = own_certificate(tmp_path, "localhost"), tmp_path / "pins"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Somebody(certificate) as somebody:
        trusted = trust(somebody.site, pins, accept=refuse)
        assert Connection(somebody.site, trusted).send_json("POST", "/ask", {}).status == 400
        assert not pins.exists()
        # It is trusted for the names that are in it.
        with pytest.raises(UnknownCertificateError):
            trust(replace(somebody.site, host="127.0.0.1"), pins, accept=no)


@pytest.mark.parametrize("text", ["[", "[]", '{"a": 1}', '{"a": "b"}'])
def test_a_list_that_is_none_is_not_overwritten(tmp_path: Path, text: str) -> None:
    pins = tmp_path / "pins"
    pins.write_text(text)
    with Somebody(own_certificate(tmp_path, "localhost")) as somebody, pytest.raises(MalformedError):
        trust(somebody.site, pins, accept=refuse)
    assert pins.read_text() == text


def test_where_nobody_answers_it_is_said(tmp_path: Path) -> None:
    with Somebody(own_certificate(tmp_path, "localhost")) as somebody:
        site = somebody.site
    with pytest.raises(StoreUnavailableError):
        trust(site, tmp_path / "pins", accept=refuse)
