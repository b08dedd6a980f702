//! The Czech birth number (*rodné číslo*) and the year of birth that stands in it.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::invisible::visible;

/// Why a text is no birth number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoBirthNumber {
    /// The number of an insured foreigner, which looks like one.
    OfAForeigner,
    Otherwise,
}

/// English, for `detail` and the log.
impl fmt::Display for NoBirthNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoBirthNumber::OfAForeigner => "a foreigner's insurance number, which is no birth number: ask for the year of birth",
            NoBirthNumber::Otherwise => "no birth number",
        })
    }
}

/// The year of birth in a Czech birth number, ten digits or (born before 1954) nine, with or without a slash after the sixth; blanks around it
/// and invisible characters do not matter. `today` is the day in Prague.
///
/// The month tells more than the month: 51 to 62 are women; 21 to 32 and 71 to 82 are given since 2004 when a day's numbers run out
/// (Act No. 53/2004). Nine digits have no check digit. Of ten, the first nine modulo 11 give the tenth; a remainder of 10 is written as 0. Such
/// numbers were no longer to be given from 1985 on, but some were, and DASTA allows them in any year (python-stdnum, issue 468).
///
/// Ten digits with a year up to 53 are not certain: born in 20YY, or before 1954 with the number given later. A birth in the future cannot be, so
/// then it is 19YY; otherwise the answer is 20YY. A host that knows the patient's date of birth does better to use that.
pub fn birth_year(rodne_cislo: &str, today: NaiveDate) -> Result<i32, NoBirthNumber> {
    let text = visible(rodne_cislo);
    let number = Number::read(&text).ok_or(NoBirthNumber::Otherwise)?;
    match number.born(today) {
        Some(born) => Ok(born.year()),
        None if number.date.is_of_a_foreigner() => Err(NoBirthNumber::OfAForeigner),
        None => Err(NoBirthNumber::Otherwise),
    }
}

/// Nine or ten digits, whatever they mean.
struct Number<'t> {
    date: Written,
    digits: [&'t str; 2],
}

impl<'t> Number<'t> {
    fn read(text: &'t str) -> Option<Number<'t>> {
        let (date, serial) = text.split_at_checked(6)?;
        let serial = serial.strip_prefix('/').unwrap_or(serial);
        if !matches!(serial.len(), 3 | 4) || !date.bytes().chain(serial.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let written =
            Written { yy: two_digits(date, 0)?, mm: two_digits(date, 2)?.try_into().ok()?, dd: two_digits(date, 4)?.try_into().ok()? };
        Some(Number { date: written, digits: [date, serial] })
    }

    fn born(&self, today: NaiveDate) -> Option<NaiveDate> {
        let [date, serial] = self.digits;
        if serial.len() == 3 {
            return self.date.with_nine_digits();
        }
        self.date.with_ten_digits(today).filter(|_| checks(date, serial))
    }
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

    /// The month or the day of an insured foreigner: health insurers add 50 to the day, since 2014 also 20 to the month, in any year (VZP,
    /// announcement of 5 May 2014); the social insurance adds 40 to the day (ČSSZ, "Standardní kontrola rodného čísla a EČP").
    fn is_of_a_foreigner(&self) -> bool {
        let month = match self.mm {
            1..=12 => self.mm,
            51..=62 => self.mm - 50,
            21..=32 => self.mm - 20,
            71..=82 => self.mm - 70,
            _ => return false,
        };
        let has_date = |raised: u32| {
            let day = self.dd.checked_sub(raised);
            day.is_some_and(|day| [1900, 2000].iter().any(|century| NaiveDate::from_ymd_opt(century + self.yy, month, day).is_some()))
        };
        let raised_month = matches!(self.mm, 21..=32 | 71..=82);
        has_date(50) || has_date(40) || (raised_month && has_date(0))
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
fn checks(date: &str, serial: &str) -> bool {
    let mut digits = date.bytes().chain(serial.bytes()).map(|b| u32::from(b - b'0'));
    let remainder = digits.by_ref().take(9).fold(0, |sum, digit| (sum * 10 + digit) % 11);
    digits.next() == Some(remainder % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::invitation::tests::scrambled;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Ten digits that divide by eleven; `None` where no tenth digit makes them do so.
    fn ten_digits(date: &str, serial: u64) -> Option<String> {
        (0..10).map(|last| format!("{date}{serial:03}{last}")).find(|number| number.parse::<u64>().unwrap() % 11 == 0)
    }

    #[test]
    fn the_shared_cases() {
        let cases: Vec<serde_json::Value> = serde_json::from_str(include_str!("../../tests/vectors/birth_numbers.json")).unwrap();
        for case in cases {
            let year = birth_year(case["rodne_cislo"].as_str().unwrap(), day("2026-01-01"));
            let expected = (case["status"] == 0).then(|| i32::try_from(case["year"].as_i64().unwrap()).unwrap());
            assert!(expected.is_some() || case["status"] == 1014, "{case}");
            assert_eq!(year.ok(), expected, "{case}");
            let of_a_foreigner = case["foreigner"] == true;
            assert_eq!(year == Err(NoBirthNumber::OfAForeigner), of_a_foreigner, "{case}");
        }
    }

    #[test]
    fn a_child_born_today_has_a_number_and_one_born_tomorrow_is_a_hundred_years_old() {
        let number = ten_digits("300615", 123).unwrap();
        assert_eq!(birth_year(&number, day("2030-06-15")), Ok(2030));
        assert_eq!(birth_year(&number, day("2030-06-14")), Ok(1930));
        let number = ten_digits("530615", 123).unwrap();
        assert_eq!((birth_year(&number, day("2053-06-14")), birth_year(&number, day("2053-06-15"))), (Ok(1953), Ok(2053)));
    }

    #[test]
    fn a_month_of_the_year_2004_law_cannot_be_a_hundred_years_old() {
        let number = (100..).find_map(|serial| ten_digits("302515", serial)).unwrap();
        assert_eq!(birth_year(&number, day("2030-12-31")), Ok(2030));
        assert_eq!(
            birth_year(&number, day("2030-05-14")),
            Err(NoBirthNumber::OfAForeigner),
            "no birth number of that day could have this month"
        );
    }

    #[test]
    fn every_day_since_1954_is_read_back_for_men_and_women() {
        let today = day("2026-01-01");
        for born in day("1954-01-01").iter_days().take_while(|born| *born < today) {
            for added in [0, 50, 20, 70] {
                let date = format!("{:02}{:02}{:02}", born.year() % 100, born.month() + added, born.day());
                let number = (100..).find_map(|serial| ten_digits(&date, serial)).unwrap();
                let known = added == 0 || added == 50 || born.year() >= 2004;
                assert_eq!(birth_year(&number, today).ok(), known.then_some(born.year()), "{number}");
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
                assert_eq!(birth_year(&wrong, day("2026-01-01")).is_ok(), wrong == number, "{wrong}");
            }
        }
    }

    #[test]
    fn no_text_makes_it_fall() {
        let mut random = fastrand::Rng::with_seed(530_101_123);
        for _ in 0..100_000 {
            let text = scrambled(&mut random, &["0", "1", "9", "53", "800305", "/", " ", "+", "-", "ž", "🙂", "\0", "٣"]);
            let year = birth_year(&text, day("2026-01-01"));
            assert!(year.ok().is_none_or(|year| (1880..=2026).contains(&year)), "{text}");
        }
    }
}
