//! What ends the program before or beside the library: told in Czech and English, with an exit code.

use std::io;
use std::path::Path;

use crate::exit_code;

#[derive(Debug)]
pub struct Failure {
    pub exit_code: u8,
    cs: String,
    en: String,
}

impl Failure {
    pub fn usage(cs: &str, en: &str) -> Failure {
        Failure { exit_code: exit_code::USAGE, cs: cs.into(), en: en.into() }
    }

    pub fn file(path: &Path, error: &io::Error) -> Failure {
        let path = path.display();
        Failure {
            exit_code: exit_code::FILE,
            cs: format!("Soubor nebo složku {path} nelze použít: {error}. Zkontrolujte cestu, místo na disku a práva."),
            en: format!("The file or folder {path} cannot be used: {error}. Check the path, the space on the disk and the permissions."),
        }
    }

    pub fn folder_is_served(path: &Path) -> Failure {
        let path = path.display();
        Failure {
            exit_code: exit_code::FILE,
            cs: format!("Složku {path} už obsluhuje jiný spuštěný program videodoktor."),
            en: format!("Another running videodoktor serves the folder {path}."),
        }
    }

    pub fn no_folder() -> Failure {
        Failure::usage(
            "Není kam uložit stav: nastavte VIDEODOKTOR_MEMORY nebo použijte --config.",
            "There is no place for the state file: set VIDEODOKTOR_MEMORY or use --config.",
        )
    }

    pub fn message(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.cs }
    }
}
