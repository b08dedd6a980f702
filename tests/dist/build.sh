#!/bin/sh
# Makes the packages that integrators download, for Windows, Linux and .NET, into target/dist; prints them with their SHA-256.
#
#   sh tests/dist/build.sh       about 20 minutes cold on two cores, then half a minute
#
# The files in them are made by tests/windows/build.sh and portable.sh, and signed where there is a certificate (authenticode.py). The same files give
# the same packages to the byte; of what a .NET SDK packs, each part is the same.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh mono-mcs mono-runtime libmono-system-core4.0-cil libicu72 python3 python3-pip
sh tests/windows/build.sh >/dev/null
sh tests/windows/build.sh --sandbox >/dev/null
sh tests/windows/build.sh --program >/dev/null
sh tests/dist/portable.sh >/dev/null
find target/windows target/windows-program target/windows-sandbox -maxdepth 2 \( -name '*.dll' -o -name '*.exe' \) -exec python3 tests/dist/authenticode.py {} +

# Roslyn, because mcs writes nothing about what may be null: compilers would not heed it.
rm -rf "$target/dist/csharp"
mkdir -p "$target/dist/csharp"
sh tests/csharp/roslyn.sh framework -optimize -deterministic -target:library -langversion:8 -nullable:annotations -warn:4 -warnaserror \
    -doc:"$target/dist/csharp/VideoDoktor.Net.xml" -out:"$target/dist/csharp/VideoDoktor.Net.dll" bindings/csharp/VideoDoktor/*.cs
VIDEODOKTOR_ZIG=$(sh tests/dist/portable.sh --zig) python3 tests/dist/assemble.py
python3 tests/dist/recipes.py
sh tests/dist/sign.sh
