//! Which language a page is in: the one that its address names, else the one that the browser prefers, else Czech.

use super::texts::{CZECH, ENGLISH, Texts};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Czech,
    English,
}

impl Language {
    /// `query` is the address's, `accepted` the header `Accept-Language`.
    pub fn wanted(query: Option<&str>, accepted: &str) -> Language {
        let named = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "lang");
        let named = named.and_then(|(_, value)| Language::of_tag(&value));
        named.or_else(|| Language::preferred(accepted)).unwrap_or_default()
    }

    pub fn texts(self) -> &'static Texts {
        match self {
            Language::Czech => &CZECH,
            Language::English => &ENGLISH,
        }
    }

    pub fn tag(self) -> &'static str {
        self.texts().lang
    }

    /// One of a pair of texts that are made elsewhere.
    pub fn choose<T>(self, czech: T, english: T) -> T {
        match self {
            Language::Czech => czech,
            Language::English => english,
        }
    }

    fn preferred(accepted: &str) -> Option<Language> {
        let wishes = accepted.split(',').filter_map(|wish| {
            let (tag, parameter) = wish.split_once(';').unwrap_or((wish, ""));
            let weight = parameter.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse::<f64>().ok())?;
            Some((Language::of_tag(tag)?, weight))
        });
        // The first of equals: `max_by` would take the last.
        let best = wishes.filter(|(_, weight)| *weight > 0.0).reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(language, _)| language)
    }

    /// Slovaks read Czech more easily than English.
    fn of_tag(tag: &str) -> Option<Language> {
        match tag.trim().split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "cs" | "sk" => Some(Language::Czech),
            "en" => Some(Language::English),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, Czech, English};

    #[test]
    fn a_page_is_czech_unless_english_is_asked_for() {
        for (query, accepted, language) in [
            (None, "", Czech),
            (None, "de-DE,de;q=0.9", Czech),
            (None, "cs-CZ,cs;q=0.9,en;q=0.8", Czech),
            (None, "en-GB,en;q=0.9,cs;q=0.8", English),
            (None, "de,cs;q=0.3,en;q=0.7", English),
            (None, "sk,en", Czech),
            (None, "en;q=0,fr", Czech),
            (Some("lang=en"), "cs", English),
            (Some("done=set&lang=cs"), "en", Czech),
            (Some("lang=fr"), "en", English),
        ] {
            assert_eq!(Language::wanted(query, accepted), language, "{query:?} {accepted}");
        }
    }
}
