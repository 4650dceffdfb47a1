//! What a seal says of the recording.

use serde::{Deserialize, Serialize};

use super::{lines, reason::Reason};
use crate::recording::{
    judge::{RecordingState, judge},
    parts::{self, Part, Segment, Side, Source, is_usual_side, is_usual_source},
};

/// The recording in a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// Whether it holds what was said.
    pub state: RecordingState,
    /// Why not.
    pub reasons: Vec<Reason>,
    /// How far each recorder's chunks reach.
    pub segments: Vec<SegmentHead>,
    /// Their chunks.
    pub chunks: i64,
    /// The root over the segments, each with the hashes of its chunks.
    pub root: String,
    /// The files that were made of them.
    pub parts: Vec<Part>,
}

/// How far a recorder's chunks reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SegmentHead {
    /// The page's id of the recorder.
    pub segment: String,
    /// The last place.
    pub last_seq: i64,
    /// Whether the recorder had said that nothing follows.
    pub is_closed: bool,
    /// Whose voice; not written where it is the candidate's.
    #[serde(default, skip_serializing_if = "is_usual_side")]
    pub side: Side,
    /// Who recorded it; not written where the page did.
    #[serde(default, skip_serializing_if = "is_usual_source")]
    pub source: Source,
}

impl Recorded {
    /// Says it of what is there; none where no recording was agreed to, and none is there.
    pub fn of(is_agreed: bool, segments: &[Segment], files: &[Part], turns: &[lines::Turn]) -> Option<Recorded> {
        if !is_agreed && segments.is_empty() {
            return None;
        }
        let (state, reasons) = judge(segments, files, turns);
        Some(Recorded {
            state,
            reasons,
            segments: segments.iter().map(head).collect(),
            chunks: parts::count(segments),
            root: lines::root(segments),
            parts: files.to_vec(),
        })
    }
}

impl Recorded {
    /// Whether anything in it is not the candidate's side as its page recorded it: what there was before there were sides.
    pub fn has_sides(&self) -> bool {
        let is_usual = |head: &SegmentHead| head.side.is_candidate() && head.source == Source::Page;
        !self.segments.iter().all(is_usual) || !self.parts.iter().all(|part| part.side.is_candidate())
    }
}

fn head(segment: &Segment) -> SegmentHead {
    SegmentHead {
        segment: segment.segment.clone(),
        last_seq: segment.chunks.len() as i64,
        is_closed: segment.is_closed,
        side: segment.side,
        source: segment.source,
    }
}

/// The segments as a statement sealed them: without what came later.
pub fn as_sealed(segments: Vec<Segment>, sealed: Option<&Recorded>) -> Vec<Segment> {
    let heads = sealed.map(|recorded| recorded.segments.as_slice()).unwrap_or_default();
    let sealed = |mut segment: Segment| {
        let head = heads.iter().find(|head| head.segment == segment.segment)?;
        segment.chunks.retain(|chunk| chunk.seq <= head.last_seq);
        segment.is_closed = head.is_closed;
        Some(segment)
    };
    segments.into_iter().filter_map(sealed).collect()
}
