//! The planned change to the next call before the provider's longest duration ends this one: in a pause, never in the
//! middle of a sentence if it can be helped.

use interview::Timestamp;

use super::{hub::Fanout, leg::Leg, worker::Worker};

/// From then on a pause is used. Providers end a call after 60 minutes.
const SEEK_MS: i64 = 45 * 60_000;
/// At the latest.
const MUST_MS: i64 = 50 * 60_000;
/// A page that does not make the next call within this time has its call ended for it.
const PAGE_WITHIN_MS: i64 = 10_000;

impl Worker {
    /// When [`Worker::hand_over`] has something to do. While a pause is sought every input leads here too.
    pub(super) fn hand_over_at(&self) -> Option<Timestamp> {
        let leg = self.leg.as_ref().filter(|leg| leg.number() < self.app.config.budget.legs)?;
        let now = self.app.now();
        Some(match leg.asked_to_move {
            Some(at) => at.plus_ms(PAGE_WITHIN_MS),
            None if leg.since.plus_ms(SEEK_MS) <= now => leg.since.plus_ms(MUST_MS),
            None => leg.since.plus_ms(SEEK_MS),
        })
    }

    /// Asks the page for the next call once it is time and nobody speaks.
    pub(super) fn hand_over(&mut self) {
        let now = self.app.now();
        let is_quiet = self.leg.as_ref().is_some_and(is_quiet) && self.interview.view(now).speaker.is_none();
        // The last call that the budget allows is used to its end: no other could follow.
        let Some(leg) = self.leg.as_mut().filter(|leg| leg.number() < self.app.config.budget.legs) else { return };
        match leg.asked_to_move {
            Some(at) if at.plus_ms(PAGE_WITHIN_MS) <= now => self.drop_leg("handed_over"),
            Some(_) => {}
            None if leg.since.plus_ms(if is_quiet { SEEK_MS } else { MUST_MS }) <= now => {
                tracing::info!(session = %self.session, leg = leg.number(), "the call is near its end: handing over");
                leg.asked_to_move = Some(now);
                self.app.hub.publish(&self.session, Fanout::HandOver);
            }
            None => {}
        }
    }
}

fn is_quiet(leg: &Leg) -> bool {
    leg.translator.utterances.is_idle() && leg.translator.doubtful().next().is_none()
}
