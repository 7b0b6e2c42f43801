"""Pages in the language of whoever reads them."""

import re

import pytest

from portal_core.guessing import FREE
from tests.portal_core.web.site import Site, sign_in

WORDS = {"en": "Sign in", "de": "Anmelden", "fr": "Se connecter"}


def language(page: str) -> str:
    (found,) = re.findall(r'<html lang="(\w+)">', page)
    assert f"<h1>{WORDS[found]}</h1>" in page
    return str(found)


@pytest.mark.parametrize(("accepted", "code"), [("de-AT,en;q=0.5", "de"), ("fr", "fr"), ("it", "en"), ("", "en")])
def test_a_visitor_gets_what_his_browser_asks_for(site: Site, accepted: str, code: str) -> None:
    assert language(site.browser(**{"accept-language": accepted}).get("/sign-in").text) == code


def test_a_visitor_chooses_and_comes_back_to_where_he_was(site: Site) -> None:
    client = site.browser(**{"accept-language": "de"})
    page = client.get("/sign-in").text
    assert 'href="/language/fr?back=/sign-in"' in page
    assert client.get("/language/fr?back=/sign-in").headers["location"] == "/sign-in"
    assert language(client.get("/sign-in").text) == "fr"
    assert client.get("/language/xx?back=/sign-in").status_code == 303
    assert language(client.get("/sign-in").text) == "fr"


def test_ones_own_language_goes_before_the_browsers(site: Site) -> None:
    site.person("ann", language="de")
    client = site.signed_in("ann", **{"accept-language": "fr"})
    client.get("/language/fr")
    assert '<html lang="de">' in client.get("/me").text


def test_refusals_are_said_in_the_readers_language(site: Site) -> None:
    client = site.browser(**{"accept-language": "de"})
    for _ in range(FREE):
        assert "gehören nicht zusammen" in sign_in(client, "ann", "wrong password").text
    assert "der nächste ist in 1 Sekunde möglich" in sign_in(client, "ann", "wrong password").text


def test_mails_are_written_in_the_language_of_who_gets_them(site: Site) -> None:
    site.person("ann", language="fr", first_password=True, email_confirmed=False)
    site.signed_in("ann", **{"accept-language": "de"})
    assert "Votre code pour le portail" in site.mails()[0].subject
