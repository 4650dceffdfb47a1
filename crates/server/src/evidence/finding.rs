//! What a check found wrong, in words that name the place.

use std::fmt;

/// One thing that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is no evidence file at all.
    NotABundle,
    /// Another version of the format.
    Version(u32),
    /// A line that cannot be read, by its number from 1.
    Unreadable(u64, String),
    /// A line that means something and is not written as we write it.
    Rewritten(u64),
    /// A line that does not belong where it stands.
    OutOfPlace(u64, &'static str),
    /// The file ends too early.
    Truncated(&'static str),
    /// The last line counts other lines than there are.
    Count { told: u64, found: u64 },
    /// A line names another session.
    Session { line: &'static str, found: String },
    /// A row of the log was altered.
    Row { instance: String, seq: i64 },
    /// The checksum of a row was altered; the row is as it was.
    RowLeaf { instance: String, seq: i64 },
    /// A writer's rows are not 1, 2, 3, …
    RowOrder { instance: String, expected: i64, found: i64 },
    /// Writers stand in another order, or twice.
    WriterOrder { instance: String },
    /// A writer's rows end elsewhere than in the seal.
    Head { revision: i64, instance: String },
    /// A writer's rows hold together, and are others than those that were sealed.
    Rows { revision: i64, instance: String },
    /// A writer that a seal names has no rows here.
    NoRows { revision: i64, instance: String },
    /// Rows or a writer that no seal covers.
    Unsealed { instance: String, after: i64 },
    /// A turn was altered.
    Turn { item: String },
    /// The checksum of a turn was altered; the turn is as it was.
    TurnLeaf { item: String },
    /// The transcript as a whole is another one.
    Transcript,
    /// A recorder's list of chunks was altered.
    Segment { segment: String },
    /// The checksum of a recorder's list was altered; the list is as it was.
    SegmentLeaf { segment: String },
    /// The recording as a whole is another one.
    Recording,
    /// A file of sound is none that was sealed.
    Sound { name: String },
    /// What the interview was is another one.
    About,
    /// A seal's roots do not fit what they are made of.
    Root { revision: i64, which: &'static str },
    /// A seal that cannot be read.
    Statement { place: usize },
    /// A seal is not signed by the key.
    Signature { revision: i64 },
    /// A revision is missing, or does not follow from the one before.
    Revision { expected: i64, found: i64 },
    /// The key is not the one that was asked for.
    OtherKey { revision: i64, found: String },
    /// The key's line names another key than the newest seal.
    KeyLine,
    /// The key's line is no key.
    BadKey,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Finding::*;
        match self {
            NotABundle => write!(f, "this is not an evidence file of Interview Insights"),
            Version(v) => write!(
                f,
                "this file says version {v}: that is not the version of its seals, or this program does not know it"
            ),
            Unreadable(line, why) => write!(f, "line {line} cannot be read: {why}"),
            Rewritten(line) => write!(f, "line {line} is written in another way than it was exported"),
            OutOfPlace(line, what) => write!(f, "line {line} does not belong there: {what}"),
            Truncated(what) => write!(f, "the file ends too early: {what} is missing"),
            Count { told, found } => write!(f, "the last line counts {told} lines; there are {found}"),
            Session { line, found } => write!(f, "the {line} is of another session, {found}"),
            Row { instance, seq } => write!(f, "row {seq} of instance {instance} was altered"),
            RowLeaf { instance, seq } => {
                write!(f, "the checksum of row {seq} of instance {instance} was altered; the row itself was not")
            }
            RowOrder { instance, expected, found } => {
                write!(f, "instance {instance}: row {expected} is missing or moved; row {found} stands in its place")
            }
            WriterOrder { instance } => write!(f, "the rows of instance {instance} stand in another place"),
            Head { revision, instance } => {
                write!(
                    f,
                    "instance {instance} does not end as revision {revision} sealed it: rows are missing or altered"
                )
            }
            Rows { revision, instance } => {
                write!(f, "the rows of instance {instance} are not those that revision {revision} sealed")
            }
            NoRows { revision, instance } => {
                write!(f, "instance {instance}, which revision {revision} sealed, is missing")
            }
            Unsealed { instance, after } => {
                write!(f, "instance {instance} has rows after {after} that no seal covers")
            }
            Turn { item } => write!(f, "the turn {item} of the transcript was altered"),
            TurnLeaf { item } => {
                write!(f, "the checksum of the turn {item} was altered; the turn itself was not")
            }
            Transcript => write!(f, "the transcript is not the sealed one: a turn is missing, added, moved or altered"),
            Segment { segment } => write!(f, "the list of chunks of the recording's segment {segment} was altered"),
            SegmentLeaf { segment } => {
                write!(f, "the checksum of the recording's segment {segment} was altered; its list of chunks was not")
            }
            Recording => {
                write!(f, "the recording is not the sealed one: a segment is missing, added, moved or altered")
            }
            Sound { name } => write!(f, "{name} is not the recording that was sealed"),
            About => write!(f, "what the interview was (plan, consent, calls, times) was altered"),
            Root { revision, which } => write!(f, "revision {revision}: the {which} root does not fit what it covers"),
            Statement { place } => write!(f, "seal {place} cannot be read"),
            Signature { revision } => {
                write!(f, "revision {revision}: the statement or its signature was altered, or another key signed it")
            }
            Revision { expected, found } => {
                write!(f, "revision {found} stands where revision {expected} must follow from the one before")
            }
            OtherKey { revision, found } => write!(f, "revision {revision} was sealed by another key, {found}"),
            KeyLine => write!(f, "the key in the file is not the one that the newest seal names"),
            BadKey => write!(f, "the public key in the file is no key"),
        }
    }
}
