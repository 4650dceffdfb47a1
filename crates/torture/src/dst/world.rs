//! The simulated world: one queue of events in time, and the rules by which pages, network, server and workers make new ones.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use insights::store::log::NewRow;

use super::{
    Outcome,
    browser::{Origin, Page, Witnessed},
    check::{self, Wrote},
    faults::{Faults, Io, Strike},
    server::{Answer, Disk, Server},
};
use crate::{
    outbox::{Effect, Event, Id, Outcome as Answered, Post},
    rng::Rng,
};

/// Browsers, and so sessions with a worker each.
pub(super) const ORIGINS: usize = 2;
/// After the faults everything must be in place within this time.
const SETTLE_MS: i64 = 20 * 60_000;

/// Something that happens at a time.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A page is told something.
    Tell(usize, Event),
    /// A page asked to be woken, as its so-manieth wish.
    Wake(usize, u64),
    /// The device has taken a page's entries, or not.
    Kept(usize, Effect),
    /// A page witnesses something.
    See(usize),
    /// A request arrives.
    Arrive(usize),
    /// An answer arrives.
    Answer(usize, Answered),
    /// The commit of this process is on the disk, or failed.
    Commit(u64),
    /// The server starts.
    Up,
    /// The server dies.
    Die,
    /// A page of this origin dies, and perhaps another begins.
    Turnover,
    /// A page sleeps.
    Freeze,
    /// It wakes, unless it was put to sleep again.
    Thaw(usize),
    /// A worker takes a session over.
    Claim(usize, u64),
    /// A worker hears something.
    Hear(usize),
    /// A worker's append is answered.
    Told(usize, Answer),
    /// A worker writes what failed once more.
    Retry(usize),
    /// A worker whose session is to be taken by another while it lives.
    Replace,
    /// The faults end.
    Calm,
}

/// A request of a page.
pub(super) struct Request {
    pub(super) page: usize,
    pub(super) post: Post,
    pub(super) is_over: bool,
}

/// A session's worker in the server, as its recorder writes.
pub(super) struct Worker {
    pub(super) origin: usize,
    /// The server process it lives in.
    pub(super) life: u64,
    pub(super) last: i64,
    pub(super) heard: i64,
    pub(super) unsent: Vec<NewRow>,
    pub(super) sending: Option<Vec<NewRow>>,
    pub(super) is_gone: bool,
}

/// Everything.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) rng: Rng,
    pub(super) faults: Faults,
    pub(super) queue: BinaryHeap<Reverse<(i64, u64)>>,
    pub(super) events: BTreeMap<u64, What>,
    pub(super) now: i64,
    pub(super) count: u64,
    pub(super) pages: Vec<Option<Page>>,
    pub(super) origins: Vec<Origin>,
    pub(super) witnessed: BTreeMap<Id, Witnessed>,
    pub(super) requests: Vec<Request>,
    pub(super) server: Server,
    pub(super) disk: Disk,
    pub(super) workers: Vec<Worker>,
    pub(super) wrote: Vec<Wrote>,
    pub(super) clock_off_ms: i64,
    pub(super) operations: u64,
    pub(super) deaths: u64,
    pub(super) is_calm: bool,
    pub(super) trace: u64,
}

impl World {
    pub(super) fn new(seed: u64, mut rng: Rng, faults: Faults) -> World {
        let clock_off_ms = rng.range(-faults.skew_ms, faults.skew_ms + 1);
        World {
            seed,
            rng,
            faults,
            queue: BinaryHeap::new(),
            events: BTreeMap::new(),
            now: 0,
            count: 0,
            pages: Vec::new(),
            origins: (0..ORIGINS).map(|_| Origin::default()).collect(),
            witnessed: BTreeMap::new(),
            requests: Vec::new(),
            server: Server::default(),
            disk: Disk::default(),
            workers: Vec::new(),
            wrote: Vec::new(),
            clock_off_ms,
            operations: 0,
            deaths: 0,
            is_calm: false,
            trace: seed,
        }
    }

    /// Runs to the end.
    pub(super) fn run(mut self) -> Outcome {
        self.at(0, What::Up);
        for origin in 0..ORIGINS {
            self.load(origin);
            if self.rng.chance(400) {
                self.load(origin);
            }
        }
        self.schedule_faults();
        self.at(self.faults.for_ms, What::Calm);
        let end = self.faults.for_ms + SETTLE_MS;
        while let Some(Reverse((at, number))) = self.queue.pop() {
            if at > end {
                break;
            }
            self.now = at;
            let Some(what) = self.events.remove(&number) else { continue };
            self.trace(at, &what);
            self.happen(what);
            if self.is_calm && self.is_quiet() {
                break;
            }
        }
        self.outcome()
    }

    fn outcome(&mut self) -> Outcome {
        let mut findings = check::check(&self.disk, &self.witnessed, &self.wrote);
        findings.stuck += self.waiting();
        Outcome {
            seed: self.seed,
            findings,
            acked: self.witnessed.values().map(|w| w.acked as u64).sum(),
            rows: self.disk.logs.values().map(|log| log.rows.len() as u64).sum(),
            deaths: self.deaths,
            operations: self.operations,
            simulated_ms: self.now,
            trace: self.trace,
        }
    }

    /// Pages that still wait or were refused, devices that still hold something, workers with rows unsent.
    fn waiting(&self) -> u64 {
        let page = |page: &&Page| {
            let keeping = page.outbox.keeping(&format!("ses_{}", page.origin));
            keeping.waiting + keeping.refused > 0 || !keeping.known
        };
        let pages = self.pages.iter().flatten().filter(page).count();
        let devices = self.origins.iter().filter(|origin| !origin.device.is_empty()).count();
        let is_busy = |worker: &&Worker| !worker.is_gone && (!worker.unsent.is_empty() || worker.sending.is_some());
        (pages + devices + self.workers.iter().filter(is_busy).count()) as u64
    }

    fn is_quiet(&self) -> bool {
        self.waiting() == 0
    }

    fn trace(&mut self, at: i64, what: &What) {
        // What happened and when is enough to tell two runs apart; bodies follow from it.
        for byte in format!("{at}{:?}", std::mem::discriminant(what)).bytes() {
            self.trace = (self.trace ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) fn at(&mut self, at: i64, what: What) {
        self.count += 1;
        self.queue.push(Reverse((at.max(self.now), self.count)));
        self.events.insert(self.count, what);
    }

    pub(super) fn soon(&mut self, most_ms: i64, what: What) {
        let after = self.rng.range(1, most_ms.max(2));
        self.at(self.now + after, what);
    }

    fn schedule_faults(&mut self) {
        let Faults { kill_every_ms, page_every_ms, freeze_every_ms, takeover_every_ms, .. } = self.faults;
        let kinds = [
            (kill_every_ms, What::Die),
            (page_every_ms, What::Turnover),
            (freeze_every_ms, What::Freeze),
            (takeover_every_ms, What::Replace),
        ];
        for (every, what) in kinds.into_iter().filter(|(every, _)| *every > 0) {
            self.soon(2 * every, what);
        }
    }

    fn again(&mut self, every_ms: i64, what: What) {
        if !self.is_calm && every_ms > 0 {
            self.soon(2 * every_ms, what);
        }
    }

    /// One operation that may fail: `None`, or how.
    pub(super) fn operate(&mut self, _: Io) -> Option<Strike> {
        self.operations += 1;
        match self.faults.strike {
            Some((number, strike)) if number == self.operations => Some(strike),
            Some(_) => None,
            None => self.rng.chance(self.faults.io).then_some(Strike::Error),
        }
    }

    pub(super) fn server_clock(&self) -> i64 {
        (self.now + self.clock_off_ms) * 1000
    }

    fn happen(&mut self, what: What) {
        if self.is_calm && matches!(what, What::Die | What::Turnover | What::Freeze | What::Replace) {
            return;
        }
        match what {
            What::Tell(page, event) => self.tell(page, event),
            What::Wake(page, wish) => {
                if self.pages[page].as_ref().is_some_and(|p| p.wake == wish) {
                    self.tell(page, Event::Due);
                }
            }
            What::Kept(page, effect) => self.kept(page, effect),
            What::See(page) => self.see(page),
            What::Arrive(request) => self.arrive(request),
            What::Answer(request, outcome) => self.answer_page(request, outcome),
            What::Commit(life) => self.commit(life),
            What::Up => self.up(),
            What::Die => {
                let with_power = self.rng.chance(self.faults.power);
                self.die(with_power);
                self.again(self.faults.kill_every_ms, What::Die);
            }
            What::Turnover => {
                self.turnover();
                self.again(self.faults.page_every_ms, What::Turnover);
            }
            What::Freeze => {
                let for_ms = self.rng.range(1_000, 30_000);
                let all: Vec<usize> = (0..self.pages.len()).filter(|at| self.pages[*at].is_some()).collect();
                if let Some(&number) = self.rng.pick(&all)
                    && let Some(page) = self.pages[number].as_mut()
                {
                    page.frozen_until = page.frozen_until.max(self.now + for_ms);
                    let until = page.frozen_until;
                    self.at(until, What::Thaw(number));
                }
                self.again(self.faults.freeze_every_ms, What::Freeze);
            }
            What::Thaw(number) => {
                let backlog = self.pages[number].as_mut().filter(|page| page.frozen_until <= self.now);
                for event in backlog.map(|page| std::mem::take(&mut page.backlog)).unwrap_or_default() {
                    self.tell(number, event);
                }
            }
            What::Claim(origin, life) => self.claim(origin, life),
            What::Hear(worker) => self.hear(worker),
            What::Told(worker, answer) => self.worker_told(worker, &answer),
            What::Retry(worker) => {
                if self.workers[worker].sending.is_none() {
                    self.write(worker);
                }
            }
            What::Replace => {
                let origin = self.rng.range(0, ORIGINS as i64) as usize;
                self.at(self.now, What::Claim(origin, self.server.life));
                self.again(self.faults.takeover_every_ms, What::Replace);
            }
            What::Calm => self.calm(),
        }
    }

    fn calm(&mut self) {
        self.is_calm = true;
        self.faults = self.faults.calm();
        if !self.server.is_up {
            self.at(self.now, What::Up);
        }
        // Somebody opens a page of the origin once more: what a dead one left is sent by it.
        for origin in 0..ORIGINS {
            self.load(origin);
        }
    }
}
