#!/bin/sh
# Installs those of the named Debian packages that are missing: sh tests/packages.sh gcc valgrind; says which.
set -eu
missing=
for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null || { echo "packages: please install$missing" >&2; exit 1; }
[ "$(id -u)" = 0 ] && as_root= || as_root=sudo
exec 9>"${TMPDIR:-/tmp}/videodoktor-packages.lock"
flock 9 # apt waits for another apt when it installs, and not when it reads its lists
$as_root apt-get -o DPkg::Lock::Timeout=600 update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get -o DPkg::Lock::Timeout=600 install -y -qq --no-install-recommends $missing >/dev/null
echo "packages: installed$missing"
