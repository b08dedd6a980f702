//! Made-up patients by number.

use videodoktor_abi_client::Invitation;

/// The patient with this number: e-mail and start are nobody else's, and every text is as long as any other's.
pub fn patient(number: usize) -> Invitation {
    let (quarter, day, month, year) = (number % 32, number / 32 % 28 + 1, number / 896 % 12 + 1, 2030 + number / 10_752);
    let start = format!("{day:02}.{month:02}.{year} {:02}:{:02}", 8 + quarter / 4, quarter % 4 * 15);
    Invitation::jana(&start).with_email(&format!("p{number:06}@example.cz"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_patients_share_a_start_and_their_addresses_are_equally_long() {
        let patients: Vec<Invitation> = (0..12_000).map(patient).collect();
        let starts: HashSet<_> = patients.iter().map(|patient| patient.meet_start.clone()).collect();
        assert_eq!(starts.len(), patients.len());
        assert!(patients.iter().all(|patient| patient.pacient_email.as_ref().is_some_and(|email| email.len() == 18)));
    }
}
