//! Beside each running call: renews its lease, writes what it used, and tells the worker when its budget ends.
//!
//! It lives as long as its leg does. A leg that goes without a word (the process dies) is found by its lease.

use std::sync::Arc;

use interview::Timestamp;
use realtime_api::ServerEvent;
use tokio::sync::mpsc::{self, error::TryRecvError};

use super::{timer, worker::Command};
use crate::{
    app::App,
    budget::{self, LEASE_MS, RENEW_MS, Stop, Usage, prices::Tariff},
    error::Result,
    ids::SessionId,
    store::{
        TenantStore,
        budget::{Outcome, Renewed, Used},
    },
};

/// The leg's end of its meter.
#[derive(Debug)]
pub struct Meter {
    notes: mpsc::UnboundedSender<Note>,
}

#[derive(Debug)]
enum Note {
    Usage(Usage),
    HungUp(Timestamp),
}

impl Meter {
    /// Starts the meter of a call that is reserved; its lease is first renewed at `first`.
    pub fn start(app: &Arc<App>, store: &TenantStore, session: &SessionId, leg: i64, first: Timestamp) -> Meter {
        let (notes, waiting) = mpsc::unbounded_channel();
        let counter = Counter {
            app: app.clone(),
            store: store.clone(),
            session: session.clone(),
            leg,
            owed: Vec::new(),
            tariff: None,
            is_over: false,
        };
        app.tasks.spawn(counter.run(waiting, first));
        Meter { notes }
    }

    /// Takes down what an event reports as used. A few rows a minute: the queue needs no bound.
    pub fn hear(&self, event: &ServerEvent) {
        if let Some(usage) = budget::usage(event) {
            // The counter leaves before its leg only when the reservation is gone.
            let _ = self.notes.send(Note::Usage(usage));
        }
    }

    /// The call is hung up: it is settled. Without this word, whoever finds its lease run out hangs it up again.
    pub fn hung_up(&self, at: Timestamp) {
        // As above.
        let _ = self.notes.send(Note::HungUp(at));
    }
}

struct Counter {
    app: Arc<App>,
    store: TenantStore,
    session: SessionId,
    leg: i64,
    /// Usage that is not written yet.
    owed: Vec<Usage>,
    /// By what the call is priced: settled before its meter starts.
    tariff: Option<Tariff>,
    /// Whether the worker was told that the call must end.
    is_over: bool,
}

impl Counter {
    async fn run(mut self, mut notes: mpsc::UnboundedReceiver<Note>, mut next: Timestamp) {
        loop {
            let mut note = tokio::select! {
                note = notes.recv() => note.ok_or(TryRecvError::Disconnected),
                () = timer::reached(&self.app.clock, Some(next)) => Err(TryRecvError::Empty),
            };
            // What has come meanwhile is written together.
            loop {
                match note {
                    Ok(Note::Usage(usage)) => self.owed.push(usage),
                    Ok(Note::HungUp(at)) => return self.settle(at).await,
                    Err(TryRecvError::Disconnected) => return,
                    Err(TryRecvError::Empty) => break,
                }
                note = notes.try_recv();
            }
            next = self.renew().await;
        }
    }

    /// Writes what is owed, renews, and judges. Returns when to come back.
    async fn renew(&mut self) -> Timestamp {
        let now = self.app.now();
        let soon = now.plus_ms(RENEW_MS);
        match self.write(now).await {
            Ok(Some(call)) => {
                self.owed.clear();
                self.tariff = Some(call.tariff);
                if let Some(stop) = budget::stop(&self.app.config.budget, &call.running) {
                    self.tell(stop).await;
                }
                let end = call.reserved_at.plus_ms(call.running.hold.ms);
                if end > now { soon.min(end) } else { soon }
            }
            Ok(None) => {
                self.tell(Stop::Lost).await;
                soon
            }
            Err(error) => {
                tracing::error!(session = %self.session, leg = self.leg, %error, "a call's lease is not renewed");
                soon
            }
        }
    }

    async fn write(&self, now: Timestamp) -> Result<Option<Renewed>> {
        let times = (now.plus_ms(LEASE_MS), now);
        let known;
        let tariff = match &self.tariff {
            Some(tariff) => tariff,
            None => {
                let call = self.store.renew(&self.session, self.leg, &[], times).await?;
                match call {
                    Some(call) if !self.owed.is_empty() => known = call.tariff,
                    call => return Ok(call),
                }
                &known
            }
        };
        self.store.renew(&self.session, self.leg, &self.priced(tariff), times).await
    }

    fn priced<'a>(&'a self, tariff: &'a Tariff) -> Vec<Used<'a>> {
        let price = |usage: &Usage| self.app.config.prices.price(tariff, usage);
        self.owed.iter().map(|usage| (usage, tariff.model_of(usage.kind), price(usage))).collect()
    }

    async fn tell(&mut self, stop: Stop) {
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        tracing::warn!(session = %self.session, leg = self.leg, why = stop.reason(), "a call must end");
        if let Some(worker) = self.app.hub.worker(&self.session) {
            // A worker that is gone has no call to end.
            let _ = worker.send(Command::OverBudget { leg: self.leg, stop }).await;
        }
    }

    async fn settle(&self, at: Timestamp) {
        let times = (at.plus_ms(LEASE_MS), at);
        let done = self.store.write(async |db| {
            let tariff = match &self.tariff {
                Some(tariff) => Some(tariff.clone()),
                None => db.renew(&self.session, self.leg, &[], times).await?.map(|call| call.tariff),
            };
            if let Some(tariff) = tariff {
                db.renew(&self.session, self.leg, &self.priced(&tariff), times).await?;
            }
            db.settle(&self.session, self.leg, at, Outcome::Settled).await
        });
        if let Err(error) = done.await {
            // The reaper settles it when its lease has run out.
            tracing::error!(session = %self.session, leg = self.leg, %error, "a call is not settled");
        }
    }
}
