#!/bin/sh
# Runs the two commands of the README on a new Debian 12 that has Rust and nothing else: a folder made by debootstrap,
# entered by chroot.
#
#   sh tests/bare.sh                 both commands; 0 if both succeed; about an hour and 20 GB on two cores
#   sh tests/bare.sh docs abi        only these stages of tests/run.sh in the second one
#   sh tests/bare.sh --keep --folder DIR
#                                    leaves the machine in DIR; a later run with the same DIR goes on with it,
#                                    at the checkout's new commit
#
# Needs root and a rustup toolchain. What is tested is the last commit, as `git clone` gives it. The log ends with the sum
# and the time of both commands, and is kept in target, under the folder's name. The new machine gets this one's way to
# the package registries (apt's mirror, proxies, certificates, the settings of pip, npm and cargo) and nothing else.
# BARE_MIRROR names a mirror of Debian where this machine's apt has none of Debian 12.
#
# Everything is mounted in a namespace of its own, which ends with the last process in it: whatever ends this script,
# no mount is left, and when the folder is removed nothing is mounted in it.
set -eu
release=bookworm
script=$(readlink -f "$0")
root=$(cd "$(dirname "$script")/.." && pwd)
marker=.videodoktor-bare # says that a folder was made by this script, and so may be entered and removed

fail() {
    echo "bare: $*" >&2
    exit 2
}

# ---- the new machine: these run in its namespace, with $machine as its root

# What apt needs to reach the mirrors from here: proxies, certificates, checks of the date that another clock fails.
apt_settings() {
    apt-config dump | grep -E '^Acquire::(https?|Check-Date|Check-Valid-Until|Retries)(::| )' || true
}

# URI SUITE of this machine's sources of Debian 12
apt_sources() {
    if [ -n "${BARE_MIRROR-}" ]; then
        echo "$BARE_MIRROR $release"
    else
        apt-get indextargets --no-release-info --format '$(REPO_URI) $(RELEASE)' \
            'Created-By: Packages' 'Component: main' |
            sed 's,/ , ,' | grep -E " $release(-updates|-security)?\$" | sort -u
    fi
}

new_debian() {
    sources=$(apt_sources)
    mirror=$(echo "$sources" | awk -v suite="$release" '$2 == suite { print $1; exit }')
    [ -n "$mirror" ] || fail "this machine's apt has no source of Debian 12 ($release): name a mirror in BARE_MIRROR"
    find "$machine" -xdev -mindepth 1 -delete # what an interrupted run left
    : >"$machine/$marker"
    debootstrap --variant=minbase "$release" "$machine" "$mirror" >"$machine/debootstrap.log" || {
        tail -n 20 "$machine/debootstrap.log"
        exit 1
    }
    echo "$sources" | sed 's/.*/deb & main/' >"$machine/etc/apt/sources.list"
    apt_settings >"$machine/etc/apt/apt.conf.d/90of-the-host"
    echo whole >"$machine/$marker"
}

# The same path there, if there is such a file here.
copied() {
    for file; do
        [ -f "$file" ] || continue
        mkdir -p "$machine$(dirname "$file")"
        cp "$file" "$machine$file"
    done
}

way_to_the_registries() {
    copied /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/npmrc
    copied /usr/local/share/ca-certificates/*.crt # read when ca-certificates is installed
    for bundle in "${SSL_CERT_FILE-}" "${REQUESTS_CA_BUNDLE-}" "${CURL_CA_BUNDLE-}" "${PIP_CERT-}" \
        "${NODE_EXTRA_CA_CERTS-}"; do
        case $bundle in '' | /etc/ssl/certs/*) ;; *) copied "$bundle" ;; esac
    done
    home=$machine/root
    mkdir -p "$home/.config/pip" "$home/.cargo"
    for file in .npmrc .config/pip/pip.conf; do
        [ ! -f "$HOME/$file" ] || cp "$HOME/$file" "$home/$file"
    done
    [ ! -f "$cargo_home/config.toml" ] || cp "$cargo_home/config.toml" "$home/.cargo/"
}

# As rustup leaves it, with the toolchain that is active here and an empty registry.
rust() {
    mkdir -p "$machine/root/.cargo/bin" "$machine/root/.rustup/toolchains/$toolchain"
    cp -L "$rustup" "$machine/root/.cargo/bin/rustup"
    for tool in cargo cargo-clippy cargo-fmt clippy-driver rustc rustdoc rustfmt; do
        ln -sf rustup "$machine/root/.cargo/bin/$tool"
    done
    printf 'version = "12"\nprofile = "default"\ndefault_toolchain = "%s"\n\n[overrides]\n' "$toolchain" \
        >"$machine/root/.rustup/settings.toml"
    mount --bind "$sysroot" "$machine/root/.rustup/toolchains/$toolchain"
    mount -o remount,bind,ro "$machine/root/.rustup/toolchains/$toolchain"
}

kernel_folders() {
    mount -t proc proc "$machine/proc"
    mount -t sysfs -o ro sysfs "$machine/sys"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$machine/dev/pts"
    mkdir -p "$machine/dev/shm"
    mount -t tmpfs -o mode=1777 tmpfs "$machine/dev/shm"
}

checkout() {
    if [ -d "$machine/root/videodoktor" ]; then
        git -C "$machine/root/videodoktor" fetch -q "$root" HEAD
        git -C "$machine/root/videodoktor" reset -q --hard FETCH_HEAD
    else
        git clone -q --no-hardlinks "$root" "$machine/root/videodoktor"
    fi
    git -C "$machine/root/videodoktor" log -1 --format='bare: commit %h, %s'
}

# on_it COMMAND...: as a newcomer types it, in the checkout
on_it() {
    set -- env -i HOME=/root USER=root TERM=dumb \
        PATH=/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        sh -c 'cd /root/videodoktor && exec "$@"' sh "$@"
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY \
        SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS \
        PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_TRUSTED_HOST PIP_CERT PIP_PROXY PIP_DEFAULT_TIMEOUT \
        NPM_CONFIG_REGISTRY npm_config_registry NPM_CONFIG_CAFILE npm_config_cafile CARGO_HTTP_PROXY CARGO_HTTP_CAINFO; do
        value=$(printenv "$name") || continue
        shift 2 # env -i
        set -- env -i "$name=$value" "$@"
    done
    chroot "$machine" "$@"
}

# The commands are those that the README prints: its first block of `sh tests/…` lines.
commands_of_the_readme() {
    sed -n 's/^\(sh tests\/[a-z]*\.sh\)  *#.*/\1/p' "$machine/root/videodoktor/README.md" | head -n 2
}

# timed COMMAND...: runs it on the machine; its line for the end goes into $sums
timed() {
    echo "bare: $*"
    began=$(date +%s)
    status=0
    on_it "$@" 2>&1 || status=$?
    [ "$status" = 0 ] || worst=1
    last=$(grep . "$log" | tail -n 1)
    sums=$sums$(printf 'bare: %-20s %5d s, exit status %d: %s' "$*" "$(($(date +%s) - began))" "$status" "$last")$newline
}

in_the_namespace() {
    began=$(date +%s)
    [ "$(cat "$machine/$marker" 2>/dev/null)" = whole ] || new_debian
    way_to_the_registries
    kernel_folders
    rust
    checkout
    sums='' worst=0 newline='
'
    sums=$(printf 'bare: %-20s %5d s' "the machine" "$(($(date +%s) - began))")$newline
    commands=$(commands_of_the_readme)
    [ "$(echo "$commands" | wc -l)" = 2 ] || fail "README.md does not begin with two commands"
    first=$(echo "$commands" | head -n 1) second=$(echo "$commands" | tail -n 1)
    # shellcheck disable=SC2086 # their words
    timed $first
    # shellcheck disable=SC2086
    timed $second "$@"
    printf '%s' "$sums"
    exit "$worst"
}

if [ "${1-}" = --in-the-namespace ]; then
    machine=$2 log=$3 cargo_home=$4 rustup=$5 toolchain=$6 sysroot=$7
    shift 7
    in_the_namespace "$@"
fi

# ---- this machine

keep='' folder=''
while :; do
    case "${1-}" in
        --keep) keep=yes; shift ;;
        --folder) folder=${2:?bare: --folder needs a folder}; shift 2 ;;
        --*) fail "unknown option $1" ;;
        *) break ;;
    esac
done
[ "$(id -u)" = 0 ] || fail "chroot and mount need root"
sh "$root/tests/packages.sh" debootstrap debian-archive-keyring git util-linux
cargo_home=${CARGO_HOME:-$HOME/.cargo}
rustup=$(command -v rustup) || fail "needs Rust as rustup installs it"
sysroot=$(cd "$root" && readlink -f "$(rustc --print sysroot)")
toolchain=${sysroot##*/}
[ -z "$(git -C "$root" status --porcelain)" ] || echo "bare: what is not committed is not tested"

if [ -z "$folder" ]; then
    folder=$(mktemp -d /var/tmp/videodoktor-bare.XXXXXX)
elif [ ! -e "$folder" ]; then
    mkdir -p "$folder"
elif [ ! -f "$folder/$marker" ]; then
    fail "$folder was not made by this script"
fi
chmod 755 "$folder"
: >>"$folder/$marker"
machine=$(readlink -f "$folder")

remove() {
    [ -z "$keep" ] || { echo "bare: kept in $machine"; return; }
    ! grep -q " $machine/" /proc/self/mountinfo || fail "something is mounted in $machine, so it stays"
    rm -rf --one-file-system "$machine"
}
namespace=
ended() {
    trap - EXIT INT TERM HUP
    if [ -n "$namespace" ]; then
        # the first process of the namespace is gone when all others are
        first=$(cat "/proc/$namespace/task/$namespace/children" 2>/dev/null) || first=
        kill -KILL "$namespace" 2>/dev/null || true
        [ -z "$first" ] || tail -f --pid="${first% }" /dev/null
    fi
    remove
}
trap ended EXIT
trap 'exit 130' INT TERM HUP

exec 9<"$machine/$marker"
flock -n 9 || { keep=yes; fail "another run is on $machine"; }

mkdir -p "$root/target"
log=$root/target/${machine##*/}.log
: >"$log"
unshare --mount --pid --fork --kill-child --propagation private \
    sh "$script" --in-the-namespace "$machine" "$log" "$cargo_home" "$rustup" "$toolchain" "$sysroot" "$@" \
    >>"$log" 2>&1 </dev/null &
namespace=$!
tail -n +1 -f --pid="$namespace" "$log" &
shown=$!
status=0
wait "$namespace" || status=$?
namespace=
wait "$shown"
exit "$status"
