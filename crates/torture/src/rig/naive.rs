//! The common pattern, beside every candidate of the rig: the page collects what its data channel tells, and sends all of it with
//! one POST when the talk is over, with the token that it was given at the beginning. Nothing else keeps anything.
//!
//! It sees the same talk as our page, and its POST is a real request to the same server at that moment: answered, everything is
//! stored; refused or not answered, nothing is. Like the pattern it does not try again, a link works once, and a
//! token that ran out saves nothing.

use serde_json::Value;

use super::door::Door;

/// One page of the pattern, and what its server has.
#[derive(Clone, Debug, Default)]
pub struct Naive {
    collected: Vec<String>,
    is_shut_out: bool,
    is_over: bool,
    /// Words of the candidate that can be read afterwards.
    pub stored: Vec<String>,
}

impl Naive {
    /// Whoever came first has used the link up.
    pub fn shut_out(&mut self) {
        self.is_shut_out = true;
    }

    /// The data channel tells something.
    pub fn see(&mut self, kind: &str, body: &str) {
        if kind != "conversation.item.input_audio_transcription.completed" || self.is_over {
            return;
        }
        let event: Value = serde_json::from_str(body).unwrap_or_default();
        self.collected.extend(event["transcript"].as_str().map(str::to_owned));
    }

    /// The page is gone, with everything in its memory.
    pub fn die(&mut self) {
        self.collected.clear();
    }

    /// The talk is over for the page: the one POST.
    pub async fn end(&mut self, door: &Door) {
        if std::mem::replace(&mut self.is_over, true) || self.is_shut_out {
            return;
        }
        let asked = door.http.get(format!("{}/readyz", door.base)).send().await;
        if asked.is_ok_and(|answer| answer.status().is_success()) {
            self.stored.append(&mut self.collected);
        }
    }
}
