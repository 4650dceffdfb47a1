//! What a seal covers, as text: one JSON object without spaces for each thing, its fields in the order given here. These
//! texts are hashed, so a change of a field's name, place or meaning is a new version of the format.

use interview::{Speaker, TurnKind, TurnStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    recorded::Recorded,
    tree::{self, Hash, Tree},
};
use crate::{
    secrets::hex,
    store::{TurnRow, log::NewRow},
};

/// What the interview was: by which plan, with whose agreement, over which calls. Written once, at the first seal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The session.
    pub session: String,
    /// The candidate's id; the name is not part of the proof.
    pub candidate: String,
    /// The position's id.
    pub position: String,
    /// The plan version's id.
    pub plan_version: String,
    /// Its number within the position.
    pub plan_number: i64,
    /// The plan as it was followed.
    pub plan: Value,
    /// When the first leg began, microseconds since the Unix epoch, as all times here.
    pub started_at: Option<i64>,
    /// When the session was over.
    pub ended_at: Option<i64>,
    /// Why.
    pub end_reason: Option<String>,
    /// What the candidate agreed to.
    pub consent: Option<Consent>,
    /// The calls.
    pub legs: Vec<Leg>,
}

/// A candidate's agreement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// The notice's version.
    pub version: String,
    /// When.
    pub accepted_at: i64,
    /// The notice as it was shown.
    pub notice: Value,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leg {
    /// From 1.
    pub number: i64,
    /// Who carried it.
    pub provider: String,
    /// The provider's id of it.
    pub call: String,
    /// The log instance of our control channel.
    pub instance: String,
    /// When it began.
    pub started_at: i64,
    /// When it was over.
    pub ended_at: Option<i64>,
    /// Why.
    pub end_reason: Option<String>,
}

/// A row of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The writer's row of numbers.
    pub instance: String,
    /// `C` page, `S` our control channel, `R` what was found in the recording.
    pub source: String,
    /// The place, from 1.
    pub seq: i64,
    /// The leg.
    pub leg: i64,
    /// What the row is.
    pub kind: String,
    /// The conversation item that it is about.
    pub item: Option<String>,
    /// By the writer's clock.
    pub mono_ms: i64,
    /// When the server got it.
    pub received_at: i64,
    /// The chain: SHA-256 over the hash before and the row.
    pub hash: String,
    /// The row's JSON, as the text that it was.
    pub body: String,
}

impl Row {
    /// The hash that the chain must have here, after `before`.
    pub fn chained(&self, before: &str) -> String {
        let row = NewRow {
            leg: self.leg,
            kind: self.kind.clone(),
            item: self.item.clone(),
            body: self.body.clone(),
            mono_ms: self.mono_ms,
        };
        row.hash(before, self.seq)
    }
}

/// An entry of the transcript. Not the API's view of it, although it is like it today: what is signed may not change with
/// what is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The provider's item.
    pub item: String,
    /// The watcher's cursor.
    pub seq: i64,
    /// The leg.
    pub leg: i64,
    /// Who spoke.
    pub speaker: Speaker,
    /// What for.
    pub kind: TurnKind,
    /// To which question, from 0.
    pub question: Option<usize>,
    /// The words.
    pub text: String,
    /// The words that should have been said, where others were.
    pub planned: Option<String>,
    /// Whether the words are there.
    pub status: TurnStatus,
    /// Whether it was cut off.
    pub cut: bool,
    /// Since the first leg.
    pub started_ms: i64,
    /// Since the first leg.
    pub ended_ms: i64,
}

impl From<TurnRow> for Turn {
    fn from(TurnRow { seq, leg, turn: t }: TurnRow) -> Turn {
        Turn {
            item: t.item,
            seq,
            leg,
            speaker: t.speaker,
            kind: t.kind,
            question: t.question,
            text: t.text,
            planned: t.planned,
            status: t.status,
            cut: t.cut,
            started_ms: t.started_ms,
            ended_ms: t.ended_ms,
        }
    }
}

/// One writer's rows as a seal found them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The writer's row of numbers.
    pub instance: String,
    /// Who writes.
    pub source: String,
    /// The last place.
    pub last_seq: i64,
    /// The chain's end.
    pub head: String,
    /// The root over the rows' leaves.
    pub root: String,
}

/// The text that is hashed. The types here hold strings, numbers and lists of them: nothing that JSON cannot say.
pub fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The leaf of a thing.
pub fn leaf<T: Serialize>(value: &T) -> Hash {
    tree::leaf(text(value).as_bytes())
}

/// The root over things, hexadecimal.
pub fn root<'a, T: Serialize + 'a>(things: impl IntoIterator<Item = &'a T>) -> String {
    hex(&things.into_iter().map(leaf).collect::<Tree>().root())
}

/// The root of everything: what it was about, what was logged, what was said, and what was recorded. And that of the log.
pub fn whole(about: &str, heads: &[Head], transcript: &Hash, recording: Option<&Recorded>) -> (Hash, Hash) {
    let log = heads.iter().map(leaf).collect::<Tree>().root();
    let words = tree::node(&tree::node(&tree::leaf(about.as_bytes()), &log), transcript);
    (with_recording(words, recording), log)
}

/// The root of the words, and of the recording where there is one.
pub fn with_recording(words: Hash, recording: Option<&Recorded>) -> Hash {
    recording.map_or(words, |recorded| tree::node(&words, &leaf(recorded)))
}
