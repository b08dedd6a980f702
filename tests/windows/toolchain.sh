#!/bin/sh
# Brings the tools that the Windows DLLs and the Pascal tests need: installs packages, builds Free Pascal's Windows side, unpacks 32-bit Wine.
#
#   sh tests/windows/toolchain.sh              about 3 minutes on an empty machine, then under a second
#   sh tests/windows/toolchain.sh compilers    only what building the DLLs needs
#
# What is built here is kept outside the checkout, in ${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor, in one folder per tool, version and recipe, so that
# every clone on the machine shares it. A folder is made under another name and renamed when it is whole: an interrupted run leaves nothing half-built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/environment.sh"

# keep NAME FOLDER BUILDER: runs BUILDER in a new folder, which becomes FOLDER when it succeeds
keep() {
    [ -d "$2" ] && return 0
    echo "toolchain: $1 ..."
    mkdir -p "$(dirname "$2")"
    growing=$(mktemp -d "$2.XXXXXX")
    trap 'rm -rf "$growing"' EXIT
    trap 'exit 130' INT TERM HUP
    set +e # a condition around the builder would switch -e off inside it
    (set -e; cd "$growing"; "$3") >"$growing/log" 2>&1
    failed=$?
    set -e
    if [ "$failed" != 0 ]; then
        tail -n 20 "$growing/log" >&2
        echo "toolchain: $1 could not be built" >&2
        exit 1
    fi
    rm -f "$growing/log"
    chmod 755 "$growing"
    # another run may have been faster: then its folder stays and ours goes
    mv -T "$growing" "$2" 2>/dev/null || [ -d "$2" ]
    rm -rf "$growing"
    trap - EXIT INT TERM HUP
}

# Debian ships Free Pascal's source without Makefiles, so the units are compiled one after another.
runtime_library() { # compiler, target OS, CPU, folder of units
    units=$4
    mkdir -p "$units"
    compile="$1 -n -T$2 -P$3 -FE$units -FU$units -Fu$units -O2 -Xs -v0 -Fi../inc -Fi../$3 -Fi../win -Fi../win/wininc -Fi../objpas -Fi../objpas/sysutils -Fi../objpas/classes"
    [ "$3" != i386 ] || compile="$compile -Fi../x86 -Fu../x86"
    cd "$fpc_source/rtl/$2"
    $compile -Us -Sg system.pp
    $compile ../inc/uuchar.pp
    $compile ../objpas/objpas.pp
    $compile -Fu"../$3" -Fu../win/wininc -Fu../win -Fu../inc -Fu../objpas -Fu. buildrtl.pp
    $compile -Fu../inc ../inc/heaptrc.pp
    $compile -Fu../inc -Fi../charmaps -Fu../charmaps ../charmaps/cpall.pas
    $compile -Fu../../packages/fcl-base/src ../../packages/fcl-base/src/syncobjs.pp # used by VideoDoktor.pas, and no part of the run-time library
}

cross_compiler() { # folder of the result
    made=$1
    mkdir -p "$made/messages" "$made/units"
    cd "$fpc_source/compiler"
    ppcx64 -n @/etc/fpc.cfg -v0 -FE"$made/messages" -FU"$made/units" utils/msg2inc.pp
    (cd "$made/messages" && ./msg2inc "$fpc_messages" msg msg)
    ppcx64 -n @/etc/fpc.cfg -v0 -di386 -dGDB -dBROWSERLOG -Fui386 -Fux86 -Fusystems "-Fi$made/messages" -Fii386 -Fix86 -Fi. -O2 -Xs \
        "-FU$made/units" "-FE$made" "-o$made/ppcross386" pp.pas
    rm -rf "$made/messages" "$made/units"
}

pascal_for_windows() {
    top=$PWD
    (runtime_library ppcx64 win64 x86_64 "$top/win64")
    (cross_compiler "$top")
    (runtime_library "$top/ppcross386" win32 i386 "$top/win32")
}

# The i386 packages are fetched with package lists of their own: the machine's own apt never hears of a second architecture.
wine_for_32_bits() {
    mkdir -p lists/partial cache/archives/partial
    apt="-o APT::Architectures::=amd64 -o APT::Architectures::=i386 -o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD/cache -o APT::Sandbox::User=root"
    # shellcheck disable=SC2086
    apt-get $apt update || true
    # shellcheck disable=SC2086
    apt-get $apt download "wine32:i386=$wine_version" "libwine:i386=$wine_version"
    for package in *.deb; do dpkg-deb -x "$package" .; done
    # a link that leads out of the package, into the 64-bit Wine of the machine
    rm -f usr/lib/i386-linux-gnu/wine/i386-windows/zlib1.dll
    cp -L /usr/lib/x86_64-linux-gnu/wine/i386-windows/zlib1.dll usr/lib/i386-linux-gnu/wine/i386-windows/
    rm -rf lists cache ./*.deb
}

sh "$here/../packages.sh" rustc-web cargo-web rust-web-src gcc-mingw-w64-x86-64 gcc-mingw-w64-i686 mingw-w64-tools llvm
[ "${1-}" != compilers ] || exit 0
sh "$here/../packages.sh" gcc g++ libc6-dev fpc fpc-source fp-compiler fp-utils lcl-gtk2 lcl-units wine64 wine libc6-i386 lib32gcc-s1 \
    python3 openssl git clang g++-mingw-w64-x86-64-win32 g++-mingw-w64-i686-win32 xvfb xdotool imagemagick fontconfig fonts-dejavu-core tesseract-ocr tesseract-ocr-ces \
    zbar-tools poppler-utils ghostscript
find_versions
keep "Free Pascal for Win32 and Win64" "$fpc_windows" pascal_for_windows
keep "Wine for 32-bit programs" "$wine32" wine_for_32_bits
echo "toolchain: $fpc_windows"
echo "toolchain: $wine32"
