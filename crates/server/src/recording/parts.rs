//! What a recording consists of: what came, and what was made of it. These are also the texts that a seal covers
//! (`docs/evidence.md`), so a change of a field's name, place or meaning is a new version of the format.

use serde::{Deserialize, Serialize};

use super::timeline::Gap;

/// One recorder's chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The page's id of the recorder.
    pub segment: String,
    /// `audio/webm` or `audio/mp4`.
    pub media_type: String,
    /// The leg from whose beginning `offset_ms` counts.
    pub leg: i64,
    /// When the recorder was started.
    pub offset_ms: i64,
    /// Whether the page said that nothing follows.
    pub is_closed: bool,
    /// In order, from 1.
    pub chunks: Vec<Chunk>,
}

/// Some seconds of sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// The place.
    pub seq: i64,
    /// Of its bytes, hexadecimal.
    pub sha256: String,
    /// How many.
    pub bytes: i64,
    /// When the page got it, since the recorder's start.
    pub end_ms: i64,
    /// When the server got it, microseconds since the Unix epoch.
    pub received_at: i64,
}

/// A file that plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// `audio/webm`: joined from all segments of that type. `audio/mp4`: one segment as it came.
    pub media_type: String,
    /// Where it begins, in milliseconds of the session.
    pub start_ms: i64,
    /// How long it plays.
    pub duration_ms: i64,
    /// Its length.
    pub bytes: i64,
    /// Of its bytes, hexadecimal.
    pub sha256: String,
    /// Where nothing was recorded, in milliseconds of the session.
    pub gaps: Vec<Gap>,
}

/// The media types that browsers record and that are taken.
pub const WEBM: &str = "audio/webm";
/// See [`WEBM`].
pub const MP4: &str = "audio/mp4";

/// How many chunks there are.
pub fn count(segments: &[Segment]) -> i64 {
    segments.iter().map(|segment| segment.chunks.len() as i64).sum()
}

impl Part {
    /// Where something was recorded, in milliseconds of the session, in order.
    pub fn recorded(&self) -> Vec<(i64, i64)> {
        let end = self.start_ms + self.duration_ms;
        let mut from = self.start_ms;
        let mut all = Vec::new();
        for gap in &self.gaps {
            all.push((from, gap.start_ms));
            from = gap.end_ms;
        }
        all.push((from, end));
        all.retain(|(from, to)| from < to);
        all
    }
}
