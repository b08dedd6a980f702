//! Text in Unicode's form NFC, by the tables of `unicode-normalization`.
//!
//! That crate's own iterator decides at run time between the canonical and the compatible tables, which puts 65 KiB of the latter into the library.

use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};
use videodoktor_reading::Wiped;
use zeroize::Zeroizing;

/// A canonical decomposition has at most four characters (Unicode Standard Annex 15).
const MOST_PARTS: usize = 4;

/// The text, composed. Wiped when dropped, for it is a patient's.
pub fn nfc(text: &str) -> Wiped<String> {
    const FIRST_MARK: char = '\u{300}'; // what stands before it is composed already, and nothing there combines
    if text.chars().all(|character| character < FIRST_MARK) {
        return Wiped::new(text.to_owned());
    }
    let characters = composed(text);
    // Room for all of it from the start: a string that grows leaves unwiped copies behind.
    let mut text = Wiped::new(String::with_capacity(characters.iter().copied().map(char::len_utf8).sum()));
    text.extend(characters.iter());
    text
}

fn composed(text: &str) -> Zeroizing<Vec<char>> {
    let mut parts = Zeroizing::new(Vec::with_capacity(text.chars().count() * MOST_PARTS));
    for character in text.chars() {
        decompose_canonical(character, |part| insert_in_order(&mut parts, part));
    }
    let mut composed = Zeroizing::new(Vec::with_capacity(parts.len()));
    let mut starter = None;
    let mut class_before = 0;
    for part in parts.iter().copied() {
        let class = canonical_combining_class(part);
        let is_blocked = class_before != 0 && class_before >= class;
        let at_starter = starter.and_then(|at: usize| composed.get_mut(at)).filter(|_| !is_blocked);
        if let Some((place, whole)) = at_starter.and_then(|place| compose(*place, part).map(|whole| (place, whole))) {
            *place = whole;
            continue;
        }
        if class == 0 {
            starter = Some(composed.len());
        }
        class_before = class;
        composed.push(part);
    }
    composed
}

/// Marks after one base stand by rising class, those of one class as they came.
fn insert_in_order(parts: &mut Vec<char>, part: char) {
    let class = canonical_combining_class(part);
    let behind = parts.iter().rev().take_while(|before| class != 0 && canonical_combining_class(**before) > class).count();
    parts.insert(parts.len() - behind, part);
}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    fn same_as_the_crate(text: &str) {
        assert_eq!(*nfc(text), text.nfc().collect::<String>(), "{text:?}");
    }

    #[test]
    fn a_letter_and_its_hook_are_one_character() {
        assert_eq!(nfc("Nova\u{301}kova\u{301}").chars().count(), "Nováková".chars().count());
        assert_eq!(*nfc("S\u{30C}ta\u{301}stka"), "Štástka");
    }

    #[test]
    fn every_character_alone_and_between_marks_is_as_the_crate_has_it() {
        for character in '\0'..=char::MAX {
            same_as_the_crate(&format!("{character}"));
            if canonical_combining_class(character) != 0 {
                same_as_the_crate(&format!("a{character}\u{301}\u{323}e\u{30C}{character}"));
            }
        }
    }

    #[test]
    fn random_letters_and_marks_are_as_the_crate_has_them() {
        let mut random = fastrand::Rng::with_seed(7);
        let marks = ('\u{300}'..'\u{362}').chain('\u{1161}'..'\u{1170}');
        let pool: Vec<char> = "aeiouAcrszŠďťůňéÅ각ᄀ가".chars().chain(marks).collect();
        for _ in 0..20_000 {
            let text: String = (0..random.usize(1..12)).map(|_| pool[random.usize(..pool.len())]).collect();
            same_as_the_crate(&text);
        }
    }
}
