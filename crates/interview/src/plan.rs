//! The interview plan: what the recruiter writes, publishes and the interviewer follows to the letter.

use serde::{Deserialize, Serialize};

use crate::script;

/// What one interview asks, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// Language of every text, as a BCP 47 tag; this version speaks `en`.
    #[serde(default = "english")]
    pub language: String,
    /// Said after the disclosure; may hold `{candidate}`, `{company}`, `{position}`.
    pub greeting: String,
    /// Asked verbatim and in this order.
    pub questions: Vec<Question>,
    /// Said last; same placeholders as the greeting.
    pub closing: String,
    /// Who decides how a question is followed up.
    #[serde(default)]
    pub mode: PlanMode,
}

/// Who decides how a question is followed up. Greeting, questions, probes and closing are said word for word in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanMode {
    /// The rules of the plan's probes, the same for everyone; nothing is composed.
    #[default]
    Structured,
    /// A model may ask freely inside one question, within bounds that the interview keeps.
    Guided,
}

/// One question of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// Unique within the plan; chosen by the author.
    pub id: String,
    /// What sort of answer it asks for.
    pub kind: QuestionKind,
    /// The words, at most 2,000 characters, no placeholders.
    pub text: String,
    /// The competency it measures.
    #[serde(default)]
    pub competency_id: Option<String>,
    /// Seconds for the answer, 15 to 1,800; probes included.
    pub time_limit_s: u32,
    /// At most so many probes are asked, up to 3.
    #[serde(default)]
    pub max_probes: u8,
    /// The probes that may be asked, tried in this order.
    #[serde(default)]
    pub probes: Vec<Probe>,
}

/// What sort of answer a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// What the candidate did in the past.
    Behavioral,
    /// What the candidate would do.
    Situational,
    /// What the candidate knows.
    Knowledge,
    /// Who the candidate is.
    Background,
}

/// A follow-up that the plan allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Probe {
    /// What must be lacking in the answer for it to be asked.
    pub when: ProbeRule,
    /// The words, at most 500 characters, no placeholders.
    pub text: String,
}

/// What must be lacking in the answer for a probe to be asked; the exact rules are documented in
/// [`crate::probes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProbeRule {
    /// The answer has few words.
    TooShort,
    /// The answer to a behavioral or situational question does not say what the candidate did or would do.
    NoOwnAction,
    /// The answer names no outcome.
    NoResult,
    /// The answer names no example.
    NoExample,
    /// Asked of everyone.
    Always,
}

/// What a question measures, with descriptions of good and bad answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Competency {
    /// Unique within the position.
    pub id: String,
    /// Short name.
    pub name: String,
    /// What it means in this position.
    #[serde(default)]
    pub description: String,
    /// What an answer at a level looks like; at least three levels before a plan that uses it can be published.
    #[serde(default)]
    pub anchors: Vec<Anchor>,
}

/// What an answer at one level looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Anchor {
    /// 1 to 5.
    pub level: u8,
    /// The behavior at that level.
    pub text: String,
}

/// One reason why a plan cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Where, as a path into the plan or the position: `questions[2].text`, `competencies[0].anchors`.
    pub path: String,
    /// What, for programs.
    pub code: &'static str,
    /// What and what to do about it, for people.
    pub message: String,
}

/// Lists what blocks publishing: empty when the plan can be published.
pub fn problems(plan: &Plan, competencies: &[Competency]) -> Vec<Problem> {
    crate::problems::find(plan, competencies)
}

/// Estimates how long the interview takes at most, in whole minutes, as the candidate is told.
pub fn minutes(plan: &Plan) -> u32 {
    let spoken_ms: u64 = script::texts(plan).map(script::spoken_ms).sum();
    let answers_s: u64 = plan.questions.iter().map(|q| u64::from(q.time_limit_s)).sum();
    u32::try_from((spoken_ms.div_ceil(1_000) + answers_s).div_ceil(60)).unwrap_or(u32::MAX).max(1)
}

fn english() -> String {
    "en".to_owned()
}
