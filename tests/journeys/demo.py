"""make demo: the longest way that works, with the real program, its output shown.

Today: a portal's keyring, a screen with programs on it recorded sealed by somebody who knows only the public key, the
recorder killed in the middle, what it left recovered and looked into, a second recording, the passphrase changed, all
of it opened once by the program and once without it, a video and evidence exported; then a session of a customer and an
agent in two browsers before a portal, and the agent's copy of what was recorded of it.
"""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from PIL import Image

from tests.journeys.meeting import meeting
from tests.virtual_screen import VirtualScreen
from tests.waiting import until
from vault import open_without_sealcast as outsider

SECOND_S: Final = 1.0


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="sealcast-demo-"))
    # The demonstration leaves its user's own signer and lists alone.
    os.environ["XDG_DATA_HOME"] = str(folder / "user")
    step(f"everything lies in {folder}")
    secret = folder / "passphrase"

    step("1. a portal's keyring; its passphrase is seven words drawn by chance")
    sealcast(folder, "key", "new", "support.keyring", "--generate-to", "passphrase")
    print(f"   {secret.read_text().strip()}")
    recipient = sealcast(folder, "key", "show", "support.keyring", "--recipient", shown=False)
    (folder / "recipient").write_text(recipient)

    step("2. a screen (a virtual one) with programs on it is recorded by somebody who has only the public key")
    with VirtualScreen(1280, 720) as screen:
        desk(screen, folder)
        recorder = start(screen, folder, "killed.sealcast", "--chat", "chat", "--mask", "window:Private")
        use(screen, folder, "before the crash")
        step("3. the recorder is killed with SIGKILL; what it left is recovered and looked into")
        recorder.kill()
        recorder.wait()
        sealcast(folder, "verify", "killed.sealcast", expected=1)
        sealcast(folder, "recover", "killed.sealcast", "recovered.sealcast")
        sealcast(
            folder, "info", "recovered.sealcast", "--keyring", "support.keyring", "--passphrase-file", "passphrase"
        )

        step("4. another recording, bit for bit this time; it ends as it should")
        recorder = start(screen, folder, "exact.sealcast", "--preset", "exact", "--customer", "Grace Hopper",
                         "--chat", "chat")  # fmt: skip
        use(screen, folder, "and after it")
        recorder.send_signal(signal.SIGTERM)
        assert recorder.wait(30) == 0
    sealcast(folder, "verify", "exact.sealcast")

    step("5. somebody leaves, so the passphrase is changed; recordings follow without being touched")
    sealcast(folder, "key", "passphrase", "support.keyring", "--passphrase-file", "passphrase", "--somebody-leaves",
             "--generate-to", "passphrase-later")  # fmt: skip
    files = ["recovered.sealcast", "exact.sealcast"]
    sealcast(folder, "key", "check", "support.keyring", *files, "--passphrase-file", "passphrase", expected=1)
    sealcast(folder, "info", *files, "--keyring", "support.keyring", "--passphrase-file", "passphrase-later")

    step("6. Session Replay shows it in its window, and finds what was written")
    sealcast(folder, "search", "press button", *files, "--keyring", "support.keyring", "--passphrase-file",
             "passphrase-later")  # fmt: skip
    print(f"   a picture of the window: {replayed(folder, 'exact.sealcast')}")

    opens = ("--keyring", "support.keyring", "--passphrase-file", "passphrase-later")
    step("7. one file that needs nothing of this program opens them as well")
    for name in files:
        print(f"   {read_without_program(folder, name)} blocks of {name}")

    step("8. a video leaves the seal, without what nobody else shall see; and evidence that a stranger can check")
    sealcast(
        folder, "export", "video", "exact.sealcast", *opens, "--redact-region", "700,60,300,160", "--redact", "Grace"
    )
    sealcast(folder, "export", "evidence", "exact.sealcast", *opens)
    run("unzip", "-q", "exact.zip", folder=folder, shown=False)
    run("sha256sum", "-c", "SHA256SUMS", folder=folder / "exact")

    hold_a_session(folder)

    step("done. Look at it yourself:")
    opened = ("exact.sealcast", "--keyring", "support.keyring", "--passphrase-file", "passphrase-later")
    for command in (
        ("cd", str(folder)),
        (program(), "play", *opened),
        (program(), "info", *opened),
        (sys.executable, outsider.__file__, "check", "exact.sealcast"),
        ("xdg-open", "exact/index.html"),
    ):
        print(f"  {shlex.join(command)}")


def hold_a_session(folder: Path) -> None:
    step("9. a portal: an agent makes a code, a customer types it; they talk, and the customer shows his screen")
    copy = met(folder)
    sealcast(folder, "verify", copy.name, expected=1)  # whole; whose it is nobody has told this machine yet
    sealcast(folder, "info", copy.name)
    sealcast(folder, "export", "video", copy.name)
    sealcast(folder, "export", "transcript", copy.name)


def met(folder: Path) -> Path:
    """Hold a session in two real browsers before a real portal; return the agent's copy of its recording."""
    with meeting(folder / "session") as one:
        print(f"   {one.portal.base} in Chromium, twice: the agent signs in, and makes a code")
        one.screen.start("xterm", "-geometry", "90x24+40+40", "-title", "shell", "-e", "cat")
        code = one.make_code("Grace")
        print(f"   the customer types {code}, and joins; the agent is told, and asks to see the screen")
        one.customer = one.join(code, "Grace Hopper")
        one.agent.get_by_role("button", name="Join Grace Hopper").click()
        one.agent.get_by_role("button", name="Ask to see the screen").click()
        one.customer.get_by_role("button", name="Choose what to show").click()
        one.customer.get_by_text("Your screen is seen").wait_for()
        one.screen.xdotool("type", "--delay", 40, "it happens when I press the button")
        one.say(one.customer, "Do you see it?")
        one.say(one.agent, "Yes. The disk is full.")
        one.agent.screenshot(path=folder / "console.png")
        one.customer.screenshot(path=folder / "customer.png")
        one.close_session("a full disk")
        for file in one.copies():
            shutil.copy(file, folder)
    print(f"   pictures of both pages: {folder / 'console.png'}, {folder / 'customer.png'}")
    return next(folder.glob("*Grace Hopper.sealcast"))


def desk(screen: VirtualScreen, folder: Path) -> None:
    (folder / "chat").write_text("")
    screen.start("xterm", "-geometry", "80x24+20+20", "-title", "shell", "-e", "bash", "--norc")
    screen.start("xterm", "-geometry", "40x8+700+60", "-bg", "magenta", "-title", "Private", "-e", "cat")
    screen.start("xclock", "-update", "1", "-geometry", "160x160+1080+20")
    for title in ("^shell$", "^Private$", "^xclock$"):
        screen.window(title)


def start(screen: VirtualScreen, folder: Path, name: str, *options: str) -> "subprocess.Popen[bytes]":
    command = ["record", name, "--recipient", "recipient", "--agent", "Ada", "--portal", "Support", *options]
    print(f"   $ sealcast {shlex.join(command)}", flush=True)
    recorder = subprocess.Popen([program(), *command], cwd=folder, env=screen.environment)
    path = folder / name
    until(lambda: path.exists() and path.stat().st_size > 4096)
    return recorder


def use(screen: VirtualScreen, folder: Path, words: str) -> None:
    """Type, move a window, write a line of chat."""
    shell = screen.window("^shell$")
    screen.xdotool("windowactivate", "--sync", shell, "mousemove", "--window", shell, 60, 60)
    screen.xdotool("type", "--delay", 40, f"echo {words}; ls -l /usr\n")
    with (folder / "chat").open("a") as chat:
        chat.write('{"name": "Grace Hopper", "text": "it happens when I press the button"}\n')
    for left_px in range(700, 300, -40):
        screen.xdotool("windowmove", screen.window("^Private$"), left_px, 200)
    time.sleep(2 * SECOND_S)


def replayed(folder: Path, name: str) -> Path:
    """Open the window with a recording, and take a picture of it."""
    picture = folder / "replay.png"
    with VirtualScreen() as screen:
        command = ["play", name, "--keyring", "support.keyring", "--passphrase-file", "passphrase-later"]
        print(f"   $ sealcast {shlex.join(command)}", flush=True)
        window = subprocess.Popen([program(), *command], cwd=folder, env=screen.environment)
        screen.window("Sealcast$")
        screen.still(for_s=2)
        Image.fromarray(screen.screenshot()[..., ::-1]).save(picture)
        screen.xdotool("key", "ctrl+q")
        assert window.wait(30) == 0
    return picture


def read_without_program(folder: Path, name: str) -> int:
    out = folder / f"{name}-opened"
    run(sys.executable, "-I", outsider.__file__, "open", name, str(out), "--keyring", "support.keyring",
        "--secret-file", "passphrase-later", folder=folder, shown=False)  # fmt: skip
    return len(list(out.glob("*.data")))


def step(text: str) -> None:
    print(f"\n{text}", flush=True)


def program() -> str:
    return str(Path(sys.executable).with_name("sealcast"))


def sealcast(folder: Path, *arguments: str, expected: int = 0, shown: bool = True) -> str:
    print(f"   $ sealcast {shlex.join(arguments)}", flush=True)
    return run(program(), *arguments, folder=folder, expected=expected, shown=shown)


def run(*command: str, folder: Path, expected: int = 0, shown: bool = True) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    for line in (done.stdout * shown + done.stderr).splitlines():
        print(f"     {line}")
    assert done.returncode == expected, (command, done.returncode)
    return done.stdout


if __name__ == "__main__":
    main()
