#!/bin/sh
# Prints the folder with the packages of tests/requirements/NAME.txt. They come from PyPI once, each file checked by its SHA-256,
# and are kept in the user's cache, in a folder for each state of the list and version of Python.
#
#   sh tests/pypi.sh zig
set -eu
cd "$(dirname "$0")/.."
list=tests/requirements/$1.txt
[ -f "$list" ] || { echo "pypi: there is no $list" >&2; exit 2; }
sh tests/packages.sh python3 python3-pip ca-certificates >&2
python=$(python3 -c 'import sys; print("py%d%d" % sys.version_info[:2])') # a package may be compiled for one version
kept=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/$1-$python-$(sha256sum "$list" | cut -c 1-12)
if [ ! -d "$kept" ]; then
    mkdir -p "$(dirname "$kept")"
    growing=$(mktemp -d "$kept.XXXXXX")
    trap 'rm -rf "$growing"' EXIT
    trap 'exit 130' INT TERM HUP
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-compile \
        --require-hashes --no-deps --only-binary :all: --target "$growing" -r "$list" >&2
    chmod 755 "$growing"
    mv -T "$growing" "$kept" 2>/dev/null || [ -d "$kept" ] # another run may have been faster
fi
echo "$kept"
