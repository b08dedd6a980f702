#!/bin/sh
# Compiles the C# binding with Mono's mcs and runs its tests on Mono (as .NET Framework) and on the .NET 8 runtime, against the sandbox.
#
#   sh tests/csharp/run.sh            about a minute; what fails, and "N passed, N failed" at the end
#
# `sh tests/build.sh` must have made the library and the sandbox. The runtime comes from PyPI once and is kept in the user's cache.
# shellcheck disable=SC2086 # a command in a variable is meant to be split
set -u
cd "$(dirname "$0")/../.."
. tests/places.sh
here=$PWD
sh tests/packages.sh mono-mcs mono-runtime mono-xbuild libmono-system-core4.0-cil libmono-system-windows-forms4.0-cil xvfb xdotool gcc libc6-dev python3 python3-pip libicu72 || exit 1
command -v npm >/dev/null || sh tests/packages.sh npm || exit 1 # now: Roslyn, which comes by it, must not be heard in the tests
out=$target/csharp-tests
rm -rf "$out"
mkdir -p "$out"
export VIDEODOKTOR_LIBRARY="$shared_library" TEST_VECTORS="$here/tests/vectors" TEST_HEADER="$here/include/videodoktor.h"
passed=0 failed=0

# count LOG: adds the sums of a log to ours, or one failure if it broke off before them; shows what failed
count() {
    sums=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$1" | tail -n 1)
    [ -n "$sums" ] || sums="0 1"
    passed=$((passed + ${sums% *})) failed=$((failed + ${sums#* }))
    [ "${sums#* }" = 0 ] || { echo "csharp: $(basename "$1")"; cat "$1"; }
}

# sentences NAME COMMAND...: runs a program that prints a line "ok …" or "FAILED …" for each test; one that breaks off has failed, whatever it printed
sentences() {
    log=$out/$1.log
    shift
    "$@" >"$log" 2>&1 || grep -q '^FAILED ' "$log" || echo "FAILED it broke off" >>"$log"
    echo "$(grep -c '^ok ' "$log") passed, $(grep -c '^FAILED ' "$log") failed" >>"$log"
    count "$log"
}

# holds SENTENCE COMMAND...: one test, which the command decides
holds() {
    sentence=$1
    shift
    if "$@" >"$out/holds.log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED $sentence"; cat "$out/holds.log"; fi
}

# A member without documentation, or any other warning, is an error.
compile() { mcs -langversion:7 -warn:4 -warnaserror -codepage:utf8 "$@"; }
# shellcheck disable=SC2046
holds "the binding compiles without a warning, every public member documented" \
    compile -target:library -doc:"$out/VideoDoktor.xml" -out:"$out/VideoDoktor.dll" $(find bindings/csharp/VideoDoktor -name '*.cs')
holds "the tests compile" compile -r:"$out/VideoDoktor.dll" -out:"$out/VideoDoktorTests.exe" tests/csharp/*.cs
holds "the loading tests compile" compile -r:"$out/VideoDoktor.dll" -out:"$out/Loading.exe" tests/csharp/loading/Program.cs
holds "the shadow copy test compiles" compile -r:"$out/VideoDoktor.dll" -out:"$out/ShadowCopy.exe" tests/csharp/loading/ShadowCopy.cs
[ "$failed" = 0 ] || { echo "$passed passed, $failed failed"; exit 1; }

# The ten lines of the README, as they are printed there.
python3 - bindings/csharp/README.md "$out/FirstInvitation.cs" <<'PYTHON'
import re, sys
block = re.search(r"```csharp\n(using System;\n.*?)```", open(sys.argv[1], encoding="utf-8").read(), re.S)
open(sys.argv[2], "w", encoding="utf-8").write(block.group(1))
PYTHON
holds "the README's first invitation is the demo, word for word" cmp "$out/FirstInvitation.cs" bindings/csharp/demo/console/FirstInvitation.cs
holds "the README's first invitation compiles" compile -r:"$out/VideoDoktor.dll" -out:"$out/FirstInvitation.exe" "$out/FirstInvitation.cs"

dotnet=$(sh tests/csharp/dotnet.sh) || dotnet=
cat >"$out/net8.json" <<'JSON'
{"runtimeOptions":{"tfm":"net8.0","framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}
JSON

# The libraries that must be refused, and the good one, in one folder with the program.
stage_of_failures() {
    cp "$out/VideoDoktor.dll" "$out/Loading.exe" "$1/"
    cp "$shared_library" "$1/good.so"
    echo "no library" >"$1/text.so"
    python3 -c 'import sys; b = bytearray(open(sys.argv[1], "rb").read()); b[4] = 1; open(sys.argv[2], "wb").write(b)' "$shared_library" "$1/otherbits.so"
    pretend "$1/older.so" -DABI=0 '-DVERSION="0.9.0"'
    pretend "$1/newer.so" -DABI=2 '-DVERSION="7.0.0"'
    pretend "$1/lacking.so" -DABI=1 '-DVERSION="1.1.0"' -DLACKING
    pretend "$1/foreign.so" -DFOREIGN
}
pretend() { file=$1; shift; gcc -shared -fPIC "$@" tests/delphi/pretender.c -o "$file"; }

# found_in PLACE: the library is found there, and preferred to any worse place
found_in() {
    sentences "$runtime-found" $run "$stage/Loading.exe" "$1"
}

loading_fails_as_it_should() {
    stage=$out/$runtime-failures
    mkdir -p "$stage"
    stage_of_failures "$stage"
    sentences "$runtime-failures" $run "$stage/Loading.exe"
}

the_library_is_found() {
    stage="$out/$runtime-složka s mezerou #1"
    mkdir -p "$stage/x64" "$stage/runtimes/linux-x64/native"
    cp "$out/VideoDoktor.dll" "$out/Loading.exe" "$out/FirstInvitation.exe" "$stage/"
    sentences "$runtime-nowhere" $run "$stage/Loading.exe" nowhere
    sentences "$runtime-system" env "LD_LIBRARY_PATH=$library_folder" $run "$stage/Loading.exe" libvideodoktor.so
    for place in libvideodoktor.so x64/libvideodoktor.so runtimes/linux-x64/native/libvideodoktor.so; do
        cp "$shared_library" "$stage/$place"
        found_in "$stage/$place"
    done
}

the_first_invitation_arrives() {
    sh tests/with_sandbox.sh sh -c '"$@" "$VIDEODOKTOR_URL" "$VIDEODOKTOR_APP_KEY" "$VIDEODOKTOR_API_KEY" "$VIDEODOKTOR_OPTIONS"' sh \
        $run "$stage/FirstInvitation.exe" >"$out/first.log" 2>&1
    holds "$runtime: the README's first invitation prints the address of the call" grep -q '^https://' "$out/first.log"
}

# tested_on RUNTIME COMMAND: the command is what stands before a program's name
tested_on() {
    runtime=$1 run=$2
    sh tests/with_sandbox.sh $run "$out/VideoDoktorTests.exe" >"$out/$runtime.log" 2>&1 ||
        grep -q '^FAILED ' "$out/$runtime.log" || echo "0 passed, 1 failed" >>"$out/$runtime.log" # it ended badly after its sums
    count "$out/$runtime.log"
    loading_fails_as_it_should
    the_library_is_found
    the_first_invitation_arrives
}

tested_on mono "mono --debug"

# Application domains are .NET Framework's alone.
mkdir -p "$out/shadow/x64"
cp "$out/VideoDoktor.dll" "$out/ShadowCopy.exe" "$out/shadow/"
cp "$shared_library" "$out/shadow/x64/"
sentences shadow mono --debug "$out/shadow/ShadowCopy.exe"

if [ -x "$dotnet" ]; then
    tested_on net8 "$dotnet exec --runtimeconfig $out/net8.json"
else
    failed=$((failed + 1))
    echo "FAILED there is no .NET 8 runtime: pip could not download it"
fi

# The window of the demo, used as a person would.
mkdir -p "$out/form"
cp "$out/VideoDoktor.dll" "$shared_library" "$out/form/"
holds "the form compiles" compile -target:winexe -r:"$out/VideoDoktor.dll" -r:System.Windows.Forms.dll -r:System.Drawing.dll -out:"$out/form/VideoDoktorForm.exe" \
    bindings/csharp/demo/form/*.cs
sh tests/with_sandbox.sh python3 tests/csharp/form.py "$out/form/VideoDoktorForm.exe" >"$out/form.log" 2>&1
count "$out/form.log"

mkdir -p "$out/nuget"
cp "$out/VideoDoktor.dll" "$out/VideoDoktor.xml" "$out/Loading.exe" "$out/nuget/"
python3 tests/csharp/package.py "$out/nuget" >"$out/package.log" 2>&1
count "$out/package.log"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
