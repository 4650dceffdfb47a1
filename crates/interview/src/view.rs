//! What a live page shows of an interview: never more than a glance, never transcript text but the open question.

use serde::{Deserialize, Serialize};

use crate::output::Speaker;

/// The state of an interview at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct View {
    /// Where the interview is.
    pub stage: StageName,
    /// The question being asked or answered; stays while it is answered.
    pub question: Option<QuestionView>,
    /// What is going on right now.
    pub phase: Phase,
    /// Who is speaking right now.
    pub speaker: Option<Speaker>,
    /// Milliseconds since the first leg; stands still once ended.
    pub elapsed_ms: i64,
    /// Milliseconds left of the question's time limit, not below 0; none while no question is open.
    pub question_left_ms: Option<i64>,
    /// Number of turns so far.
    pub turns: u32,
}

/// The open question as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuestionView {
    /// 0-based.
    pub index: usize,
    /// Number of questions in the plan.
    pub total: usize,
    /// The question, verbatim.
    pub text: String,
}

/// Name of the stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StageName {
    /// No leg was ready yet.
    Waiting,
    /// Disclosure and greeting.
    Greeting,
    /// A question is open.
    Question,
    /// The last words.
    Closing,
    /// The candidate paused.
    Paused,
    /// The leg was lost; the next one goes on.
    Interrupted,
    /// Over.
    Ended,
}

/// What is going on right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The candidate speaks or may speak.
    Listening,
    /// The candidate finished and the interviewer is about to speak.
    Thinking,
    /// The interviewer speaks.
    Speaking,
    /// There is no call right now.
    Reconnecting,
    /// The candidate paused.
    Paused,
}
