//! How a candidate behaves, and what it says.

use std::time::Duration;

use serde_json::Value;

use super::patience;

/// How a candidate behaves.
#[derive(Clone, Debug)]
pub struct Manner {
    /// Gives up being interviewed after so long.
    pub limit: Duration,
    /// The page is closed for ever once so many answers were begun.
    pub leaves_after: Option<u64>,
    /// The page dies about so often, and is loaded again by the link.
    pub page_dies_every: Option<Duration>,
    /// After so many answers the cookie is gone and the invitation revoked: the page can neither resume nor begin again.
    pub loses_everything_after: Option<u64>,
    /// What becomes of the words, as the simulator's scripts say it; null: the usual.
    pub transcript: Value,
    /// Silence after which the candidate says something whoever's turn it is.
    pub restless: Duration,
    /// Somebody else opened the link before.
    pub is_scanned: bool,
    /// Ends the talk by the button after so many answers.
    pub ends_after: Option<u64>,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            limit: 2 * patience(),
            leaves_after: None,
            page_dies_every: None,
            loses_everything_after: None,
            transcript: Value::Null,
            restless: Duration::from_secs(5),
            is_scanned: false,
            ends_after: None,
        }
    }
}

/// The words of an answer: nobody else ever says them.
pub fn words(candidate: u64, answer: u64) -> String {
    format!("As person {candidate} I cooked dish number {answer} with onions, carrots and a little salt.")
}

/// The answer's number, if these are words of the candidate's.
pub fn number_in(text: &str) -> Option<u64> {
    let after = text.split("dish number ").nth(1)?;
    after.split(' ').next()?.parse().ok()
}
