#!/usr/bin/env bash
# Installs what the benches measure against, where that needs no asking: apt-get, as root.
# Whatever is missing afterwards is missing from the tables too, and they say so.
set -euo pipefail

missing=()
command -v age >/dev/null || missing+=(age)

if ((${#missing[@]} == 0)); then
    exit 0
fi
if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    if apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null ||
        { apt-get update >/dev/null && apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null; }; then
        exit 0
    fi
fi
echo "missing package, its rows stay empty: ${missing[*]}" >&2
