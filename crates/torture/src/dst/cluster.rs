//! What happens to the server, its disk and its workers.

use std::sync::Arc;

use insights::store::log::{LogError, NewRow, Source};

use super::{
    check::Wrote,
    faults::{Io, Strike},
    server::{Answer, Arrived, From},
    world::{ORIGINS, What, Worker, World},
};
use crate::outbox::{Id, Outcome as Answered};

impl World {
    pub(super) fn arrive(&mut self, request: usize) {
        if !self.server.is_up {
            return self.soon(20, What::Answer(request, Answered::Later(0)));
        }
        let post = &self.requests[request].post;
        let row = |entry: &crate::outbox::Entry| NewRow {
            leg: entry.leg,
            kind: entry.kind.to_string(),
            item: None,
            body: entry.body.to_string(),
            mono_ms: entry.at_ms,
        };
        let arrived = Arrived {
            from: From::Page(request),
            instance: post.instance.clone(),
            source: Source::Page,
            epoch: None,
            first_seq: post.first,
            rows: post.entries.iter().map(row).collect(),
            received_at: self.server_clock(),
        };
        self.take(arrived);
    }

    pub(super) fn take(&mut self, arrived: Arrived) {
        if let Some((from, answer)) = self.server.arrive(arrived) {
            self.say(from, answer);
        }
        self.begin();
    }

    pub(super) fn begin(&mut self) {
        if self.server.begin(&self.disk) {
            self.soon(6, What::Commit(self.server.life));
        }
    }

    pub(super) fn commit(&mut self, life: u64) {
        if life != self.server.life || !self.server.is_up {
            return;
        }
        let written = self.operate(Io::Write);
        let synced = if written.is_none() { self.operate(Io::Sync) } else { None };
        if let Some(strike @ (Strike::Kill | Strike::Power)) = written.or(synced) {
            return self.die(strike == Strike::Power);
        }
        let is_written = written.or(synced).is_none();
        for (from, answer) in self.server.end(&mut self.disk, is_written) {
            self.say(from, answer);
        }
        if is_written {
            self.disk.sync();
        }
        self.begin();
    }

    pub(super) fn say(&mut self, from: From, answer: Answer) {
        let request = match from {
            From::Worker(worker) => return self.at(self.now, What::Told(worker, answer)),
            From::Page(request) => request,
        };
        let outcome = match answer {
            Ok(acked) => Answered::Acked(acked),
            Err(LogError::Gap { expected }) => Answered::Gap(expected),
            Err(LogError::Busy | LogError::Failed(_)) => Answered::Later(1_000),
            Err(_) => Answered::Refused,
        };
        match self.operate(Io::Answer) {
            Some(Strike::Error) => return,
            Some(strike) => return self.die(strike == Strike::Power),
            None => {}
        }
        if !self.rng.chance(self.faults.cut) {
            self.soon(self.faults.delay_ms, What::Answer(request, outcome));
        }
    }

    pub(super) fn up(&mut self) {
        if self.server.is_up {
            return;
        }
        self.server.is_up = true;
        for origin in 0..ORIGINS {
            self.soon(50, What::Claim(origin, self.server.life));
        }
    }

    /// The server's process dies; with the power what was not synced is gone, too.
    pub(super) fn die(&mut self, with_power: bool) {
        if !self.server.is_up {
            return;
        }
        self.deaths += 1;
        let had_written = self.rng.chance(300) && !with_power;
        self.server.die(&mut self.disk, had_written);
        if with_power {
            self.disk.lose_power();
        }
        self.workers.iter_mut().for_each(|worker| worker.is_gone = true);
        if self.rng.chance(500) {
            self.clock_off_ms = self.rng.range(-self.faults.skew_ms, self.faults.skew_ms + 1);
        }
        self.soon(1_500, What::Up);
    }

    pub(super) fn claim(&mut self, origin: usize, life: u64) {
        if life != self.server.life || !self.server.is_up {
            return;
        }
        if self.server.is_committing() {
            // The cursor is locked by the commit that is under way.
            return self.at(self.now + 1, What::Claim(origin, life));
        }
        match self.operate(Io::Claim) {
            Some(Strike::Error) => return self.soon(2_000, What::Claim(origin, life)),
            Some(strike) => return self.die(strike == Strike::Power),
            None => {}
        }
        let instance: Id = Arc::from(format!("leg-{origin}"));
        let (epoch, last) = self.disk.claim(&instance);
        self.disk.sync();
        let number = self.workers.len();
        let (unsent, sending) = (Vec::new(), None);
        self.workers.push(Worker { origin, life, last, heard: 0, unsent, sending, is_gone: false });
        self.wrote.push(Wrote { instance: Some(instance), epoch, after: last, acked: 0 });
        self.soon(500, What::Hear(number));
    }

    pub(super) fn hear(&mut self, number: usize) {
        let epoch = self.wrote[number].epoch;
        let worker = &mut self.workers[number];
        if worker.is_gone || self.is_calm {
            return;
        }
        worker.heard += 1;
        let body = format!("{{\"epoch\":{epoch},\"n\":{}}}", worker.heard);
        worker.unsent.push(NewRow { leg: 1, kind: "input".to_owned(), item: None, body, mono_ms: self.now });
        self.write(number);
        self.soon(1_500, What::Hear(number));
    }

    pub(super) fn write(&mut self, number: usize) {
        let received_at = self.server_clock();
        let worker = &mut self.workers[number];
        if worker.is_gone || worker.life != self.server.life {
            return;
        }
        if worker.sending.is_some() || worker.unsent.is_empty() {
            return;
        }
        let rows = worker.sending.insert(std::mem::take(&mut worker.unsent)).clone();
        let arrived = Arrived {
            from: From::Worker(number),
            instance: Arc::from(format!("leg-{}", worker.origin)),
            source: Source::Sideband,
            epoch: Some(self.wrote[number].epoch),
            first_seq: worker.last + 1,
            rows,
            received_at,
        };
        self.take(arrived);
    }

    pub(super) fn worker_told(&mut self, number: usize, answer: &Answer) {
        let worker = &mut self.workers[number];
        if worker.is_gone {
            return;
        }
        match answer {
            Ok(_) => {
                let count = worker.sending.take().map_or(0, |rows| rows.len() as i64);
                worker.last += count;
                self.wrote[number].acked += count;
                self.write(number);
            }
            Err(LogError::Failed(_) | LogError::Busy) => {
                // As the recorder: the same rows again, for as long as it takes.
                worker.unsent.splice(0..0, worker.sending.take().unwrap_or_default());
                let after = self.rng.range(100, 2_000);
                self.at(self.now + after, What::Retry(number));
            }
            Err(_) => worker.is_gone = true,
        }
    }
}
