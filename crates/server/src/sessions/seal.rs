//! The end of a session: what must be true before it is over for everybody. Its seal follows ([`super::sealing`]).

use std::time::Duration;

use super::{
    closing::Left,
    hub::{Fanout, State},
    sealing,
    worker::{Command, Worker, tell},
};
use crate::{error::Result, evidence::reason::Reason, store::live::Ending};

/// Pause before the end is written again when the database fails.
const RETRY: Duration = Duration::from_secs(2);

impl Worker {
    /// Finishes the session once it has ended, its legs are closed and everything is committed. True: nothing is left to
    /// do.
    pub(super) async fn is_finished(&mut self) -> bool {
        let Some(reason) = self.ending.clone().filter(|_| self.leg.is_none() && self.closing == 0) else {
            return false;
        };
        self.recorder.flush().await;
        while let Err(error) = self.finish(&reason).await {
            tracing::error!(session = %self.session, %error, "finishing again");
            tokio::select! {
                () = tokio::time::sleep(RETRY) => {}
                () = self.app.stop.cancelled() => return true,
            }
        }
        true
    }

    async fn finish(&mut self, reason: &str) -> Result<()> {
        let (at, session) = (self.app.now(), self.session.clone());
        let seen = self.store.read(async |db| sealing::snapshot(db, &session).await).await?;
        let (saved, flaws) = (seen.turns.len() as i64, seen.reasons.len());
        let ending = Ending { at, reason: reason.to_owned(), reasons: seen.reasons };
        self.store.write(async |db| sealing::finish(&self.app, db, &session, &ending).await).await?;
        tracing::info!(session = %self.session, reason, turns = saved, flaws, "a session is over");
        self.saved = saved;
        let state = State {
            view: self.interview.view(at),
            session_state: "finished",
            leg: self.instance.as_ref().map_or(0, |i| i.leg),
            saved,
        };
        self.app.hub.publish(&self.session, Fanout::State(Box::new(state)));
        self.app.hub.publish(&self.session, Fanout::Ended(reason.to_owned()));
        Ok(())
    }

    /// The candidate did not come back.
    pub(super) fn abandon(&mut self) {
        let number = self.instance.as_ref().map_or(0, |i| i.leg);
        self.note_flaw(&Reason::candidate_left(number));
        self.ending = Some("abandoned".to_owned());
    }

    /// Writes, beside the talk, that a leg is given up. Its end follows once its last words are in: a leg that has none is
    /// looked at again by the next process.
    pub(super) fn note_leg_left(&self, Left { leg, why, .. }: Left) {
        let (store, session) = (self.store.clone(), self.session.clone());
        // A takeover or an end is not an interruption that anybody needs to see.
        let is_interrupted = self.ending.is_none() && !matches!(why.as_str(), "taken_over" | "handed_over");
        self.app.tasks.spawn(async move {
            let done = store
                .write(async |db| {
                    db.leave_leg(&session, leg, &why).await?;
                    if is_interrupted { db.session_interrupted(&session, leg).await } else { Ok(()) }
                })
                .await;
            if let Err(error) = done {
                tracing::error!(%session, leg, %error, "that a leg is given up is not noted");
            }
        });
    }

    /// Writes a leg's end, once everything that was heard on it is kept.
    pub(super) fn note_leg_end(&self, Left { leg, at, why }: Left) {
        let (store, session, recorder) = (self.store.clone(), self.session.clone(), self.recorder.clone());
        let own = self.own.clone();
        self.app.tasks.spawn(async move {
            recorder.flush().await;
            if let Err(error) = store.write(async |db| db.end_leg(&session, leg, at, &why).await).await {
                tracing::error!(%session, leg, %error, "the end of a leg is not noted");
            }
            // A worker that is gone does not wait for it.
            tell(&own, Command::LegEnded).await;
        });
    }

    /// Writes that a leg is connected, beside the talk.
    pub(super) fn note_leg_ready(&self, number: i64) {
        let (store, session, at) = (self.store.clone(), self.session.clone(), self.app.now());
        self.app.tasks.spawn(async move {
            if let Err(error) = store.write(async |db| db.leg_ready(&session, number, at).await).await {
                tracing::error!(%session, leg = number, %error, "a leg's connection is not noted");
            }
        });
    }
}
