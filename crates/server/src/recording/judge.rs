//! Whether a recording holds what it must: everything that the candidate said aloud. It says nothing about the transcript,
//! which has its own proof (decision 9).

use interview::{Speaker, TurnKind, TurnStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parts::{self, Part, Segment};
use crate::evidence::{
    lines::Turn,
    reason::{Reason, ReasonCode},
};

/// So much speech may be outside: a page and the server do not begin in the same moment.
const MOST_OUTSIDE_MS: i64 = 1_000;

/// How a recording turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// Everything that was said aloud is in it.
    Whole,
    /// Something that was said aloud is not.
    Partial,
    /// There is none, and something was said aloud.
    Missing,
    /// There is none, and nothing was said aloud.
    Nothing,
}

/// Judges a recording that the candidate agreed to.
pub fn judge(segments: &[Segment], files: &[Part], turns: &[Turn]) -> (RecordingState, Vec<Reason>) {
    let spoken: Vec<(i64, i64)> =
        turns.iter().filter(|turn| is_spoken(turn)).map(|t| (t.started_ms, t.ended_ms)).collect();
    if parts::count(segments) == 0 {
        return match spoken.is_empty() {
            true => (RecordingState::Nothing, Vec::new()),
            false => (RecordingState::Missing, vec![missing()]),
        };
    }
    if files.is_empty() {
        return (RecordingState::Partial, vec![unjoined()]);
    }
    let recorded: Vec<(i64, i64)> = files.iter().flat_map(Part::recorded).collect();
    let outside: i64 = spoken.iter().map(|span| outside_ms(*span, &recorded)).sum();
    if outside > MOST_OUTSIDE_MS {
        return (RecordingState::Partial, vec![short(outside)]);
    }
    (RecordingState::Whole, Vec::new())
}

fn is_spoken(turn: &Turn) -> bool {
    turn.speaker == Speaker::Candidate && turn.kind != TurnKind::Typed && turn.status != TurnStatus::Empty
}

/// How much of a span no recorded stretch covers. Stretches of different files may overlap.
fn outside_ms((from, to): (i64, i64), recorded: &[(i64, i64)]) -> i64 {
    let mut inside: Vec<(i64, i64)> =
        recorded.iter().map(|(a, b)| (*a.max(&from), *b.min(&to))).filter(|(a, b)| a < b).collect();
    inside.sort_unstable();
    let (mut covered, mut until) = (0, from);
    for (a, b) in inside {
        covered += (b - a.max(until)).max(0);
        until = until.max(b);
    }
    (to - from).max(0) - covered
}

fn missing() -> Reason {
    let words = "There is no recording: the candidate’s browser sent none.";
    Reason::of_session(ReasonCode::RecordingMissing, words)
}

fn unjoined() -> Reason {
    let words = "The recording has not been put together yet, or none of it can be played.";
    Reason::of_session(ReasonCode::RecordingUnjoined, words)
}

fn short(outside_ms: i64) -> Reason {
    let seconds = (outside_ms + 500) / 1_000;
    let words = format!("{seconds} s of what the candidate said are not in the recording.");
    Reason::of_session(ReasonCode::RecordingShort, words)
}
