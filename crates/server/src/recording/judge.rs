//! Whether a recording holds what it must: everything that the candidate said aloud. It says nothing about the transcript,
//! which has its own proof (decision 9).

use interview::{Speaker, TurnKind, TurnStatus};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parts::{Part, Segment};
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

/// Judges a recording that the candidate agreed to: the candidate's side of it, whoever recorded it.
pub fn judge(segments: &[Segment], files: &[Part], turns: &[Turn]) -> (RecordingState, Vec<Reason>) {
    let spoken: Vec<(i64, i64)> =
        turns.iter().filter(|turn| is_spoken(turn)).map(|t| (t.started_ms, t.ended_ms)).collect();
    if segments.iter().filter(|segment| segment.side.is_candidate()).all(|segment| segment.chunks.is_empty()) {
        return match spoken.is_empty() {
            true => (RecordingState::Nothing, Vec::new()),
            false => (RecordingState::Missing, vec![missing()]),
        };
    }
    let files: Vec<&Part> = files.iter().filter(|file| file.side.is_candidate()).collect();
    if files.is_empty() {
        return (RecordingState::Partial, vec![unjoined()]);
    }
    let recorded: Vec<(i64, i64)> = files.into_iter().flat_map(Part::recorded).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{
        parts::{self, Chunk, Side, Source},
        timeline::Gap,
    };

    fn turn(kind: TurnKind, speaker: Speaker, started_ms: i64, ended_ms: i64) -> Turn {
        Turn {
            item: "item".into(),
            seq: 1,
            leg: 1,
            speaker,
            kind,
            question: None,
            text: "Words.".into(),
            planned: None,
            status: TurnStatus::Final,
            cut: false,
            started_ms,
            ended_ms,
        }
    }

    fn said(from: i64, to: i64) -> Turn {
        turn(TurnKind::Answer, Speaker::Candidate, from, to)
    }

    fn segment() -> Segment {
        let chunk = Chunk { seq: 1, sha256: String::new(), bytes: 1, end_ms: 1, received_at: 1 };
        Segment {
            segment: String::new(),
            media_type: parts::WEBM.into(),
            leg: 1,
            offset_ms: 0,
            is_closed: true,
            side: Side::Candidate,
            source: Source::Page,
            chunks: vec![chunk],
        }
    }

    fn file(start_ms: i64, duration_ms: i64, gaps: &[(i64, i64)]) -> Part {
        let gaps = gaps.iter().map(|(start_ms, end_ms)| Gap { start_ms: *start_ms, end_ms: *end_ms }).collect();
        let (media_type, side) = (parts::WEBM.into(), Side::Candidate);
        Part { media_type, start_ms, duration_ms, bytes: 1, sha256: String::new(), gaps, side }
    }

    fn code(files: &[Part], turns: &[Turn]) -> (RecordingState, Option<ReasonCode>) {
        let (state, reasons) = judge(&[segment()], files, turns);
        (state, reasons.first().map(|reason| reason.code))
    }

    #[test]
    fn what_was_said_must_be_in_it_but_for_a_second() {
        let whole = (RecordingState::Whole, None);
        let short = (RecordingState::Partial, Some(ReasonCode::RecordingShort));
        let turns = [said(1_000, 4_000), said(10_000, 12_000)];
        assert_eq!(code(&[file(0, 20_000, &[])], &turns), whole);
        assert_eq!(code(&[file(0, 11_000, &[])], &turns), whole, "one second");
        assert_eq!(code(&[file(0, 10_999, &[])], &turns), short);
        assert_eq!(code(&[file(0, 20_000, &[(4_500, 9_500)])], &turns), whole, "nobody spoke");
        assert_eq!(code(&[file(0, 20_000, &[(2_000, 3_500)])], &turns), short);
        assert_eq!(code(&[file(0, 5_000, &[]), file(9_000, 4_000, &[])], &turns), whole, "two files");
        assert_eq!(code(&[file(0, 5_000, &[]), file(0, 5_000, &[])], &turns), short, "twice the same is not more");
        assert_eq!(code(&[], &turns), (RecordingState::Partial, Some(ReasonCode::RecordingUnjoined)));
    }

    #[test]
    fn only_what_the_candidate_said_aloud_counts() {
        let typed = [
            turn(TurnKind::Typed, Speaker::Candidate, 0, 9_000),
            turn(TurnKind::Question, Speaker::Interviewer, 0, 9_000),
        ];
        assert_eq!(code(&[file(0, 10, &[])], &typed), (RecordingState::Whole, None));
        assert_eq!(judge(&[], &[], &typed).0, RecordingState::Nothing);
        let (ours, voice) = (Segment { side: Side::Interviewer, ..segment() }, file(0, 9_000, &[]));
        let voice = Part { side: Side::Interviewer, ..voice };
        assert_eq!(judge(&[ours], &[voice], &[said(0, 9_000)]).0, RecordingState::Missing, "the other side");
        let (state, reasons) = judge(&[], &[], &[said(0, 1)]);
        assert_eq!((state, reasons[0].code), (RecordingState::Missing, ReasonCode::RecordingMissing));
    }
}
