"""What a desktop must know to open recordings: an entry, a MIME type, an icon, as text.  Pure.

Source: Desktop Entry Specification 1.0, Shared MIME-info 0.22, Icon Theme Specification 0.13, of freedesktop.org.
"""

import re
from typing import Final

MIME_TYPE: Final = "application/x-sealcast"
_UNQUOTED: Final = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")

ENTRY: Final = """\
[Desktop Entry]
Type=Application
Version=1.0
Name=Sealcast Session Replay
GenericName=Session player
Comment=Show sealed recordings of support sessions
Exec={program} play --in-window %f
Icon=sealcast
Terminal=false
Categories=AudioVideo;Player;
MimeType={mime_type};
Keywords=recording;session;replay;support;
"""

MIME_INFO: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{mime_type}">
    <comment>Sealcast recording</comment>
    <icon name="sealcast"/>
    <magic priority="80">
      <match type="string" offset="0" value="\\x89SCR\\x0d\\x0a\\x1a\\x0a"/>
    </magic>
    <glob pattern="*.sealcast"/>
  </mime-type>
</mime-info>
"""

# A screen under a seal.
ICON: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128">
  <rect x="8" y="18" width="112" height="78" rx="10" fill="#1f3a5f"/>
  <rect x="16" y="26" width="96" height="62" rx="4" fill="#eaf1f8"/>
  <path d="M54 42 L82 57 L54 72 Z" fill="#1f3a5f"/>
  <rect x="44" y="104" width="40" height="8" rx="4" fill="#1f3a5f"/>
  <circle cx="98" cy="90" r="22" fill="#b3261e"/>
  <circle cx="98" cy="90" r="16" fill="none" stroke="#ffffff" stroke-width="3"/>
  <path d="M90 90 L96 96 L107 84" fill="none" stroke="#ffffff" stroke-width="4" stroke-linecap="round"
        stroke-linejoin="round"/>
</svg>
"""


def files(program: str) -> dict[str, str]:
    """Return what to write, by its place in the user's folder of data; program is the path that starts sealcast."""
    return {
        "applications/sealcast.desktop": ENTRY.format(program=_quoted(program), mime_type=MIME_TYPE),
        "mime/packages/sealcast.xml": MIME_INFO.format(mime_type=MIME_TYPE),
        "icons/hicolor/scalable/apps/sealcast.svg": ICON,
        "icons/hicolor/scalable/mimetypes/application-x-sealcast.svg": ICON,
    }


def _quoted(program: str) -> str:
    """Return a path as a desktop entry has it: quoted for its command line, then once more for its file."""
    escaped = program.replace("%", "%%")
    if _UNQUOTED.fullmatch(escaped):
        return escaped
    return '"' + re.sub(r'(["`$\\])', r"\\\1", escaped).replace("\\", "\\\\") + '"'
