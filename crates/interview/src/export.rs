//! Turns as a person downloads them: plain text and WebVTT. (JSON is their serde form.)

use std::fmt::Write;

use crate::output::{Speaker, Turn, TurnStatus};

/// Marks what could not be recognized.
const MISSING: &str = "[not recognized]";
/// Marks words that nobody heard live.
const RECOVERED: &str = "[recovered from audio]";
/// Marks a voice in the recording that nobody heard live.
const VOICED: &str = "[speech in the recording, not heard live, no words recovered]";
/// Marks sound without words.
const EMPTY: &str = "[no words]";
/// Marks where the interviewer was cut off.
const CUT: &str = " \u{2014}";
/// Shortest time a WebVTT cue is shown, in milliseconds.
const CUE_MS: i64 = 1_000;

/// Writes one line per turn: `[12:03] Candidate: …`.
pub fn text(turns: &[Turn]) -> String {
    let mut out = String::new();
    for turn in sorted(turns) {
        let (minutes, seconds) = (turn.started_ms.max(0) / 60_000, turn.started_ms.max(0) / 1_000 % 60);
        let _ = writeln!(out, "[{minutes:02}:{seconds:02}] {}: {}", name(turn.speaker), words(turn));
    }
    out
}

/// Writes the turns as WebVTT captions with the speaker as voice.
pub fn vtt(turns: &[Turn]) -> String {
    let mut out = String::from("WEBVTT\n");
    for (index, turn) in sorted(turns).into_iter().enumerate() {
        let start = turn.started_ms.max(0);
        let end = turn.ended_ms.max(start + CUE_MS);
        let text = words(turn).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let number = index + 1;
        let _ = writeln!(out, "\n{number}\n{} --> {}\n<v {}>{text}", clock(start), clock(end), name(turn.speaker));
    }
    out
}

/// Sorts by start; turns that start together stay in the order given.
fn sorted(turns: &[Turn]) -> Vec<&Turn> {
    let mut sorted: Vec<&Turn> = turns.iter().collect();
    sorted.sort_by_key(|turn| turn.started_ms);
    sorted
}

fn name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Interviewer => "Interviewer",
        Speaker::Candidate => "Candidate",
    }
}

fn words(turn: &Turn) -> String {
    let mut words = turn.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = match turn.status {
        TurnStatus::Final if turn.cut => CUT,
        TurnStatus::Final => "",
        TurnStatus::Empty => EMPTY,
        TurnStatus::Missing => MISSING,
        TurnStatus::Recovered => RECOVERED,
        TurnStatus::Voiced => VOICED,
    };
    if !words.is_empty() && matches!(turn.status, TurnStatus::Missing | TurnStatus::Recovered) {
        words.push(' ');
    }
    words.push_str(mark);
    words
}

fn clock(ms: i64) -> String {
    format!("{:02}:{:02}:{:02}.{:03}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000)
}
