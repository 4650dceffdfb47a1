//! What the server's answer to an append means for what the page holds (`answer.ts`).

use serde_json::Value;

use super::types::Outcome;

/// Statuses that say nothing about the entries themselves: the key, the load, a proxy.
const PASSING: [u16; 5] = [401, 403, 408, 425, 429];
/// No server is believed when it asks for more patience than this.
const LONGEST_WAIT_MS: i64 = 5 * 60_000;

/// Reads an answer: its status (0: none came), its body, its `Retry-After` in seconds.
pub fn outcome(status: u16, body: &Value, retry_after_s: Option<i64>) -> Outcome {
    if (200..300).contains(&status) {
        // Without a number something else than our server answered.
        return body["acked"].as_i64().map_or(Outcome::Later(0), Outcome::Acked);
    }
    let error = &body["error"];
    let code = error["code"].as_str();
    if let (Some("gap"), Some(expected)) = (code, error["expected"].as_i64()) {
        return Outcome::Gap(expected);
    }
    // A code of our own: no proxy says these.
    if (400..500).contains(&status) && !PASSING.contains(&status) && code.is_some() {
        return Outcome::Refused;
    }
    Outcome::Later((retry_after_s.unwrap_or(0) * 1000).clamp(0, LONGEST_WAIT_MS))
}
