"""A real browser that may show the virtual screen it runs on, without anybody choosing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright

from tests.virtual_screen import VirtualScreen

PATIENCE_MS: Final = 60_000
expect.set_options(timeout=20_000)  # for things that take milliseconds, on a machine that does much else
ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run",
    "--auto-select-desktop-capture-source=Entire screen",
)  # fmt: skip


@contextmanager
def browser_on(screen: VirtualScreen) -> Iterator[Browser]:
    """Start one, headless: the screen is captured clean of it."""
    environment: dict[str, str | float | bool] = dict(screen.environment)
    with sync_playwright() as program:
        started = program.chromium.launch(
            executable_path="/usr/bin/chromium", args=ARGUMENTS, env=environment, timeout=PATIENCE_MS
        )
        yield started
        started.close()
