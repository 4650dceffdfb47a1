//! What the caller must do for the interview, and what it must store.

use serde::{Deserialize, Serialize};

use crate::guide::{Lead, ToolAnswer};
use crate::time::Timestamp;

/// One thing the caller must do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// Say this, exactly. At most one is outstanding: the next comes after [`crate::Input::UtteranceEnded`].
    Say(Utterance),
    /// Let the model speak or call a tool, once. In the place of a `Say`: at most one of both is outstanding, and it
    /// ends with [`crate::Input::UtteranceEnded`] as well.
    Lead(Lead),
    /// What became of a tool call: to be given back to the model, and to be stored.
    Answered(ToolAnswer),
    /// Cancel the utterance and clear its audio, then report [`crate::Input::UtteranceEnded`] for it.
    Stop {
        /// The id that came with [`Output::Say`] or [`Output::Lead`].
        utterance: u32,
    },
    /// Store this turn; one with the same `item` replaces the earlier one (a correction).
    Turn(Turn),
    /// The view changed: publish it.
    Changed,
    /// Send [`crate::Input::Tick`] at this time. Replaces any earlier `WakeAt`.
    WakeAt(Timestamp),
    /// The interview is over. Emitted once; only corrections of turns may follow.
    Ended(EndReason),
}

/// One thing for the interviewer to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Utterance {
    /// Unique within the interview, rising from 1.
    pub id: u32,
    /// What it is for.
    pub kind: UtteranceKind,
    /// The words; always one of [`crate::Script::utterances`], or a repeat of what a model asked.
    pub text: String,
    /// The question it belongs to, 0-based.
    pub question: Option<usize>,
}

/// What an utterance is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UtteranceKind {
    /// The disclosure that an AI speaks, and the plan's greeting.
    Greeting,
    /// A question of the plan, verbatim.
    Question,
    /// A probe that the plan allows.
    Probe,
    /// What a model asked freely inside a question.
    FollowUp,
    /// A neutral sign that the answer was received.
    Acknowledgement,
    /// What was asked, once more.
    Repeat,
    /// Patience: take your time, shall I repeat, please say it again.
    Reassurance,
    /// Moving on after the time limit, welcome back, going on after a pause.
    Transition,
    /// The last words.
    Closing,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The AI interviewer.
    Interviewer,
    /// The candidate.
    Candidate,
}

/// What a turn is: one of the interviewer's utterance kinds, or the candidate's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TurnKind {
    /// See [`UtteranceKind::Greeting`].
    Greeting,
    /// See [`UtteranceKind::Question`].
    Question,
    /// See [`UtteranceKind::Probe`].
    Probe,
    /// See [`UtteranceKind::FollowUp`].
    FollowUp,
    /// See [`UtteranceKind::Acknowledgement`].
    Acknowledgement,
    /// See [`UtteranceKind::Repeat`].
    Repeat,
    /// See [`UtteranceKind::Reassurance`].
    Reassurance,
    /// See [`UtteranceKind::Transition`].
    Transition,
    /// See [`UtteranceKind::Closing`].
    Closing,
    /// Something the candidate said.
    Answer,
    /// A spoken request of the candidate ("could you repeat that?").
    Request,
    /// An answer the candidate typed.
    Typed,
}

impl From<UtteranceKind> for TurnKind {
    fn from(kind: UtteranceKind) -> Self {
        match kind {
            UtteranceKind::Greeting => Self::Greeting,
            UtteranceKind::Question => Self::Question,
            UtteranceKind::Probe => Self::Probe,
            UtteranceKind::FollowUp => Self::FollowUp,
            UtteranceKind::Acknowledgement => Self::Acknowledgement,
            UtteranceKind::Repeat => Self::Repeat,
            UtteranceKind::Reassurance => Self::Reassurance,
            UtteranceKind::Transition => Self::Transition,
            UtteranceKind::Closing => Self::Closing,
        }
    }
}

/// How a turn's text came to an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TurnStatus {
    /// The text is what was said.
    Final,
    /// There was sound for a while and no words in it.
    Empty,
    /// Speech was heard and its text is lost, failed, or not there yet; `text` holds the captions seen until then.
    Missing,
    /// Nobody heard it live; the text was recovered from the recording after the interview.
    Recovered,
    /// Nobody heard it live: a voice in the recording, out of which no words could be recovered.
    Voiced,
}

/// One party's uninterrupted go, as it is stored and read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Turn {
    /// The provider's item, or an id of ours for what has none (`typed-1`, `utterance-7`).
    pub item: String,
    /// Who spoke.
    pub speaker: Speaker,
    /// What it is.
    pub kind: TurnKind,
    /// The question it belongs to, 0-based; none in greeting.
    pub question: Option<usize>,
    /// The words; for the interviewer those that were heard.
    pub text: String,
    /// The words that should have been said, if the provider says that it said others; see [`crate::verbatim`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
    /// Whether the text is there.
    pub status: TurnStatus,
    /// True if the interviewer was cut off.
    pub cut: bool,
    /// Milliseconds since the session's first leg.
    pub started_ms: i64,
    /// Milliseconds since the session's first leg.
    pub ended_ms: i64,
}

/// Why an interview is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Every question was asked and the closing was said.
    Completed,
    /// The candidate ended it.
    CandidateEnded,
    /// The recruiter ended it.
    RecruiterEnded,
}
