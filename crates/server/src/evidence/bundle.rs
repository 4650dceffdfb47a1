//! The evidence file: JSON lines, each exactly as written here, so that no byte of it is beside the point.
//!
//! In this order: `bundle`, `about`, every `row` by writer, every `turn`, every `segment` of the recording, every `seal`,
//! `key`, `end`.

use serde::{Deserialize, Serialize};

use super::{
    lines::{self, About, Row, Turn},
    statement::{Seal, WITHOUT_RECORDING},
};
use crate::{recording::parts::Segment, secrets::hex};

/// What stands in the first line.
pub const FORMAT: &str = "interview-insights-evidence";

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Line {
    /// The first line.
    Bundle(Opening),
    /// What the interview was.
    About(Box<About>),
    /// A row of the log.
    Row(Leafed<Row>),
    /// An entry of the transcript.
    Turn(Leafed<Turn>),
    /// A recorder's chunks.
    Segment(Leafed<Segment>),
    /// A revision of the seal.
    Seal(Seal),
    /// The public key.
    Key(String),
    /// The last line: how many there are.
    End(u64),
}

/// What the file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// [`FORMAT`].
    pub format: String,
    /// The version.
    pub version: u32,
    /// Of which session.
    pub session: String,
}

/// A thing with its leaf, by which a change is found where it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leafed<T> {
    /// Hexadecimal.
    pub leaf: String,
    /// The thing.
    pub is: T,
}

impl<T: Serialize> Leafed<T> {
    fn new(is: T) -> Leafed<T> {
        Leafed { leaf: hex(&lines::leaf(&is)), is }
    }
}

/// What a bundle holds.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The session.
    pub session: String,
    /// What the interview was, as it was sealed.
    pub about: String,
    /// The log by writer, each in order.
    pub rows: Vec<Row>,
    /// The transcript in order.
    pub turns: Vec<Turn>,
    /// The recording's segments, by their ids.
    pub segments: Vec<Segment>,
    /// The revisions in order.
    pub seals: Vec<Seal>,
}

/// The version of a file with these statements: the highest of theirs.
pub fn version(statements: impl Iterator<Item = u32>) -> u32 {
    statements.max().unwrap_or(WITHOUT_RECORDING)
}

/// Writes a bundle.
pub fn write(contents: Contents) -> serde_json::Result<String> {
    let mut out = Writer::default();
    let statements = contents.seals.iter().map(Seal::read).collect::<serde_json::Result<Vec<_>>>()?;
    let version = version(statements.iter().map(|statement| statement.version));
    let opening = Opening { format: FORMAT.to_owned(), version, session: contents.session };
    out.line(&Line::Bundle(opening))?;
    // As it was sealed, to the byte.
    out.raw(&format!("{{\"about\":{}}}", contents.about));
    for row in contents.rows {
        out.line(&Line::Row(Leafed::new(row)))?;
    }
    for turn in contents.turns {
        out.line(&Line::Turn(Leafed::new(turn)))?;
    }
    for segment in contents.segments {
        out.line(&Line::Segment(Leafed::new(segment)))?;
    }
    // The newest seal's: the server may have got another one since.
    let key = statements.last().map(|statement| statement.key.clone()).unwrap_or_default();
    for seal in contents.seals {
        out.line(&Line::Seal(seal))?;
    }
    out.line(&Line::Key(key))?;
    let count = out.count + 1;
    out.line(&Line::End(count))?;
    Ok(out.text)
}

#[derive(Default)]
struct Writer {
    text: String,
    count: u64,
}

impl Writer {
    fn line(&mut self, line: &Line) -> serde_json::Result<()> {
        self.raw(&serde_json::to_string(line)?);
        Ok(())
    }

    fn raw(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.count += 1;
    }
}
