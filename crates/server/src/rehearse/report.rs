//! The summary of a rehearsal.

use std::time::Duration;

use interview::wer::{self, Score};
use interview::{Speaker, TurnKind, TurnStatus};

use super::candidate::Outcome;

/// One candidate's interview as it is reported.
#[derive(Debug, Default)]
pub struct Report {
    /// What happened; none when the interview did not come about.
    pub outcome: Option<Outcome>,
    /// `complete`, `incomplete` or `open`; none when no recruiter could look.
    pub completeness: Option<String>,
    /// Why it did not come about.
    pub error: Option<String>,
}

impl Report {
    /// Whether the interview went to its end with a transcript that nobody doubts.
    pub fn is_complete(&self) -> bool {
        let ended = self.outcome.as_ref().is_some_and(|outcome| outcome.end_reason.as_deref() == Some("completed"));
        ended && self.completeness.as_deref().is_none_or(|completeness| completeness == "complete")
    }

    fn row(&self, number: usize) -> String {
        let Some(outcome) = &self.outcome else {
            return format!("{number:>9}  did not come about: {}", self.error.as_deref().unwrap_or("unknown"));
        };
        let measured = &outcome.measured;
        let ended = outcome.end_reason.as_deref().unwrap_or("not ended");
        let completeness = self.completeness.as_deref().unwrap_or("unknown");
        format!(
            "{number:>9} {:>6} {:>8} {:>8} {:>20} {:>12}  {ended}, {completeness}",
            outcome.turns.len(),
            measured.answers,
            measured.cut_offs,
            latencies(&measured.replies),
            score(outcome).map_or_else(|| "unknown".to_owned(), percent),
        )
    }
}

/// The whole summary, line by line.
pub fn summary(reports: &[Report]) -> Vec<String> {
    let mut lines = vec![
        String::new(),
        format!(
            "{:>9} {:>6} {:>8} {:>8} {:>20} {:>12}  {}",
            "candidate", "turns", "answers", "cut off", "reply p50/p95/max s", "words wrong", "ended"
        ),
    ];
    lines.extend(reports.iter().zip(1..).map(|(report, number)| report.row(number)));
    lines.push(String::new());
    let outcomes: Vec<&Outcome> = reports.iter().filter_map(|report| report.outcome.as_ref()).collect();
    let replies: Vec<Duration> = outcomes.iter().flat_map(|outcome| outcome.measured.replies.clone()).collect();
    let yields: Vec<Duration> = outcomes.iter().flat_map(|outcome| outcome.measured.yields.clone()).collect();
    let words = outcomes.iter().filter_map(|outcome| score(outcome)).reduce(Score::plus);
    lines.push(format!(
        "reply latency   {} ({} replies; p50/p95/max s, end of answer to first sound)",
        latencies(&replies),
        replies.len()
    ));
    if !yields.is_empty() {
        lines.push(format!(
            "barge-in        {} ({} times; p50/p95/max s, first word to silence)",
            latencies(&yields),
            yields.len()
        ));
    }
    if let Some(words) = words {
        lines.push(format!("words           {} wrong of {}", percent(words), words.words));
    }
    let cut_offs: u32 = outcomes.iter().map(|outcome| outcome.measured.cut_offs).sum();
    let complete = reports.iter().filter(|report| report.is_complete()).count();
    lines.push(format!("answers cut off {cut_offs}"));
    lines.push(format!("complete        {complete} of {}", reports.len()));
    lines
}

/// What was recognized against what was said.
fn score(outcome: &Outcome) -> Option<Score> {
    let is_answer = |kind| matches!(kind, TurnKind::Answer | TurnKind::Request);
    let turns = outcome.turns.iter().filter(|turn| turn.speaker == Speaker::Candidate && is_answer(turn.kind));
    let words = turns.filter(|turn| turn.status == TurnStatus::Final).map(|turn| turn.text.as_str());
    let said = outcome.said.as_deref()?;
    Some(wer::compare(said, &words.collect::<Vec<_>>().join(" ")))
}

fn percent(score: Score) -> String {
    format!("{:.1} %", score.rate() * 100.0)
}

/// Median, 95th percentile and largest, in seconds.
fn latencies(values: &[Duration]) -> String {
    let mut sorted = values.to_vec();
    sorted.sort();
    let Some(largest) = sorted.last() else { return "-".to_owned() };
    let (p50, p95) = (percentile(&sorted, 50), percentile(&sorted, 95));
    format!("{:.2} / {:.2} / {:.2}", p50.as_secs_f64(), p95.as_secs_f64(), largest.as_secs_f64())
}

/// The smallest value that so many percent do not exceed.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent).div_ceil(100).clamp(1, sorted.len()) - 1]
}

#[cfg(test)]
mod tests {
    use super::super::candidate::Turn;
    use super::super::mind::Measured;
    use super::*;

    fn report(end_reason: &str, completeness: &str) -> Report {
        let turn = |item: &str, speaker, kind, text: &str| Turn {
            item: item.into(),
            speaker,
            kind,
            text: text.into(),
            status: TurnStatus::Final,
            started_ms: 0,
        };
        let turns = vec![
            turn("a", Speaker::Interviewer, TurnKind::Question, "What did you do?"),
            turn("b", Speaker::Candidate, TurnKind::Answer, "I fixed the tool."),
        ];
        let measured =
            Measured { replies: (1..=20).map(|n| Duration::from_millis(n * 100)).collect(), ..Measured::default() };
        let outcome = Outcome {
            turns,
            measured,
            said: Some("I fixed the two.".into()),
            end_reason: Some(end_reason.into()),
            session: None,
        };
        Report { outcome: Some(outcome), completeness: Some(completeness.into()), error: None }
    }

    #[test]
    fn a_summary_counts_words_latencies_and_what_is_complete() {
        let failed = Report { error: Some("503 engine_full".into()), ..Report::default() };
        let reports = [report("completed", "complete"), report("completed", "incomplete"), failed];
        let text = summary(&reports).join("\n");
        assert!(text.contains("1.00 / 1.90 / 2.00"), "{text}");
        assert!(text.contains("25.0 % wrong of 8"), "{text}");
        assert!(text.contains("did not come about: 503 engine_full"), "{text}");
        assert!(text.ends_with("complete        1 of 3"), "{text}");
    }

    #[test]
    fn only_a_completed_interview_with_a_complete_transcript_counts() {
        assert!(report("completed", "complete").is_complete());
        assert!(!report("candidate_ended", "complete").is_complete());
        assert!(!report("completed", "open").is_complete());
        assert!(!Report::default().is_complete());
    }
}
