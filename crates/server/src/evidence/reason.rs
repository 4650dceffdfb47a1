//! Why a transcript is not complete: a code for programs, words for people.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::recovered::SpanFailure;

/// What is missing or unproven. Codes are contract, so never renamed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReasonCode {
    /// Speech was taken and its words could not be recognized.
    WordsMissing,
    /// The connection was lost in the middle of the candidate's speech.
    SpeechCut,
    /// The control channel was away and it is not proven that nothing was said meanwhile.
    ChannelGap,
    /// The interviewer had begun to say something whose end nobody heard.
    ResponseOpen,
    /// The server lost a call and nobody was on its control channel when it ended.
    ChannelLost,
    /// The candidate left and did not come back.
    CandidateLeft,
    /// The invitation's minutes were used up.
    BudgetMinutes,
    /// Nobody ever talked.
    NotBegun,
    /// A recording was agreed to, something was said aloud, and there is none. Of the recording, not of the transcript.
    RecordingMissing,
    /// Speech is outside of the recording. Of the recording, not of the transcript.
    RecordingShort,
    /// The recording's chunks are there and no file that plays. Of the recording, not of the transcript.
    RecordingUnjoined,
    /// Speech was not heard live; its words were recovered from the recording, which the candidate's device made.
    WordsRecovered,
    /// Speech in the recording that nobody heard live could not be recognized. Of the recording, not of the transcript.
    RecoveryFailed,
    /// Noted before reasons had codes.
    Noted,
}

/// One reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Which kind.
    pub code: ReasonCode,
    /// In which leg, where it belongs to one.
    pub leg: Option<i64>,
    /// In words.
    pub words: String,
}

impl Reason {
    /// A reason that belongs to one leg.
    pub fn in_leg(code: ReasonCode, leg: i64, words: impl Into<String>) -> Reason {
        Reason { code, leg: Some(leg), words: words.into() }
    }

    /// A reason of the whole session.
    pub fn of_session(code: ReasonCode, words: impl Into<String>) -> Reason {
        Reason { code, leg: None, words: words.into() }
    }

    /// The answers whose words never came; none for none.
    pub fn words_missing(count: usize) -> Option<Reason> {
        let words = match count {
            0 => return None,
            1 => "The words of one answer could not be recognized.".to_owned(),
            n => format!("The words of {n} answers could not be recognized."),
        };
        Some(Reason::of_session(ReasonCode::WordsMissing, words))
    }

    /// The answers whose words came out of the recording; none for none.
    pub fn words_recovered(count: usize) -> Option<Reason> {
        let words = match count {
            0 => return None,
            1 => "The words of one answer were not heard live; they were recovered from the recording.".to_owned(),
            n => format!("The words of {n} answers were not heard live; they were recovered from the recording."),
        };
        Some(Reason::of_session(ReasonCode::WordsRecovered, words))
    }

    /// Speech of the recording that could not be recognized.
    pub fn recovery_failed(voiced_ms: i64, failure: SpanFailure) -> Reason {
        let seconds = (voiced_ms + 999) / 1_000;
        let why = match failure {
            SpanFailure::Unreachable => "the voice provider could not be reached for hours",
            SpanFailure::Refused => "the voice provider refused: see Settings, Voice",
        };
        let words =
            format!("{seconds} s of speech in the recording were not heard live and not recognized since: {why}.");
        Reason::of_session(ReasonCode::RecoveryFailed, words)
    }

    /// The candidate was cut off while speaking.
    pub fn speech_cut(leg: i64) -> Reason {
        let words = format!(
            "Connection {leg} was lost while the candidate was speaking: the end of what was said then is missing."
        );
        Reason::in_leg(ReasonCode::SpeechCut, leg, words)
    }

    /// The control channel was away.
    pub fn channel_gap(leg: i64) -> Reason {
        let words =
            format!("Connection {leg} to the voice engine was interrupted: what was said meanwhile may be missing.");
        Reason::in_leg(ReasonCode::ChannelGap, leg, words)
    }

    /// The server lost the call.
    pub fn channel_lost(leg: i64) -> Reason {
        let words = format!("The server lost connection {leg}: what was said before it was hung up may be missing.");
        Reason::in_leg(ReasonCode::ChannelLost, leg, words)
    }

    /// A response without its end.
    pub fn response_open(leg: i64) -> Reason {
        let words =
            format!("Connection {leg} ended while the interviewer spoke: how much of it was heard is not known.");
        Reason::in_leg(ReasonCode::ResponseOpen, leg, words)
    }

    /// Nobody came back.
    pub fn candidate_left(leg: i64) -> Reason {
        let words = "The candidate left before the end and did not come back within 30 minutes.";
        Reason::in_leg(ReasonCode::CandidateLeft, leg, words)
    }

    /// The minutes are used up.
    pub fn budget_minutes(leg: i64, minutes: i64) -> Reason {
        let words = format!("The {minutes} minutes of this invitation were used up before the end.");
        Reason::in_leg(ReasonCode::BudgetMinutes, leg, words)
    }

    /// Ended before the first words.
    pub fn not_begun() -> Reason {
        Reason::of_session(ReasonCode::NotBegun, "The interview was ended before it began.")
    }

    /// Reads a stored reason: an object, or the plain sentence that older rows hold.
    pub fn read(json: &str) -> serde_json::Result<Reason> {
        let noted = |words: String| Reason::of_session(ReasonCode::Noted, words);
        serde_json::from_str::<String>(json).map(noted).or_else(|_| serde_json::from_str(json))
    }
}
