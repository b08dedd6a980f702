//! What the service takes and says: invitations, meetings, responses, Czech wall-clock time.

pub mod birth_number;
pub mod invitation;
pub mod meeting;
pub mod patient_match;
pub mod prague_time;
pub mod report_address;
pub mod response;
