"""The command sealcast: assembles each room's commands, and turns expected failures into a sentence and a hint."""

import os
import sys
from importlib import import_module
from typing import Final

import click

from portal_core import errors as portal_errors
from recorder import errors as recorder_errors
from recorder.format import errors as format_errors
from replay import errors as replay_errors
from vault import errors
from vault.ask import UNRESETTABLE, shown

# A command's room is loaded when the command is wanted: those that look at a file need no encoders.
COMMANDS: Final = {
    "export": "replay.export_commands:export",
    "import": "recorder.import_commands:import_",
    "info": "replay.file_commands:info",
    "install-desktop": "replay.desktop_commands:install_desktop",
    "key": "vault.key_commands:key",
    "play": "replay.play_commands:play",
    "push": "recorder.push_commands:push",
    "record": "recorder.record_commands:record",
    "recover": "vault.file_commands:recover",
    "search": "replay.search_commands:search_",
    "serve": "portal_core.serve_command:serve_command",
    "share": "recorder.share_commands:share",
    "trust": "vault.trust_commands:trust",
    "verify": "vault.file_commands:verify",
}
# These need packages that the toolkit alone does without.
OF_THE_PORTAL: Final = frozenset({"serve"})

EXPECTED: Final = (
    errors.VaultError, format_errors.RecordingError, replay_errors.ReplayError, portal_errors.PortalError,
)  # fmt: skip
_OF_THE_PORTAL: Final[dict[type[Exception], str]] = {kind: str(hint) for kind, hint in portal_errors.HINTS.items()}
HINTS: Final[dict[type[Exception], str]] = {
    errors.WrongPassphraseError: f"try again (capitals and blanks count), or use the recovery key. {UNRESETTABLE}",
    errors.WrongIdentityError: "use the keyring of its portal, or the key of this keyring (see: sealcast key show)",
    errors.NotOurFormatError: "NAME.sealcast is a recording, NAME.keyring a keyring; name one of those",
    errors.UnsupportedVersionError: "update sealcast; newer releases read all older files",
    errors.HeaderIncompleteError: "copy it again from where it was recorded; there it may hold more",
    errors.HeaderDamagedError: "look for another copy: on the server, or with those who took part",
    errors.TamperedError: "do not rely on this file; sealcast verify says more, and copies elsewhere may be whole",
    errors.MalformedError: "look whether it was copied or typed whole, and whether it is the file you meant",
    errors.WrongKindError: "look which kind of key is wanted here",
    errors.KeyringChangedError: "do not use it; look for the keyring in a backup or on another machine",
    errors.OlderKeyringError: "sealcast key fetch gets the present one; is that lost, take its line out of that file",
    errors.KeyringReplacedError: "look at what was changed (sealcast key show), then do it again",
    errors.KeyringActError: "sealcast key show FILE tells what opens the keyring at present",
    errors.WeakPassphraseError: "use several words that do not belong together, or let seven be drawn for you",
    errors.PartEndedError: "what came before is safe in the file (sealcast recover); mend the cause, then begin anew",
    errors.AlreadyWritingError: "wait until it has finished",
    errors.BadNameError: "choose a plain name",
    errors.BlobExistsError: "choose another name; nothing is overwritten (--force replaces recordings only)",
    errors.BlobNotFoundError: "look whether the name is spelled right",
    errors.StoreUnavailableError: "mend the cause, look what is there, then try again",
    errors.UnknownCertificateError: "compare it with whoever runs the portal, then give --certificate FINGERPRINT",
    errors.CertificateChangedError: "ask whoever runs the portal; if it is right, give --certificate FINGERPRINT",
    errors.PortalRefusedError: "the portal's own pages may say more",
    recorder_errors.CaptureError: "DISPLAY says on which screen; sealcast record --list-monitors lists what it has",
    recorder_errors.EncodeError: "record one --monitor or a --region; the package av has the video encoders",
    recorder_errors.BadCopyError: "take it from the session's page, or ask the agent for his copy",
    recorder_errors.ImportVideoError: "look whether it plays elsewhere; a cut copy may be whole where it came from",
    replay_errors.BadQueryError: 'write words that were said or noted; "words in quotes" must stand together',
    replay_errors.DecodeError: "sealcast verify tells whether the file is as it was recorded",
    replay_errors.ExportError: "sealcast info tells what is in a recording",
    replay_errors.NoDesktopError: "open recordings with: sealcast play FILE",
    replay_errors.WindowError: "on a machine without a screen: sealcast info, sealcast search",
    replay_errors.NoKeyError: "a keyring is no secret beyond its passphrase; whoever may play recordings may have it",
    format_errors.UnsupportedFormatError: "update sealcast; newer releases read all older files",
    format_errors.FormatError: "look whether it is the file you meant",
    **_OF_THE_PORTAL,
}


class House(click.Group):
    """Where the rooms' commands come together, and errors become messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click asks
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as click asks
        """Return a command; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        try:
            command = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            if cmd_name not in OF_THE_PORTAL:
                raise
            why = (
                f"the portal needs a package that is not installed: {error.name}\nhint: pip install 'sealcast[portal]'"
            )
            raise click.ClickException(why) from error
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an expected failure is a sentence, a hint and exit code 1."""
        try:
            return super().invoke(ctx)
        except EXPECTED as error:
            own = shown(error.hint) if isinstance(error, errors.PortalRefusedError) else ""  # the portal knows better
            hint = own or next((HINTS[kind] for kind in type(error).__mro__ if kind in HINTS), None)
            raise click.ClickException(shown(error) + (f"\nhint: {hint}" if hint else "")) from error


@click.group(cls=House, epilog="Each command explains itself: sealcast key new --help")
@click.version_option(package_name="sealcast")
def sealcast() -> None:
    """Record support sessions into sealed files that only the manager's passphrase opens.

    \b
    Begin:
      sealcast key new support.keyring          a portal's keys; asks for a passphrase
      sealcast record --keyring support.keyring session.sealcast
                                                the screen, sealed; Ctrl-C ends it
      sealcast info --keyring support.keyring session.sealcast
                                                what is in it
      sealcast play session.sealcast            see it; without a file, all that are here
      sealcast search "disk full" FOLDER        where that was said or noted
      sealcast share CODE --portal ADDRESS      show your screen in a support session,
                                                without a browser
      sealcast export video session.sealcast    a plain video of it; transcript, diagnostics,
                                                still and evidence are made alike

    \b
    Elsewhere, without anything secret:
      sealcast key show --recipient support.keyring > recipient
                                                the public key: all that recorders need
      sealcast record --recipient recipient     into your Sealcast Recordings
      sealcast import --recipient recipient video.mp4 session.sealcast
                                                from a video that is there already

    \b
    A portal, where customers and agents meet (docs/portal.md):
      sealcast serve --demo                     one to try; --help says how to begin in earnest
      sealcast share 123456789 --portal URL     a customer shows his screen without a browser

    \b
    At a portal, over HTTPS:
      sealcast record --to URL --portal-address ADDRESS
                                                recorded here, and there as it grows
      sealcast push FILE --to URL --portal-address ADDRESS
                                                what was recorded; goes on after a lost line
      sealcast play --portal URL                what lies there; --list only lists it
      sealcast export transcript --portal URL ID
      sealcast key passphrase --portal URL --portal-address ADDRESS
                                                set, change or remove it

    \b
    Look after recordings, without any key:
      sealcast verify session.sealcast          whole? unchanged? whose?
      sealcast recover broken.sealcast good.sealcast
                                                save what a crash left

    \b
    Keep control:
      sealcast key passphrase support.keyring   change it; old recordings follow
      sealcast key recovery support.keyring     a printed way back in
      sealcast key check support.keyring *.sealcast
                                                prove that all of them open
      sealcast trust add sealcast-signer1… --name "Portal of Example Ltd"
      sealcast install-desktop                  open recordings by a double-click

    Secrets are asked for, or read from a file or descriptor that an option names; they are never arguments.
    """  # noqa: D301 - click reads \b


def main() -> None:
    """Run the program."""
    try:
        try:
            sealcast()
        finally:
            if sys.stdout:  # None when it was closed before the program began
                sys.stdout.flush()
    except OSError as error:
        # Rooms translate their own; what is left is the output.  What could not be written is given up.
        if sys.stdout:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(f"Error: the output cannot be written: {error.strerror}")


if __name__ == "__main__":
    main()
