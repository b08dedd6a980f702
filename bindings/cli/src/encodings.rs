//! UTF-8, CP1250 (Windows) and CP852 (DOS). The tables are here, and tested against Python's codecs: encoding_rs brings those of all Asia, oem_cp a
//! second version of phf, yore no text of its licence.

use clap::ValueEnum;

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Encoding {
    #[value(name = "utf-8", alias = "utf8")]
    Utf8,
    #[value(name = "cp1250", alias = "windows-1250")]
    Cp1250,
    #[value(name = "cp852")]
    Cp852,
}

/// Bytes 128 to 255. What CP1250 leaves undefined is the control character of that number, as Windows has it.
const CP1250: &str = concat!(
    "€\u{81}‚\u{83}„…†‡\u{88}‰Š‹ŚŤŽŹ\u{90}‘’“”•–—\u{98}™š›śťžź",
    "\u{a0}ˇ˘Ł¤Ą¦§¨©Ş«¬\u{ad}®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż",
    "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß",
    "ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙",
);
const CP852: &str = concat!(
    "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č",
    "áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐",
    "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀",
    "ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}",
);

/// Stands in an answer for what the encoding lacks.
const REPLACEMENT: u8 = b'?';

impl Encoding {
    fn upper_half(self) -> &'static str {
        match self {
            Encoding::Utf8 => "",
            Encoding::Cp1250 => CP1250,
            Encoding::Cp852 => CP852,
        }
    }

    /// `None` if the bytes are not of this encoding. A byte order mark of UTF-8 is taken off.
    pub fn decode(self, bytes: &[u8]) -> Option<String> {
        if self == Encoding::Utf8 {
            let text = std::str::from_utf8(bytes).ok()?;
            return Some(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
        }
        let upper: Vec<char> = self.upper_half().chars().collect();
        let character = |&byte: &u8| if byte < 128 { Some(char::from(byte)) } else { upper.get(usize::from(byte) - 128).copied() };
        bytes.iter().map(character).collect()
    }

    /// A character that the encoding lacks becomes `?`.
    pub fn encode(self, text: &str) -> Vec<u8> {
        if self == Encoding::Utf8 {
            return text.as_bytes().to_vec();
        }
        text.chars().map(|character| self.encode_character(character)).collect()
    }

    fn encode_character(self, character: char) -> u8 {
        if character.is_ascii() {
            return u8::try_from(character).unwrap_or(REPLACEMENT);
        }
        let position = self.upper_half().chars().position(|each| each == character);
        position.and_then(|position| u8::try_from(position + 128).ok()).unwrap_or(REPLACEMENT)
    }

    /// Lines of text and CSV end as programs that read this encoding expect it.
    pub fn line_end(self) -> &'static str {
        if self == Encoding::Utf8 && !cfg!(windows) { "\n" } else { "\r\n" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_of_an_8_bit_encoding_comes_back_as_itself() {
        let bytes: Vec<u8> = (0..=255).collect();
        for encoding in [Encoding::Cp1250, Encoding::Cp852] {
            let text = encoding.decode(&bytes).expect("each byte is a character");
            assert_eq!(text.chars().count(), 256);
            assert_eq!(encoding.encode(&text), bytes);
        }
    }

    #[test]
    fn what_an_encoding_lacks_is_a_question_mark() {
        assert_eq!(Encoding::Cp852.encode("Žluťoučký 🐎"), b"\xa6lu\x9cou\x9fk\xec ?");
        assert_eq!(Encoding::Cp1250.encode("Žluťoučký 🐎"), b"\x8elu\x9dou\xe8k\xfd ?");
    }

    #[test]
    fn bytes_of_cp1250_are_not_taken_for_utf_8() {
        assert_eq!(Encoding::Utf8.decode(b"\x8elu\x9d"), None);
        assert_eq!(Encoding::Utf8.decode(b"\xef\xbb\xbfJana").as_deref(), Some("Jana"));
    }
}
