//! What was found in the recording that nobody had heard live, and what became of it: the rows that say so, and their sum in a
//! statement (decision 11).

use serde::{Deserialize, Serialize};

use super::{
    lines::{Head, Row, Turn},
    reason::Reason,
};

/// The kind of the rows that hold a [`Span`].
pub const SPAN: &str = "span";
/// Who writes them.
pub const SOURCE: &str = "R";

/// What became of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanOutcome {
    /// There are words, and they stand in the transcript since.
    Recovered,
    /// Its words stood in the transcript already: they came late, or are the interviewer's voice.
    Known,
    /// There are no words in it.
    Wordless,
    /// It could not be recognized.
    Failed,
}

/// Why a span could not be recognized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanFailure {
    /// The provider could not be reached, or had no room, for hours.
    Unreachable,
    /// The provider refused: a key, an account or a setting.
    Refused,
}

/// A stretch of the recording with a voice that no turn had, in milliseconds of the session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// From here.
    pub start_ms: i64,
    /// To here.
    pub end_ms: i64,
    /// How long there is a voice in it.
    pub voiced_ms: i64,
    /// The turn without words beside which it stands.
    pub beside: Option<String>,
    /// What became of it.
    pub outcome: SpanOutcome,
    /// The words, as they were recognized.
    pub text: String,
    /// Who recognized them.
    pub model: String,
    /// Why it failed.
    pub failure: Option<SpanFailure>,
}

/// All spans of a session, summed up. Those whose words stood there already are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recovered {
    /// How many had not been heard live.
    pub spans: i64,
    /// How long there is a voice in them.
    pub voiced_ms: i64,
    /// How many have words now.
    pub recovered_spans: i64,
    /// How long there is a voice in those.
    pub recovered_ms: i64,
    /// Why others have none, where they could not be recognized.
    pub reasons: Vec<Reason>,
}

/// The spans that rows of a log hold.
///
/// # Errors
/// A row that cannot be read.
pub fn spans(rows: &[Row]) -> serde_json::Result<Vec<Span>> {
    let ours = rows.iter().filter(|row| row.source == SOURCE && row.kind == SPAN);
    ours.map(|row| serde_json::from_str(&row.body)).collect()
}

impl Recovered {
    /// Sums them up; none where there is nothing to tell.
    pub fn of(spans: &[Span]) -> Option<Recovered> {
        let unheard: Vec<&Span> = spans.iter().filter(|span| span.outcome != SpanOutcome::Known).collect();
        let with = |outcome| unheard.iter().copied().filter(move |span: &&Span| span.outcome == outcome);
        let failed_ms: i64 = with(SpanOutcome::Failed).map(|span| span.voiced_ms).sum();
        let failure = with(SpanOutcome::Failed).filter_map(|span| span.failure).max();
        (!unheard.is_empty()).then(|| Recovered {
            spans: unheard.len() as i64,
            voiced_ms: unheard.iter().map(|span| span.voiced_ms).sum(),
            recovered_spans: with(SpanOutcome::Recovered).count() as i64,
            recovered_ms: with(SpanOutcome::Recovered).map(|span| span.voiced_ms).sum(),
            reasons: failure.map(|failure| Reason::recovery_failed(failed_ms, failure)).into_iter().collect(),
        })
    }

    /// The same in words.
    pub fn words(&self) -> String {
        let count = |n: i64| if n == 1 { "1 stretch".to_owned() } else { format!("{n} stretches") };
        let seconds = |ms: i64| format!("{}.{} s", ms / 1_000, ms % 1_000 / 100);
        let (all, recovered) = (count(self.spans), count(self.recovered_spans));
        let (all_s, recovered_s) = (seconds(self.voiced_ms), seconds(self.recovered_ms));
        format!("{all} of speech ({all_s}) not heard live; {recovered} ({recovered_s}) recovered from the recording")
    }
}

/// Leaves out what was found since the newest statement: it is sealed in a moment.
pub fn as_sealed(rows: Vec<Row>, turns: Vec<Turn>, heads: &[Head]) -> (Vec<Row>, Vec<Turn>) {
    let last = |instance: &str| heads.iter().find(|head| head.instance == instance).map_or(0, |head| head.last_seq);
    let (rows, later): (Vec<Row>, Vec<Row>) =
        rows.into_iter().partition(|row| row.source != SOURCE || row.seq <= last(&row.instance));
    let is_later = |turn: &Turn| later.iter().any(|row| row.item.as_deref() == Some(turn.item.as_str()));
    let turns = turns.into_iter().filter(|turn| !is_later(turn)).collect();
    (rows, turns)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{super::reason::ReasonCode, *};

    fn span(outcome: SpanOutcome, voiced_ms: i64) -> Span {
        let failure = (outcome == SpanOutcome::Failed).then_some(SpanFailure::Unreachable);
        let (text, model) = (String::new(), String::new());
        Span { start_ms: 0, end_ms: voiced_ms, voiced_ms, beside: None, outcome, text, model, failure }
    }

    #[test]
    fn spans_are_summed_up_and_what_was_known_does_not_count() {
        use SpanOutcome::{Failed, Known, Recovered as Words, Wordless};
        assert_eq!(Recovered::of(&[]), None);
        assert_eq!(Recovered::of(&[span(Known, 900)]), None);
        let all = [span(Words, 2_000), span(Words, 1_450), span(Known, 900), span(Wordless, 400), span(Failed, 700)];
        let sum = Recovered::of(&all).unwrap();
        assert_eq!((sum.spans, sum.voiced_ms, sum.recovered_spans, sum.recovered_ms), (4, 4_550, 2, 3_450));
        assert_eq!(sum.reasons[0].code, ReasonCode::RecoveryFailed);
        assert_eq!(
            sum.words(),
            "4 stretches of speech (4.5 s) not heard live; 2 stretches (3.4 s) recovered from the recording"
        );
        assert_eq!(Recovered::of(&all[..2]).unwrap().reasons, []);
    }
}
