//! The report of a call (výkaz): one page of PDF with Czech letters, without an embedded font.
//!
//! Helvetica is one of the fonts that every viewer has; a letter outside ASCII gets the next free code of the font's encoding, under the glyph name that
//! the Adobe list gives it, and a Unicode map lets its text be copied and searched.

use std::collections::BTreeMap;

use pdf_writer::types::UnicodeCmap;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::reply::Reply;
use crate::service::{Meeting, Practice};

pub fn reply(meeting: &Meeting, practice: &Practice) -> Reply {
    Reply::new(200, "application/pdf", pdf(&lines(meeting, practice))).with_header("content-disposition", "inline; filename=\"vykaz.pdf\"")
}

fn lines(meeting: &Meeting, practice: &Practice) -> Vec<String> {
    vec![
        "Výkaz videohovoru".to_owned(),
        "SANDBOX: zkušební služba, neplatný doklad".to_owned(),
        format!("Ordinace: {}", practice.name),
        format!("Pacient: {}", meeting.pacient_jmeno),
        format!("Rok narození: {}", meeting.pacient_narozen),
        format!("Začátek hovoru: {}", meeting.start.format("%-d. %-m. %Y %-H:%M")),
        format!("Identifikátor hovoru: {}", meeting.meet_id),
    ]
}

fn pdf(lines: &[String]) -> Vec<u8> {
    let (catalog, pages, page, font, text, to_unicode) = (Ref::new(1), Ref::new(2), Ref::new(3), Ref::new(4), Ref::new(5), Ref::new(6));
    let font_name = Name(b"F1");
    let letters = Letters::of(lines);

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(pages);
    pdf.pages(pages).kids([page]).count(1);
    let mut a4 = pdf.page(page);
    a4.media_box(Rect::new(0.0, 0.0, 595.0, 842.0)).parent(pages).contents(text);
    a4.resources().fonts().pair(font_name, font);
    a4.finish();
    letters.write_font(&mut pdf, font, to_unicode);
    pdf.stream(text, &content(lines, &letters, font_name));
    pdf.document_info(Ref::new(7)).title(TextStr("Výkaz videohovoru")).creator(TextStr("videodoktor-sandbox"));
    pdf.finish()
}

fn content(lines: &[String], letters: &Letters, font: Name) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text().set_leading(24.0).next_line(72.0, 760.0).set_font(font, 20.0);
    for (number, line) in lines.iter().enumerate() {
        content.show(Str(&letters.encode(line))).set_font(font, 12.0).next_line(0.0, if number == 0 { -36.0 } else { -20.0 });
    }
    content.end_text();
    content.finish().to_vec()
}

/// The letters outside ASCII that a document uses, each with its code.
struct Letters {
    codes: BTreeMap<char, u8>,
}

impl Letters {
    fn of(lines: &[String]) -> Letters {
        let mut used: Vec<char> = lines.iter().flat_map(|line| line.chars()).filter(|letter| !letter.is_ascii()).collect();
        used.sort_unstable();
        used.dedup();
        Letters { codes: used.into_iter().zip(128..=255).collect() }
    }

    fn encode(&self, line: &str) -> Vec<u8> {
        let code = |letter: char| match letter {
            ' '..='~' => letter as u8,
            _ => self.codes.get(&letter).copied().unwrap_or(b'?'),
        };
        line.chars().map(code).collect()
    }

    fn write_font(&self, pdf: &mut Pdf, font: Ref, to_unicode: Ref) {
        let names: Vec<String> = self.codes.keys().copied().map(glyph_name).collect();
        let mut helvetica = pdf.type1_font(font);
        helvetica.base_font(Name(b"Helvetica")).to_unicode(to_unicode);
        let mut encoding = helvetica.encoding_custom();
        encoding.base_encoding(Name(b"WinAnsiEncoding"));
        if !names.is_empty() {
            encoding.differences().consecutive(128, names.iter().map(|name| Name(name.as_bytes())));
        }
        encoding.finish();
        helvetica.finish();

        let mut map = UnicodeCmap::new(
            Name(b"Letters"),
            pdf_writer::types::SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"UCS"), supplement: 0 },
        );
        (b' '..=b'~').for_each(|code| map.pair(code, code.into()));
        self.codes.iter().for_each(|(letter, code)| map.pair(*code, *letter));
        pdf.cmap(to_unicode, &map.finish());
    }
}

/// Names of the Adobe glyph list for Czech and Slovak letters; any other letter goes by its number.
fn glyph_name(letter: char) -> String {
    const MARKS: [(&str, &str); 5] =
        [("áéíóúýÁÉÍÓÚÝĺŕĹŔ", "acute"), ("čďěňřšťžČĎĚŇŘŠŤŽľĽ", "caron"), ("ůŮ", "ring"), ("äöüëÄÖÜË", "dieresis"), ("ôÔ", "circumflex")];
    const BASES: &str = "áaéeíióoúuýyčcďděeňnřršsťtžzůuäaöoüuëeôoĺlŕrľl";
    let small: char = letter.to_lowercase().next().unwrap_or(letter);
    let mark = MARKS.iter().find(|(letters, _)| letters.contains(letter)).map(|(_, mark)| mark);
    let base = BASES.chars().skip_while(|known| *known != small).nth(1);
    match (mark, base) {
        (Some(mark), Some(base)) if letter.is_uppercase() => format!("{}{mark}", base.to_ascii_uppercase()),
        (Some(mark), Some(base)) => format!("{base}{mark}"),
        _ => format!("uni{:04X}", u32::from(letter)),
    }
}
