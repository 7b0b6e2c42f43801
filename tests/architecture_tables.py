"""The house as it was drawn: which room knows which, each library's doors, and what touches the world."""

ROOMS = ("vault", "recorder", "replay", "portal_core")
# What each room may import of ours, beside itself.  cli.py may import every room, and no room cli.
BELOW = {
    "vault": set[str](),
    "recorder": {"vault"},
    "replay": {"vault", "recorder"},
    "portal_core": {"vault", "recorder"},
}
# Of the recorder, replay knows what lies in a file, how its pictures are decoded and what files are called, and not how
# it comes there.
KNOWN_OF_THE_RECORDER = ("recorder.format.", "recorder.codec.decoder.", "recorder.file_names.")
DOORS = {
    "cryptography": {
        "vault/primitives.py", "vault/portal_key.py", "vault/open_without_sealcast.py",
        "portal_core/certificates.py", "portal_core/passwords.py",
    },
    "zxcvbn": {"vault/passphrase.py", "portal_core/passwords.py"},
    # Of the portal the pages alone know the web's framework, and the queries alone the database's.
    "fastapi": {"portal_core/web/", "portal_core/serve.py"},
    "starlette": {"portal_core/web/"},
    "pydantic": {"portal_core/web/"},
    "jinja2": {"portal_core/web/pages.py"},
    "markupsafe": {"portal_core/web/pages.py"},
    "segno": {"portal_core/web/console_routes.py"},
    "uvicorn": {"portal_core/serve.py"},
    "babel": {"portal_core/texts.py"},
    "aiosmtplib": {"portal_core/mailing.py"},
    "websockets": {"recorder/sharing/connection.py"},
    "sqlalchemy": {"portal_core/db/", "portal_core/running/journal.py", "portal_core/running/rows.py"},
    "alembic": {
        "portal_core/db/database.py", "portal_core/db/migrations/env.py",
        "portal_core/db/migrations/versions/0001_first.py",
        "portal_core/db/migrations/versions/0002_screenless.py",
    },
    "platformdirs": {"vault/places.py", "recorder/file_names.py", "replay/window/flow.py"},
    "msgpack": {"recorder/format/pack.py"},
    "zstandard": {"recorder/format/pack.py", "recorder/codec/stream.py"},
    "xxhash": {"recorder/codec/seen.py"},
    "av": {
        "recorder/encode.py", "recorder/planes.py", "recorder/video_file.py", "replay/decoders.py",
        "replay/export/container.py", "replay/export/copied.py", "replay/export/encoded.py",
    },
    "mss": {"recorder/capture/grab.py"},
    "Xlib": {
        "recorder/capture/x_display.py", "recorder/capture/x_windows.py", "recorder/capture/diagnostics/displays.py",
    },
    "psutil": {"recorder/capture/diagnostics/portable.py"},
    "numpy": {
        "recorder/planes.py", "recorder/video_file.py", "recorder/import_video.py", "recorder/capture/frame.py",
        "recorder/capture/grab.py", "recorder/capture/compare.py", "recorder/capture/damage.py",
        "recorder/capture/polling.py", "recorder/capture/x_display.py",
        "recorder/codec/colours.py", "recorder/codec/decoder.py", "recorder/codec/encoder.py",
        "recorder/codec/grid.py", "recorder/codec/moves.py", "recorder/codec/photographic.py",
        "recorder/codec/photos.py", "recorder/codec/seen.py", "recorder/codec/stream.py", "recorder/codec/wire.py",
        "recorder/film.py",
        "replay/decoders.py", "replay/previews.py", "replay/scene.py", "replay/export/film.py",
        "replay/window/panel_quads.py", "replay/window/quad.py", "replay/window/screen_film.py",
        "replay/window/time_strip.py",
    },
    # Everything of the window but the video is painted by it.
    "PIL": {
        "recorder/codec/photos.py",
        "replay/previews.py", "replay/still.py", "replay/export/film.py", "replay/export/stills.py",
        "replay/window/hover.py", "replay/window/lettering.py", "replay/window/paint.py",
        "replay/window/panel_quads.py", "replay/window/time_strip.py", "replay/window/view.py",
    },
    "fontTools": {"replay/fonts/faces.py", "replay/export/sheets.py"},
    "skia": {"replay/export/sheets.py"},
    "pyglet": {
        "replay/window/desk.py", "replay/window/keyboard.py", "replay/window/pane.py", "replay/window/quad.py",
        "replay/window/screen_film.py",
    },
    "click": {
        "cli.py", "vault/ask.py", "vault/secret_options.py", "vault/key_commands.py", "vault/file_commands.py",
        "vault/trust_commands.py",
        "recorder/record_commands.py", "recorder/import_commands.py", "recorder/target_options.py",
        "recorder/option_types.py", "recorder/progress_line.py",
        "replay/desktop_commands.py", "replay/file_commands.py", "replay/option_types.py", "replay/play_commands.py",
        "replay/search_commands.py", "replay/export_commands.py", "replay/export_options.py", "replay/exporting.py",
        "portal_core/serve_command.py", "recorder/push_beside.py", "recorder/push_commands.py",
        "recorder/push_options.py", "recorder/share_commands.py", "replay/portal_commands.py",
        "vault/portal_options.py",
    },
}  # fmt: skip
# Of Python's own library: what computes, and by kind what touches the world, with the files that may.
PURE = {
    "__future__", "array", "base64", "binascii", "bisect", "collections", "contextlib", "csv", "dataclasses",
    "copy", "datetime", "email", "enum", "errno", "fractions", "functools", "hashlib", "heapq", "hmac", "ipaddress",
    "itertools",
    "json", "math", "re", "shlex", "stat", "struct", "tomllib", "types", "typing", "unicodedata",
    "urllib",  # of which nothing but parse is used
    "zipfile", "zoneinfo",
}  # fmt: skip
WORLD = {
    "files and the environment": (
        {"fcntl", "glob", "importlib", "io", "msvcrt", "os", "pathlib", "shutil", "tempfile"},
        {
            "vault/anchor.py", "vault/ask.py", "vault/durable.py", "vault/file_commands.py", "vault/key_commands.py",
            "vault/key_file.py", "vault/keyring_file.py", "vault/local.py", "vault/lock.py", "vault/outside.py",
            "vault/passphrase.py", "vault/places.py", "vault/secret_options.py", "vault/signers.py",
            "recorder/chat_feed.py", "recorder/file_names.py", "recorder/import_commands.py",
            "recorder/import_video.py", "recorder/key_presses.py", "recorder/local_copy.py", "recorder/recipients.py",
            "recorder/record_commands.py", "recorder/record_screen.py", "recorder/target.py",
            "recorder/target_options.py", "recorder/video_file.py", "recorder/capture/screen.py",
            "recorder/codec/photos.py",
            "replay/browsing.py", "replay/contents_text.py", "replay/desktop_commands.py", "replay/file_commands.py",
            "replay/glance.py", "replay/key_choice.py", "replay/keys.py", "replay/library.py",
            "replay/library_entries.py", "replay/library_loading.py", "replay/opening.py", "replay/play_commands.py",
            "replay/search_commands.py", "replay/showing.py", "replay/still.py", "replay/unlocking.py",
            "replay/export_commands.py", "replay/export_options.py", "replay/exporting.py", "replay/export/bundle.py",
            "replay/export/bundle_page.py", "replay/export/container.py", "replay/export/copied.py",
            "replay/export/encoded.py", "replay/export/evidence.py", "replay/export/facts_page.py",
            "replay/export/sheets.py", "replay/export/stills.py", "replay/export/transcript_csv.py",
            "replay/export/video.py",
            "replay/window/app.py", "replay/window/desktop_colours.py", "replay/fonts/faces.py",
            "replay/window/flow.py", "replay/window/opening_pages.py", "replay/window/page.py",
            "replay/window/pages.py", "replay/window/player_page.py",
            "portal_core/db/database.py",
            "portal_core/certificates.py", "portal_core/due.py", "portal_core/mailing.py",
            "portal_core/client_wheel.py", "portal_core/purging.py",
            "portal_core/running/left_parts.py", "portal_core/running/lobby.py", "portal_core/running/marks.py",
            "portal_core/running/parts.py",
            "portal_core/serve.py",
            "portal_core/serve_command.py", "portal_core/server_keys.py", "portal_core/setting_values.py",
            "portal_core/settings.py", "portal_core/texts.py", "portal_core/web/app.py",
            "portal_core/web/byte_ranges.py", "portal_core/web/joining.py", "portal_core/web/pages.py",
            "portal_core/web/session_routes.py", "portal_core/web/upload_routes.py",
            "recorder/push_commands.py", "recorder/pushing.py", "recorder/share_commands.py",
            "recorder/sharing/copies.py", "recorder/sharing/typed_lines.py", "replay/hosted.py",
            "replay/hosted_loading.py", "replay/portal_commands.py", "vault/hosted_keyring.py", "vault/https.py",
            "vault/kept.py", "vault/pinned.py", "vault/portal_options.py",
        },
    ),
    "clocks": (
        {"time", "datetime.now"},
        {
            "vault/ask.py", "vault/durable.py", "vault/lock.py", "vault/outside.py",
            "recorder/target_options.py", "replay/export_commands.py",
            "replay/window/desk.py", "replay/window/local_time.py", "replay/window/pane.py",
            "portal_core/db/hosted.py", "portal_core/web/session_routes.py",
            "recorder/push_commands.py", "recorder/sharing/copies.py", "replay/hosted.py",
        },
    ),
    "chance": (
        {"random", "secrets", "uuid"},
        {
            "vault/ask.py", "vault/durable.py", "vault/key_commands.py", "vault/outside.py", "vault/passphrase.py",
            "vault/trust_commands.py", "recorder/import_video.py", "recorder/record_screen.py",
            "recorder/screen_encoder.py",
            "portal_core/codes.py", "portal_core/passwords.py",
            "portal_core/demo.py", "portal_core/server_keys.py", "portal_core/sign_ins.py",
            "portal_core/web/joining.py", "portal_core/web/portal_routes.py", "portal_core/web/sockets.py",
            "recorder/push_options.py", "recorder/sharing/connection.py",
        },
    ),
    "threads": (
        {"concurrent", "queue", "threading"},
        {
            "vault/chain.py", "vault/loader.py", "vault/local.py", "vault/walk.py",
            "recorder/chat_feed.py", "recorder/diagnose.py", "recorder/key_presses.py", "recorder/record.py",
            "recorder/writer.py",
            "replay/checking.py", "replay/library_loading.py", "replay/previews.py", "replay/screening.py",
            "replay/searching.py", "replay/window/machine_reading.py", "replay/window/work.py",
            "portal_core/running/journal.py", "portal_core/running/recorder.py", "portal_core/web/handed_out.py",
            "portal_core/web/password_checks.py",
            "recorder/pushing.py", "recorder/sharing/connection.py", "recorder/sharing/facts.py",
            "recorder/sharing/screen.py", "recorder/sharing/session.py", "recorder/sharing/typed_lines.py",
            "replay/hosted_loading.py", "vault/https.py", "vault/portal_source.py",
        },
    ),
    "programs and signals": (
        {"multiprocessing", "signal", "subprocess"},
        {
            "recorder/import_commands.py", "recorder/record_screen.py",
            "replay/desktop_commands.py", "replay/export_commands.py", "replay/window/desktop_colours.py",
            "replay/fonts/faces.py",
            "recorder/share_commands.py",
        },
    ),
    "sockets": (
        {"http", "select", "socket", "ssl"},
        {
            "recorder/key_presses.py", "recorder/capture/wake.py", "recorder/capture/x_display.py",
            "portal_core/certificates.py", "portal_core/mailing.py", "portal_core/serve.py",
            "recorder/sharing/connection.py", "vault/https.py",
        },
    ),
    "an event loop": (
        {"asyncio"},
        {
            "portal_core/due.py", "portal_core/mailing.py", "portal_core/running/line.py",
            "portal_core/running/lobby.py", "portal_core/serve.py", "portal_core/web/console_routes.py",
            "portal_core/web/join_routes.py", "portal_core/web/joining.py", "portal_core/web/live_routes.py",
            "portal_core/web/sockets.py", "recorder/sharing/connection.py",
        },
    ),
    "a log": (
        {"logging"},
        {
            "portal_core/due.py", "portal_core/purging.py", "portal_core/running/journal.py",
            "portal_core/running/left_parts.py", "portal_core/running/lobby.py", "portal_core/serve.py",
            "portal_core/running/recorder.py",
        },
    ),
    "the system and its terminal": (
        {"gc", "getpass", "platform", "sys", "termios", "tty"},
        {
            "portal_core/serve.py",
            "vault/ask.py", "vault/durable.py", "vault/lock.py",
            "recorder/key_presses.py", "recorder/progress_line.py", "recorder/capture/screen.py",
            "replay/desktop_commands.py", "replay/export_commands.py", "replay/window/desktop_colours.py",
            "recorder/push_beside.py", "recorder/push_commands.py", "recorder/share_commands.py",
            "recorder/sharing/typed_lines.py", "vault/portal_options.py",
        },
    ),
    "memory as others lay it out": ({"ctypes", "mmap"}, {"replay/window/quad.py", "recorder/codec/colours.py"}),
}  # fmt: skip
# Whose whole matter is the machine, and who stands for himself.
WORLDLY = ("recorder/capture/diagnostics/", "vault/open_without_sealcast.py")
# What a painted part of the window may know: values, and how one paints.
PAINTED = {
    "recorder.format", "replay.fonts",
    *(f"replay.{one}" for one in ("browsing", "errors", "library_entries", "scene", "search", "states", "timeline")),
    *(
        f"replay.window.{one}"
        for one in (
            "acts", "ask_page", "bars", "box", "icons", "layout", "lettering", "paint", "rows", "side_panel",
            "theme", "time_bar", "time_strip", "times", "view", "cards", "kept", "machine", "state_card",
        )
    ),
}  # fmt: skip
# What each may know of ours: a file, or all files of a folder, of which a longer name goes before.
KNOWN = {
    # Rules of the portal: values in, values out.
    **{
        f"portal_core/{one}.py": {"portal_core.errors", "portal_core.said"}
        for one in ("codes", "guessing", "mail_addresses", "passwords", "roles", "texts")
    },
    "portal_core/said.py": set[str](),
    "portal_core/errors.py": {"portal_core.said"},
    "portal_core/browsers.py": {"portal_core.said"},
    "portal_core/invitations.py": {"portal_core.codes", "portal_core.said"},
    "portal_core/sign_ins.py": {"portal_core.errors", "portal_core.guessing", "portal_core.said"},
    "portal_core/portals.py": {"portal_core.codes", "portal_core.errors", "portal_core.said"},
    "portal_core/recording_state.py": {"portal_core.errors", "portal_core.portals", "portal_core.said"},
    "portal_core/setting_values.py": {"portal_core.codes", "portal_core.mail_addresses"},
    "portal_core/settings.py": {"portal_core.errors", "portal_core.setting_values"},
    "portal_core/certificates.py": {"portal_core.errors", "vault.durable", "vault.errors"},
    "portal_core/mailing.py": {
        "portal_core.errors", "portal_core.mail_addresses", "portal_core.said", "portal_core.setting_values",
        "vault.durable", "vault.errors",
    },
    # The one that unwraps file keys.
    "portal_core/server_keys.py": {
        "vault.bech32", "vault.durable", "vault.errors", "vault.header", "vault.key_file", "vault.keyring",
        "vault.keyring_acts", "vault.local", "vault.portal_key", "vault.primitives",
    },
    "portal_core/live/": {"portal_core.live", "recorder.format"},
    "portal_core/db/": {
        "portal_core.db", "portal_core.live.effects", "portal_core.live.log", "portal_core.live.messages",
        *(
            f"portal_core.{one}"
            for one in (
                "codes", "errors", "guessing", "mail_addresses", "portals", "pushes", "recording_state", "roles",
                "said", "sign_ins",
            )
        ),
        "vault.anchor", "vault.errors", "vault.header", "vault.keyring", "vault.keyring_acts",
    },
    # Sessions while they run write recordings, and read none.
    "portal_core/running/": {
        "portal_core.db", "portal_core.live", "portal_core.portals", "portal_core.recording_state",
        "portal_core.running", "recorder.clock", "recorder.format", "recorder.writer",
        *(
            f"vault.{one}"
            for one in (
                "anchor", "durable", "errors", "header", "index", "keyring", "local", "outside", "primitives", "walk",
                "writer",
            )
        ),
    },
    "recorder/format/": {"recorder.format"},
    "recorder/capture/": {"recorder.capture", "recorder.format", "recorder.errors", "vault.outside"},
    "recorder/capture/diagnostics/": {"recorder.capture.diagnostics", "recorder.format"},
    # Pixels in, bytes out, and back: what it is given, and nothing else.
    "recorder/codec/": {"recorder.codec", "recorder.format.errors"},
    "recorder/film.py": {"recorder.codec"},
    # A customer's part in a session; what it asks of a portal goes through the vault's one way there.
    "recorder/sharing/": {
        "recorder.capture", "recorder.errors", "recorder.format", "recorder.screen_encoder", "recorder.screen_track",
        "recorder.sharing", "vault.outside",
    },
    "recorder/sharing/place.py": {"vault.https"},
    "recorder/sharing/seat.py": {"vault.errors", "vault.https"},
    "recorder/sharing/copies.py": {
        "recorder.errors", "recorder.file_names", "recorder.sharing.seat",
        "vault.durable", "vault.errors", "vault.https",
    },
    "recorder/screen_encoder.py": {
        "recorder.capture.frame", "recorder.codec", "recorder.encode", "recorder.errors", "recorder.film",
        "recorder.format",
    },
    "recorder/bitstreams.py": set[str](),
    "recorder/chat_lines.py": {"recorder.format"},
    "recorder/clock.py": {"recorder.format", "vault.outside"},
    "recorder/writer.py": {
        "recorder.format", "recorder.clock", "vault.anchor", "vault.errors", "vault.index", "vault.writer",
    },
    "recorder/part.py": {
        "recorder.format", "recorder.clock", "recorder.writer",
        "vault.header", "vault.outside", "vault.primitives", "vault.store", "vault.writer",
    },
    "recorder/planes.py": {"recorder.capture.frame"},
    "recorder/encode.py": {"recorder.capture.frame", "recorder.errors", "recorder.format", "recorder.planes"},
    "recorder/screen_track.py": {
        "recorder.capture.frame", "recorder.encode", "recorder.film", "recorder.format", "recorder.writer",
    },
    # The loop knows the seam to a screen, and no screen.
    "recorder/record.py": {
        "recorder.capture.frame", "recorder.capture.pointer", "recorder.capture.source", "recorder.clock",
        "recorder.encode", "recorder.errors", "recorder.format", "recorder.screen_track", "recorder.writer",
    },
    "recorder/video_file.py": {
        "recorder.bitstreams", "recorder.capture.frame", "recorder.errors", "recorder.format", "vault.durable",
    },
    # What is played: from a time to a picture.
    "replay/places.py": {"recorder.format", "vault.block", "vault.errors", "vault.index", "vault.reader"},
    "replay/recording.py": {
        "recorder.format", "replay.places", "vault.block", "vault.errors", "vault.reader", "vault.walk",
    },
    "replay/activity.py": {"recorder.format"},
    "replay/timeline.py": {"recorder.format", "replay.activity"},
    "replay/snapshots.py": {"recorder.format", "replay.recording", "replay.session"},
    "replay/session.py": {"recorder.format", "replay.recording", "replay.timeline"},
    "replay/scene.py": {"recorder.format"},
    "replay/decoders.py": {"recorder.codec.decoder", "recorder.format", "replay.errors"},
    "replay/pictures.py": {"recorder.format", "replay.decoders", "replay.errors", "replay.scene"},
    "replay/projector.py": {
        "recorder.format", "replay.pictures", "replay.recording", "replay.scene", "replay.session", "vault.errors",
    },
    "replay/screening.py": {"replay.projector", "replay.scene", "replay.session", "vault.errors"},
    "replay/player.py": {"replay.timeline"},
    # What is found.
    "replay/query.py": {"replay.errors"},
    "replay/search.py": {"replay.query"},
    "replay/sayings.py": {"recorder.format", "replay.recording", "replay.search", "replay.snapshots"},
    # What lies where.
    "replay/states.py": {"vault.verify"},
    "replay/key_choice.py": {"vault.header", "vault.keyring", "vault.primitives"},
    "replay/library_entries.py": {"replay.query", "replay.states"},
    "replay/browsing.py": {"replay.errors", "replay.library_entries"},
    "replay/showing.py": {"replay.key_choice", "replay.library_loading", "replay.opening", "vault.header"},
    "replay/desktop_files.py": set[str](),
    # What is exported: formats know values; what writes files and asks the vault is named.
    "replay/export/": {
        "recorder.format", "replay.errors", "replay.timeline", "replay.scene", "replay.session", "replay.recording",
        "replay.projector", "replay.fonts", "replay.export",
    },
    "replay/export/bundle.py": {
        "recorder.file_names", "replay.errors", "replay.export.manifest", "vault.durable", "vault.local",
        "vault.store",
    },
    "replay/export/bundle_readme.py": {
        "recorder.format", "replay.export", "vault.signers", "vault.verdict_text", "vault.verify",
    },
    "replay/export/contents.py": {
        "recorder.format", "replay.opening", "replay.recording", "replay.session", "replay.snapshots",
        "replay.timeline", "vault.verify",
    },
    "replay/export/screens.py": {
        "recorder.format", "replay.decoders", "replay.export.cut", "replay.recording", "replay.session",
    },
    "replay/export/redacted.py": {"recorder.format", "replay.export.redaction", "vault.verify"},
    "replay/export/evidence.py": {
        "recorder.format", "replay.export", "replay.opening", "vault.durable", "vault.verify",
    },
    "replay/export/verification.py": {"recorder.format", "replay.export", "vault.verdict_text", "vault.verify"},
    "replay/export/verified.py": {"replay.opening", "vault.lock", "vault.signers", "vault.verify"},
    "replay/fonts/": set[str](),
    "replay/window/": PAINTED,
    # Shows what was painted and what was decoded, and knows neither how nor of what.
    "replay/window/quad.py": set[str](),
    "replay/window/panel_quads.py": {"replay.window.box", "replay.window.quad"},
    "replay/window/painted_panels.py": {
        "replay.window.box", "replay.window.paint", "replay.window.panel_quads", "replay.window.surface",
        "replay.window.theme",
    },
    "replay/window/screen_film.py": {"replay.scene", "replay.window.page", "replay.window.quad"},
    # These put it all together.
    "replay/window/app.py": {"replay.errors", "replay.showing"},
    "replay/window/desk.py": {"replay.showing", "replay.window"},
    "replay/window/flow.py": {
        "recorder.file_names", "replay.errors", "replay.key_choice", "replay.library_loading", "replay.opening",
        "replay.showing", "replay.window", "vault.errors", "vault.header", "vault.trust_commands",
    },
    "replay/window/opening_pages.py": {
        "replay.key_choice", "replay.keys", "replay.opening", "replay.window", "vault.errors", "vault.header",
    },
    "replay/window/pages.py": {"replay.browsing", "replay.library_loading", "replay.window"},
    "replay/window/keyboard.py": {"replay.window"},
    "replay/window/pane.py": set[str](),
    "replay/window/work.py": set[str](),
    "replay/window/beside.py": {
        "recorder.format", "replay.search", "replay.searching", "replay.session", "replay.timeline", "replay.window",
    },
    "replay/window/hover.py": {"replay.previews", "replay.scene", "replay.session", "replay.window"},
    "replay/window/machine_reading.py": {"replay.session", "replay.snapshots", "replay.window", "vault.errors"},
    "replay/window/player_page.py": {
        "replay.checking", "replay.opening", "replay.player", "replay.scene", "replay.still", "replay.window",
        "vault.errors", "vault.signers",
    },
    "replay/window/reel.py": {"replay.player", "replay.scene", "replay.screening", "replay.session"},
    "replay/window/troubles.py": {"replay.errors", "replay.window.ask_page", "vault.errors"},
}  # fmt: skip
# Commands, and the terminal and the places that they use, are the edge; nothing of the core leans on them.
EDGE = {
    "vault": {
        "ask", "secret_options", "verdict_text", "places", "key_commands", "file_commands", "trust_commands",
        "portal_options", "portal_signers", "hosted_keyring",
    },
    "recorder": {
        "record_commands", "import_commands", "target_options", "option_types", "progress_line", "key_presses",
        "record_screen", "import_video", "target", "recipients", "local_copy", "file_names",
        "push_commands", "push_options", "push_beside", "share_commands",
    },
    "portal_core": {"serve_command"},
    "replay": {
        "file_commands", "contents_text", "desktop_commands", "play_commands", "search_commands", "option_types",
        "unlocking", "keys", "export_commands", "export_options", "exporting", "portal_commands",
        "window.app", "window.desk", "window.desktop_colours", "window.flow",
    },
}  # fmt: skip
# And these all the same, each for one thing.
LEANING = {
    # What recordings are called.
    "replay/glance.py": {"recorder.file_names"},
    "replay/library.py": {"recorder.file_names"},
    "replay/opening.py": {"recorder.file_names"},
    "replay/export/bundle.py": {"recorder.file_names"},
    "portal_core/web/session_routes.py": {"recorder.file_names"},
    "replay/hosted.py": {"recorder.file_names"},
    "recorder/sharing/copies.py": {"recorder.file_names"},
    # The window says of a signer what the command line says.
    "replay/checking.py": {"vault.verdict_text"},
    "replay/export/bundle_readme.py": {"vault.verdict_text"},
    "replay/export/verification.py": {"vault.verdict_text"},
    # What somebody types opens a keyring.
    "replay/window/opening_pages.py": {"replay.keys"},
}
