#!/bin/sh
# Makes of a bare Debian 12, such as the container debian:12, the machine that the README asks for: git, and Rust by rustup.
#
#   sh .ci/debian.sh      as root; afterwards $HOME/.cargo/bin has Rust
set -eu
version=1.28.2
sha256=20a06e644b0d9bd2fbdbfd52d42540bdde820ea7df86e92e533c073da0cdd43c
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ca-certificates curl git gcc libc6-dev python3 >/dev/null
folder=$(mktemp -d)
curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 3 --output "$folder/rustup-init" \
    "https://static.rust-lang.org/rustup/archive/$version/x86_64-unknown-linux-gnu/rustup-init"
echo "$sha256  $folder/rustup-init" | sha256sum --check --quiet
chmod +x "$folder/rustup-init"
"$folder/rustup-init" -y --quiet --default-toolchain stable --profile minimal --component clippy --component rustfmt --component rust-docs
rm -r "$folder"
