#!/bin/sh
# Unpacks the servers and proxies that the tests talk to; prints the folder.
#
#   sh tests/peers/unpack.sh    Apache, PHP, nginx, squid, tinyproxy, dante, privoxy, HAProxy, MIT Kerberos, Samba's NTLM: about 60 MB to download, once
#
# Nothing is installed: the packages are downloaded with package lists of their own and unpacked into the cache folder
# ${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor, as tests/windows does with 32-bit Wine. No maintainer script runs, so no user, no unit and no link for the
# start of the machine comes to be, and no daemon starts. An installation under a policy-rc.d would leave all of those behind, and needs root.
# A folder is made under another name and renamed when it is whole: an interrupted run leaves nothing half-built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor

# unpacked NAME BUILDER: makes the folder NAME in the cache by BUILDER, unless it is there; prints it
unpacked() {
    folder=$cache/$1
    if [ ! -d "$folder" ]; then
        mkdir -p "$cache"
        growing=$(mktemp -d "$folder.XXXXXX")
        trap 'rm -rf "$growing"' EXIT
        trap 'exit 130' INT TERM HUP
        set +e # a condition around the builder would switch -e off inside it
        (set -e; cd "$growing"; "$2") >"$growing/log" 2>&1
        failed=$?
        set -e
        if [ "$failed" != 0 ]; then
            tail -n 20 "$growing/log" >&2
            echo "peers: $1 could not be made" >&2
            exit 1
        fi
        rm -f "$growing/log"
        chmod 755 "$growing"
        # another run may have been faster: then its folder stays and ours goes
        mv -T "$growing" "$folder" 2>/dev/null || [ -d "$folder" ]
        rm -rf "$growing"
        trap - EXIT INT TERM HUP
    fi
    echo "$folder"
}

# To apt this is a machine without any package, so that it names every library that the daemons need. Taken are the daemons and the libraries; what every
# Debian has (priority required) and the C library come from the machine, and the packages that only maintainer scripts need stay away.
daemons() {
    mkdir -p lists/partial cache/archives/partial
    : >status
    apt="-o Dir::State::lists=$PWD/lists -o Dir::State::status=$PWD/status -o Dir::Cache=$PWD/cache"
    apt="$apt -o APT::Sandbox::User=root -o APT::Install-Recommends=false"
    # shellcheck disable=SC2086
    apt-get $apt update
    # shellcheck disable=SC2086
    php=$(apt-cache $apt depends php-fpm | sed -n 's/.*Depends: php\([0-9.]*\)-fpm.*/\1/p' | head -n 1)
    wanted="apache2-bin libapache2-mod-php$php php$php-fpm php$php-common php$php-sqlite3 nginx"
    wanted="$wanted squid squid-common squid-langpack tinyproxy-bin dante-server haproxy"
    wanted="$wanted privoxy winbind gss-ntlmssp libnss-wrapper krb5-kdc krb5-admin-server krb5-user libverto-libev1"
    # shellcheck disable=SC2086
    apt-get $apt --simulate install $wanted | sed -n 's/^Inst \([^ ]*\) (\([^ ]*\).*/\1=\2/p' >needed
    # shellcheck disable=SC2046,SC2086
    apt-cache $apt show $(cat needed) | awk -v wanted=" $wanted " '
        /^Package: / { package = $2 } /^Priority: / { priority = $2 } /^Section: / { section = $2 }
        function library() { return section == "libs" && priority != "required" && package !~ /^(libc6|libsystemd-shared|libperl5.*)$/ }
        /^$/ { if (index(wanted, " " package " ") || library()) print package }' | sort -u >taken
    # shellcheck disable=SC2046,SC2086
    apt-get $apt download $(cat taken)
    for package in *.deb; do dpkg-deb -x "$package" .; done
    echo "$php" >php-version
    rm -rf lists cache status needed ./*.deb
}

# The key of a kept folder: the release, and the recipe that made it.
release=$(. /etc/os-release && echo "$ID-${VERSION_ID-}")-$(dpkg --print-architecture)
recipe=$(cksum <"$here/unpack.sh" | cut -d' ' -f1)
unpacked "peers-$release-$recipe" daemons
