//! The quick starts of the bindings, with this sandbox's address and keys in place of the defaults.

/// A whole program, ready to copy.
pub struct Snippet {
    pub language: &'static str,
    pub file: &'static str,
    pub text: String,
}

/// What a program needs to know of a sandbox.
pub struct Access<'a> {
    pub url: &'a str,
    pub app_key: &'a str,
    pub api_key: &'a str,
    /// The authority to trust, where the address is one of HTTPS.
    pub ca_file: Option<&'a str>,
}

struct Program {
    language: &'static str,
    file: &'static str,
    text: &'static str,
    /// How the language writes a string.
    quoted: fn(&str) -> String,
    /// Where it trusts no authority but the system's, and how it trusts this one as well.
    trust: (&'static str, fn(&str) -> String),
}

const NO_OPTIONS: (&str, fn(&str) -> String) = ("\"{}\"", |ca_file| as_in_c(&serde_json::json!({ "ca_file": ca_file }).to_string()));

macro_rules! binding {
    ($file:literal) => {
        include_str!(concat!("../../../../bindings/", $file))
    };
}

const PROGRAMS: [Program; 4] = [
    Program { language: "C", file: "quickstart.c", text: binding!("c/examples/quickstart.c"), quoted: as_in_c, trust: NO_OPTIONS },
    Program { language: "C++", file: "quickstart.cpp", text: binding!("cpp/examples/quickstart.cpp"), quoted: as_in_c, trust: NO_OPTIONS },
    Program {
        language: "C#",
        file: "FirstInvitation.cs",
        text: binding!("csharp/demo/console/FirstInvitation.cs"),
        quoted: as_in_c,
        trust: NO_OPTIONS,
    },
    Program {
        language: "Delphi, Free Pascal",
        file: "FirstInvitation.dpr",
        text: binding!("delphi/demo/console/FirstInvitation.dpr"),
        quoted: as_in_pascal,
        trust: ("'VIDEODOKTOR_CA_FILE', ''", |ca_file| format!("'VIDEODOKTOR_CA_FILE', {}", as_in_pascal(ca_file))),
    },
];

/// The defaults in the programs, in the order of [`Access`].
const DEFAULTS: [&str; 3] = ["http://127.0.0.1:43210", "sandbox-app-key", "sandbox-practice-1"];

pub fn of(access: &Access) -> Vec<Snippet> {
    let values = [access.url, access.app_key, access.api_key];
    let snippet = |program: &Program| {
        let put = |text: String, (default, value): (&&str, &&str)| text.replace(&(program.quoted)(default), &(program.quoted)(value));
        let (without, with) = program.trust;
        let trusting = access.ca_file.map_or_else(|| program.text.to_owned(), |file| program.text.replace(without, &with(file)));
        let text = DEFAULTS.iter().zip(&values).fold(trusting, put);
        Snippet { language: program.language, file: program.file, text }
    };
    PROGRAMS.iter().map(snippet).collect()
}

fn as_in_c(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn as_in_pascal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::{Access, DEFAULTS, PROGRAMS, of};

    #[test]
    fn each_program_holds_every_default_once() {
        for program in &PROGRAMS {
            for default in DEFAULTS {
                assert_eq!(program.text.matches(&(program.quoted)(default)).count(), 1, "{default} in {}", program.file);
            }
            assert_eq!(program.text.matches(program.trust.0).count(), 1, "{}", program.file);
        }
    }

    #[test]
    fn keys_with_quotes_stay_keys() {
        let access = Access { url: "https://localhost:1", app_key: "a'b\"c\\d", api_key: "another", ca_file: Some("C:\\ca.pem") };
        let [c, _, _, pascal] = &of(&access)[..] else { panic!("four languages") };
        assert!(c.text.contains(r#""a'b\"c\\d""#) && c.text.contains(r#""{\"ca_file\":\"C:\\\\ca.pem\"}""#), "{}", c.text);
        assert!(pascal.text.contains("'a''b\"c\\d'") && pascal.text.contains("'VIDEODOKTOR_CA_FILE', 'C:\\ca.pem'"), "{}", pascal.text);
        assert!(!c.text.contains("43210") && !pascal.text.contains("sandbox-practice-1"));
    }
}
