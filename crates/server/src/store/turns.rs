//! The transcript as it is read. Rows are written only by the log's writer, in the transaction of their log rows.

use super::{Db, dialect, errors::unreadable};
use crate::{error::Result, ids::SessionId};
use interview::Turn;
use serde::de::DeserializeOwned;
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

/// The statement that writes a list of [`rows`]; one with a known item replaces it and keeps its place.
pub(super) fn upsert(list: &str) -> String {
    format!(
        "insert into turns (tenant_id, session_id, item, place, seq, leg, speaker, kind, question, text, status, \
         cut, started_ms, ended_ms, planned) select $1, value ->> 0, value ->> 1, cast(value ->> 2 as bigint), \
         cast(value ->> 3 as bigint), cast(value ->> 4 as bigint), value ->> 5, value ->> 6, \
         cast(value ->> 7 as bigint), value ->> 8, value ->> 9, cast(value ->> 10 as bigint), \
         cast(value ->> 11 as bigint), cast(value ->> 12 as bigint), value ->> 13 from {list} where true \
         on conflict (tenant_id, session_id, item) do update set seq = excluded.seq, kind = excluded.kind, \
         question = excluded.question, text = excluded.text, status = excluded.status, cut = excluded.cut, \
         started_ms = excluded.started_ms, ended_ms = excluded.ended_ms, planned = excluded.planned \
         where turns.seq < excluded.seq"
    )
}

/// Turns as a JSON list; `None`: there are none. A statement may touch a row only once: of one item, the last counts, at
/// the place of the first.
pub(super) fn rows<'a>(turns: impl Iterator<Item = (&'a SessionId, &'a TurnRow)>) -> Option<String> {
    let mut latest: BTreeMap<(&str, &str), (i64, &TurnRow)> = BTreeMap::new();
    for (session, row) in turns {
        latest.entry((session.as_str(), row.turn.item.as_str())).or_insert((row.seq, row)).1 = row;
    }
    let row = |((session, item), (place, row)): ((&'a str, &'a str), (i64, &'a TurnRow))| {
        let TurnRow { seq, leg, turn } = row;
        let Turn { speaker, kind, question, text, status, cut, started_ms, ended_ms, planned, .. } = turn;
        let cut = i64::from(*cut);
        (session, item, place, seq, leg, speaker, kind, question, text, status, cut, started_ms, ended_ms, planned)
    };
    let rows: Vec<_> = latest.into_iter().map(row).collect();
    (!rows.is_empty()).then(|| dialect::json(&rows))
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

fn read<T: DeserializeOwned>(word: String) -> Result<T> {
    serde_json::from_value(serde_json::Value::String(word)).map_err(unreadable)
}
