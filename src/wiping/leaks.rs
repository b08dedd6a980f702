//! Tests that what is secret is gone from memory when it is dropped: an allocator below the wiping one looks into every block that is given back.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use crate::client::request::form;
use crate::client::tokens::Token;
use crate::http::origin::Origin;
use crate::moment::Moment;
use crate::options::Keys;
use crate::service::invitation::{Draft, Invitation};
use crate::service::meeting::list::Meetings;
use crate::wiping::Wiping;

const SECRET: &str = "tajemstvi-Zofie-805512";
/// So much of it already counts: a text that grew leaves its beginning behind.
const PART: &[u8] = b"tajemst";

struct Looking;

#[global_allocator]
static ALLOCATOR: Wiping<Looking> = Wiping(Looking);

thread_local! {
    static LOOKS: Cell<bool> = const { Cell::new(false) };
    static FOUND: Cell<bool> = const { Cell::new(false) };
}

// SAFETY: the system's allocator does the work; looking into a block that is still allocated is reading initialised or zeroed memory.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Looking {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on. Zeroed, so that every byte may be read below.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is `layout.size()` bytes that were initialised by `alloc_zeroed`.
        let bytes = unsafe { std::slice::from_raw_parts(block, layout.size()) };
        if LOOKS.get() && bytes.windows(PART.len()).any(|window| window == PART) {
            FOUND.set(true);
        }
        // SAFETY: passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Whether memory that `act` gave back still held the secret.
fn leaks(act: impl FnOnce()) -> bool {
    FOUND.set(false);
    LOOKS.set(true);
    act();
    LOOKS.set(false);
    FOUND.get()
}

#[test]
fn the_test_itself_sees_a_secret_that_is_not_wiped() {
    let layout = Layout::for_value(SECRET);
    // SAFETY: a block of this layout, written within its bounds, given back once.
    #[allow(unsafe_code)]
    let give_back_unwiped = || unsafe {
        let block = Looking.alloc(layout);
        block.copy_from_nonoverlapping(SECRET.as_ptr(), SECRET.len());
        Looking.dealloc(block, layout);
    };
    assert!(leaks(give_back_unwiped));
    assert!(!leaks(|| drop(String::from(SECRET))));
}

#[test]
fn keys_are_wiped() {
    let origin = Origin::parse("demo", false).unwrap();
    assert!(!leaks(|| drop(Keys::parse(&origin, SECRET, SECRET).unwrap())));
}

#[test]
fn a_token_is_wiped_when_spent_or_dropped() {
    let (kept, spent) = (SECRET.to_string(), SECRET.to_string());
    assert!(!leaks(|| {
        drop(Token::new(kept, Moment::now()));
        drop(Token::new(spent, Moment::now()).spend());
    }));
}

#[test]
fn the_form_that_was_sent_is_wiped() {
    let token = SECRET.to_string();
    assert!(!leaks(|| drop(form(Some(&token.into()), &[("pacient_jmeno".into(), SECRET.into())]))));
}

#[test]
fn a_patient_is_wiped() {
    let draft = Draft {
        pacient_jmeno: SECRET,
        pacient_email: Some("tajemstvi-Zofie-805512@example.cz"),
        pacient_telefon: None,
        pacient_narozen: "1980",
        meet_start: "23.11.2090 10:00",
    };
    assert!(!leaks(|| drop(Invitation::unchecked(&draft))));
    assert!(!leaks(|| drop(Invitation::check(&draft, 0).map_err(|errors| errors.len()))));
}

#[test]
fn a_text_that_the_host_frees_is_wiped() {
    let text = SECRET.to_string();
    assert!(!leaks(|| {
        let handed_out = crate::ffi::text_for_test(text);
        assert_eq!(crate::ffi::json::vd_string_free(handed_out), 0);
    }));
}

#[test]
fn a_list_is_wiped_however_often_it_outgrew_its_room() {
    let item = format!(r#"{{"meet_id":1,"pacient_jmeno":"{SECRET}"}}"#);
    let list = format!("[{}]", vec![item.as_str(); 100].join(","));
    assert!(!leaks(|| {
        let read = Meetings::read(&list).unwrap();
        drop(read.into_json());
        drop(Meetings::read(&list).unwrap());
        drop(Meetings::read(list.trim_end_matches(']')));
    }));
}

#[test]
fn a_text_that_becomes_ascii_is_wiped() {
    let text = format!("{SECRET} {}", "žluťoučký kůň".repeat(100));
    assert!(!leaks(|| drop(crate::json::to_ascii(text).unwrap())));
}

#[test]
fn a_patient_who_was_checked_is_wiped() {
    let texts: Vec<_> =
        [&format!("{SECRET} \"ž\""), "", "777123456", "1980", "23.11.2090 10:00"].map(|text| std::ffi::CString::new(text).unwrap()).into();
    let [name, email, phone, requested_at, start] = [0, 1, 2, 3, 4].map(|at| texts[at].as_ptr());
    assert!(!leaks(|| {
        let mut json = std::ptr::null_mut();
        // SAFETY: C strings, and a place to write to.
        #[allow(unsafe_code)]
        unsafe {
            crate::ffi::offline::vd_check_invitation(name, email, phone, requested_at, start, &raw mut json)
        };
        crate::ffi::json::vd_string_free(json);
    }));
}
