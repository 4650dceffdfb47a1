//! The simulated server: a queue that shares commits, the product's own append rules, a disk that forgets what was not synced.

use std::collections::{BTreeMap, HashMap};

use insights::{
    mutant::{self, Mutant},
    store::log::{Asked, Fresh, LogError, NewRow, Place, Source, decide},
};

use crate::outbox::Id;

/// A committed row.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) row: NewRow,
    pub(super) hash: String,
    /// By the server's own clock.
    pub(super) received_at: i64,
}

/// One instance's log.
#[derive(Clone, Debug)]
pub(super) struct Log {
    pub(super) place: Place,
    pub(super) rows: Vec<Row>,
}

/// What a commit did to one instance: how it was before.
type Undo = (Id, Option<Place>, usize);

/// The database: what was committed, and what of it power loss would take.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) logs: BTreeMap<Id, Log>,
    unsynced: Vec<Undo>,
}

impl Disk {
    /// Everything written so far is durable.
    pub(super) fn sync(&mut self) {
        if !mutant::is(Mutant::NoFsync) {
            self.unsynced.clear();
        }
    }

    /// What was not synced is gone.
    pub(super) fn lose_power(&mut self) {
        while let Some((id, place, rows)) = self.unsynced.pop() {
            match (self.logs.get_mut(&id), place) {
                (Some(log), Some(place)) => {
                    log.place = place;
                    log.rows.truncate(rows);
                }
                _ => drop(self.logs.remove(&id)),
            }
        }
    }

    /// Takes an instance over: its new epoch and last place.
    pub(super) fn claim(&mut self, id: &Id) -> (i64, i64) {
        let before = self.logs.get(id).map(|log| log.place.clone());
        let rows = self.logs.get(id).map_or(0, |log| log.rows.len());
        self.unsynced.push((id.clone(), before.clone(), rows));
        let place = match before {
            Some(place) => Place { epoch: place.epoch + 1, ..place },
            None => Place::new(Source::Sideband),
        };
        let claimed = (place.epoch, place.last);
        let rows = self.logs.remove(id).map_or_else(Vec::new, |log| log.rows);
        self.logs.insert(id.clone(), Log { place, rows });
        claimed
    }

    fn apply(&mut self, staged: Staged) {
        for (id, stage) in staged {
            let before = self.logs.get(&id).map(|log| log.place.clone());
            if before.as_ref().map_or(0, |place| place.last) == stage.place.last {
                continue;
            }
            let log =
                self.logs.entry(id.clone()).or_insert_with(|| Log { place: stage.place.clone(), rows: Vec::new() });
            self.unsynced.push((id, before, log.rows.len()));
            log.place = stage.place;
            log.rows.extend(stage.rows);
        }
    }
}

/// Who waits for an append's outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// The request of this number.
    Page(usize),
    /// The worker of this number.
    Worker(usize),
}

/// An append that has arrived.
#[derive(Clone, Debug)]
pub(super) struct Arrived {
    pub(super) from: From,
    pub(super) instance: Id,
    pub(super) source: Source,
    pub(super) epoch: Option<i64>,
    pub(super) first_seq: i64,
    pub(super) rows: Vec<NewRow>,
    pub(super) received_at: i64,
}

/// What the server says: the last durable place, or why not.
pub(super) type Answer = Result<i64, LogError>;

struct Stage {
    place: Place,
    rows: Vec<Row>,
}

type Staged = BTreeMap<Id, Stage>;

/// A commit that is under way.
struct Group {
    answers: Vec<(From, Answer)>,
    staged: Staged,
}

/// The server's process.
#[derive(Default)]
pub(super) struct Server {
    pub(super) is_up: bool,
    /// Which process this is: what an earlier one began is nobody's any more.
    pub(super) life: u64,
    waiting: Vec<Arrived>,
    group: Option<Group>,
}

impl Server {
    /// Takes an append. Gives an answer only if the server is broken on purpose.
    pub(super) fn arrive(&mut self, arrived: Arrived) -> Option<(From, Answer)> {
        let early = mutant::is(Mutant::AckBeforeCommit).then_some(());
        let answer = early.map(|()| (arrived.from, Ok(arrived.first_seq + arrived.rows.len() as i64 - 1)));
        self.waiting.push(arrived);
        answer
    }

    /// Judges whoever waits and begins a commit for them; false: nobody waits, or one is under way.
    pub(super) fn begin(&mut self, disk: &Disk) -> bool {
        if self.group.is_some() || self.waiting.is_empty() {
            return false;
        }
        let mut group = Group { answers: Vec::new(), staged: Staged::new() };
        for arrived in std::mem::take(&mut self.waiting) {
            let answer = group.judge(disk, &arrived);
            group.answers.push((arrived.from, answer));
        }
        self.group = Some(group);
        true
    }

    /// Whether a commit is under way, which holds its cursors.
    pub(super) fn is_committing(&self) -> bool {
        self.group.is_some()
    }

    /// Ends the commit that is under way: its answers, all of them failures if it could not be made.
    pub(super) fn end(&mut self, disk: &mut Disk, is_written: bool) -> Vec<(From, Answer)> {
        let Some(group) = self.group.take() else { return Vec::new() };
        if is_written {
            disk.apply(group.staged);
            return group.answers;
        }
        if mutant::is(Mutant::FailedCommitAcked) {
            return group.answers;
        }
        let failed = || LogError::Failed("database".into());
        group.answers.into_iter().map(|(from, answer)| (from, answer.and_then(|_| Err(failed())))).collect()
    }

    /// The process dies. What it was committing may be on the disk or not; nobody is told.
    pub(super) fn die(&mut self, disk: &mut Disk, is_written: bool) {
        let group = self.group.take().filter(|_| is_written);
        if let Some(group) = group {
            disk.apply(group.staged);
            disk.sync();
        }
        self.waiting.clear();
        self.is_up = false;
        self.life += 1;
    }
}

impl Group {
    fn judge(&mut self, disk: &Disk, arrived: &Arrived) -> Answer {
        let Arrived { instance, source, epoch, first_seq, .. } = arrived;
        let known = disk.logs.get(instance);
        if known.is_none() && *source == Source::Sideband {
            return Err(LogError::Unclaimed);
        }
        let stage = self.staged.entry(instance.clone()).or_insert_with(|| Stage {
            place: known.map_or_else(|| Place::new(*source), |log| log.place.clone()),
            rows: Vec::new(),
        });
        let asked = Asked { source: *source, epoch: *epoch, first_seq: *first_seq, rows: &arrived.rows };
        let durable = known.map_or(&[][..], |log| &log.rows);
        let places = (first_seq - 1).max(1)..first_seq + arrived.rows.len() as i64;
        let committed: HashMap<i64, String> =
            places.filter_map(|seq| Some((seq, row_at(durable, &stage.rows, seq)?.hash.clone()))).collect();
        for Fresh { row, seq, hash } in decide(&stage.place, &asked, &committed)? {
            let row = arrived.rows[row].clone();
            let is_known = || durable.iter().chain(&stage.rows).any(|known| known.row.body == row.body);
            if !(mutant::is(Mutant::DedupByText) && is_known()) {
                stage.rows.push(Row { row, hash: hash.clone(), received_at: arrived.received_at });
            }
            (stage.place.last, stage.place.head) = (seq, hash);
        }
        Ok(stage.place.last)
    }
}

fn row_at<'a>(durable: &'a [Row], staged: &'a [Row], seq: i64) -> Option<&'a Row> {
    let at = usize::try_from(seq - 1).ok()?;
    durable.get(at).or_else(|| staged.get(at.checked_sub(durable.len())?))
}
