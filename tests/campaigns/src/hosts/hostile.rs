//! The hostile host itself: what its threads share, and how it ends.

use std::ffi::{c_char, c_void};
use std::process::ExitCode;
use std::ptr::{null_mut, without_provenance_mut};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::json;
use videodoktor_abi_client::{Client, Handle, VD_OK, library};

use super::acts;

const THREADS: usize = 16;

/// What all threads reach for, without asking one another.
pub struct Host {
    pub url: String,
    pub app_key: String,
    pub key: String,
    /// Handles: live ones, freed ones, and some that never were.
    handles: [AtomicUsize; 24],
    /// Texts of the library, to be freed by anybody, and by several.
    texts: Mutex<Vec<usize>>,
    /// Even a hostile host may not read a text that another thread frees: no reading while texts are freed that are not one's own.
    pub reading: RwLock<()>,
    acts: AtomicU64,
}

impl Host {
    pub fn any_handle(&self, dice: &mut Rng) -> Handle {
        match dice.u8(0..20) {
            0 => null_mut(),
            1 => without_provenance_mut(dice.usize(..)),
            _ => without_provenance_mut(self.cell(dice).load(Ordering::Relaxed)),
        }
    }

    /// Leaves a new handle in the place of another, which is freed; now and then twice.
    pub fn put(&self, handle: Handle, dice: &mut Rng) {
        let old = self.cell(dice).swap(handle.addr(), Ordering::Relaxed);
        for _ in 0..dice.u8(1..3) {
            // SAFETY: any handle may be passed.
            unsafe { (library().vd_client_free)(without_provenance_mut(old)) };
        }
    }

    fn cell(&self, dice: &mut Rng) -> &AtomicUsize {
        &self.handles[dice.usize(0..self.handles.len())]
    }

    /// A text that nobody will read.
    pub fn abandon(&self, text: *mut c_char) {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).push(text.addr());
    }

    /// One that has been abandoned; it stays for others to free as well.
    pub fn abandoned(&self, dice: &mut Rng) -> Option<*mut c_char> {
        let texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        dice.choice(texts.iter()).map(|text| without_provenance_mut(*text))
    }

    /// Frees most of what has been abandoned, so that memory stays bounded.
    pub fn tidy(&self) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if texts.len() > 200 {
            for text in texts.drain(..150) {
                // SAFETY: any pointer may be passed.
                unsafe { (library().vd_string_free)(without_provenance_mut(text)) };
            }
        }
    }
}

/// The child: is hostile for so long, then shows that the library still works.
pub fn host(url: &str, app_key: &str, key: &str, seed: &str, seconds: &str) -> ExitCode {
    let (seed, seconds): (u64, u64) = (seed.parse().expect("a number"), seconds.parse().expect("a number"));
    let host = Host {
        url: url.to_owned(),
        app_key: app_key.to_owned(),
        key: key.to_owned(),
        handles: Default::default(),
        texts: Mutex::default(),
        reading: RwLock::default(),
        acts: AtomicU64::new(0),
    };
    let end = Instant::now() + Duration::from_secs(seconds);
    thread::scope(|threads| {
        for number in 0..THREADS {
            let host = &host;
            threads.spawn(move || {
                let mut dice = Rng::with_seed(seed.wrapping_add(number as u64));
                while Instant::now() < end {
                    acts::one(host, &mut dice, on_log, (&raw const *host).cast_mut().cast());
                    host.acts.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    // SAFETY: no callback any more; the handles may be anything.
    unsafe { (library().vd_set_log)(None, null_mut(), 1) };
    for slot in &host.handles {
        // SAFETY: as above.
        unsafe { (library().vd_client_free)(without_provenance_mut(slot.load(Ordering::Relaxed))) };
    }
    let client = Client::new(url, app_key, key, &json!({"proxy": "none", "retries": 10})).expect("the options are right");
    let works = (0..20).any(|_| client.verify().status == VD_OK);
    println!("{}", json!({"acts": host.acts.load(Ordering::Relaxed), "works": works}));
    if works { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A callback that calls back in, with nothing it should.
unsafe extern "C" fn on_log(level: i32, message: *const c_char, user_data: *mut c_void) {
    // SAFETY: set by `acts` with the host, which outlives the threads; the message lives until we return.
    let (host, length) = unsafe { (&*user_data.cast::<Host>(), std::ffi::CStr::from_ptr(message).count_bytes()) };
    let mut dice = Rng::with_seed(length as u64 ^ host.acts.load(Ordering::Relaxed) << 8 ^ level.unsigned_abs() as u64);
    acts::one_of_a_callback(host, &mut dice);
}
