"""Languages: every text of the portal in each of them, with the same facts in it; and which one somebody gets."""

import re
import string

import pytest

from portal_core.errors import PortalError, TakenError, TooManyGuessesError, WeakPasswordError
from portal_core.portals import Mode, Place, PortalSettings, PortalType, recording_notice
from portal_core.said import Said, listed
from portal_core.texts import ENGLISH, LANGUAGES, Texts
from tests.portal_core.catalogues import LOCALES, OTHERS, ROOM, brought_up_to_date, found, read

TEXTS = Texts.read()
ALL = found()
ENDS = ".?!:…"


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_and_nothing_else(code: str) -> None:
    translated = {str(one.id) for one in read(code) if one.id and one.string and not one.fuzzy}
    assert sorted(set(ALL) - translated) == []
    assert sorted(translated - set(ALL)) == []


@pytest.mark.parametrize("code", OTHERS)
def test_every_catalogue_is_as_its_tool_writes_it(code: str) -> None:
    """Also which texts scripts use stands in it, and pages send only those."""
    assert (LOCALES / f"{code}.po").read_bytes() == brought_up_to_date(code, ALL)


@pytest.mark.parametrize("code", OTHERS)
def test_translations_have_the_same_facts_and_ends(code: str) -> None:
    for one in read(code):
        if not one.id:
            continue  # the head of the catalogue
        english, other = str(one.id), str(one.string)
        assert facts(other) == facts(english), english
        ends = {text[-1:] if text[-1:] in ENDS else "" for text in (english, other)}
        assert len(ends) == 1, english
        assert english.count("\n") == other.count("\n"), english


def test_no_script_says_anything_where_it_is_not_looked_for() -> None:
    """What is inside of a template literal no extractor finds."""
    scripts = [path for path in (ROOM / "web/static/js").glob("*.js") if re.search(r"\$\{[^}]*\bt\(", path.read_text())]
    assert scripts == []


def test_there_are_texts_of_every_kind() -> None:
    ends = {where.rsplit(".", 1)[1] for places in ALL.values() for where in places}
    assert ends == {"py", "html", "js"}
    assert {"agent", "company manager", "redeemed", "name of a code", "it is empty"} <= set(ALL)


@pytest.mark.parametrize("code", OTHERS)
def test_scripts_get_what_they_say(code: str) -> None:
    sent = TEXTS.for_language(code).javascript
    assert set(sent) == {text for text, places in ALL.items() if any(one.endswith(".js") for one in places)}
    assert sent["Somebody"] in {"Jemand", "Quelqu\u2019un"}


def test_english_stays_as_it_is() -> None:
    english = TEXTS.for_language(ENGLISH)
    assert english.javascript == {}
    assert all(english(text) == text for text in ALL)
    assert TEXTS.for_language("xx") is english


@pytest.mark.parametrize(
    ("error", "english", "german", "french"),
    [
        (
            TooManyGuessesError(wait_us=120_000_000),
            "Too much was tried; the next try is possible in 2 minutes.",
            "Zu viele Versuche; der nächste ist in 2 Minuten möglich.",
            "Trop d\u2019essais\u00a0; le prochain est possible dans 2 minutes.",
        ),
        (
            TakenError(what="name of a code", name="agent"),
            "The name of a code 'agent' is taken.",
            "Name eines Codes „agent“ ist schon vergeben.",
            "Nom d\u2019un code\u00a0: «\u00a0agent\u00a0» est déjà pris.",
        ),
        (
            WeakPasswordError(why=Said("it has fewer than {count} characters", count=8)),
            "This password is refused: it has fewer than 8 characters.",
            "Dieses Passwort wird nicht angenommen: weniger als 8 Zeichen.",
            "Ce mot de passe est refusé\u00a0: moins de 8 caractères.",
        ),
    ],
)
def test_errors_are_said_in_each_language(error: PortalError, english: str, german: str, french: str) -> None:
    said = [TEXTS.for_language(code).sentence(error) for code in ("en", "de", "fr")]
    assert said == [english, german, french]
    assert str(error).lower() == english.lower().removesuffix(".")


def test_what_a_customer_is_told_of_recording_is_said_in_each_language() -> None:
    settings = PortalSettings(
        name="P", mode=Mode.PHONE, type=PortalType.SMART_PIN, places=frozenset(Place), keep_days=1
    )  # fmt: skip
    notice = recording_notice(settings)
    assert notice == (
        "This session is recorded where that is possible: chat, screens and what happens. The recording is kept "
        "on the portal's server for one day, on the agent's computer and on your own computer."
    )
    assert TEXTS.for_language("de")(notice) == (
        "Diese Sitzung wird aufgezeichnet, soweit das möglich ist: Chat, Bildschirme und was geschieht. Die "
        "Aufzeichnung liegt einen Tag lang auf dem Server des Portals, auf dem Computer des Agenten und auf Ihrem "
        "eigenen Computer."
    )


def test_a_fact_is_put_in_as_it_is() -> None:
    german = TEXTS.for_language("de")
    assert german("Welcome, {name}", name="{code} agent") == "Willkommen, {code} agent"
    assert german(Said("Welcome, {name}", name=Said("agent"))) == "Willkommen, Agent"
    assert german("no such text {") == "no such text {"
    assert german.sentence("") == ""
    assert german.sentence("Why?") == "Why?"


@pytest.mark.parametrize(("words", "said"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_some_are_listed(words: list[str], said: str) -> None:
    assert listed([Said(one) for one in words]) == said


@pytest.mark.parametrize(
    ("own", "chosen", "accepted", "code"),
    [
        ("fr", "de", "en", "fr"),
        (None, "de", "fr", "de"),
        (None, None, "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        (None, None, "es,de;q=0.5,fr;q=0.7", "fr"),
        (None, None, "de;q=0,fr;q=0.1", "fr"),
        (None, None, "es, it", "en"),
        (None, None, "", "en"),
        (None, None, "*", "en"),
        (None, None, "de;q=x;q=,,;;,-", "en"),
        (None, "xx", "DE-AT", "de"),
        ("xx", "<b>", "," * 5000 + "de", "en"),
    ],
)
def test_the_language_is_ones_own_else_chosen_else_accepted(
    own: str | None, chosen: str | None, accepted: str, code: str
) -> None:
    assert TEXTS.choose(own=own, chosen=chosen, accepted=accepted) == code


def test_times_are_written_as_people_there_do() -> None:
    time_us = 1_800_000_000_000_000
    written = {code: TEXTS.for_language(code).time(time_us, "Europe/Berlin") for code in LANGUAGES}
    assert written == {"en": "15 Jan 2027, 09:00:00", "de": "15.01.2027, 09:00:00", "fr": "15 janv. 2027, 09:00:00"}
