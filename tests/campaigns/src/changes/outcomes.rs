//! How many runs ended in `VD_ERR_OUTCOME_UNKNOWN`, and how long a call took until then, per kind of service.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use videodoktor_abi_client::VD_ERR_OUTCOME_UNKNOWN;

use super::{Kind, Role, Told};

#[derive(Default)]
pub struct Outcomes(Mutex<BTreeMap<Kind, Runs>>);

#[derive(Default)]
struct Runs {
    count: usize,
    until_unknown: Vec<Duration>,
}

impl Outcomes {
    /// The first call of each run counts.
    pub fn note(&self, told: &Told) {
        if told.role != Role::First {
            return;
        }
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let runs = kinds.entry(told.kind).or_default();
        runs.count += 1;
        if told.answer.status == VD_ERR_OUTCOME_UNKNOWN {
            runs.until_unknown.push(told.took());
        }
    }

    /// A line for each kind.
    pub fn table(&self) -> String {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.iter_mut().map(|(kind, runs)| format!("\n    {kind}: {}", runs.table_line())).collect()
    }
}

impl Runs {
    fn table_line(&mut self) -> String {
        self.until_unknown.sort_unstable();
        let unknown = self.until_unknown.len();
        let share = unknown as f64 * 100.0 / self.count.max(1) as f64;
        let time = |duration: Option<&Duration>| duration.map_or("-".to_owned(), |duration| format!("{:.1} s", duration.as_secs_f64()));
        let (median, longest) = (time(self.until_unknown.get(unknown / 2)), time(self.until_unknown.last()));
        format!("{} runs, {unknown} in VD_ERR_OUTCOME_UNKNOWN ({share:.1} %), after {median} (median), {longest} (longest)", self.count)
    }
}
