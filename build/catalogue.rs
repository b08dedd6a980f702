//! The catalogue of errors in two languages: `docs/errors.md` and `docs/errors.cs.md`, from the status table and [`CAUSES`].

use std::fmt::Write as _;

use crate::causes::{CAUSES, Explained, Why};
use crate::status::{Lang, Repeat, Row, TABLE};

/// What stands around the rows in one language.
struct Words {
    lang: Lang,
    head: &'static str,
    /// The first number of each part, and its heading.
    parts: [(i32, &'static str); 5],
    number: &'static str,
    cause: &'static str,
    remedy: &'static str,
    repeat: &'static str,
    later: &'static str,
    never: &'static str,
    field: &'static str,
}

const ENGLISH: Words = Words {
    lang: Lang::En,
    head: "# Errors: what they mean and what mends them

[Česky](errors.cs.md)

Written by the build from the status table in `src/status.rs` and from `build/causes.rs`: change it there.

Each status of the library with the message for the person at the screen (`message` of an error, `vd_status_text`), the cause and the remedy for whoever
programs or supports the practice software. `field` and `detail` of the error say more; `vd_diagnose` shows where a connection ends.
A code of the service that is not listed here is 1000 plus its number, and is called `VD_X0nn`.
",
    parts: [
        (0, "Success, and mistakes of the program"),
        (20, "The way to the service"),
        (40, "The reply"),
        (50, "Outcome, files, the library itself"),
        (1000, "Codes of the service"),
    ],
    number: "Number",
    cause: "Cause",
    remedy: "Remedy",
    repeat: "Worth repeating",
    later: "later",
    never: "no",
    field: "Field",
};

const CZECH: Words = Words {
    lang: Lang::Cs,
    head: "# Chyby: co znamenají a jak je odstranit

[English](errors.md)

Tuto stránku píše sestavení z tabulky stavů v `src/status.rs` a ze souboru `build/causes.rs`: upravujte ji tam.

Každý stav knihovny s hlášením pro člověka u obrazovky (`message` v chybě, `vd_status_text`), s příčinou a nápravou pro toho, kdo ambulantní program vyvíjí
nebo podporuje. Víc říkají údaje `field` a `detail` v chybě; kde končí spojení, ukáže `vd_diagnose`.
Kód služby, který zde uveden není, má číslo 1000 plus číslo kódu a jméno `VD_X0nn`.
",
    parts: [
        (0, "Úspěch a chyby programu"),
        (20, "Cesta ke službě"),
        (40, "Odpověď"),
        (50, "Výsledek, soubory, knihovna sama"),
        (1000, "Kódy služby"),
    ],
    number: "Číslo",
    cause: "Příčina",
    remedy: "Náprava",
    repeat: "Má smysl opakovat",
    later: "později",
    never: "ne",
    field: "Údaj",
};

/// Both pages: file name and text.
pub fn pages() -> [(&'static str, String); 2] {
    [("errors.md", page(&ENGLISH)), ("errors.cs.md", page(&CZECH))]
}

fn page(words: &Words) -> String {
    let mut text = String::from(words.head);
    let mut parts = words.parts.iter().peekable();
    for row in TABLE {
        if let Some((_, heading)) = parts.next_if(|(first, _)| row.status.0 >= *first) {
            let _ = write!(text, "\n## {heading}\n");
        }
        section(&mut text, words, row);
    }
    text
}

fn section(text: &mut String, words: &Words, row: &Row) {
    let explained = CAUSES.iter().find(|explained| explained.status == row.status);
    let explained = explained.unwrap_or_else(|| panic!("build/causes.rs says nothing of {:?}", row.name));
    let Why { cause, remedy } = why(explained, words.lang);
    let name = row.name.to_str().expect("the table is UTF-8");
    let message = row.status.text(words.lang).to_str().expect("the table is UTF-8");
    let repeat = if row.repeat == Repeat::Later { words.later } else { words.never };
    let _ = write!(text, "\n### {name}\n\n> {message}\n\n");
    let _ = writeln!(text, "- {}: {}", words.number, row.status.0);
    if let Some(field) = row.field {
        let _ = writeln!(text, "- {}: `{field}`", words.field);
    }
    let _ = writeln!(text, "- {}: {cause}\n- {}: {remedy}\n- {}: {repeat}", words.cause, words.remedy, words.repeat);
}

fn why(explained: &Explained, lang: Lang) -> &Why {
    match lang {
        Lang::Cs => &explained.cs,
        Lang::En => &explained.en,
    }
}
