//! The one table of statuses: number, name, service code, field, whether a repeat may help, and what to tell a person in Czech and English.
//!
//! Everything else that lists statuses (the header's `#define`s, docs/errors.md, the bindings) is written from this table or compared with it.
//! `build.rs` compiles this file too, so it uses nothing but the standard library.

use std::ffi::CStr;

/// A number of the ABI: 0 is success, below 1000 an error of the library or the way to the service, 1000 + n the service's code X0nn.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Status(pub i32);

/// The language of a message for the person at the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    #[default]
    Cs,
    En,
}

impl Lang {
    /// `"cs"` or `"en"`.
    pub fn parse(text: &str) -> Option<Lang> {
        match text {
            "cs" => Some(Lang::Cs),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}

/// May the same call succeed if the host simply tries it again a little later?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    Never,
    Later,
}

/// One row of the table. Name and texts are C strings because the ABI hands them out as they stand here.
pub struct Row {
    pub status: Status,
    pub name: &'static CStr,
    pub field: Option<&'static str>,
    pub repeat: Repeat,
    pub cs: &'static CStr,
    pub en: &'static CStr,
}

#[allow(clippy::panic)] // at compile time
const fn c_str(text_and_nul: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(text_and_nul.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("a text of the status table holds a NUL"),
    }
}

macro_rules! statuses {
    ($($value:literal $name:ident $field:expr, $repeat:ident, $cs:literal, $en:literal;)*) => {
        impl Status {
            $(pub const $name: Status = Status($value);)*
        }
        /// Every documented status, by rising number.
        pub static TABLE: &[Row] = &[
            $(Row {
                status: Status::$name,
                name: c_str(concat!("VD_", stringify!($name), "\0")),
                field: $field,
                repeat: Repeat::$repeat,
                cs: c_str(concat!($cs, "\0")),
                en: c_str(concat!($en, "\0")),
            },)*
        ];
    };
}

statuses! {
    0 OK None, Never, "V pořádku.", "All is well.";
    1 ERR_NULL_POINTER None, Never,
        "Program nepředal knihovně povinný údaj. Zkontrolujte nastavení videohovorů, případně se obraťte na dodavatele programu.",
        "The program did not pass a required value to the library. Check the settings for video calls, or contact the program's vendor.";
    2 ERR_INVALID_UTF8 None, Never,
        "Program předal text, který není v kódování UTF-8. Obraťte se na dodavatele programu.",
        "The program passed text that is not UTF-8. Contact the program's vendor.";
    3 ERR_INVALID_HANDLE None, Never,
        "Program použil neplatný nebo již uvolněný objekt knihovny. Obraťte se na dodavatele programu.",
        "The program used an object of the library that is not valid or was freed already. Contact the program's vendor.";
    4 ERR_INVALID_ARGUMENT None, Never,
        "Program předal neplatný údaj nebo nastavení. Zkontrolujte nastavení videohovorů, případně se obraťte na dodavatele programu.",
        "The program passed an invalid value or setting. Check the settings for video calls, or contact the program's vendor.";
    5 ERR_CANCELLED None, Never,
        "Čekání na službu bylo přerušeno.",
        "Waiting for the service was interrupted.";
    20 ERR_DNS None, Later,
        "Server VideoDoktor nebyl nalezen. Otevřete v prohlížeči jinou stránku: pokud to nejde, chybí připojení k internetu. Pokud to jde, řekněte správci sítě, že počítač nezná adresu služby (DNS), a zkontrolujte ji v nastavení programu.",
        "The VideoDoktor server was not found. Open another page in the browser: if that fails, there is no internet connection. If it works, tell the network administrator that the computer does not know the service's address (DNS), and check it in the program's settings.";
    21 ERR_CONNECT None, Later,
        "K serveru VideoDoktor se nelze připojit. Otevřete v prohlížeči jinou stránku: pokud to nejde, chybí připojení k internetu. Pokud to jde, řekněte správci sítě, že spojení se serverem VideoDoktor nejspíš blokuje firewall nebo antivirus (adresa a port jsou v podrobnostech chyby).",
        "The VideoDoktor server cannot be reached. Open another page in the browser: if that fails, there is no internet connection. If it works, tell the network administrator that a firewall or antivirus probably blocks the connection to the VideoDoktor server (address and port are in the error's details).";
    22 ERR_TLS None, Never,
        "Zabezpečené spojení se serverem se nepodařilo navázat. Zkontrolujte datum a čas v počítači. Pokud jsou správné, řekněte správci sítě, že selhalo zabezpečené spojení (TLS) se serverem VideoDoktor, nejspíš kvůli neplatnému nebo cizímu certifikátu.",
        "A secure connection to the server could not be made. Check the computer's date and time. If they are right, tell the network administrator that the secure connection (TLS) to the VideoDoktor server failed, most likely because of an invalid or foreign certificate.";
    23 ERR_PROXY None, Later,
        "Proxy server spojení odmítl, neodpovídá, nebo je chybně nastaven. Požádejte správce sítě, aby povolil přístup na server VideoDoktor a zkontroloval nastavení proxy serveru.",
        "The proxy server refused the connection, does not answer, or is set up wrongly. Ask the network administrator to allow access to the VideoDoktor server and to check the proxy setting.";
    24 ERR_TIMEOUT None, Later,
        "Server neodpověděl včas. Zkuste to znovu za chvíli. Pokud potíže trvají, řekněte správci sítě, že spojení se serverem VideoDoktor je příliš pomalé nebo mu brání firewall.",
        "The server did not answer in time. Try again in a moment. If it persists, tell the network administrator that the connection to the VideoDoktor server is too slow or blocked by a firewall.";
    25 ERR_NETWORK None, Later,
        "Spojení se serverem se přerušilo. Zkuste to znovu za chvíli. Pokud potíže trvají, řekněte správci sítě, že se spojení se serverem VideoDoktor přerušuje.",
        "The connection to the server broke. Try again in a moment. If it persists, tell the network administrator that the connection to the VideoDoktor server keeps breaking.";
    26 ERR_TLS_UNTRUSTED None, Never,
        "Certifikát serveru vydala neznámá autorita: spojení nejspíš kontroluje antivirus nebo firemní proxy server. Požádejte správce sítě, aby pro server VideoDoktor vypnul kontrolu zabezpečeného spojení (HTTPS); pokud to nejde, ať předá dodavateli programu certifikát, kterým antivirus nebo proxy spojení podepisuje (volba ca_file).",
        "The server's certificate comes from an unknown issuer: an antivirus or a company proxy probably inspects the connection. Ask the network administrator to switch the inspection of secure connections (HTTPS) off for the VideoDoktor server; where that cannot be, to give the certificate with which the antivirus or proxy signs the connection to the program's vendor (option ca_file).";
    27 ERR_PROXY_AUTH None, Never,
        "Proxy server vyžaduje přihlášení. Požádejte správce sítě o jméno a heslo a doplňte je do nastavení proxy serveru, nebo ho požádejte, aby pro server VideoDoktor povolil přístup bez přihlášení.",
        "The proxy server asks for a login. Get a name and password from the network administrator and add them to the proxy setting, or ask for access to the VideoDoktor server without a login.";
    40 ERR_HTTP None, Later,
        "Server odpověděl chybou. Zkuste to znovu za chvíli. Pokud potíže trvají, napište na podpora@videodoktor.cz.",
        "The server answered with an error. Try again in a moment. If it persists, write to podpora@videodoktor.cz.";
    41 ERR_BAD_REPLY None, Later,
        "Odpověď serveru není srozumitelná. Otevřete v prohlížeči jinou stránku: pokud síť (například Wi-Fi) vyžaduje přihlášení, přihlaste se. Jinak to zkuste znovu za chvíli; pokud potíže trvají, řekněte správci sítě, že odpovědi serveru VideoDoktor jsou cestou pozměněny, nejspíš sítí nebo proxy serverem.",
        "The server's reply makes no sense. Open another page in the browser: if the network (Wi-Fi, say) wants a login, log in. Otherwise try again in a moment; if it persists, tell the network administrator that the VideoDoktor server's replies are altered on their way, most likely by the network or a proxy.";
    42 ERR_REDIRECT None, Never,
        "Server přesměroval požadavek jinam. Otevřete v prohlížeči jinou stránku: pokud síť (například Wi-Fi) vyžaduje přihlášení, přihlaste se. Jinak požádejte dodavatele programu, aby zkontroloval nastavenou adresu služby.",
        "The server redirected the request elsewhere. Open another page in the browser: if the network (Wi-Fi, say) wants a login, log in. Otherwise ask the program's vendor to check the configured address of the service.";
    43 ERR_TOO_LARGE None, Never,
        "Odpověď serveru je příliš velká. Obraťte se na dodavatele programu.",
        "The server's reply is too large. Contact the program's vendor.";
    50 ERR_OUTCOME_UNKNOWN None, Never,
        "Odpověď služby nepřišla nebo nebyla srozumitelná, a tak není jisté, zda služba požadavek provedla: zda je pacient pozván, nebo videohovor zrušen. Neopakujte ho; nejprve zkontrolujte seznam videohovorů nebo e-mail ordinace.",
        "The service's answer did not arrive or made no sense, so it is not known whether the patient was invited, or the video call cancelled. Do not repeat it; first look at the list of video calls or the practice's e-mail.";
    51 ERR_OLD_REMAINS None, Never,
        "Nový videohovor je vytvořen a pacient je na něj pozván, ale původní videohovor možná ještě existuje. Zkontrolujte seznam videohovorů a původní videohovor případně zrušte.",
        "The new video call is made and the patient is invited to it, but the old video call may still be there. Look at the list of video calls, and cancel the old one if it is still listed.";
    60 ERR_FILE None, Never,
        "Soubor nelze uložit. Zkontrolujte, zda složka existuje a smíte do ní zapisovat, zda je na disku místo a soubor není otevřen v jiném programu.",
        "The file cannot be saved. Check that the folder exists and may be written to, that the disk has room, and that the file is not open in another program.";
    61 ERR_NOT_FOUND None, Never,
        "Hledaný údaj v odpovědi není.",
        "There is no such value in the reply.";
    62 ERR_REPORT_NOT_READY None, Never,
        "Výkaz tohoto videohovoru ještě není k dispozici. Bývá připraven nejdříve den po hovoru; zkuste to zítra.",
        "The report of this video call is not there yet. It is available on the day after the call at the earliest; try again tomorrow.";
    99 ERR_INTERNAL None, Never,
        "V knihovně videohovorů nastala vnitřní chyba. Zkontrolujte seznam videohovorů a chybu nahlaste dodavateli programu.",
        "An internal error happened in the video call library. Check the list of video calls and report the error to the program's vendor.";
    1000 X000_RATE_LIMIT None, Later,
        "Z této sítě přišlo příliš mnoho požadavků. Počkejte několik minut a zkuste to znovu. Pokud se to opakuje, řekněte dodavateli programu, že služba omezuje počet požadavků (X000).",
        "Too many requests came from this network. Wait a few minutes and try again. If it happens again, tell the program's vendor that the service limits the number of requests (X000).";
    1001 X001_APP_KEY Some("api_app_key"), Never,
        "Služba nezná klíč tohoto programu. Řekněte dodavateli programu, že služba odmítá jeho klíč (X001).",
        "The service does not know this program's key. Tell the program's vendor that the service refuses its key (X001).";
    1002 X002_API_KEY Some("api_key"), Never,
        "Služba nezná klíč ordinace. Porovnejte klíč v nastavení s tím, který ordinace dostala, nebo si na podpora@videodoktor.cz vyžádejte nový (X002).",
        "The service does not know the practice's key. Compare the key in the settings with the one that the practice was given, or ask podpora@videodoktor.cz for a new one (X002).";
    1003 X003_TOKEN Some("token"), Later,
        "Služba odmítla jednorázový přístupový kód (token). Zkuste to znovu.",
        "The service refused the one-time access code (token). Try again.";
    1004 X004_MEET_ID Some("meet_id"), Never,
        "Tento videohovor služba nezná. Obnovte seznam videohovorů.",
        "The service does not know this video call. Refresh the list of video calls.";
    1005 X005_SYSTEM None, Later,
        "Služba má poruchu nebo odstávku. Zkuste to znovu za chvíli. Pokud potíže trvají, napište na podpora@videodoktor.cz.",
        "The service has a fault or is down. Try again in a moment. If it persists, write to podpora@videodoktor.cz.";
    1010 X010_NAME Some("pacient_jmeno"), Never,
        "Jméno pacienta chybí nebo není platné. Jméno a příjmení musí mít dohromady 6 až 64 znaků.",
        "The patient's name is missing or not valid. First name and surname must have 6 to 64 characters together.";
    1011 X011_EMAIL Some("pacient_email"), Never,
        "E-mail pacienta není platný. Musí to být jediná adresa o délce 6 až 256 znaků, například jana@example.cz.",
        "The patient's e-mail address is not valid. It must be a single address of 6 to 256 characters, such as jana@example.cz.";
    1012 X012_PHONE Some("pacient_telefon"), Never,
        "Telefon pacienta není platný. České mobilní číslo musí mít 9 číslic, například 777 123 456.",
        "The patient's phone number is not valid. A Czech mobile number must have 9 digits, such as 777 123 456.";
    1013 X013_CONTACT Some("pacient_email"), Never,
        "Chybí e-mail i telefon pacienta. Zadejte aspoň jeden z nich.",
        "Both the patient's e-mail address and phone number are missing. Enter at least one of them.";
    1014 X014_BIRTH_YEAR Some("pacient_narozen"), Never,
        "Rok narození pacienta chybí nebo není platný. Zkontrolujte rodné číslo, nebo zadejte rok narození čtyřmi číslicemi.",
        "The patient's year of birth is missing or not valid. Check the birth number, or enter the year of birth in four digits.";
    1020 X020_START Some("meet_start"), Never,
        "Začátek hovoru chybí nebo není platný. Zadejte existující datum a čas, například 23.11.2030 10:00.",
        "The start of the call is missing or not valid. Enter an existing date and time, such as 23.11.2030 10:00.";
    1021 X021_START_PAST Some("meet_start"), Never,
        "Začátek hovoru už minul. Zvolte pozdější čas.",
        "The start of the call has already passed. Choose a later time.";
    1022 X022_START_OUTAGE Some("meet_start"), Never,
        "Mezi 3:00 a 4:00 má služba odstávku. Zvolte jiný čas.",
        "The service is down between 3:00 and 4:00. Choose another time.";
    1023 X023_START_OVERLOADED Some("meet_start"), Never,
        "Na tento čas je služba plně obsazena. Zvolte jiný čas.",
        "The service is fully booked at this time. Choose another time.";
    1024 X024_START_TAKEN Some("meet_start"), Never,
        "Na tento čas už je naplánován videohovor. Zvolte jiný čas, nebo nejprve zrušte původní videohovor.",
        "A video call is already planned for this time. Choose another time, or cancel the earlier video call first.";
}

const UNDOCUMENTED_CS: &CStr = c"Služba požadavek odmítla kódem, který tato verze knihovny nezná. Obraťte se na dodavatele programu.";
const UNDOCUMENTED_EN: &CStr =
    c"The service refused the request with a code that this version of the library does not know. Contact the program's vendor.";

/// `VD_X000` to `VD_X999`, each with its NUL: `vd_status_name` owes a static text to codes that the service may invent one day.
static CODE_NAMES: [[u8; 8]; 1000] = code_names();

#[allow(clippy::indexing_slicing, clippy::cast_possible_truncation)] // at compile time; three digits
const fn code_names() -> [[u8; 8]; 1000] {
    let mut names = [*b"VD_X000\0"; 1000];
    let mut n = 0;
    while n < names.len() {
        names[n][4] += (n / 100) as u8;
        names[n][5] += (n / 10 % 10) as u8;
        names[n][6] += (n % 10) as u8;
        n += 1;
    }
    names
}

impl Status {
    /// The status of a service code, documented or not: `X` and three digits.
    pub fn from_code(code: &str) -> Option<Status> {
        let digits = code.strip_prefix('X')?;
        let is_code = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
        is_code.then(|| digits.parse().ok()).flatten().map(|n: i32| Status(1000 + n))
    }

    /// The service's code, `"X011"`, where this status is one.
    pub fn code(self) -> Option<&'static str> {
        self.code_name().and_then(|name| name.to_str().ok()).and_then(|name| name.strip_prefix("VD_"))
    }

    /// The ABI's name, such as `VD_X011_EMAIL`; `VD_X0nn` for a code that is not documented, `VD_UNKNOWN_STATUS` for a number that is no status.
    pub fn name(self) -> &'static CStr {
        self.row().map(|row| row.name).or(self.code_name()).unwrap_or(c"VD_UNKNOWN_STATUS")
    }

    /// What happened and what to do now, for the person at the screen.
    pub fn text(self, lang: Lang) -> &'static CStr {
        let (cs, en) = match (self.row(), self.code_name()) {
            (Some(row), _) => (row.cs, row.en),
            (None, Some(_)) => (UNDOCUMENTED_CS, UNDOCUMENTED_EN),
            (None, None) => (c"Neznámý stav.", c"Unknown status."),
        };
        match lang {
            Lang::Cs => cs,
            Lang::En => en,
        }
    }

    /// The service's name of the field that this status is about.
    pub fn field(self) -> Option<&'static str> {
        self.row().and_then(|row| row.field)
    }

    /// Whether the same call may succeed a little later.
    pub fn is_retryable(self) -> bool {
        self.row().is_some_and(|row| row.repeat == Repeat::Later)
    }

    fn row(self) -> Option<&'static Row> {
        TABLE.binary_search_by_key(&self.0, |row| row.status.0).ok().and_then(|at| TABLE.get(at))
    }

    /// `VD_X011` for any of the service's codes.
    fn code_name(self) -> Option<&'static CStr> {
        let number = self.0.checked_sub(1000).and_then(|n| usize::try_from(n).ok())?;
        CODE_NAMES.get(number).and_then(|name| CStr::from_bytes_with_nul(name).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_rises_so_that_it_can_be_searched() {
        assert!(TABLE.is_sorted_by(|a, b| a.status.0 < b.status.0));
    }

    #[test]
    fn all_sixteen_codes_have_a_row_that_names_them() {
        let codes: Vec<_> = TABLE.iter().filter_map(|row| row.status.code()).collect();
        let documented = "X000 X001 X002 X003 X004 X005 X010 X011 X012 X013 X014 X020 X021 X022 X023 X024";
        assert_eq!(codes.join(" "), documented);
        for row in TABLE.iter().filter(|row| row.status.0 >= 1000) {
            assert!(row.name.to_str().unwrap().starts_with(&format!("VD_{}_", row.status.code().unwrap())));
        }
    }

    #[test]
    fn a_code_that_the_table_does_not_know_keeps_its_number() {
        let status = Status::from_code("X042").unwrap();
        assert_eq!((status.0, status.code(), status.name()), (1042, Some("X042"), c"VD_X042"));
        assert_eq!(Status::from_code("X999").unwrap().name(), c"VD_X999");
        for no_code in ["", "X", "X01", "X0111", "X01a", "x011", "Y011", "X+11"] {
            assert_eq!(Status::from_code(no_code), None, "{no_code}");
        }
    }

    #[test]
    fn every_number_has_a_name_and_a_text() {
        for number in [i32::MIN, -1, 0, 7, 999, 1042, 1999, 2000, i32::MAX] {
            assert!(!Status(number).name().is_empty() && !Status(number).text(Lang::Cs).is_empty());
        }
    }
}
