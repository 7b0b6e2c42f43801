"""Text as HTML and XML 1.0 hold it.  Pure.  replay/export/SPEC.md §1."""

import re
from typing import Final

from recorder.format.visible import code_point, visible

_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_MARKS: Final = re.compile("[&<>\"'\ufffe\uffff]")
_BLANKS: Final = str.maketrans({"\t": "&#9;", "\n": "&#10;"})


def escaped(text: str) -> str:
    """Return a text as it stands between tags; what XML cannot hold is spelled out."""
    return _MARKS.sub(lambda found: _ENTITIES.get(found[0]) or code_point(found[0]), visible(text))


def attribute(text: str) -> str:
    """Return a text as it stands between the quotes of an attribute; its tabs and line ends stay."""
    return escaped(text).translate(_BLANKS)
