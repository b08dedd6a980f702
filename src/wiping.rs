//! The allocator of the library: memory is wiped before it is given back, because it may hold a patient, a key or a token.
//!
//! It serves the shared and the static library, and with them every crate that is linked into them: TLS, HTTP and JSON copy secrets into
//! buffers of their own. The host's allocator is not touched.

#![allow(unsafe_code)] // an allocator cannot be written without

use std::alloc::{GlobalAlloc, Layout, System};

/// Rust programs that link the library, our tests among them, get this allocator too. The unit tests put one below it that looks for
/// secrets: see `wiped`.
#[cfg(not(test))]
#[global_allocator]
static ALLOCATOR: Wiping<System> = Wiping(System);

/// Wipes each block that is given back to the allocator below it.
pub struct Wiping<A>(pub A);

// SAFETY: the allocator below does the work, with the layouts that it was called with.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Wiping<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: by the caller's promise the block is ours alone and has this layout.
        unsafe {
            wipe(block, layout.size());
            self.0.dealloc(block, layout);
        }
    }

    /// Always moves the block: `realloc` of the system moves it too, and leaves unwiped what it moved.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller promises a block of this layout and a size that is valid for its alignment. The new block is another one.
        unsafe {
            let moved = self.0.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
            if !moved.is_null() {
                block.copy_to_nonoverlapping(moved, layout.size().min(new_size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

/// # Safety
/// `size` bytes at `block` may be written, and nothing else uses them.
unsafe fn wipe(block: *mut u8, size: usize) {
    // SAFETY: passed on; after the first line all bytes are initialised.
    unsafe {
        block.write_bytes(0, size);
        // Without it the compiler leaves out what is written to memory that is freed next.
        zeroize::optimization_barrier(std::slice::from_raw_parts(block, size));
    }
}

#[cfg(test)]
mod leaks;

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// Notes what was in the blocks that were given back.
    struct Noting(Mutex<Vec<Vec<u8>>>);

    // SAFETY: the system's allocator does the work; only blocks in which every byte was written are given back by the tests.
    unsafe impl GlobalAlloc for Noting {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: passed on.
            unsafe { System.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the block has this many bytes.
            let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
            self.0.lock().unwrap().push(bytes.to_vec());
            // SAFETY: passed on.
            unsafe { System.dealloc(block, layout) }
        }
    }

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    /// A block of `size` bytes 7, moved to each of the sizes and then freed: what the allocator below got back.
    fn given_back(size: usize, sizes: &[usize]) -> Vec<Vec<u8>> {
        let wiping = Wiping(Noting(Mutex::default()));
        // SAFETY: each block is used with the size that it has; what grows is written before it is read.
        unsafe {
            let (mut block, mut now) = (wiping.alloc(layout(size)), size);
            block.write_bytes(7, size);
            for &next in sizes {
                block = wiping.realloc(block, layout(now), next);
                assert!(std::slice::from_raw_parts(block, now.min(next)).iter().all(|byte| *byte == 7), "{now} to {next}");
                block.write_bytes(7, next);
                now = next;
            }
            wiping.dealloc(block, layout(now));
        }
        wiping.0.0.into_inner().unwrap()
    }

    #[test]
    fn what_is_freed_is_wiped() {
        for size in [1, 24, 4_096, 1 << 20] {
            assert_eq!(given_back(size, &[]), [vec![0; size]]);
        }
    }

    #[test]
    fn what_grows_or_shrinks_is_moved_and_leaves_nothing_behind() {
        assert_eq!(given_back(24, &[4_096, 1 << 20, 100]), [vec![0; 24], vec![0; 4_096], vec![0; 1 << 20], vec![0; 100]]);
    }

    #[test]
    fn a_block_that_cannot_grow_stays_as_it_is() {
        struct Exhausted;
        // SAFETY: nothing is ever allocated, and nothing freed.
        unsafe impl GlobalAlloc for Exhausted {
            unsafe fn alloc(&self, _: Layout) -> *mut u8 {
                std::ptr::null_mut()
            }
            unsafe fn dealloc(&self, _: *mut u8, _: Layout) {
                panic!("the block is still in use")
            }
        }
        let mut block = [7; 8];
        // SAFETY: the block has this layout.
        assert!(unsafe { Wiping(Exhausted).realloc(block.as_mut_ptr(), layout(8), 16) }.is_null());
        assert_eq!(block, [7; 8]);
    }
}
