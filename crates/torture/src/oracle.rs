//! The common oracle: what was acknowledged to the page, shown as saved, and truly said, against what the recruiter can read and
//! anybody can verify.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::Result;
use insights::evidence::{
    bundle::Line,
    lines::{Row, Turn},
    statement::{Outcome, Seal},
    verify::verify,
};

use crate::{
    outbox::Entry,
    rig::{attended::Attended, browser::Told, manner::number_in, patience, provider::Provider, recruiter::Recruiter},
};

/// What must be 0, and what is only told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// Entries that were acknowledged, or turns that were shown as saved, and are not there.
    pub lost_acked: u64,
    /// Rows or turns that are there twice, or that nobody said.
    pub dup: u64,
    /// Rows or answers out of order.
    pub order_violations: u64,
    /// Findings of `insights verify`, and roots that differ.
    pub digest_mismatch: u64,
    /// Sessions that are not sealed long after all faults.
    pub stuck: u64,
    /// Sessions sealed as complete although more was said.
    pub false_complete: u64,
    /// Final words that the provider told and that are nowhere. Has a mark of its own in each case.
    pub lost_emitted: u64,
    /// What was truly said and is in no transcript and no page's copy.
    pub lost_said: u64,
    /// Everything that was truly said.
    pub said: u64,
    /// Of everything that was said, what the common pattern would not have kept.
    pub naive_lost: u64,
    /// Final words that only the page's copy has: in the evidence, not in the transcript.
    pub page_only: u64,
    /// Acknowledged entries and shown turns.
    pub acked: u64,
    /// Final words that the provider told.
    pub emitted: u64,
    /// Sessions.
    pub sessions: u64,
    /// Of these, sealed as complete.
    pub complete: u64,
}

impl Verdict {
    /// The six figures that must be 0 in every case, with their names.
    pub fn zeros(&self) -> [(&'static str, u64); 6] {
        [
            ("lost_acked", self.lost_acked),
            ("dup", self.dup),
            ("order_violations", self.order_violations),
            ("digest_mismatch", self.digest_mismatch),
            ("stuck", self.stuck),
            ("false_complete", self.false_complete),
        ]
    }

    /// Whether they are.
    pub fn is_clean(&self) -> bool {
        self.zeros().iter().all(|(_, count)| *count == 0)
    }

    /// The sum, part by part.
    pub fn plus(&mut self, other: &Verdict) {
        self.lost_acked += other.lost_acked;
        self.dup += other.dup;
        self.order_violations += other.order_violations;
        self.digest_mismatch += other.digest_mismatch;
        self.stuck += other.stuck;
        self.false_complete += other.false_complete;
        self.lost_emitted += other.lost_emitted;
        self.lost_said += other.lost_said;
        self.said += other.said;
        self.naive_lost += other.naive_lost;
        self.page_only += other.page_only;
        self.acked += other.acked;
        self.emitted += other.emitted;
        self.sessions += other.sessions;
        self.complete += other.complete;
    }
}

/// What can be read of a session.
#[derive(Debug, Default)]
struct Read {
    rows: Vec<Row>,
    turns: Vec<Turn>,
    outcome: Option<Outcome>,
}

/// Judges everybody, saying of each that is odd what is odd.
///
/// # Errors
/// When the recruiter cannot read at all.
pub async fn judge(attended: &[Attended], provider: &Provider, recruiter: &mut Recruiter) -> Result<Verdict> {
    let (mut sum, until) = (Verdict::default(), Instant::now() + patience());
    for one in attended {
        let verdict = judge_one(one, provider, recruiter, until).await?;
        if !verdict.is_clean() || one.error.is_some() {
            let session = one.session.as_deref().unwrap_or("no session");
            let why = one.error.as_deref().unwrap_or_default();
            crate::report::tell(&format!("  odd: {session} {:?} {verdict:?} {why}", one.ended));
        }
        sum.plus(&verdict);
    }
    Ok(sum)
}

async fn judge_one(one: &Attended, provider: &Provider, recruiter: &mut Recruiter, until: Instant) -> Result<Verdict> {
    let mut found = Verdict { sessions: 1, ..Verdict::default() };
    let Some(session) = &one.session else {
        return Ok(Verdict { stuck: 1, ..found });
    };
    let Some(file) = sealed(recruiter, session, until).await else {
        // Nothing can be read: what was acknowledged is not there.
        let lost_acked = crate::rig::fleet::acked(one);
        return Ok(Verdict { stuck: 1, lost_acked, acked: lost_acked, ..found });
    };
    let report = verify(file.as_bytes(), None);
    for finding in report.findings.iter().take(5) {
        crate::report::tell(&format!("  {session}: {finding}"));
    }
    found.digest_mismatch += report.findings.len() as u64;
    let completeness = recruiter.completeness(session).await?;
    found.digest_mismatch += u64::from(completeness["root"] != *report.root);
    let read = read(&file);
    let shown = recruiter.session(session).await?;
    pages(one, &read, &mut found);
    turns(one, &read, &shown, &mut found);
    truth(one, provider, &read, &mut found);
    if one.error.is_some() {
        found.stuck += 1;
    }
    if !found.is_clean() {
        keep(session, &file);
    }
    Ok(found)
}

/// Leaves the evidence of an odd session to whoever wants to know why.
fn keep(session: &str, file: &str) {
    let path = std::env::temp_dir().join(format!("torture-{session}.jsonl"));
    match std::fs::write(&path, file) {
        Ok(()) => crate::report::tell(&format!("  its evidence: {}", path.display())),
        Err(error) => crate::report::tell(&format!("  its evidence cannot be kept: {error}")),
    }
}

/// The evidence file of a session whose seal covers everything; waits for it.
async fn sealed(recruiter: &mut Recruiter, session: &str, until: Instant) -> Option<String> {
    loop {
        // An amendment is owed where the file has rows that its seal does not cover: that is waited for, too.
        if let Ok(file) = recruiter.evidence(session).await
            && (Instant::now() >= until || !is_owed(&file))
        {
            return Some(file);
        }
        if Instant::now() >= until {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn is_owed(file: &str) -> bool {
    use insights::evidence::finding::Finding;
    verify(file.as_bytes(), None)
        .findings
        .iter()
        .any(|finding| matches!(finding, Finding::Unsealed { .. } | Finding::NoRows { .. }))
}

fn read(file: &str) -> Read {
    let mut read = Read::default();
    for line in file.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
        match line {
            Line::Row(row) => read.rows.push(row.is),
            Line::Turn(turn) => read.turns.push(turn.is),
            Line::Seal(seal) => read.outcome = Seal::read(&seal).ok().map(|statement| statement.outcome),
            _ => {}
        }
    }
    read
}

/// The pages' own record against the rows of the log.
fn pages(one: &Attended, read: &Read, found: &mut Verdict) {
    let mut rows: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in read.rows.iter().filter(|row| row.source == "C") {
        rows.entry(&row.instance).or_default().push(row);
    }
    one.browser.with_record(|record| {
        found.lost_acked += record.forgotten;
        for (instance, told) in &record.pages {
            page(rows.remove(&**instance).unwrap_or_default().as_slice(), told, found);
        }
    });
    // Rows of pages that never were.
    found.dup += rows.values().map(|rows| rows.len() as u64).sum::<u64>();
}

fn page(rows: &[&Row], Told { entries, acked }: &Told, found: &mut Verdict) {
    let is_same = |row: &Row, entry: &Entry| row.body == *entry.body && row.kind == *entry.kind;
    let in_place = rows.iter().zip(entries).take_while(|(row, entry)| is_same(row, entry)).count() as i64;
    found.acked += *acked as u64;
    found.lost_acked += (acked - in_place).max(0) as u64;
    found.dup += rows.len().saturating_sub(entries.len()) as u64;
    found.order_violations += (1..).zip(rows).filter(|(seq, row)| row.seq != *seq).count() as u64;
    found.order_violations += (rows.len().min(entries.len()) as i64 - in_place).max(0) as u64;
}

/// What was shown as saved against the transcript, and the transcript against itself.
fn turns(one: &Attended, read: &Read, shown: &serde_json::Value, found: &mut Verdict) {
    let text: BTreeMap<&str, &str> = read.turns.iter().map(|turn| (turn.item.as_str(), turn.text.as_str())).collect();
    found.acked += one.shown.len() as u64;
    for (item, words) in &one.shown {
        let is_there = text.get(item.as_str()).is_some_and(|now| words.is_empty() || !now.is_empty());
        found.lost_acked += u64::from(!is_there);
    }
    found.dup += (read.turns.len() - text.len()) as u64;
    // What the recruiter's page shows is what was sealed.
    let page: Vec<&str> =
        shown["turns"].as_array().into_iter().flatten().filter_map(|turn| turn["text"].as_str()).collect();
    let sealed: Vec<&str> = read.turns.iter().map(|turn| turn.text.as_str()).collect();
    found.digest_mismatch += u64::from(page != sealed);
    let numbers: Vec<u64> = read.turns.iter().filter_map(|turn| number_in(&turn.text)).collect();
    let different: BTreeSet<&u64> = numbers.iter().collect();
    found.dup += (numbers.len() - different.len()) as u64;
    found.order_violations += numbers.windows(2).filter(|pair| pair[1] < pair[0]).count() as u64;
}

/// What was truly said and told against the transcript.
fn truth(one: &Attended, provider: &Provider, read: &Read, found: &mut Verdict) {
    let turns: BTreeSet<&str> = read.turns.iter().map(|turn| turn.text.as_str()).collect();
    let pages: String =
        read.rows.iter().filter(|row| row.source == "C").map(|row| row.body.as_str()).collect::<Vec<_>>().join("\n");
    let mut more_was_said = false;
    for call in &one.calls {
        let (spoke, emitted) =
            provider.with_call(call, |call| (call.spoke.clone(), call.emitted.clone())).unwrap_or_default();
        more_was_said |= spoke.iter().any(|(_, words)| !is_in(&turns, words));
        found.said += spoke.len() as u64;
        let is_kept = |(_, words): &&(String, String)| one.naive.stored.contains(words);
        found.naive_lost += (spoke.len() - spoke.iter().filter(is_kept).count()) as u64;
        let is_lost = |(item, words): &&(String, String)| !is_in(&turns, words) && !pages.contains(item.as_str());
        found.lost_said += spoke.iter().filter(is_lost).count() as u64;
        for (item, words) in emitted.iter().filter(|(_, words)| !words.is_empty()) {
            found.emitted += 1;
            if is_in(&turns, words) {
                continue;
            }
            if pages.contains(item.as_str()) {
                found.page_only += 1;
            } else {
                found.lost_emitted += 1;
            }
        }
    }
    if read.outcome == Some(Outcome::Complete) {
        found.complete += 1;
        found.false_complete += u64::from(more_was_said);
    }
}

/// Whether the words are a turn, or part of one.
fn is_in(turns: &BTreeSet<&str>, words: &str) -> bool {
    turns.contains(words) || turns.iter().any(|turn| turn.contains(words))
}
