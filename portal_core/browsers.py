"""Which browser and system somebody uses, as people call them: from what browsers say of themselves.  Pure."""

from typing import Final

from portal_core.said import Said

# The first that is found: each also calls itself what stands below it.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)
_MAX_SHOWN: Final = 60


def browser_name(user_agent: str) -> Said:
    """Return what to call the browser or program of a sign-in."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), None)
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), None)
    if browser is None or system is None:
        return Said("{program}", program=user_agent[:_MAX_SHOWN]) if user_agent else Said("unknown")
    return Said("{browser} on {system}", browser=browser, system=system)
