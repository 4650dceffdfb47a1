//! The transcript as it is read. Rows are written only by the log's writer, in the transaction of their log rows.

use super::{Db, Store, dialect, errors::unreadable, tx::Tx};
use crate::{error::Result, ids::SessionId};
use interview::Turn;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A turn and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRow {
    /// The watcher's cursor: rises with every change, also when an entry is replaced.
    pub seq: i64,
    /// The leg in which it was said.
    pub leg: i64,
    /// What was said.
    pub turn: Turn,
}

type Columns = (i64, i64, String, String, String, Option<i64>, String, String, i64, i64, i64, Option<String>);

const COLUMNS: &str = "seq, leg, item, speaker, kind, question, text, status, cut, started_ms, ended_ms, planned";

/// Writes turns; one with a known item replaces it and keeps its place.
pub(super) async fn upsert(
    store: &Store,
    tx: &mut Tx,
    tenant: &str,
    turns: &[(&SessionId, &TurnRow)],
) -> sqlx::Result<()> {
    // A statement may touch a row only once: of one item, the last counts, at the place of the first.
    let mut latest: BTreeMap<(&str, &str), (i64, &TurnRow)> = BTreeMap::new();
    for (session, row) in turns {
        let known = latest.entry((session.as_str(), row.turn.item.as_str())).or_insert((row.seq, row));
        known.1 = row;
    }
    let latest: Vec<_> = latest.into_iter().collect();
    for piece in dialect::pieces(&latest) {
        let sql = format!(
            "insert into turns (tenant_id, session_id, item, place, seq, leg, speaker, kind, question, text, status, \
             cut, started_ms, ended_ms, planned) values {} \
             on conflict (tenant_id, session_id, item) do update set seq = excluded.seq, kind = excluded.kind, \
             question = excluded.question, text = excluded.text, status = excluded.status, cut = excluded.cut, \
             started_ms = excluded.started_ms, ended_ms = excluded.ended_ms, planned = excluded.planned \
             where turns.seq < excluded.seq",
            dialect::values(1, piece.len(), 15)
        );
        let mut query = sqlx::query(dialect::batch(store.engine(), sql)).persistent(store.0.named);
        for ((session, item), (place, row)) in piece {
            let turn = &row.turn;
            query = query.bind(tenant).bind(*session).bind(*item).bind(*place).bind(row.seq).bind(row.leg);
            query = query.bind(word(&turn.speaker)).bind(word(&turn.kind)).bind(turn.question.map(|q| q as i64));
            query = query.bind(turn.text.as_str()).bind(word(&turn.status)).bind(i64::from(turn.cut));
            query = query.bind(turn.started_ms).bind(turn.ended_ms).bind(turn.planned.as_deref());
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

impl Db {
    /// All turns of a session in the order of the talk.
    pub async fn transcript(&mut self, session: &SessionId) -> Result<Vec<TurnRow>> {
        let sql =
            format!("select {COLUMNS} from turns where tenant_id = $1 and session_id = $2 order by started_ms, place");
        self.turns(sql, session, None).await
    }

    /// Turns that changed after `seq`, in the order of their change.
    pub async fn turns_after(&mut self, session: &SessionId, seq: i64) -> Result<Vec<TurnRow>> {
        let sql =
            format!("select {COLUMNS} from turns where tenant_id = $1 and session_id = $2 and seq > $3 order by seq");
        self.turns(sql, session, Some(seq)).await
    }

    async fn turns(&mut self, sql: String, session: &SessionId, after: Option<i64>) -> Result<Vec<TurnRow>> {
        let mut query = self.query_as::<Columns>(dialect::built(sql)).bind(session.as_str());
        if let Some(after) = after {
            query = query.bind(after);
        }
        query.fetch_all(self.on()).await?.into_iter().map(turn).collect()
    }

    /// How many turns a session has and its last seq; zeros before the first.
    pub async fn turns_saved(&mut self, session: &SessionId) -> Result<(i64, i64)> {
        let query = self.query_as(
            "select cast(count(*) as bigint), cast(coalesce(max(seq), 0) as bigint) from turns \
             where tenant_id = $1 and session_id = $2",
        );
        Ok(query.bind(session.as_str()).fetch_one(self.on()).await?)
    }
}

fn turn(row: Columns) -> Result<TurnRow> {
    let (seq, leg, item, speaker, kind, question, text, status, cut, started_ms, ended_ms, planned) = row;
    let turn = Turn {
        item,
        speaker: read(speaker)?,
        kind: read(kind)?,
        question: question.and_then(|q| usize::try_from(q).ok()),
        text,
        planned,
        status: read(status)?,
        cut: cut != 0,
        started_ms,
        ended_ms,
    };
    Ok(TurnRow { seq, leg, turn })
}

/// The snake_case word of a plain enum, as in JSON.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("plain enums are strings in JSON, not {other:?}"),
    }
}

fn read<T: DeserializeOwned>(word: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(unreadable)
}
