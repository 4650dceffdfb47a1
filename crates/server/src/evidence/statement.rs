//! What a seal states and a signature covers.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    key::{PublicKey, SealKey},
    lines::{self, Head, Row, Turn},
    reason::Reason,
    recorded::Recorded,
    recovered::Recovered,
    tree::Tree,
    witness::Witnessed,
};
use crate::secrets::hex;

/// The format of a record without a recording.
pub const WITHOUT_RECORDING: u32 = 1;
/// The format of a record with a recording of the candidate's page alone.
pub const WITH_RECORDING: u32 = 2;
/// The newest format: the recording has both voices or comes from elsewhere than the candidate's page, or what was not heard
/// live was looked for in it.
pub const VERSION: u32 = 3;

/// Whether every word is provably there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is.
    Complete,
    /// It is not; the reasons say why.
    Incomplete,
}

/// One revision of a seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The format.
    pub version: u32,
    /// What is sealed.
    pub session: String,
    /// 1, and one more each time that something came later.
    pub revision: i64,
    /// SHA-256 of the statement before.
    pub previous: Option<String>,
    /// When, microseconds since the Unix epoch.
    pub sealed_at: i64,
    /// Whether the transcript is complete.
    pub outcome: Outcome,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// The writers' rows.
    pub heads: Vec<Head>,
    /// Entries of the transcript.
    pub turns: i64,
    /// Turns whose words the candidate's page witnessed alike.
    pub confirmed: i64,
    /// Items whose words the candidate's page witnessed otherwise.
    pub divergent: Vec<String>,
    /// The leaf of what the interview was.
    pub about: String,
    /// The root of the log.
    pub log: String,
    /// The root of the transcript.
    pub transcript: String,
    /// The recording, where one was agreed to; not in version 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<Recorded>,
    /// What was not heard live and found in the recording, where there was something; only in version 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovered: Option<Recovered>,
    /// The root of everything.
    pub root: String,
    /// The public key.
    pub key: String,
}

/// A statement and its signature, as they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The statement's text, to the byte.
    pub statement: String,
    /// Ed25519, base64.
    pub signature: String,
}

/// What a statement is made of.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The session.
    pub session: &'a str,
    /// The statement before.
    pub previous: Option<&'a Statement>,
    /// Its text.
    pub previous_text: Option<&'a str>,
    /// When.
    pub at: i64,
    /// Why the transcript is not complete.
    pub reasons: Vec<Reason>,
    /// What the interview was.
    pub about: &'a str,
    /// The log by writer, each in order.
    pub rows: &'a [Row],
    /// The transcript in order.
    pub turns: &'a [Turn],
    /// What the page saw of it.
    pub witnessed: Witnessed,
    /// The recording, where one was agreed to.
    pub recording: Option<Recorded>,
    /// What was not heard live and found in it.
    pub recovered: Option<Recovered>,
}

impl Facts<'_> {
    /// States and signs them.
    pub fn seal(self, key: &SealKey) -> (Statement, Seal) {
        let heads = heads(self.rows);
        let transcript = self.turns.iter().map(lines::leaf).collect::<Tree>().root();
        let (root, log) = lines::whole(self.about, &heads, &transcript, self.recording.as_ref());
        let statement = Statement {
            version: version(self.recording.as_ref(), self.recovered.as_ref()),
            session: self.session.to_owned(),
            revision: self.previous.map_or(0, |p| p.revision) + 1,
            previous: self.previous_text.map(fingerprint),
            sealed_at: self.at,
            outcome: if self.reasons.is_empty() { Outcome::Complete } else { Outcome::Incomplete },
            reasons: self.reasons,
            heads,
            turns: self.turns.len() as i64,
            confirmed: self.witnessed.confirmed,
            divergent: self.witnessed.divergent.into_iter().map(|d| d.item).collect(),
            about: hex(&super::tree::leaf(self.about.as_bytes())),
            log: hex(&log),
            transcript: hex(&transcript),
            recording: self.recording,
            recovered: self.recovered,
            root: hex(&root),
            key: key.public().to_string(),
        };
        let text = lines::text(&statement);
        let signature = key.sign(&text);
        (statement, Seal { statement: text, signature })
    }
}

/// The version of a statement that speaks of these.
fn version(recording: Option<&Recorded>, recovered: Option<&Recovered>) -> u32 {
    match recording {
        _ if recovered.is_some() => VERSION,
        None => WITHOUT_RECORDING,
        Some(recorded) if recorded.has_sides() => VERSION,
        Some(_) => WITH_RECORDING,
    }
}

impl Statement {
    /// Whether it says the version that it must: that of what it speaks of.
    pub fn is_versioned(&self) -> bool {
        self.version == version(self.recording.as_ref(), self.recovered.as_ref())
    }
}

impl Seal {
    /// Reads the statement.
    pub fn read(&self) -> serde_json::Result<Statement> {
        serde_json::from_str(&self.statement)
    }

    /// Whether `key` signed it.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verifies(&self.statement, &self.signature)
    }
}

/// SHA-256 of a statement's text.
pub fn fingerprint(statement: &str) -> String {
    hex(&Sha256::digest(statement.as_bytes()))
}

/// The heads of rows that are grouped by writer.
pub fn heads(rows: &[Row]) -> Vec<Head> {
    let groups = rows.chunk_by(|a, b| a.instance == b.instance);
    let head = |group: &[Row]| {
        let last = group.last()?;
        Some(Head {
            instance: last.instance.clone(),
            source: last.source.clone(),
            last_seq: last.seq,
            head: last.hash.clone(),
            root: lines::root(group),
        })
    };
    groups.filter_map(head).collect()
}
