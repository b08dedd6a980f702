# Sourced, not run, from the top of the checkout: where the builds put what the tests need.
target=${CARGO_TARGET_DIR:-$PWD/target}
library_target=$target/library
library_folder=$library_target/release
shared_library=$library_folder/libvideodoktor.so
static_library=$library_folder/libvideodoktor.a
hooked_library=$target/test-hooks/debug/libvideodoktor.so
sandbox=$target/debug/videodoktor-sandbox
