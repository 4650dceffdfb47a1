//! What blocks publishing a plan, found all at once and each named by its path.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::plan::{Competency, Plan, Problem, Question};
use crate::script::PLACEHOLDERS;

/// Longest greeting, question or closing, in characters.
pub const TEXT_CHARS: usize = 2_000;
/// Longest probe or anchor, in characters.
pub const SHORT_TEXT_CHARS: usize = 500;
/// Longest id or name, in characters.
pub const NAME_CHARS: usize = 200;
/// Most questions in a plan.
pub const QUESTIONS: usize = 50;
/// Most probes written for a question.
pub const PROBES: usize = 10;
/// Most probes asked after a question.
pub const ASKED_PROBES: u8 = 3;
/// Time limits that a question may have, in seconds.
pub const TIME_LIMIT_S: RangeInclusive<u32> = 15..=1_800;
/// Fewest levels that a competency must describe.
pub const ANCHORS: usize = 3;

pub(crate) fn find(plan: &Plan, competencies: &[Competency]) -> Vec<Problem> {
    let mut found = Found(Vec::new());
    if plan.language != "en" {
        found.add("language", "unsupported", "This version interviews in English only: set the language to \"en\".");
    }
    found.template("greeting", "The greeting", &plan.greeting);
    if plan.questions.is_empty() {
        found.add("questions", "empty", "The plan has no question: add at least one.");
    }
    if plan.questions.len() > QUESTIONS {
        found.add("questions", "too_many", format!("The plan has more than {QUESTIONS} questions: remove some."));
    }
    let mut ids = HashSet::new();
    for (index, question) in plan.questions.iter().enumerate() {
        let path = format!("questions[{index}]");
        if !ids.insert(question.id.trim()) {
            found.add(format!("{path}.id"), "duplicate", format!("Another question has the id \"{}\".", question.id));
        }
        found.question(&path, question, competencies);
    }
    found.template("closing", "The closing", &plan.closing);
    let mut ids = HashSet::new();
    for (index, competency) in competencies.iter().enumerate() {
        let path = format!("competencies[{index}]");
        if !ids.insert(competency.id.trim()) {
            let id = &competency.id;
            found.add(format!("{path}.id"), "duplicate", format!("Another competency has the id \"{id}\"."));
        }
        let used = plan.questions.iter().any(|q| q.competency_id.as_deref() == Some(&competency.id));
        found.competency(&path, competency, used);
    }
    found.0
}

struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.0.push(Problem { path: path.into(), code, message: message.into() });
    }

    fn text(&mut self, path: impl Into<String>, what: &str, text: &str, most: usize) {
        let chars = text.chars().count();
        if !text.chars().any(char::is_alphanumeric) {
            self.add(path, "empty", format!("{what} is empty: write it."));
        } else if chars > most {
            self.add(path, "too_long", format!("{what} has {chars} characters: shorten it to {most}."));
        }
    }

    fn template(&mut self, path: &str, what: &str, text: &str) {
        self.text(path, what, text, TEXT_CHARS);
        if let Some(unknown) = placeholders(text).find(|p| !PLACEHOLDERS.contains(p)) {
            let known = PLACEHOLDERS.join(", ");
            self.add(path, "unknown_placeholder", format!("{what} holds {unknown}: only {known} are filled in."));
        }
    }

    fn verbatim(&mut self, path: &str, what: &str, text: &str, most: usize) {
        self.text(path, what, text, most);
        if let Some(placeholder) = placeholders(text).next() {
            let message = format!("{what} is said verbatim: {placeholder} would be read out. Remove it.");
            self.add(path, "placeholder", message);
        }
    }

    fn question(&mut self, path: &str, question: &Question, competencies: &[Competency]) {
        self.text(format!("{path}.id"), "The question's id", &question.id, NAME_CHARS);
        self.verbatim(&format!("{path}.text"), "The question", &question.text, TEXT_CHARS);
        if !TIME_LIMIT_S.contains(&question.time_limit_s) {
            let (least, most) = (TIME_LIMIT_S.start(), TIME_LIMIT_S.end());
            let message = format!("The time limit is {} s: choose {least} to {most} s.", question.time_limit_s);
            self.add(format!("{path}.time_limit_s"), "out_of_range", message);
        }
        self.probes(path, question);
        let known = |id: &String| competencies.iter().any(|c| c.id == *id);
        if let Some(id) = question.competency_id.as_ref().filter(|id| !known(id)) {
            let message = format!("The position has no competency \"{id}\": choose one of its competencies or none.");
            self.add(format!("{path}.competency_id"), "unknown", message);
        }
    }

    fn probes(&mut self, path: &str, question: &Question) {
        let asked = question.max_probes;
        if asked > ASKED_PROBES {
            let message = format!("At most {ASKED_PROBES} probes may be asked after a question, not {asked}.");
            self.add(format!("{path}.max_probes"), "out_of_range", message);
        } else if usize::from(asked) > question.probes.len() {
            let written = question.probes.len();
            let message = format!("{asked} probes may be asked but {written} are written: write more or allow fewer.");
            self.add(format!("{path}.max_probes"), "more_than_written", message);
        }
        if question.probes.len() > PROBES {
            let message = format!("The question has more than {PROBES} probes: remove some.");
            self.add(format!("{path}.probes"), "too_many", message);
        }
        let mut texts = HashSet::new();
        for (index, probe) in question.probes.iter().enumerate() {
            let path = format!("{path}.probes[{index}].text");
            self.verbatim(&path, "The probe", &probe.text, SHORT_TEXT_CHARS);
            if !texts.insert(probe.text.trim()) {
                self.add(path, "duplicate", "Another probe of this question says the same: remove one.");
            }
        }
    }

    fn competency(&mut self, path: &str, competency: &Competency, used: bool) {
        self.text(format!("{path}.id"), "The competency's id", &competency.id, NAME_CHARS);
        self.text(format!("{path}.name"), "The competency's name", &competency.name, NAME_CHARS);
        let mut levels = HashSet::new();
        for (index, anchor) in competency.anchors.iter().enumerate() {
            let path = format!("{path}.anchors[{index}]");
            if !(1..=5).contains(&anchor.level) {
                let message = format!("The level is {}: levels go from 1 to 5.", anchor.level);
                self.add(format!("{path}.level"), "out_of_range", message);
            } else if !levels.insert(anchor.level) {
                self.add(format!("{path}.level"), "duplicate", format!("Level {} is described twice.", anchor.level));
            }
            self.text(format!("{path}.text"), "The anchor", &anchor.text, SHORT_TEXT_CHARS);
        }
        if used && levels.len() < ANCHORS {
            let message = format!("\"{}\" is used by a question: describe at least {ANCHORS} levels.", competency.name);
            self.add(format!("{path}.anchors"), "too_few", message);
        }
    }
}

/// Iterates over what looks like a placeholder: a lower-case word in braces.
fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(at, _)| {
        let end = at + text[at..].find('}')?;
        let name = &text[at + 1..end];
        let is_word = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        is_word.then(|| &text[at..=end])
    })
}
