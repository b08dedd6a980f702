#!/bin/sh
# Measures the library beside the tools that people would use instead, against one sandbox over HTTPS on this machine.
#
#   sh tests/bench/run.sh            everything, about 16 minutes once built: target/bench/table.md and plot.svg
#   sh tests/bench/run.sh 3 5        only these points of tests/bench/README.md; the others keep what the last run found
#   sh tests/bench/run.sh --quick    no figures: whether every competitor does the same work. Ends with "N passed, N failed"
#
# It measures the release build of tests/build.sh, or the library that VIDEODOKTOR_LIBRARY names.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
sh tests/packages.sh gcc libc6-dev libcurl4-openssl-dev libcjson-dev libssl-dev fpc mono-mcs mono-runtime \
    libmono-system-core4.0-cil libmono-system-net-http4.0-cil libmono-system-runtime-serialization4.0-cil libicu72 python3 python3-pip python3-requests strace valgrind
here=tests/bench
out=$target/bench
mkdir -p "$out/bin" "$out/pascal"
if [ -z "${VIDEODOKTOR_LIBRARY-}" ]; then
    sh tests/build.sh >/dev/null
    VIDEODOKTOR_LIBRARY=$shared_library
fi

# The competitors are built as fast as their compilers make them; so is the service, lest it be what is measured.
if [ "${1-}" = --quick ]; then
    cargo build --locked --quiet -p videodoktor-bench-stage
    cargo build --locked --quiet --manifest-path $here/competitors/rust/Cargo.toml --target-dir "$out/rust"
    BENCH_STAGE=$target/debug/videodoktor-bench-stage BENCH_RUST=$out/rust/debug/competitor
else
    cargo build --locked --quiet --release -p videodoktor-bench-stage --target-dir "$out/stage" --config 'profile.release.package."*".opt-level=3' \
        --config profile.release.opt-level=3 --config profile.release.lto=false --config profile.release.codegen-units=16
    cargo build --locked --quiet --release --manifest-path $here/competitors/rust/Cargo.toml --target-dir "$out/rust"
    BENCH_STAGE=$out/stage/release/videodoktor-bench-stage BENCH_RUST=$out/rust/release/competitor
fi

c() { gcc -std=gnu11 -O2 -Wall -Wextra -Werror -Iinclude "$@"; }
ours() { c "$@" "$VIDEODOKTOR_LIBRARY" -Wl,-rpath,"$(dirname "$VIDEODOKTOR_LIBRARY")"; }
competitor=$here/competitors/c
c $competitor/main.c $competitor/fields.c $competitor/curl.c -o "$out/bin/curl" -lcurl -lcjson -lpthread
ours $competitor/main.c $competitor/fields.c $competitor/ours.c -o "$out/bin/ours" -lcjson -lpthread
ours $here/boundary.c -o "$out/bin/boundary"
c -shared -fPIC $here/preload_probes/heap.c -o "$out/bin/heap.so"
c -shared -fPIC $here/preload_probes/timeline.c -o "$out/bin/timeline.so" -ldl
echo 'int main(void) { return 0; }' | c -x c - -o "$out/bin/nothing"
fpc -v0 -O2 -Xs -FcUTF8 -Fubindings/delphi -FU"$out/pascal" -o"$out/bin/pascal" $here/competitors/pascal/competitor.pas >"$out/pascal/log" || { cat "$out/pascal/log"; exit 1; }
mcs -langversion:7 -codepage:utf8 -r:System.Net.Http -r:System.Runtime.Serialization -out:"$out/bin/csharp.exe" $here/competitors/csharp/Competitor.cs
echo '{"runtimeOptions":{"tfm":"net8.0","framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}' >"$out/bin/csharp.json"

# The binding in turns with the runtime's own: on .NET 8 as the package has it, on Mono as mcs makes it.
mkdir -p "$out/bin/net8" "$out/bin/mono"
sh tests/csharp/roslyn.sh net8 -optimize -target:library -langversion:8 -nullable:annotations -out:"$out/bin/net8/VideoDoktor.Net.dll" bindings/csharp/VideoDoktor/*.cs
sh tests/csharp/roslyn.sh net8 -optimize -r:"$out/bin/net8/VideoDoktor.Net.dll" -out:"$out/bin/net8/inturns.exe" $here/competitors/csharp/InTurns.cs
mcs -optimize -langversion:7 -codepage:utf8 -target:library -out:"$out/bin/mono/VideoDoktor.Net.dll" bindings/csharp/VideoDoktor/*.cs
mcs -optimize -langversion:7 -codepage:utf8 -r:System.Net.Http -r:System.Runtime.Serialization -r:"$out/bin/mono/VideoDoktor.Net.dll" \
    -out:"$out/bin/mono/inturns.exe" $here/competitors/csharp/InTurns.cs

BENCH_DOTNET=$(sh tests/csharp/dotnet.sh)
BENCH_OUT=$out
export VIDEODOKTOR_LIBRARY BENCH_OUT BENCH_STAGE BENCH_RUST BENCH_DOTNET PYTHONDONTWRITEBYTECODE=1
if [ "${1-}" = --quick ]; then
    shift
    exec sh tests/pytest.sh $here "$@"
fi
exec python3 $here/bench.py "$@"
