#!/usr/bin/env bash
# Installs the Debian packages that give the commands or files named, where that needs no asking: apt-get, as root.
# usage: packages.sh COMMAND=PACKAGE /PATTERN/OF/A/FILE=PACKAGE …; what is missing then is said, and the caller goes on.
set -euo pipefail

missing=()
for pair in "$@"; do
    what=${pair%%=*}
    if [[ $what == /* ]]; then
        compgen -G "$what" >/dev/null || missing+=("${pair#*=}")
    else
        command -v "$what" >/dev/null || missing+=("${pair#*=}")
    fi
done
if ((${#missing[@]} == 0)); then
    exit 0
fi
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null; }
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    if install || { apt-get update >/dev/null && install; }; then
        exit 0
    fi
fi
echo "missing packages, what needs them says so: ${missing[*]}" >&2
