"""Diagnostics as XML, read by another parser."""

from xml.etree import ElementTree as ET

from hypothesis import given

from recorder.format.diagnostics_xml import as_xml
from recorder.format.snapshot import Snapshot, Value
from recorder.format.visible import visible
from tests.recorder.format.arbitrary import snapshots
from tests.replay.export.samples import diagnostics, hostile_snapshot, machine


def read(*found: Snapshot, redacted: str | None = None) -> ET.Element:
    return ET.fromstring("".join(as_xml(diagnostics(*found, redacted=redacted))).encode())


def held(text: str) -> str:
    return visible(text).replace("\ufffe", "⟨U+FFFE⟩").replace("\uffff", "⟨U+FFFF⟩")


def value_of(fact: ET.Element) -> Value:
    text = fact.text or ""
    match fact.get("type"):
        case "integer":
            return int(text)
        case "boolean":
            return {"true": True, "false": False}[text]
        case _:
            return text


def agrees(root: ET.Element, *found: Snapshot) -> bool:
    """Whether it holds the same facts, of the same types, in the same order."""
    told = [
        [
            (
                one.get("name"),
                one.get("missing"),
                [[(fact.get("name"), type(value_of(fact)), value_of(fact)) for fact in item] for item in one],
            )
            for one in taken
        ]
        for taken in root
    ]
    expected = [
        [
            (
                held(one.name),
                None if one.missing is None else held(one.missing),
                [
                    [
                        (held(name), type(value), held(value) if isinstance(value, str) else value)
                        for name, value in item.items()
                    ]
                    for item in one.items
                ],
            )
            for one in snapshot.categories
        ]
        for snapshot in found
    ]
    return told == expected


def test_values_stay_as_they_were_told() -> None:
    root = read(machine(), machine(later=True))
    assert root.attrib == {"version": "1", "session": "00112233445566778899aabbccddeeff"}
    assert [one.attrib for one in root] == [
        {"number": "1", "time_us": "10000000", "taken": "2026-11-18T10:50:00.000000Z", "source": "native",
         "of": "Grace Hopper", "role": "customer"},
        {"number": "2", "time_us": "20000000", "taken": "2026-11-18T10:51:00.000000Z", "source": "native",
         "of": "Grace Hopper", "role": "customer"},
    ]  # fmt: skip
    assert agrees(root, machine(), machine(later=True))
    total = root.find(".//category[@name='memory']/item/fact[@name='total_bytes']")
    assert total is not None
    assert (total.text, total.get("type")) == ("17179869184", "integer")
    assert read(redacted="Redacted: 1 text removed.").get("redacted") == "Redacted: 1 text removed."


def test_hostile_text_is_text() -> None:
    assert agrees(read(hostile_snapshot()), hostile_snapshot())
    assert b"\x1b" not in "".join(as_xml(diagnostics(hostile_snapshot()))).encode()


@given(snapshots)
def test_every_snapshot_can_be_read_again(found: Snapshot) -> None:
    assert agrees(read(found), found)
