//! The Czech birth number (*rodné číslo*) and the year of birth that stands in it.

use chrono::{Datelike, NaiveDate};

/// The year of birth in a Czech birth number, ten digits or (born before 1954) nine, with or without a slash after the sixth; blanks around it
/// do not matter. `None` if it is no birth number. `today` is the day in Prague.
///
/// The month tells more than the month: 51 to 62 are women; 21 to 32 and 71 to 82 are given since 2004 when a day's numbers run out
/// (Act No. 53/2004). Nine digits have no check digit. Of ten, the first nine modulo 11 give the tenth; until 1985 a remainder of 10 was written as 0.
///
/// Ten digits with a year up to 53 are not certain: born in 20YY, or before 1954 with the number given later. A birth in the future cannot be, so
/// then it is 19YY; otherwise the answer is 20YY. A host that knows the patient's date of birth does better to use that.
pub fn birth_year(rodne_cislo: &str, today: NaiveDate) -> Option<i32> {
    let (date, serial) = rodne_cislo.trim().split_at_checked(6)?;
    let serial = serial.strip_prefix('/').unwrap_or(serial);
    if !date.bytes().chain(serial.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let written =
        Written { yy: two_digits(date, 0)?, mm: two_digits(date, 2)?.try_into().ok()?, dd: two_digits(date, 4)?.try_into().ok()? };
    let born = match serial.len() {
        3 => written.with_nine_digits(),
        4 => written.with_ten_digits(today).filter(|born| checks(date, serial, born.year())),
        _ => None,
    };
    born.map(|born| born.year())
}

/// The first six digits as they stand.
struct Written {
    yy: i32,
    mm: u32,
    dd: u32,
}

impl Written {
    /// The day of birth, were it in the century that begins with this year.
    fn born_in(&self, century: i32) -> Option<NaiveDate> {
        let year = century + self.yy;
        let month = match self.mm {
            1..=12 => self.mm,
            51..=62 => self.mm - 50,
            21..=32 if year >= 2004 => self.mm - 20,
            71..=82 if year >= 2004 => self.mm - 70,
            _ => return None,
        };
        NaiveDate::from_ymd_opt(year, month, self.dd)
    }

    /// Nine digits were given to those born before 1954.
    fn with_nine_digits(&self) -> Option<NaiveDate> {
        match self.yy {
            80.. => self.born_in(1800),
            54.. => None,
            _ => self.born_in(1900),
        }
    }

    /// Ten digits are given since 1954. A birth that is still to come in this century was one of the last.
    fn with_ten_digits(&self, today: NaiveDate) -> Option<NaiveDate> {
        if self.yy >= 54 {
            return self.born_in(1900);
        }
        let born = self.born_in(2000)?;
        if born <= today { Some(born) } else { self.born_in(1900) }
    }
}

fn two_digits(date: &str, at: usize) -> Option<i32> {
    date.get(at..at + 2)?.parse().ok()
}

/// The tenth digit against the nine before it.
fn checks(date: &str, serial: &str, year: i32) -> bool {
    let mut digits = date.bytes().chain(serial.bytes()).map(|b| u32::from(b - b'0'));
    let remainder = digits.by_ref().take(9).fold(0, |sum, digit| (sum * 10 + digit) % 11);
    match (remainder, digits.next()) {
        (10, check) => check == Some(0) && year <= 1985,
        (remainder, check) => check == Some(remainder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invitation::tests::scrambled;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Ten digits that divide by eleven; `None` where no tenth digit makes them do so.
    fn ten_digits(date: &str, serial: u64) -> Option<String> {
        (0..10).map(|last| format!("{date}{serial:03}{last}")).find(|number| number.parse::<u64>().unwrap() % 11 == 0)
    }

    #[test]
    fn the_shared_cases() {
        let cases: Vec<serde_json::Value> = serde_json::from_str(include_str!("../tests/vectors/birth_numbers.json")).unwrap();
        for case in cases {
            let year = birth_year(case["rodne_cislo"].as_str().unwrap(), day("2026-01-01"));
            let expected = (case["status"] == 0).then(|| i32::try_from(case["year"].as_i64().unwrap()).unwrap());
            assert!(expected.is_some() || case["status"] == 1014, "{case}");
            assert_eq!(year, expected, "{case}");
        }
    }

    #[test]
    fn a_child_born_today_has_a_number_and_one_born_tomorrow_is_a_hundred_years_old() {
        let number = ten_digits("300615", 123).unwrap();
        assert_eq!(birth_year(&number, day("2030-06-15")), Some(2030));
        assert_eq!(birth_year(&number, day("2030-06-14")), Some(1930));
        let number = ten_digits("530615", 123).unwrap();
        assert_eq!((birth_year(&number, day("2053-06-14")), birth_year(&number, day("2053-06-15"))), (Some(1953), Some(2053)));
    }

    #[test]
    fn a_month_of_the_year_2004_law_cannot_be_a_hundred_years_old() {
        let number = (100..).find_map(|serial| ten_digits("302515", serial)).unwrap();
        assert_eq!(birth_year(&number, day("2030-12-31")), Some(2030));
        assert_eq!(birth_year(&number, day("2030-05-14")), None);
    }

    #[test]
    fn every_day_since_1954_is_read_back_for_men_and_women() {
        let today = day("2026-01-01");
        for born in day("1954-01-01").iter_days().take_while(|born| *born < today) {
            for added in [0, 50, 20, 70] {
                let date = format!("{:02}{:02}{:02}", born.year() % 100, born.month() + added, born.day());
                let number = (100..).find_map(|serial| ten_digits(&date, serial)).unwrap();
                let known = added == 0 || added == 50 || born.year() >= 2004;
                assert_eq!(birth_year(&number, today), known.then_some(born.year()), "{number}");
            }
        }
    }

    #[test]
    fn one_wrong_digit_is_noticed() {
        let number = ten_digits("800305", 123).unwrap();
        for at in 0..10 {
            for digit in '0'..='9' {
                let mut wrong = number.clone();
                wrong.replace_range(at..=at, &digit.to_string());
                assert_eq!(birth_year(&wrong, day("2026-01-01")).is_some(), wrong == number, "{wrong}");
            }
        }
    }

    #[test]
    fn no_text_makes_it_fall() {
        let mut random = fastrand::Rng::with_seed(530_101_123);
        for _ in 0..100_000 {
            let text = scrambled(&mut random, &["0", "1", "9", "53", "800305", "/", " ", "+", "-", "ž", "🙂", "\0", "٣"]);
            let year = birth_year(&text, day("2026-01-01"));
            assert!(year.is_none_or(|year| (1880..=2026).contains(&year)), "{text}");
        }
    }
}
