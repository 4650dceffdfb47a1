//! What a recording consists of: what came, and what was made of it. These are also the texts that a seal covers
//! (`docs/evidence.md`), so a change of a field's name, place or meaning is a new version of the format.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::timeline::Gap;

/// Whose voice it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The candidate's. Everything of a time before there were sides is.
    #[default]
    Candidate,
    /// The interviewer's.
    Interviewer,
}

/// Who recorded it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The candidate's page, from its microphone.
    #[default]
    Page,
    /// The server, from what our own engine carried.
    Engine,
}

impl Side {
    /// As it is stored.
    pub fn text(self) -> &'static str {
        match self {
            Side::Candidate => "candidate",
            Side::Interviewer => "interviewer",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Side {
        if text == "interviewer" { Side::Interviewer } else { Side::Candidate }
    }

    /// Whether it is the candidate's.
    pub fn is_candidate(self) -> bool {
        self == Side::Candidate
    }
}

impl Source {
    /// As it is stored.
    pub fn text(self) -> &'static str {
        match self {
            Source::Page => "page",
            Source::Engine => "engine",
        }
    }

    /// Reads what was stored.
    pub fn parse(text: &str) -> Source {
        if text == "engine" { Source::Engine } else { Source::Page }
    }
}

/// For a seal's texts: what is usual is not written, so that older records stay what they were.
pub fn is_usual_side(side: &Side) -> bool {
    side.is_candidate()
}

/// As [`is_usual_side`].
pub fn is_usual_source(source: &Source) -> bool {
    *source == Source::Page
}

/// One recorder's chunks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The page's id of the recorder; for the engine's, one that follows from the call and the side.
    pub segment: String,
    /// `audio/webm` or `audio/mp4`.
    pub media_type: String,
    /// The leg from whose beginning `offset_ms` counts: for a page when it was ready, for the engine when it was answered.
    pub leg: i64,
    /// When the recorder was started.
    pub offset_ms: i64,
    /// Whether the recorder said that nothing follows.
    pub is_closed: bool,
    /// Whose voice; not written where it is the candidate's.
    #[serde(default, skip_serializing_if = "is_usual_side")]
    pub side: Side,
    /// Who recorded it; not written where the page did.
    #[serde(default, skip_serializing_if = "is_usual_source")]
    pub source: Source,
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
    /// How many; of an engine's chunk none means that what it kept was too old to be had any more.
    pub bytes: i64,
    /// When the page got it, since the recorder's start; of the engine's, up to where the call's sound is in it.
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
    /// Whose voice; not written where it is the candidate's.
    #[serde(default, skip_serializing_if = "is_usual_side")]
    pub side: Side,
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
