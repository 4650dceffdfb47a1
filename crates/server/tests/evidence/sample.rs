//! A sealed interview that these tests make themselves.

use insights::evidence::{
    bundle::{self, Contents},
    key::SealKey,
    lines::{self, About, Consent, Leg, Row, Turn},
    reason::Reason,
    recorded::Recorded,
    recovered::{Recovered, SPAN, Span, SpanOutcome, spans},
    statement::{Facts, Seal, Statement},
    witness,
};
use insights::recording::{
    parts::{Chunk, Part, Segment, Side, Source},
    timeline::Gap,
};
use interview::{Speaker, TurnKind, TurnStatus};
use serde_json::json;

pub const SESSION: &str = "ses_01JD9XQZ4M8V2C7RTKB5N3HWEG";
pub const PAGE: &str = "0123456789abcdef0123456789abcdef";
pub const OURS: &str = "leg-1";
pub const RECORDING: &str = "recording";

/// An interview and its revisions.
pub struct Sample {
    pub key: SealKey,
    pub about: String,
    pub rows: Vec<Row>,
    pub turns: Vec<Turn>,
    pub segments: Vec<Segment>,
    pub files: Vec<Part>,
    pub seals: Vec<Seal>,
}

/// Rows of one writer, chained.
pub fn rows(instance: &str, source: &str, count: i64) -> Vec<Row> {
    let (mut before, mut rows) = (String::new(), Vec::new());
    for seq in 1..=count {
        let mut row = Row {
            instance: instance.into(),
            source: source.into(),
            seq,
            leg: 1,
            kind: "response.output_audio_transcript.done".into(),
            item: (seq % 2 == 0).then(|| format!("item_{seq}")),
            mono_ms: seq * 180,
            received_at: 1_772_366_400_000_000 + seq,
            hash: String::new(),
            body: json!({"item_id": format!("item_{seq}"), "transcript": format!("Words \"{seq}\"…")}).to_string(),
        };
        row.hash = row.chained(&before);
        before.clone_from(&row.hash);
        rows.push(row);
    }
    rows
}

/// What was found in a recording: the words of this turn, and sound without words.
pub fn span_rows(beside: &str) -> Vec<Row> {
    let (mut before, mut found) = (String::new(), rows(RECORDING, "R", 2));
    let outcomes = [(SpanOutcome::Recovered, "Words again."), (SpanOutcome::Wordless, "")];
    for (row, (outcome, text)) in found.iter_mut().zip(outcomes) {
        let beside = (outcome == SpanOutcome::Recovered).then(|| beside.to_owned());
        let (start_ms, text, model) = (row.seq * 2_000, text.to_owned(), "gpt-transcribe".to_owned());
        let span =
            Span { start_ms, end_ms: start_ms + 900, voiced_ms: 800, beside, outcome, text, model, failure: None };
        (row.kind, row.body) = (SPAN.to_owned(), serde_json::to_string(&span).unwrap());
        row.hash = row.chained(&before);
        before.clone_from(&row.hash);
    }
    found
}

pub fn turn(n: i64) -> Turn {
    Turn {
        item: format!("item_{n}"),
        seq: n,
        leg: 1,
        speaker: if n % 2 == 0 { Speaker::Candidate } else { Speaker::Interviewer },
        kind: TurnKind::Answer,
        question: Some(0),
        text: format!("What was said in turn {n}, with “quotes” and a \\."),
        planned: None,
        status: TurnStatus::Final,
        cut: false,
        started_ms: n * 1000,
        ended_ms: n * 1000 + 900,
    }
}

fn segment(name: &str) -> Segment {
    let chunk = |seq: i64| Chunk {
        seq,
        sha256: format!("{seq:064x}"),
        bytes: 8_000,
        end_ms: seq * 2_000,
        received_at: 1_772_366_400_000_000 + seq,
    };
    Segment {
        segment: name.repeat(16),
        media_type: "audio/webm".into(),
        leg: 1,
        offset_ms: 40,
        is_closed: true,
        side: Side::Candidate,
        source: Source::Page,
        chunks: (1..=3).map(chunk).collect(),
    }
}

fn file(of: i64) -> Part {
    let gaps = vec![Gap { start_ms: 900, end_ms: 1_500 }];
    let sha256 = format!("{of:064x}");
    let (media_type, side) = ("audio/webm".into(), Side::Candidate);
    Part { media_type, start_ms: 0, duration_ms: 6_000 * of, bytes: 24_000 * of, sha256, gaps, side }
}

fn about() -> String {
    let leg = Leg {
        number: 1,
        provider: "own".into(),
        call: "rtc_1".into(),
        instance: OURS.into(),
        started_at: 1,
        ended_at: Some(2),
        end_reason: Some("ended".into()),
    };
    lines::text(&About {
        session: SESSION.into(),
        candidate: "can_1".into(),
        position: "pos_1".into(),
        plan_version: "plv_1".into(),
        plan_number: 3,
        plan: json!({"language": "en", "questions": [{"text": "What did you cook?"}]}),
        started_at: Some(1),
        ended_at: Some(2),
        end_reason: Some("completed".into()),
        consent: Some(Consent { version: "2".into(), accepted_at: 1, notice: json!({"text": "An AI asks."}) }),
        legs: vec![leg],
    })
}

impl Sample {
    /// One revision over `ours` rows of our control channel and 3 of a page.
    pub fn of(ours: i64, turns: i64) -> Sample {
        let (mut all, key) = (rows(PAGE, "C", 3), SealKey::of("the test's secret").unwrap());
        all.extend(rows(OURS, "S", ours));
        let turns = (1..=turns).map(turn).collect();
        let mut sample =
            Sample { key, about: about(), rows: all, turns, segments: vec![], files: vec![], seals: vec![] };
        sample.seal();
        sample
    }

    /// Two revisions: rows of the page came later.
    pub fn amended() -> Sample {
        let mut sample = Sample::of(6, 4);
        sample.rows = rows(PAGE, "C", 5);
        sample.rows.extend(rows(OURS, "S", 6));
        sample.seal();
        sample
    }

    /// An interview with a recording of these segments, and two revisions: the last segment came later.
    pub fn recorded() -> Sample {
        let mut sample = Sample::of(6, 4);
        sample.seals.clear();
        for name in ["aa", "bb"] {
            sample.segments.push(segment(name));
            sample.files = vec![file(sample.segments.len() as i64)];
            sample.seal();
        }
        sample
    }

    /// Two revisions: the words of a turn were missing, and came out of the recording.
    pub fn healed() -> Sample {
        let mut sample = Sample::of(6, 4);
        sample.seals.clear();
        sample.turns[1].status = TurnStatus::Missing;
        sample.segments.push(segment("aa"));
        sample.files = vec![file(1)];
        sample.seal();
        sample.rows.extend(span_rows("item_2"));
        sample.turns.insert(2, Turn { item: "recording-2000".into(), status: TurnStatus::Recovered, ..turn(2) });
        sample.seal();
        sample
    }

    /// Seals what is there.
    pub fn seal(&mut self) {
        let previous: Option<Statement> = self.seals.last().map(|seal| seal.read().unwrap());
        let facts = Facts {
            session: SESSION,
            previous: previous.as_ref(),
            previous_text: self.seals.last().map(|seal| seal.statement.as_str()),
            at: 1_772_366_500_000_000,
            reasons: vec![Reason::channel_gap(1)],
            about: &self.about,
            rows: &self.rows,
            turns: &self.turns,
            witnessed: witness::compare(&self.rows),
            recovered: Recovered::of(&spans(&self.rows).unwrap()),
            recording: Recorded::of(false, &self.segments, &self.files, &self.turns),
        };
        let (_, seal) = facts.seal(&self.key);
        self.seals.push(seal);
    }

    pub fn file(&self) -> String {
        bundle::write(Contents {
            session: SESSION.into(),
            about: self.about.clone(),
            rows: self.rows.clone(),
            turns: self.turns.clone(),
            segments: self.segments.clone(),
            seals: self.seals.clone(),
        })
        .unwrap()
    }
}
