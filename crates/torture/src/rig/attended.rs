//! What one candidate's interview came to.

use serde_json::Value;

use super::{browser::Browser, naive::Naive};

/// What an interview came to, seen from the candidate.
#[derive(Debug, Default)]
pub struct Attended {
    /// The session, once there was one.
    pub session: Option<String>,
    /// What the pages saw and were told.
    pub browser: Browser,
    /// The calls, in order.
    pub calls: Vec<String>,
    /// Turns that were shown as saved: item and words.
    pub shown: Vec<(String, String)>,
    /// Why it ended, as the server says.
    pub ended: Option<String>,
    /// Whether the page could say that everything is saved.
    pub is_saved: bool,
    /// From the death of a page to the next call, in milliseconds.
    pub resumes_ms: Vec<u64>,
    /// From the end of a call to the next one, in milliseconds.
    pub gaps_ms: Vec<u64>,
    /// Tries of the offer until there was a call.
    pub tries: Vec<u64>,
    /// What the common pattern would have kept of the same talk.
    pub naive: Naive,
    /// Why it broke off here, if it did.
    pub error: Option<String>,
}

impl Attended {
    /// A turn was shown as saved.
    pub(super) fn shown(&mut self, turn: &Value) {
        let text = |name: &str| turn[name].as_str().unwrap_or_default().to_owned();
        let (item, words) = (text("item"), text("text"));
        match self.shown.iter_mut().find(|(known, _)| *known == item) {
            Some((_, known)) => *known = words,
            None => self.shown.push((item, words)),
        }
    }
}
