"""A page as another parser reads it: which tags it has, what it loads, what it says."""

from html.parser import HTMLParser

VOID = {"meta", "input", "br", "img", "link"}
LOADING = {"src", "srcset", "data", "poster", "action", "formaction", "background", "ping"}


class Page(HTMLParser):
    """Tags with their attributes, texts by their tag, and the texts together."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def said(self) -> str:
        return "".join(text for tag, text in self.texts if tag not in {"style", "script"})

    @property
    def loads(self) -> set[str | None]:
        return {value for _, attributes in self.tags for name, value in attributes.items() if name in LOADING}

    @property
    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}

    @property
    def handlers(self) -> set[str]:
        return {name for _, attributes in self.tags for name in attributes if name.startswith("on") or name == "style"}

    def only(self, tag: str) -> str:
        """Return the text of the tag that is there once."""
        (text,) = (text for name, text in self.texts if name == tag)
        return text
