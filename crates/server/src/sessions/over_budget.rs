//! What a worker does when its call must end: the words are kept, and whoever reads them sees why.

use crate::{budget::Stop, evidence::reason::Reason};

use super::worker::{RETURN_WITHIN_MS, Worker};

/// Whoever was cut off for want of the day's money may come back for this long.
pub(super) const COME_BACK_WITHIN_MS: i64 = 36 * 3_600_000;

impl Worker {
    /// Hangs the call up. Used-up minutes finish the session; used-up money interrupts it until another day.
    pub(super) fn over_budget(&mut self, leg: i64, stop: Stop) {
        if self.leg.as_ref().is_none_or(|current| current.number() != leg) {
            return;
        }
        match stop {
            Stop::Minutes => {
                let minutes = self.app.config.budget.minutes;
                self.note_flaw(&Reason::budget_minutes(leg, minutes));
                self.ending = Some(stop.reason().to_owned());
                self.drop_leg(stop.reason());
            }
            Stop::Money => {
                self.drop_leg(stop.reason());
                self.no_leg = Some(self.app.now().plus_ms(COME_BACK_WITHIN_MS - RETURN_WITHIN_MS));
            }
            Stop::Lost => self.drop_leg(stop.reason()),
        }
    }
}
