//! The common oracle over a finished run.

use std::collections::BTreeMap;

use insights::{
    evidence::{
        bundle::{self, Contents},
        key::SealKey,
        lines::{self, About, Row},
        statement::Facts,
        verify::verify,
        witness,
    },
    mutant::{self, Mutant},
};

use super::{
    browser::Witnessed,
    server::{Disk, Log},
};
use crate::outbox::{Entry, Id};

/// What is wrong; every figure must be 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Entries that were acknowledged and are not there.
    pub lost_acked: u64,
    /// Entries that were on the device and never arrived, though some page of the origin was there at the end.
    pub lost_kept: u64,
    /// Rows that are there more than once, or that nobody wrote.
    pub dup: u64,
    /// Rows out of their writer's order.
    pub order_violations: u64,
    /// Rows whose chain does not hold, or that a seal over them does not cover.
    pub digest_mismatch: u64,
    /// Instances that still wait, or were refused, long after every fault.
    pub stuck: u64,
    /// Rows of a writer that had been replaced.
    pub split_brain: u64,
    /// Entries of the merged conversation that depend on the order of arrival.
    pub merge: u64,
}

impl Findings {
    /// Whether all of it is 0.
    pub fn is_clean(&self) -> bool {
        *self == Findings::default()
    }

    /// The sum, part by part.
    pub fn plus(&mut self, other: &Findings) {
        self.lost_acked += other.lost_acked;
        self.lost_kept += other.lost_kept;
        self.dup += other.dup;
        self.order_violations += other.order_violations;
        self.digest_mismatch += other.digest_mismatch;
        self.stuck += other.stuck;
        self.split_brain += other.split_brain;
        self.merge += other.merge;
    }
}

/// What one worker wrote, and how much of it was committed by the server's word.
#[derive(Default)]
pub(super) struct Wrote {
    pub(super) instance: Option<Id>,
    pub(super) epoch: i64,
    /// The last place when it took the instance over.
    pub(super) after: i64,
    pub(super) acked: i64,
}

/// Judges the log against what the pages saw and the workers wrote.
pub(super) fn check(disk: &Disk, pages: &BTreeMap<Id, Witnessed>, workers: &[Wrote]) -> Findings {
    let mut found = Findings::default();
    let read: BTreeMap<&Id, Vec<Row>> = disk.logs.iter().map(|(id, log)| (id, rows(id, log))).collect();
    for (id, witnessed) in pages {
        page(read.get(id).map_or(&[][..], Vec::as_slice), witnessed, &mut found);
    }
    for worker in workers {
        let Some(id) = &worker.instance else { continue };
        let of_epoch = |row: &&Row| epoch_of(row) == Some(worker.epoch);
        let there = read.get(id).map_or(0, |rows| rows.iter().filter(of_epoch).count() as i64);
        found.lost_acked += (worker.acked - there).max(0) as u64;
        // From then on nobody of an earlier epoch may have written.
        let is_older = |row: &&Row| row.seq > worker.after && epoch_of(row).is_some_and(|epoch| epoch < worker.epoch);
        found.split_brain += read.get(id).map_or(0, |rows| rows.iter().filter(is_older).count() as u64);
    }
    for rows in read.values() {
        let epochs: Vec<i64> = rows.iter().filter_map(epoch_of).collect();
        found.split_brain += epochs.windows(2).filter(|pair| pair[1] < pair[0]).count() as u64;
        found.order_violations += (1..).zip(rows).filter(|(seq, row)| row.seq != *seq).count() as u64;
    }
    found.digest_mismatch += sealed(read.into_values().flatten().collect());
    found
}

/// As the store reads it back: in the order of the places.
fn rows(id: &Id, log: &Log) -> Vec<Row> {
    let mut rows: Vec<Row> = (1..)
        .zip(&log.rows)
        .map(|(seq, kept)| Row {
            instance: id.to_string(),
            source: log.place.source.clone(),
            seq,
            leg: kept.row.leg,
            kind: kept.row.kind.clone(),
            item: kept.row.item.clone(),
            mono_ms: kept.row.mono_ms,
            received_at: kept.received_at,
            hash: kept.hash.clone(),
            body: kept.row.body.clone(),
        })
        .collect();
    if mutant::is(Mutant::OrderByWallClock) {
        rows.sort_by_key(|row| row.received_at);
    }
    rows
}

fn page(rows: &[Row], witnessed: &Witnessed, found: &mut Findings) {
    let is_same = |row: &Row, entry: &Entry| row.body == *entry.body && row.mono_ms == entry.at_ms;
    let Witnessed { entries, acked, kept } = witnessed;
    let same = rows.iter().zip(entries).filter(|(row, entry)| is_same(row, entry)).count() as i64;
    let in_place = rows.iter().zip(entries).take_while(|(row, entry)| is_same(row, entry)).count() as i64;
    found.lost_acked += (acked - in_place).max(0) as u64;
    found.lost_kept += (kept.max(acked) - in_place.max(*acked)).max(0) as u64;
    found.dup += rows.len().saturating_sub(entries.len()) as u64;
    found.order_violations += (rows.len().min(entries.len()) as i64 - same).max(0) as u64;
}

fn epoch_of(row: &Row) -> Option<i64> {
    let digits = row.body.strip_prefix("{\"epoch\":")?.split(',').next()?;
    digits.parse().ok()
}

const SESSION: &str = "ses_simulated";

fn about() -> About {
    About {
        session: SESSION.to_owned(),
        candidate: String::new(),
        position: String::new(),
        plan_version: String::new(),
        plan_number: 1,
        plan: serde_json::Value::Null,
        started_at: None,
        ended_at: None,
        end_reason: None,
        consent: None,
        legs: Vec::new(),
    }
}

/// Seals the rows as the server does and checks the file as anybody can; how many things the check finds.
fn sealed(rows: Vec<Row>) -> u64 {
    let Ok(key) = SealKey::of("a simulated installation") else { return 1 };
    let about = lines::text(&about());
    let witnessed = witness::compare(&rows);
    let facts = Facts {
        session: SESSION,
        previous: None,
        previous_text: None,
        at: 0,
        reasons: Vec::new(),
        about: &about,
        rows: &rows,
        turns: &[],
        witnessed,
        recording: None,
        recovered: None,
    };
    let (_, seal) = facts.seal(&key);
    let contents = Contents {
        session: SESSION.to_owned(),
        about,
        rows,
        turns: Vec::new(),
        segments: Vec::new(),
        seals: vec![seal],
    };
    match bundle::write(contents) {
        Ok(file) => verify(file.as_bytes(), Some(&key.public())).findings.len() as u64,
        Err(_) => 1,
    }
}
