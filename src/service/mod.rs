//! What the service takes and says: invitations, meetings, responses, Czech wall-clock time.

pub mod birth_number;
pub mod calendar;
pub mod changes;
pub mod invitation;
pub mod meeting;
pub mod moved_invitation;
pub mod patient_match;
pub mod prague_time;
pub mod qr_code;
pub mod report_address;
pub mod response;
