//! Ways in which the tests make the library fail on purpose: feature `test-hooks`, never in a release.

use std::time::Duration;

/// A bug: `vd_call` of this name panics, with a patient in its message.
#[allow(clippy::panic)]
pub fn panic_if_asked(call_name: &str) {
    if call_name == "api_test_panic" {
        panic!("Jana Nováková, 805512/1239, jana@example.cz");
    }
}

/// The mistake that the decision exists to avoid: a change that was sent and not answered is simply sent again.
pub fn repeats_blindly() -> bool {
    std::env::var_os("VIDEODOKTOR_TEST_REPEAT_BLINDLY").is_some()
}

/// A verifier of certificates that blocks, as the one of Windows does while it fetches revocation lists.
pub fn block_as_a_verifier() {
    let millis = std::env::var("VIDEODOKTOR_TEST_VERIFIER_BLOCKS_MS").ok().and_then(|text| text.parse().ok());
    if let Some(millis) = millis {
        std::thread::sleep(Duration::from_millis(millis));
    }
}

/// A file with certificates that count among the roots that the library brings along.
pub fn further_bundled_roots() -> Option<std::path::PathBuf> {
    std::env::var_os("VIDEODOKTOR_TEST_BUNDLED_ROOTS").map(Into::into)
}

/// The mistake that `correlation` exists to avoid: whatever comes is taken for the answer.
pub fn believes_every_answer() -> bool {
    std::env::var_os("VIDEODOKTOR_TEST_BELIEVE_EVERY_ANSWER").is_some()
}

/// The mistake of release 1.0: a change that is not found is sent again.
pub fn sends_again_after_a_look() -> bool {
    std::env::var_os("VIDEODOKTOR_TEST_SEND_AGAIN_AFTER_A_LOOK").is_some()
}
