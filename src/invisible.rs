//! What comes along unseen when a text is copied from a contact, a web page, a dialog or a word processor.

/// The text as a reader sees it: without invisible characters, with ordinary blanks in the place of no-break and other blanks, and without
/// blanks around it. Control characters inside stay, for the field's own check to refuse. So does everything in a text of more than 64 KiB: no
/// field is so long, whatever is taken off, and its check looks at the beginning only.
pub fn visible(text: &str) -> String {
    const LONGEST: usize = 64 << 10;
    if text.len() > LONGEST || text.is_ascii() {
        return text.trim().to_owned(); // there is nothing else to take off an ASCII text
    }
    let seen = text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_whitespace() && !c.is_control() { ' ' } else { c });
    let mut visible = String::with_capacity(text.len()); // no character of it is longer than the one it stands for
    visible.extend(seen.skip_while(|c| c.is_whitespace()));
    let end = visible.trim_end().len();
    visible.truncate(end);
    visible
}

/// Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt, version 16): direction marks, zero-width blanks and joiners,
/// the soft hyphen, the byte-order mark, variation selectors, fillers and tags.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_taken_off_wherever_it_stands() {
        for (copied, seen) in [
            ("\u{202d}777 123 456\u{202c}", "777 123 456"),
            ("\u{feff}Jana\u{a0}Nov\u{ad}áková\u{fe0f}", "Jana Nováková"),
            ("\u{200b}\u{a0} \u{2007}\u{200b}", ""),
            (" \u{2066}23.\u{a0}11.\u{202f}2030\u{3000}10:00\u{2069}\r\n", "23. 11. 2030 10:00"),
            ("a\tb\u{85}c\u{1f642}", "a\tb\u{85}c\u{1f642}"),
        ] {
            assert_eq!(visible(copied), seen, "{copied:?}");
        }
    }

    #[test]
    fn what_a_reader_sees_stays() {
        for character in "ěščřžýáíéúůďťňĚŠČŘŽÝÁÍÉÚŮĎŤŇßłøñ+-/.()@_'\u{301}한글".chars() {
            assert_eq!(*visible(&character.to_string()), character.to_string(), "{character:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_field_is_not_searched() {
        let long = format!("\u{200b}{}", "a".repeat(64 << 10));
        assert_eq!(*visible(&long), long);
    }

    #[test]
    fn no_character_grows_so_that_no_copy_is_left_behind() {
        for character in '\0'..=char::MAX {
            assert!(visible(&format!("a{character}b")).capacity() == 2 + character.len_utf8(), "{character:?}");
        }
    }
}
