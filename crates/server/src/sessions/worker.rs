//! The actor around one [`Interview`]: takes what the provider, the page and the clock report, lets the domain decide,
//! speaks, and hands everything to the recorder. It never waits for the network or the disk while a leg is up.

use std::sync::Arc;

use interview::{Input, Interview, Request, Timestamp, Turn};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Duration, timeout},
};

use super::{
    calls::{next_frame, number},
    closing::Left,
    leg::{Heard, Leg},
    reattach::Found,
    recorder::{Instance, Recorder},
    timer,
};
use crate::{
    adapters::realtime::error::RealtimeError,
    app::App,
    budget::Stop,
    error::{Code, Error, Result},
    evidence::reason::Reason,
    ids::SessionId,
    store::{TenantStore, log::NewRow},
};

/// Commands waiting for a worker.
pub const MAILBOX: usize = 256;
/// The page's event stream may be away this long before its leg is given up.
pub(super) const PAGE_AWAY_MS: i64 = 30_000;
/// A candidate may be away this long before the session is ended.
pub(super) const RETURN_WITHIN_MS: i64 = 30 * 60_000;

/// A button that is not in the log by then is refused.
const KEPT_WITHIN: Duration = Duration::from_secs(5);

/// What a worker is told.
#[derive(Debug)]
pub enum Command {
    /// A leg is up and configured.
    Connected(Box<Leg>),
    /// Give the current leg up for leg `next`; answered when its last words are in, or with why there can be no other.
    TakeOver { next: i64, done: oneshot::Sender<Result<()>> },
    /// A button of the page that holds leg `leg`.
    Control { leg: i64, control: Control, reply: oneshot::Sender<Result<()>> },
    /// The recruiter ends it.
    End,
    /// The page has so many event streams open.
    Pages(usize),
    /// So many turns are committed.
    Saved(i64),
    /// Another worker holds the session.
    Fenced,
    /// Words of a leg that is being closed.
    Late(Heard),
    /// A leg is closed; these answers never got their words.
    LegClosed { left: Left, missing: Vec<String>, flaw: Option<Reason> },
    /// The end of a leg that is closed is kept, after everything that was heard on it.
    LegEnded,
    /// The control channel is open again, or the call is over.
    Reattached { number: i64, found: Found },
    /// The budget of leg `leg` has come to its end.
    OverBudget { leg: i64, stop: Stop },
}

/// What the page's buttons say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// Media is connected.
    Ready,
    /// For the interview.
    Request(Request),
}

/// Rows and turns that go to the log at once.
pub(super) type Kept = (Vec<NewRow>, Vec<Turn>);

/// One running session.
pub struct Worker {
    pub(super) app: Arc<App>,
    pub(super) store: TenantStore,
    pub(super) session: SessionId,
    pub(super) interview: Interview,
    pub(super) recorder: Recorder,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) own: mpsc::WeakSender<Command>,
    pub(super) leg: Option<Leg>,
    /// The log instance of the current or last leg.
    pub(super) instance: Option<Arc<Instance>>,
    pub(super) wake: Option<Timestamp>,
    pub(super) closing: usize,
    pub(super) takeover: Option<oneshot::Sender<Result<()>>>,
    pub(super) saved: i64,
    /// Since when the page's stream is away, once it was there.
    pub(super) page_away: Option<Timestamp>,
    /// Since when there is no leg.
    pub(super) no_leg: Option<Timestamp>,
    pub(super) ending: Option<String>,
    /// The provider's last word on why it carries no call of ours, and when.
    pub(super) fault: Option<(Timestamp, RealtimeError)>,
    /// What somebody else did to the calls, counted.
    pub(super) integrity: u32,
    /// What one event of the provider leads to, while it is being worked out.
    pub(super) kept_together: Option<Kept>,
    /// Leave without sealing: another worker holds the session, or there is nothing to do.
    pub(super) must_leave: bool,
}

impl Worker {
    /// Runs until the session is over, another worker takes it, or the server stops.
    pub async fn run(mut self) {
        self.publish();
        loop {
            if self.must_leave || self.is_finished().await {
                break;
            }
            self.hand_over();
            let deadline = self.deadline();
            let app = self.app.clone();
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(command) => self.command(command),
                    None => break,
                },
                frame = next_frame(&mut self.leg) => match frame {
                    Some(frame) => self.frame(frame),
                    None => self.channel_lost(),
                },
                () = timer::reached(&app.clock, deadline) => self.tick(),
                () = app.stop.cancelled() => {
                    self.recorder.flush().await;
                    break;
                }
            }
        }
        self.app.hub.release(&self.session);
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Connected(leg) => self.connected(*leg),
            Command::TakeOver { next, done } => self.take_over(next, done),
            Command::Control { leg, control, reply } => {
                let taken = self.control(leg, control);
                self.answer_when_kept(reply, taken);
            }
            Command::End => self.handle(Input::EndByRecruiter),
            Command::Pages(open) => self.pages(open),
            Command::Saved(saved) => {
                self.saved = saved;
                self.publish();
            }
            Command::Fenced => self.must_leave = true,
            Command::Late(heard) => self.heard(heard),
            Command::LegClosed { left, missing, flaw } => self.leg_closed(left, missing, flaw),
            Command::LegEnded => self.closing = self.closing.saturating_sub(1),
            Command::Reattached { number, found } => self.reattached(number, found),
            Command::OverBudget { leg, stop } => self.over_budget(leg, stop),
        }
    }

    /// An answer counts once what it rests on is in the log: what is told to be so is known after a crash, too.
    pub(super) fn answer_when_kept(&self, reply: oneshot::Sender<Result<()>>, answer: Result<()>) {
        let recorder = self.recorder.clone();
        self.app.tasks.spawn(async move {
            let kept = timeout(KEPT_WITHIN, recorder.flush()).await.map_err(|_| not_kept());
            // The page may have gone before its answer.
            let _ = reply.send(kept.and(answer));
        });
    }

    fn control(&mut self, leg: i64, control: Control) -> Result<()> {
        let current = self.instance.as_ref().map(|i| i.leg);
        if current != Some(leg) {
            return Err(Error::new(Code::TakenOver, "The talk goes on in another tab.").with("leg", current));
        }
        match control {
            Control::Ready => {
                let Some(leg) = self.leg.as_mut().filter(|leg| !leg.is_ready) else { return Ok(()) };
                leg.is_ready = true;
                let number = number(leg);
                self.handle(Input::LegReady { leg: number });
                self.note_leg_ready(i64::from(number));
            }
            Control::Request(request) => {
                // Whoever ends in the middle of a sentence has said what was said of it.
                if let (Request::End, Some(leg)) = (&request, self.leg.as_mut())
                    && let Some(commit) = leg.translator.commit_open_speech()
                {
                    leg.send(&commit);
                }
                self.handle(Input::Request(request));
            }
        }
        Ok(())
    }

    fn pages(&mut self, open: usize) {
        self.page_away = if open == 0 { Some(self.app.now()) } else { None };
    }

    fn deadline(&self) -> Option<Timestamp> {
        let speaking = self.leg.as_ref().and_then(|leg| leg.translator.deadline());
        let page = self.page_away.filter(|_| self.leg.is_some()).map(|at| at.plus_ms(PAGE_AWAY_MS));
        let away = self.no_leg.map(|at| at.plus_ms(RETURN_WITHIN_MS));
        [speaking, page, away, self.wake, self.hand_over_at()].into_iter().flatten().min()
    }

    fn tick(&mut self) {
        let now = self.app.now();
        if let Some(leg) = self.leg.as_mut() {
            let effects = leg.translator.tick(now);
            self.apply(effects);
        }
        if self.wake.is_some_and(|at| at <= now) {
            self.wake = None;
            self.handle(Input::Tick);
        }
        if self.leg.is_some() && self.page_away.is_some_and(|at| at.plus_ms(PAGE_AWAY_MS) <= now) {
            self.page_away = None;
            self.drop_leg("page_gone");
        }
        if self.ending.is_none() && self.no_leg.is_some_and(|at| at.plus_ms(RETURN_WITHIN_MS) <= now) {
            self.no_leg = None;
            if self.instance.is_some() {
                self.abandon();
            } else {
                // No call ever came up: the invitation stays as good as it was.
                self.must_leave = true;
            }
        }
    }
}

/// Tells a worker something; false: it is gone.
pub(super) async fn tell(worker: &mpsc::WeakSender<Command>, command: Command) -> bool {
    match worker.upgrade() {
        Some(worker) => worker.send(command).await.is_ok(),
        None => false,
    }
}

fn not_kept() -> Error {
    Error::new(Code::DatabaseBusy, "This cannot be saved right now. Try again.").retry_after(1)
}
