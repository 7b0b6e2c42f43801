"""sealcast play: what is told before there is a window."""

from pathlib import Path

import pytest

from tests.cli.person import Run


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("none",), 1),
        (("text",), 1),
        (("complete.sealcast", "--keyring", "none"), 1),
        (("complete.sealcast", "--keyring", "text"), 1),
        (("complete.sealcast", "--passphrase-file", "pass"), 1),  # no keyring anywhere
        (("--folder", "none"), 1),
        (("--folder", "text"), 1),
        (("--folder", "x" * 300), 1),
        (("x" * 300,), 1),
        (("complete.sealcast", "--keyring", "a", "--key-file", "b"), 2),
        (("complete.sealcast", "--at", "soon"), 2),
        (("complete.sealcast", "--theme", "pink"), 2),
        (("--at", "5"), 2),
        (("--passphrase-file", "pass"), 2),
    ],
)
def test_what_cannot_be_shown_is_told(run: Run, here: Path, options: tuple[str, ...], code: int) -> None:
    (here / "text").write_text("hello")
    said = run("play", *options, code=code).stderr
    assert "\nhint: " in said or "Usage: " in said
