//! Writes spans to the log, as a source of its own, and their turns to the transcript, in one transaction.

use std::sync::Arc;

use interview::{Speaker, Turn, TurnKind, TurnStatus};

use super::recognizer::Cost;
use crate::{
    app::App,
    error::{Error, Result},
    evidence::{
        lines,
        recovered::{SPAN, Span, SpanOutcome},
    },
    ids::SessionId,
    recording::began,
    store::{
        LegRow, TenantStore, TurnRow,
        log::{Append, NewRow, Source},
    },
};

/// The log instance of a session's recording.
const INSTANCE: &str = "recording";

/// The one who may write it now: a later one fences this one out.
pub struct Writer<'a> {
    app: &'a Arc<App>,
    store: &'a TenantStore,
    session: &'a SessionId,
    turns: &'a [lines::Turn],
    legs: &'a [LegRow],
    epoch: i64,
    last_seq: i64,
    turn_seq: i64,
}

impl<'a> Writer<'a> {
    /// Takes the instance over.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim(
        app: &'a Arc<App>,
        store: &'a TenantStore,
        session: &'a SessionId,
        turns: &'a [lines::Turn],
        legs: &'a [LegRow],
    ) -> Result<Writer<'a>> {
        let (epoch, last_seq) =
            store.write(async |db| db.claim_instance(session, INSTANCE, Source::Recording).await).await?;
        let turn_seq = store.read(async |db| Ok(db.turns_saved(session).await?.1)).await?;
        Ok(Writer { app, store, session, turns, legs, epoch, last_seq, turn_seq })
    }

    /// Keeps spans, and what recognizing one of them cost.
    ///
    /// # Errors
    /// Those of the database; somebody else has taken over.
    pub async fn keep(&mut self, spans: &[Span], cost: Option<Cost>) -> Result<()> {
        let at = self.app.now();
        if let (Some(cost), Some(span)) = (cost, spans.first()) {
            let leg = self.leg(span.start_ms);
            let used = (&cost.usage, cost.model.as_str(), cost.priced);
            self.store.write(async |db| db.add_usage(self.session, leg, used, at).await).await?;
        }
        let rows = spans.iter().map(|span| self.row(span)).collect::<Result<Vec<_>>>()?;
        let mut turns = Vec::new();
        for span in spans {
            if let Some(turn) = self.turn(span) {
                self.turn_seq += 1;
                turns.push(TurnRow { seq: self.turn_seq, leg: self.leg(span.start_ms), turn });
            }
        }
        let append = Append {
            tenant: self.store.tenant().clone(),
            session: self.session.clone(),
            instance: INSTANCE.to_owned(),
            source: Source::Recording,
            epoch: Some(self.epoch),
            first_seq: self.last_seq + 1,
            rows,
            turns,
            received_at: at,
            late: None,
        };
        self.app.appender.append(append).await.map_err(Error::internal)?;
        self.last_seq += spans.len() as i64;
        Ok(())
    }

    fn row(&self, span: &Span) -> Result<NewRow> {
        Ok(NewRow {
            leg: self.leg(span.start_ms),
            kind: SPAN.to_owned(),
            item: Some(item(span)),
            body: serde_json::to_string(span).map_err(Error::internal)?,
            mono_ms: span.start_ms,
        })
    }

    /// What the transcript says of a span. A turn without words that stands there already says that there are none.
    fn turn(&self, span: &Span) -> Option<Turn> {
        let beside = self.turns.iter().find(|turn| span.beside.as_ref() == Some(&turn.item));
        let status = match span.outcome {
            SpanOutcome::Recovered => TurnStatus::Recovered,
            SpanOutcome::Wordless | SpanOutcome::Failed if beside.is_none() => TurnStatus::Voiced,
            SpanOutcome::Wordless | SpanOutcome::Failed | SpanOutcome::Known => return None,
        };
        let before = self.turns.iter().filter(|turn| turn.started_ms <= span.start_ms);
        let question = beside.map_or_else(|| before.max_by_key(|turn| turn.started_ms)?.question, |turn| turn.question);
        // Behind the gap that it fills.
        let started_ms = beside.map_or(span.start_ms, |turn| turn.started_ms.max(span.start_ms));
        Some(Turn {
            item: item(span),
            speaker: Speaker::Candidate,
            kind: TurnKind::Answer,
            question,
            text: if status == TurnStatus::Recovered { span.text.clone() } else { String::new() },
            planned: None,
            status,
            cut: false,
            started_ms,
            ended_ms: span.end_ms.max(started_ms),
        })
    }

    /// The leg that was the newest then.
    fn leg(&self, at_ms: i64) -> i64 {
        let begun = self.legs.iter().filter(|leg| began::ready_ms(self.legs, leg.number) <= at_ms);
        begun.map(|leg| leg.number).max().or(self.legs.first().map(|leg| leg.number)).unwrap_or(1)
    }
}

fn item(span: &Span) -> String {
    format!("recording-{}", span.start_ms)
}
