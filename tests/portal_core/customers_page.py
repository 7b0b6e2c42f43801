"""The customer's page as the portal makes it, and what the portal serves beside the session."""

import hashlib
from typing import Final

from fastapi import Body, FastAPI
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Locator, Page
from starlette.responses import JSONResponse, Response

from portal_core.texts import Language
from portal_core.web.pages import page_json
from tests.portal_core.live_site import SESSION, WEB

PAGE: Final = f"/session/{SESSION}"
SEALED: Final = bytes(range(256)) * 8
FINGERPRINT: Final = hashlib.sha256(SEALED[-1024:-64]).hexdigest()


class Desk:
    """What the portal serves beside the session: its end, copies, survey.  It keeps what it was told."""

    def __init__(self) -> None:
        self.ended = False
        self.unfinished = 2  # times that is asked before the recording is whole
        self.keys = True
        self.surveys = list[dict[str, object]]()
        self.copies = list[dict[str, object]]()

    def serve(self, app: FastAPI) -> None:
        app.add_api_route(f"{PAGE}/closing", self._closing)
        app.add_api_route(f"{PAGE}/part/1", lambda: Response(SEALED, media_type="application/octet-stream"))
        app.add_api_route(f"{PAGE}/keys", lambda: Response(b"key"))
        app.add_api_route(f"{PAGE}/share-code", self._share_code, methods=["POST"])
        app.add_api_route(f"{PAGE}/survey", self._survey, methods=["POST"])
        app.add_api_route(f"{PAGE}/copies", self._copy, methods=["POST"])

    def _share_code(self) -> JSONResponse:
        portal = "https://portal.example"
        answer = {"code": "123456789", "portal": portal, "client": f"{portal}/client/sealcast-1-py3-none-any.whl"}
        return JSONResponse(answer, status_code=201)

    def _closing(self) -> JSONResponse:
        self.unfinished -= self.ended
        part = {
            "part": 1, "recording": "ab" * 16, "name": "a session.sealcast", "size": len(SEALED),
            "fingerprint": FINGERPRINT, "href": f"{PAGE}/part/1",
        }  # fmt: skip
        return JSONResponse({
            "state": "ended" if self.ended else "live", "parts": [part], "copy": True, "survey": True,
            "keys": {"name": "a session.key", "href": f"{PAGE}/keys"} if self.keys else None,
            "recording_state": "complete", "saved": True, "whole": self.unfinished < 0,
        })  # fmt: skip

    def _survey(self, said: dict[str, object] = Body()) -> Response:  # noqa: B008 - FastAPI's way
        self.surveys.append(said)
        return Response(status_code=204)

    def _copy(self, said: dict[str, object] = Body()) -> Response:  # noqa: B008 - FastAPI's way
        self.copies.append(said)
        return Response(status_code=204)


def customers_page(**changed: object) -> str:
    """Return the page as the portal makes it, in English."""
    templates = Environment(
        loader=FileSystemLoader(WEB / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    values = {
        "session": SESSION, "portal": "Help <b>Desk</b>", "begins": "web chat", "language": "en", "texts": {},
    }  # fmt: skip
    words = Language(code="en", catalogue={}, javascript={})
    return templates.get_template("customer.html").render(
        _=words, language="en", me=None, path=PAGE, insecure=False, portal={"name": "Help <b>Desk</b>"},
        json=page_json(values | changed),
    )  # fmt: skip


def lines(page: Page) -> Locator:
    return page.locator(".chat-line .chat-text")


def write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.keyboard.press("Enter")
