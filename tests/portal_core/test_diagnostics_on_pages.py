"""What a page copies of diagnostics: letter for letter what an export of the same snapshots says."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.diagnostics_text import as_text
from recorder.format.diagnostics_xml import as_xml
from recorder.format.snapshot import Category, Item, Snapshot
from tests.portal_core.test_javascript import node

DURING_SUMMER_US: Final = 1_784_000_000_123_456
DURING_WINTER_US: Final = 1_795_000_000_000_007
UNKNOWN_DAY_US: Final = 260_000_000_000_000_000
ZONES: Final = ("Europe/Berlin", "UTC", "America/St_Johns", "Asia/Kathmandu")
SIZES: Final = (0, 999, 1000, 1_250_000, 1_350_000_000, 1_750_000_000, 5 * 2**28, 7 * 2**28, 3 * 2**39 + 1, 2**50)
LENGTHS: Final = (-90, 0, 59, 60, 3_599, 86_399, 86_400, 90_061, 300_000)

SAID: Final = """
import { readFileSync } from "node:fs";
import { asText, asXml } from "../../../portal_core/web/static/js/diagnostics_text.js";
const { session, snapshots, zones } = JSON.parse(readFileSync(0, "utf8"));
const texts = zones.map((zone) => asText(session, snapshots, zone));
process.stdout.write(JSON.stringify({ texts, xml: asXml(session, snapshots) }));
"""


def facts() -> Item:
    """Return one of each unit and what stands at its edges."""
    found: dict[str, str | int | bool] = {
        "name": "Ann's <PC> & \"more\"", "empty": "", "on": True, "off": False, "_s": 3, "plain_number": -7,
        "lines": "one\r\ntwo\rthree\nfour\tfive", "forged": "a · b", "hidden": "\x00\u202e\u2028\U000e0041\ufffe",
        "width_px": 1920, "width_mm": 530, "rate_hz": 60, "clock_mhz": 3200, "speed_mbit_s": 1000,
        "began_us": DURING_SUMMER_US, "until_us": DURING_WINTER_US, "took_us": 61_999_999, "early_us": -1,
        "shift_offset_s": -12_600, "other_offset_s": 20_700, "1": "number",
    }  # fmt: skip
    found |= {f"{number}_bytes": count for number, count in enumerate(SIZES, 10)}
    found |= {f"memory{number}_bytes": count for number, count in enumerate(SIZES)}
    found |= {f"lasts{number}_s": seconds for number, seconds in enumerate(LENGTHS)}
    # An object of JavaScript has names that are numbers first; no page that tells facts has such.
    return {name: found[name] for name in sorted(found, key=lambda name: not name.isdigit())}


def diagnostics() -> Diagnostics:
    """Return two snapshots with everything in them that is said in a way of its own."""
    one = facts()
    categories = (
        Category(name="browser", items=(one,)),
        Category(name="memory", items=({"total_bytes": 5 * 2**28}, {}, one)),
        Category(name="a\tcategory\nof <two> lines", items=()),
        Category(name="power", items=(), missing="The browser does not\ntell it."),
        Category(name="disks", items=({"kind": "memory", "size_bytes": 2**31}, {"size_bytes": 10**9}), missing="half"),
    )
    taken = [
        TakenSnapshot(
            number=1,
            time_us=3_723_999_999,
            snapshot=Snapshot(taken_us=DURING_SUMMER_US, source="a page", categories=categories),
            of="Ann\n<x>",
            role="customer",
        ),
        TakenSnapshot(
            number=2,
            time_us=400_000_000_000,
            snapshot=Snapshot(taken_us=DURING_WINTER_US, source="s", categories=categories[:1]),
        ),
        TakenSnapshot(number=3, time_us=0, snapshot=Snapshot(taken_us=UNKNOWN_DAY_US, source="s", categories=())),
    ]
    return Diagnostics(session="0123456789abcdef", snapshots=tuple(taken))


def said(of: Diagnostics, tmp_path: Path) -> tuple[list[str], str]:
    """Return what a page says: as text in each zone, and as XML."""
    case = tmp_path / "case.json"
    case.write_text(json.dumps({**asdict(of), "zones": ZONES}))
    script = SAID.replace("readFileSync(0,", f"readFileSync({json.dumps(str(case))},")
    found = json.loads(node("--import", "./modules.js", "--input-type=module", "-e", script))
    return found["texts"], found["xml"]


def test_text_and_xml_are_those_of_an_export(tmp_path: Path) -> None:
    texts, xml = said(diagnostics(), tmp_path)
    for zone, text in zip(ZONES, texts, strict=True):
        assert text.split("\n") == "".join(as_text(diagnostics(), ZoneInfo(zone))).split("\n")
    assert xml.split("\n") == "".join(as_xml(diagnostics())).split("\n")


def test_without_a_snapshot_that_is_said(tmp_path: Path) -> None:
    none = Diagnostics(session="0123", snapshots=())
    texts, xml = said(none, tmp_path)
    assert texts[0] == "".join(as_text(none, ZoneInfo("UTC")))
    assert xml == "".join(as_xml(none))
