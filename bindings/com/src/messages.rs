//! What this DLL itself has to say to a person, in Czech and English; all else is said by the library.

/// Of the messages; the library's option `lang`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    Czech,
    English,
}

impl Lang {
    /// As the library reads option `lang`.
    #[must_use]
    pub fn of(option: &str) -> Lang {
        if option == "en" { Lang::English } else { Lang::Czech }
    }
}

/// An error that is found before the library is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    LibraryMissing,
    LibraryOfOtherBitness,
    LibraryUnusable,
    NotOpen,
    OptionAfterOpen,
    WrongArgument,
}

impl Cause {
    /// What happened and what to do now.
    #[must_use]
    pub fn message(self, lang: Lang) -> &'static str {
        let (czech, english) = match self {
            Cause::LibraryMissing => (
                "Chybí soubor videodoktor.dll. Dodavatel programu ho má nahrát do stejné složky, ve které je videodoktor_com.dll.",
                "The file videodoktor.dll is missing. The program's vendor must put it into the folder of videodoktor_com.dll.",
            ),
            Cause::LibraryOfOtherBitness => (
                "Soubor videodoktor.dll vedle videodoktor_com.dll je pro jiný druh programů (32bitový místo 64bitového, nebo naopak). \
                 Dodavatel programu má nahrát oba soubory ze stejné složky balíčku, x86 nebo x64.",
                "The file videodoktor.dll beside videodoktor_com.dll is for programs of the other kind (32-bit in place of 64-bit, or the \
                 reverse). The program's vendor must install both files from the same folder of the package, x86 or x64.",
            ),
            Cause::LibraryUnusable => (
                "Soubor videodoktor.dll vedle videodoktor_com.dll nelze použít. Dodavatel programu má nahrát oba soubory ze stejného vydání.",
                "The file videodoktor.dll beside videodoktor_com.dll cannot be used. The program's vendor must install both files of one release.",
            ),
            Cause::NotOpen => (
                "Program ještě nenastavil adresu služby a klíče (metoda Open). Obraťte se na dodavatele programu.",
                "The program has not set the service's address and the keys yet (method Open). Contact the program's vendor.",
            ),
            Cause::OptionAfterOpen => (
                "Program mění nastavení až po metodě Open; musí ho nastavit před ní. Obraťte se na dodavatele programu.",
                "The program changes an option after the method Open; it must be set before. Contact the program's vendor.",
            ),
            Cause::WrongArgument => (
                "Program předal neplatnou hodnotu nebo nastavení. Zkontrolujte nastavení videohovorů, nebo se obraťte na dodavatele programu.",
                "The program passed an invalid value or setting. Check the settings for video calls, or contact the program's vendor.",
            ),
        };
        if lang == Lang::English { english } else { czech }
    }

    /// Status as `LastError.Status` has it: -1 where there is no library that could have one.
    #[must_use]
    pub fn status(self) -> i32 {
        match self {
            Cause::LibraryMissing | Cause::LibraryOfOtherBitness | Cause::LibraryUnusable => -1,
            Cause::NotOpen | Cause::OptionAfterOpen | Cause::WrongArgument => 4,
        }
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        if self.status() == 4 { "VD_ERR_INVALID_ARGUMENT" } else { "LIBRARY_NOT_LOADED" }
    }
}
