# Sourced, not run, from the top of the checkout: where the builds put what the tests need.
target=${CARGO_TARGET_DIR:-$PWD/target}
portable_target=$target/portable
library_folder=$target/library/release
shared_library=$library_folder/libvideodoktor.so
static_library=$library_folder/libvideodoktor.a
plain_target=$target/plain
plain_library=$plain_target/release/libvideodoktor.so
hooked_library=$target/test-hooks/debug/libvideodoktor.so
sandbox=$target/debug/videodoktor-sandbox
