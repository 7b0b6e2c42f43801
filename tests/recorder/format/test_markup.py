"""Text as HTML and XML hold it, read by a parser."""

import html
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from recorder.format.markup import attribute, escaped
from recorder.format.visible import visible

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)


@given(anything)
def test_xml_holds_any_text(text: str) -> None:
    element = ET.fromstring(f'<a b="{attribute(text)}">{escaped(text)}</a>')
    expected = visible(text).replace("\ufffe", "⟨U+FFFE⟩").replace("\uffff", "⟨U+FFFF⟩")
    assert (element.text or "") == expected
    assert element.get("b") == expected


@given(anything)
def test_html_holds_any_text(text: str) -> None:
    for form in (escaped(text), attribute(text)):
        assert not set("<>\"'") & set(form)
        assert html.unescape(form) == visible(text).replace("\ufffe", "⟨U+FFFE⟩").replace("\uffff", "⟨U+FFFF⟩")


def test_what_steers_is_spelled_out() -> None:
    assert escaped("a\u202eb\x1b[0m\x00\ud800\uffff") == "a⟨U+202E⟩b⟨U+001B⟩[0m⟨U+0000⟩⟨U+D800⟩⟨U+FFFF⟩"
    assert escaped("<b title='x'>&") == "&lt;b title=&#39;x&#39;&gt;&amp;"
    assert attribute("\ta\r\nb") == "&#9;a&#10;b"
