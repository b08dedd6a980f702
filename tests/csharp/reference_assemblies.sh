#!/bin/sh
# Prints the folder with Mono's declarations of each .NET Framework (4.0-api to 4.8-api), against which an SDK without NuGet.org compiles. They are
# taken out of Debian's mono-devel, which would bring 160 packages along, and are kept in the user's cache.
set -eu
cd "$(dirname "$0")/../.."
version=$(apt-cache policy mono-devel | sed -n 's/^  Candidate: //p')
kept=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/mono-declarations-$(echo "$version" | tr ':~' '--')
if [ ! -d "$kept" ]; then
    mkdir -p "$(dirname "$kept")"
    growing=$(mktemp -d "$kept.XXXXXX")
    trap 'rm -rf "$growing"' EXIT
    (cd "$growing" && apt-get -q -o APT::Sandbox::User=root download "mono-devel=$version" >&2)
    dpkg-deb -x "$growing"/mono-devel*.deb "$growing/unpacked"
    mv "$growing"/unpacked/usr/lib/mono/4.*-api "$growing/"
    rm -rf "$growing/unpacked" "$growing"/*.deb
    chmod 755 "$growing"
    mv -T "$growing" "$kept" 2>/dev/null || [ -d "$kept" ]
fi
echo "$kept"
