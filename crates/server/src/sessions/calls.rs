//! The worker's call: it comes up, is heard, loses its control channel, and is given up for another or for good.

use interview::Input;
use tokio::sync::oneshot;

use super::{
    closing::{self, Left},
    hub::Fanout,
    leg::{Heard, Leg},
    provider_fault::Over,
    reattach::{Found, Lost, reattach},
    repair,
    worker::{Kept, PAGE_AWAY_MS, Worker},
};
use crate::{error::Result, evidence::reason::Reason};

impl Worker {
    pub(super) fn connected(&mut self, mut leg: Leg) {
        tracing::info!(session = %self.session, leg = leg.number(), "a leg is up");
        self.instance = Some(leg.instance.clone());
        self.no_leg = None;
        // A page that never opens its event stream is not there: it has twice the time of one that went.
        let is_there = self.app.hub.has_page(&self.session);
        self.page_away = (!is_there).then(|| self.app.now().plus_ms(PAGE_AWAY_MS));
        let early = std::mem::take(&mut leg.early);
        self.leg = Some(leg);
        for frame in early {
            self.frame(frame);
        }
        self.publish();
    }

    pub(super) fn take_over(&mut self, next: i64, done: oneshot::Sender<Result<()>>) {
        let refused = self.refuses_call();
        if refused.is_err() {
            // That it is over is told once it is in the log: after a crash it would go on, and nobody would come.
            return self.answer_when_kept(done, refused);
        }
        if self.leg.is_none() {
            // Whoever connects may have given up waiting.
            let _ = done.send(Ok(()));
            return;
        }
        self.app.hub.publish(&self.session, Fanout::TakenOver(next));
        self.takeover = Some(done);
        let is_planned = self.leg.as_ref().is_some_and(|leg| leg.asked_to_move.is_some());
        self.drop_leg(if is_planned { "handed_over" } else { "taken_over" });
    }

    /// Gives the current leg up: the domain waits, the leg's last words are still collected.
    pub(super) fn drop_leg(&mut self, why: &str) {
        let Some(leg) = self.leg.take() else { return };
        tracing::info!(session = %self.session, leg = leg.number(), why, "a leg is over");
        let (number, now) = (number(&leg), self.app.now());
        self.no_leg = Some(now);
        self.closing += 1;
        let left = Left { leg: leg.number(), at: now, why: why.to_owned() };
        self.note_leg_left(left.clone());
        self.app.tasks.spawn(closing::close(self.app.clone(), leg, left, self.own.clone()));
        if self.ending.is_none() {
            self.handle(Input::LegLost { leg: number });
        }
        self.publish();
    }

    pub(super) fn frame(&mut self, frame: String) {
        let now = self.app.now();
        if let Some(leg) = self.leg.as_mut() {
            let mut heard = leg.hear(now, frame);
            let over = heard.over.take();
            self.heard(heard);
            match over {
                Some(Over::Expired) => self.drop_leg("expired"),
                Some(Over::Fault(error)) => self.provider_fault(error),
                None => {}
            }
        }
    }

    /// An event and what follows from it are kept together: after a crash the log has both or neither.
    pub(super) fn heard(&mut self, heard: Heard) {
        self.kept_together = Some(Kept::default());
        if let Some(row) = heard.row {
            self.keep(vec![row], Vec::new());
        }
        if let Some(what) = heard.integrity {
            self.note_integrity(what);
        }
        self.apply(heard.effects);
        if let Some((rows, turns)) =
            self.kept_together.take().filter(|(rows, turns)| !rows.is_empty() || !turns.is_empty())
        {
            self.keep(rows, turns);
        }
    }

    pub(super) fn channel_lost(&mut self) {
        let Some(leg) = self.leg.as_mut() else { return };
        leg.chain.interrupted();
        leg.sideband = None;
        let task = reattach(leg.realtime.clone(), leg.call_id.clone(), leg.number(), self.own.clone(), Lost::Now);
        self.app.tasks.spawn(task);
    }

    pub(super) fn reattached(&mut self, number: i64, found: Found) {
        let Some(leg) = self.leg.as_mut().filter(|leg| leg.number() == number) else { return };
        let sideband = match found {
            Found::Open(sideband) => sideband,
            Found::Over { is_at_once } => {
                if is_at_once {
                    leg.chain.closed_with_call();
                }
                return self.drop_leg("call_over");
            }
        };
        tracing::info!(session = %self.session, leg = number, "the control channel is open again");
        leg.sideband = Some(sideband);
        repair::begin(leg, self.app.now());
        let left = leg.left.take();
        if self.ending.is_some() {
            self.drop_leg("ended");
        } else if let Some(why) = left {
            self.drop_leg(&why);
        }
    }

    pub(super) fn leg_closed(&mut self, left: Left, missing: Vec<String>, flaw: Option<Reason>) {
        for item in missing {
            self.handle(Input::AnswerFailed { item });
        }
        if let Some(flaw) = flaw {
            self.note_flaw(&flaw);
        }
        self.note_leg_end(left);
        if let Some(done) = self.takeover.take() {
            // Whoever connects may have given up waiting.
            let _ = done.send(Ok(()));
        }
    }
}

/// The next frame of the leg; never, if there is none.
pub(super) async fn next_frame(leg: &mut Option<Leg>) -> Option<String> {
    match leg.as_mut().and_then(|leg| leg.sideband.as_mut()) {
        Some(sideband) => sideband.from_provider.recv().await,
        None => std::future::pending().await,
    }
}

/// Leg numbers are small: they count the calls of one session.
pub(super) fn number(leg: &Leg) -> u32 {
    u32::try_from(leg.number()).unwrap_or(u32::MAX)
}
