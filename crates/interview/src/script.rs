//! A plan made ready for one candidate: placeholders filled, and the list of every text that can be spoken, so that
//! all of them can be rendered ahead of time.

use serde::{Deserialize, Serialize};

use crate::lines;
use crate::output::UtteranceKind;
use crate::plan::Plan;

/// A plan, and the names that its greeting and closing mention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// The plan, as published.
    pub plan: Plan,
    /// The company's name as it is spoken.
    pub company: String,
    /// The position's title as it is spoken.
    pub position: String,
    /// The candidate's name as it is spoken.
    pub candidate: String,
}

/// A text that can be spoken.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Line {
    /// What it is for; a text with several uses is listed under its first.
    pub kind: UtteranceKind,
    /// The words.
    pub text: String,
}

const CANDIDATE: &str = "{candidate}";
const COMPANY: &str = "{company}";
const POSITION: &str = "{position}";

/// The placeholders that greeting and closing may hold.
pub const PLACEHOLDERS: [&str; 3] = [CANDIDATE, COMPANY, POSITION];

/// Characters per second of speech: the estimate behind "how much was heard" and "how long does it take".
pub const SPEECH_CHARS_PER_SECOND: u64 = 15;

impl Script {
    /// Lists every text that can be spoken in this interview, in speaking order, each once.
    pub fn utterances(&self) -> Vec<Line> {
        collect(&self.plan, |template| Some(self.fill(template)))
    }

    /// Lists the texts that do not name the candidate: the same for everyone, so rendered when the plan is published.
    pub fn plan_utterances(plan: &Plan, company: &str, position: &str) -> Vec<Line> {
        let fill = |template: &str| (!template.contains(CANDIDATE)).then(|| fill(template, "", company, position));
        collect(plan, fill)
    }

    /// Fills the placeholders of a greeting or closing.
    pub(crate) fn fill(&self, template: &str) -> String {
        fill(template, &self.candidate, &self.company, &self.position)
    }
}

/// Estimates how long a text takes to speak, in milliseconds.
pub fn spoken_ms(text: &str) -> u64 {
    text.chars().count() as u64 * 1_000 / SPEECH_CHARS_PER_SECOND
}

/// Iterates over the texts of a plan that are always spoken, placeholders unfilled.
pub(crate) fn texts(plan: &Plan) -> impl Iterator<Item = &str> {
    let questions = plan.questions.iter().map(|q| q.text.as_str());
    [lines::DISCLOSURE, plan.greeting.as_str()].into_iter().chain(questions).chain([plan.closing.as_str()])
}

fn collect(plan: &Plan, fill: impl Fn(&str) -> Option<String>) -> Vec<Line> {
    let mut all: Vec<Line> = Vec::new();
    let mut add = |kind, text: Option<String>| {
        if let Some(text) = text.filter(|t| !t.is_empty() && all.iter().all(|line| line.text != *t)) {
            all.push(Line { kind, text });
        }
    };
    add(UtteranceKind::Greeting, fill(lines::DISCLOSURE));
    add(UtteranceKind::Greeting, fill(plan.greeting.trim()));
    for question in &plan.questions {
        add(UtteranceKind::Question, Some(question.text.trim().to_owned()));
        for probe in question.probes.iter().filter(|_| question.max_probes > 0) {
            add(UtteranceKind::Probe, Some(probe.text.trim().to_owned()));
        }
    }
    for (kind, text) in lines::FIXED {
        add(*kind, Some((*text).to_owned()));
    }
    add(UtteranceKind::Closing, fill(plan.closing.trim()));
    all
}

/// Replaces placeholders in one pass, so that a name that looks like a placeholder is left as it is.
fn fill(template: &str, candidate: &str, company: &str, position: &str) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [(CANDIDATE, candidate), (COMPANY, company), (POSITION, position)];
        let (used, value) = known.into_iter().find(|(name, _)| rest.starts_with(name)).unwrap_or(("{", "{"));
        out.push_str(value);
        rest = &rest[used.len()..];
    }
    out.push_str(rest);
    out
}
