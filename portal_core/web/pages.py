"""How a page is made of a template: the language of whoever reads it, and what every page shows."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from portal_core.texts import LANGUAGES
from portal_core.web.context import context_of
from portal_core.web.signed_in import who_is_signed_in

_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def show(
    request: Request, template: str, values: Mapping[str, object] | None = None, *, status: int = 200
) -> HTMLResponse:
    """Return a page.  Templates get _, language, me, path and insecure beside their own values."""
    context = context_of(request)
    language = language_of(request)
    url = request.url
    common = {
        "_": context.texts.for_language(language),
        "language": language,
        "languages": LANGUAGES.items(),
        "me": who_is_signed_in(request),
        "path": url.path,
        # Browsers give pages no cameras, screens or keys there, but for their own machine.
        "insecure": url.scheme == "http" and url.hostname not in _LOCAL,
    }
    text = _TEMPLATES.get_template(template).render(common | dict(values or {}))
    return HTMLResponse(text, status_code=status)


def page_json(values: object) -> Markup:
    """Return what a page's script reads, so that nothing in it ends the element that holds it."""
    text = json.dumps(values, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no markup is left in it


def language_of(request: Request) -> str:
    """Return the language of whoever asks: his own, the one he chose here, one that his browser asks for."""
    me = who_is_signed_in(request)
    return context_of(request).texts.choose(
        own=me.language if me else None,
        chosen=request.cookies.get("language"),
        accepted=request.headers.get("accept-language", ""),
    )


def wants_page(request: Request) -> bool:
    """Say whether whoever asks is a person before a browser."""
    return "text/html" in request.headers.get("accept", "")
