//! Made-up patients by number.

use videodoktor_abi_client::Invitation;

/// The patient with this number: e-mail and start are nobody else's, and every text is as long as any other's.
pub fn patient(number: usize) -> Invitation {
    let (quarter, day, month, year) = (number % 32, number / 32 % 28 + 1, number / 896 % 12 + 1, 2030 + number / 10_752);
    let start = format!("{day:02}.{month:02}.{year} {:02}:{:02}", 8 + quarter / 4, quarter % 4 * 15);
    Invitation::jana(&start).with_email(&format!("p{number:06}@example.cz"))
}
