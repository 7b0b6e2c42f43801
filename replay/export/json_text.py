"""JSON in which no character steers a terminal or hides.  Pure.  SPEC.md §1."""

import json
import re
from typing import Final

# Inside of a string; what JSON itself escapes is escaped already.
_HIDDEN: Final = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)


def as_json(value: object) -> str:
    """Return a value as JSON, in one line."""
    return _HIDDEN.sub(_escape, json.dumps(value, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]
