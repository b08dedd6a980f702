# Sourced, not run: where the Windows toolchain is, and how its tools are called. Needs $here, the folder of this file.
root=$(cd "$here/../.." && pwd)
prefixes=${VIDEODOKTOR_WINE_PREFIXES:-$root/target/windows/wine} # stages that run at the same time have prefixes of their own
cache=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor

# A number for the text of some functions of toolchain.sh.
recipe() {
    for function in "$@"; do sed -n "/^$function() {/,/^}/p" "$here/toolchain.sh"; done | cksum | cut -d' ' -f1
}

# The key of a kept folder: the version of what it was made from, and the recipe that made it.
find_versions() {
    wine_version=$(dpkg-query -W -f '${Version}' wine64)
    fpc_source=$(ls -d /usr/share/fpcsrc/[0-9]* | tail -n 1)
    fpc_messages=$(ls /usr/lib/*/fpc/"${fpc_source##*/}"/msg/errore.msg)
    fpc_windows=$cache/fpc-$(dpkg-query -W -f '${Version}' fpc-source-"${fpc_source##*/}" | tr '~' '-')-$(recipe runtime_library cross_compiler pascal_for_windows)
    wine32=$cache/wine32-$(echo "$wine_version" | tr '~' '-')-$(recipe wine_for_32_bits)
}

# wine_x64 and wine_x86 PROGRAM ...: each bitness has a Wine and a prefix of its own.
wine_quiet() {
    env -u DISPLAY WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml=" "$@"
}
wine_x64() {
    wine_quiet WINEARCH=win64 WINEPREFIX="$prefixes/x64" wine "$@"
}
wine_x86() {
    wine_quiet WINEARCH=win32 WINEPREFIX="$prefixes/x86" \
        WINEDLLPATH="$wine32/usr/lib/i386-linux-gnu/wine" WINESERVER="$wine32/usr/lib/wine/wineserver32" WINELOADER="$wine32/usr/lib/wine/wine" \
        "$wine32/usr/lib/wine/wine" "$@"
}
