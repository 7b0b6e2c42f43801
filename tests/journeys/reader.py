"""Somebody who reads the portal's pages in his language, and finds what he presses and fills in by the words on it."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from portal_core.db import models as rows
from portal_core.texts import Language, Texts
from tests.journeys.meeting import Meeting
from tests.waiting import until

DESK: Final = (1280, 800)
PHONE: Final = (390, 844)


class Reader:
    """One who reads in one language; everybody at the portal does."""

    def __init__(self, met: Meeting, language: str) -> None:
        self._met = met
        self._base = met.portal.base
        self._language = language
        self._: Language = Texts.read().for_language(language)
        with met.portal.data() as database, database.begin() as tx:
            tx.execute(update(rows.Person).values(language=language))

    def _page(self) -> Page:
        locale = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR"}[self._language]
        return self._met.context(locale=locale, bypass_csp=True).new_page()

    def _first_password(self) -> str:
        (line,) = (one for one in self._met.portal.said if one.startswith("password:"))
        return line.split()[1]

    def _sign_in(self, page: Page, login: str, password: str) -> None:
        self._fill(page, "Login", login)
        self._fill(page, "Password", password)
        self._press(page, "Sign in")

    def _say(self, page: Page, other: Page, text: str) -> None:
        self._fill(page, "Message", text)
        page.keyboard.press("Enter")
        expect(other.get_by_text(text)).to_be_visible()

    def _fill(self, page: Page, label: str, text: str) -> None:
        page.get_by_label(self._(label), exact=True).fill(text)

    def _link(self, page: Page, text: str) -> Locator:
        return page.get_by_role("link", name=self._(text), exact=True)

    def _button(self, page: Page, text: str) -> Locator:
        return page.get_by_role("button", name=self._(text), exact=True).first

    def _press(self, page: Page, text: str) -> None:
        self._button(page, text).click()


def mailed_code(folder: Path, to: str) -> str:
    """Return the six digits of the newest message to somebody."""

    def messages() -> list[str]:
        files = sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        return [text for text in map(Path.read_text, files) if f"To: {to}" in text]

    until(lambda: bool(messages()))
    return next(word for word in messages()[-1].split() if word.isdecimal() and len(word) == 6)


def show_in(page: Page, colours: str, size: tuple[int, int]) -> None:
    """Give a page other colours and another size."""
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type] # "light" or "dark"
    page.set_viewport_size({"width": size[0], "height": size[1]})
