"""Session codes that the portal mails: who let it send what is noted, and nobody floods others with it."""

from portal_core.guessing import HOUR_US
from portal_core.web.console_routes import MAILS_AN_HOUR
from tests.portal_core.web.site import Site


def test_who_lets_the_portal_mail_a_code_is_noted_and_has_a_pace(site: Site) -> None:
    site.person("ann", language="de")
    site.person("bea")
    site.add_portal("Help")
    ann, bea = site.signed_in("ann"), site.signed_in("bea")
    for who in (ann, bea):
        who.headers["accept"] = "application/json"
    mine, hers = (
        f"/console/codes/{who.post('/console/codes', json={'name': 'Bob', 'portal': 1}).json()['id']}/mail"
        for who in (ann, bea)
    )
    for number in range(MAILS_AN_HOUR):
        assert ann.post(mine, json={"to": f"bob{number}@example.org"}).json() == {"folder": True}
    refused = ann.post(mine, json={"to": "one@example.org"})
    assert refused.status_code == 429
    assert f"höchstens {MAILS_AN_HOUR} Nachrichten" in refused.json()["why"]
    assert "E-Mail-Programm" in refused.json()["hint"]
    assert len(site.mails()) == MAILS_AN_HOUR
    noted = [about for what, about in site.audit() if what == "code mailed"]
    assert [about["to"] for about in noted] == [f"bob{number}@example.org" for number in range(MAILS_AN_HOUR)]
    assert bea.post(hers, json={"to": "one@example.org"}).json() == {"folder": True}
    site.now_us += HOUR_US
    assert ann.post(mine, json={"to": "one@example.org"}).json() == {"folder": True}
    assert ann.post(mine, json={"to": "no address"}).status_code == 400
    assert len([what for what, _ in site.audit() if what == "code mailed"]) == len(site.mails()) == MAILS_AN_HOUR + 2
