//! Unicode's composed form, in which names and addresses are sent and compared.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// The text in NFC. Nearly every text is as it comes, and to see that costs less than to compose it.
pub fn nfc(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}
