#!/bin/sh
# Makes the packages that integrators download, for Windows, Linux and .NET, into target/dist; prints them with their SHA-256.
#
#   sh tests/dist/build.sh       about 20 minutes cold on two cores, then half a minute
#
# The files in them are made by tests/windows/build.sh and portable.sh. The same files give the same packages to the byte.
set -eu
cd "$(dirname "$0")/../.."
. tests/places.sh
sh tests/packages.sh mono-mcs libmono-system-core4.0-cil python3
sh tests/windows/build.sh >/dev/null
sh tests/windows/build.sh --sandbox >/dev/null
sh tests/dist/portable.sh >/dev/null

rm -rf "$target/dist/csharp"
mkdir -p "$target/dist/csharp"
mcs -langversion:7 -optimize -deterministic -target:library -doc:"$target/dist/csharp/VideoDoktor.Net.xml" -out:"$target/dist/csharp/VideoDoktor.Net.dll" \
    bindings/csharp/VideoDoktor/*.cs
VIDEODOKTOR_ZIG=$(sh tests/dist/portable.sh --zig) exec python3 tests/dist/assemble.py
