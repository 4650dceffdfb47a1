//! Checks an evidence file: whether everything in it is what was sealed, and if not, what. Needs nothing but the file.

mod log;
mod read;

use super::{
    bundle,
    finding::Finding,
    key::PublicKey,
    lines::{self, Turn},
    reason::Reason,
    recorded::Recorded,
    statement::{Outcome, Seal, Statement, fingerprint, version_of},
    tree::{self, Tree},
};
use crate::secrets::hex;
use read::Read;

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Of which session, if the file says so.
    pub session: String,
    /// What is wrong; empty: everything is as it was sealed.
    pub findings: Vec<Finding>,
    /// What cannot be checked any more, in words.
    pub notes: Vec<String>,
    /// Revisions of the seal.
    pub revisions: usize,
    /// Rows of the log.
    pub rows: usize,
    /// Entries of the transcript.
    pub turns: usize,
    /// What the newest revision says of the transcript.
    pub outcome: Option<Outcome>,
    /// Why it is not complete.
    pub reasons: Vec<Reason>,
    /// What the newest revision says of the recording.
    pub recording: Option<Recorded>,
    /// The key of the newest revision.
    pub key: String,
    /// The newest root.
    pub root: String,
}

/// Checks a file. `key`: the only one that may have sealed it, if the caller knows it.
pub fn verify(file: &[u8], key: Option<&PublicKey>) -> Report {
    let mut report = Report::default();
    let Some(read) = read::read(file, &mut report.findings) else { return report };
    let statements = statements(&read.seals, &mut report.findings);
    report.session.clone_from(&read.session);
    (report.revisions, report.rows, report.turns) = (read.seals.len(), read.rows.len(), read.turns.len());
    if let Some(newest) = statements.last() {
        report.outcome = Some(newest.outcome);
        report.reasons.clone_from(&newest.reasons);
        report.root.clone_from(&newest.root);
        report.recording.clone_from(&newest.recording);
    }
    if read.version != bundle::version(statements.iter().map(|statement| statement.version)) {
        report.findings.push(Finding::Version(read.version));
    }
    keys(&read, &statements, key, &mut report);
    sessions(&read, &statements, &mut report.findings);
    log::check(&read.rows, &statements, &mut report.findings);
    turns(&read, &statements, &mut report);
    segments(&read, &statements, &mut report);
    roots(&read, &statements, &mut report.findings);
    report
}

/// Reads the statements and follows them from one revision to the next.
fn statements(seals: &[Seal], findings: &mut Vec<Finding>) -> Vec<Statement> {
    let (mut known, mut before): (Vec<Statement>, Option<String>) = (Vec::new(), None);
    for (at, seal) in seals.iter().enumerate() {
        match seal.read() {
            Ok(statement) if !is_known(&statement) => findings.push(Finding::Version(statement.version)),
            Ok(statement) => {
                let expected = at as i64 + 1;
                if statement.revision != expected || statement.previous != before {
                    findings.push(Finding::Revision { expected, found: statement.revision });
                }
                known.push(statement);
            }
            Err(_) => findings.push(Finding::Statement { place: at + 1 }),
        }
        before = Some(fingerprint(&seal.statement));
    }
    known
}

/// Only a statement of version 2 or 3 speaks of a recording, and each does; only those of version 3 speak of sides.
fn is_known(statement: &Statement) -> bool {
    statement.version == version_of(statement.recording.as_ref())
}

/// Whether each revision is signed by the key that it names, and that key is the file's and the caller's.
fn keys(read: &Read, statements: &[Statement], wanted: Option<&PublicKey>, report: &mut Report) {
    report.key.clone_from(&read.key);
    if !read.key.is_empty() && PublicKey::parse(&read.key).is_err() {
        report.findings.push(Finding::BadKey);
    }
    for seal in &read.seals {
        let Some(statement) = seal.read().ok() else { continue };
        let revision = statement.revision;
        if !PublicKey::parse(&statement.key).is_ok_and(|key| seal.is_signed_by(&key)) {
            report.findings.push(Finding::Signature { revision });
        }
    }
    let Some(newest) = statements.last() else { return };
    if !read.key.is_empty() && newest.key != read.key {
        report.findings.push(Finding::KeyLine);
    }
    // A server that got a new key says so here: every revision must be the caller's.
    for statement in statements.iter().filter(|s| wanted.is_some_and(|key| key.to_string() != s.key)) {
        report.findings.push(Finding::OtherKey { revision: statement.revision, found: statement.key.clone() });
    }
}

fn sessions(read: &Read, statements: &[Statement], findings: &mut Vec<Finding>) {
    let named = statements.iter().map(|s| ("seal", &s.session));
    for (line, found) in named.chain([("description", &read.about_session)]) {
        if *found != read.session {
            findings.push(Finding::Session { line, found: found.clone() });
        }
    }
}

/// The transcript is the newest revision's. Of an earlier one that was another, only the root is left.
fn turns(read: &Read, statements: &[Statement], report: &mut Report) {
    let Some(newest) = statements.last() else { return };
    let leaves: Vec<_> = read.turns.iter().map(|turn| lines::leaf(&turn.is)).collect();
    let is_whole = hex(&leaves.iter().copied().collect::<Tree>().root()) == newest.transcript;
    let odd: Vec<&Turn> = read
        .turns
        .iter()
        .zip(&leaves)
        .filter(|(turn, leaf)| turn.leaf != hex(*leaf))
        .map(|(turn, _)| &turn.is)
        .collect();
    for turn in &odd {
        let item = turn.item.clone();
        report.findings.push(if is_whole { Finding::TurnLeaf { item } } else { Finding::Turn { item } });
    }
    if !is_whole && odd.is_empty() {
        report.findings.push(Finding::Transcript);
    }
    for earlier in statements.iter().filter(|s| s.transcript != newest.transcript) {
        report.notes.push(format!(
            "The transcript that revision {} sealed was another one; only its root is kept.",
            earlier.revision
        ));
    }
}

/// The lists of chunks are the newest revision's. Of an earlier one that had fewer, only the root is left.
fn segments(read: &Read, statements: &[Statement], report: &mut Report) {
    let Some(newest) = statements.last() else { return };
    let leaves: Vec<_> = read.segments.iter().map(|segment| lines::leaf(&segment.is)).collect();
    let root = hex(&leaves.iter().copied().collect::<Tree>().root());
    let is_whole = newest.recording.as_ref().map_or(leaves.is_empty(), |recorded| recorded.root == root);
    let odd = read.segments.iter().zip(&leaves).filter(|(segment, leaf)| segment.leaf != hex(*leaf));
    let odd: Vec<String> = odd.map(|(segment, _)| segment.is.segment.clone()).collect();
    if !is_whole && odd.is_empty() {
        report.findings.push(Finding::Recording);
    }
    for segment in odd {
        report.findings.push(if is_whole { Finding::SegmentLeaf { segment } } else { Finding::Segment { segment } });
    }
    let of = |statement: &Statement| statement.recording.as_ref().map(|recorded| recorded.root.clone());
    for earlier in statements.iter().filter(|s| of(s).is_some() && of(s) != of(newest)) {
        report.notes.push(format!(
            "The recording that revision {} sealed had fewer chunks; only its root is kept.",
            earlier.revision
        ));
    }
}

/// Whether each revision's roots follow from its parts.
fn roots(read: &Read, statements: &[Statement], findings: &mut Vec<Finding>) {
    let about = hex(&tree::leaf(read.about.as_bytes()));
    if statements.iter().any(|s| s.about != about) {
        findings.push(Finding::About);
    }
    for s in statements {
        let Some((about, transcript)) = hash(&s.about).zip(hash(&s.transcript)) else {
            findings.push(Finding::Root { revision: s.revision, which: "transcript" });
            continue;
        };
        let log = s.heads.iter().map(lines::leaf).collect::<Tree>().root();
        if hex(&log) != s.log {
            findings.push(Finding::Root { revision: s.revision, which: "log's" });
        }
        let words = tree::node(&tree::node(&about, &log), &transcript);
        if hex(&lines::with_recording(words, s.recording.as_ref())) != s.root {
            findings.push(Finding::Root { revision: s.revision, which: "whole" });
        }
    }
}

fn hash(text: &str) -> Option<tree::Hash> {
    let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(byte).collect();
    bytes.filter(|_| text.len() == 64)?.try_into().ok()
}
