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
    match serial.len() {
        3 => written.born_in(match written.yy {
            80.. => 1800,
            54.. => return None,
            _ => 1900,
        }),
        4 => {
            let born = if written.yy >= 54 { written.born_in(1900) } else { written.born_by(today) }?;
            checks(date, serial, born.year()).then_some(born)
        }
        _ => None,
    }
    .map(|born| born.year())
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

    /// The day of birth in this century, or in the last one where this century's is still to come.
    fn born_by(&self, today: NaiveDate) -> Option<NaiveDate> {
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
