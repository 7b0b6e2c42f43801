"""Every page of the portal before axe-core, in light on a desk and in dark on a phone: nothing grave is found.

In German, which has the longest words, and in which the name of a button may miss what is to be read on it.
"""

from functools import partial
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.journeys.every_page import Walk
from tests.journeys.meeting import meeting
from tests.journeys.reader import DESK, PHONE, show_in
from tests.waiting import until

AXE: Final = Path(__file__).with_name("js") / "node_modules/axe-core/axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
VARIANTS: Final = (("light", DESK), ("dark", PHONE))
# What is wrong, as a line for each element; what still moves is looked at when it rests.
FIND: Final = """async tags => {
  await Promise.all(document.getAnimations().map(one => one.finished));
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  const grave = found.violations.filter(one => ["serious", "critical"].includes(one.impact));
  return grave.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html} ${node.failureSummary}`));
}"""


def test_nothing_grave_is_on_any_page(tmp_path: Path) -> None:
    assert AXE.exists(), "its packages are missing; hint: npm ci --prefix tests/portal_core/js"
    axe, wrong = AXE.read_text(), list[str]()

    names = list[str]()
    with meeting(tmp_path) as met:
        met.screen.start("xterm", "-geometry", "90x24+40+40", "-e", "cat")
        for name, page in Walk(met, "de").everywhere():
            names.append(name)
            for colours, size in VARIANTS:
                show_in(page, colours, size)
                until(partial(_is_there, page))
                wrong += [f"{name}, {colours}, {size}: {one}" for one in found(page, axe)]
            show_in(page, "light", DESK)
    assert len(set(names)) == len(names) >= 50
    assert not wrong, "\n".join(wrong)


def _is_there(page: Page) -> bool:
    """Whether all of it is loaded, its style sheets too."""
    return bool(page.evaluate("document.readyState === 'complete'"))


def found(page: Page, axe: str) -> list[str]:
    """Return what is wrong with a page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    wrong: list[str] = page.evaluate(FIND, RULES)
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [*wrong, f"{wide - seen} px are beside the screen"] if wide > seen else wrong
