//! Seals, and what they are made of.

use interview::Timestamp;

use super::{Db, errors::unreadable};
use crate::{
    error::Result,
    evidence::{
        lines::Row,
        reason::Reason,
        statement::{Outcome, Seal, Statement},
    },
    ids::SessionId,
};

/// A revision of a session's seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealRow {
    /// From 1.
    pub revision: i64,
    /// When it was made.
    pub sealed_at: Timestamp,
    /// The root of everything.
    pub root: String,
    /// Statement and signature.
    pub seal: Seal,
    /// What the interview was; with the first revision only.
    pub about: Option<String>,
}

/// How far a writer of the log is: instance, last place, hash of that place.
pub type CursorRow = (String, i64, String);

/// A session with something to look at, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddSession {
    /// Which.
    pub session: SessionId,
    /// `complete`, `incomplete` or `open`.
    pub completeness: String,
    /// Why, in words.
    pub reasons: Vec<Reason>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// The newest revision; 0: not sealed yet.
    pub revision: i64,
    /// The newest statement.
    pub statement: Option<String>,
}

impl Db {
    /// Locks a session against appends of late pages and other seals; gives its newest revision.
    pub async fn lock_seal(&mut self, session: &SessionId) -> Result<i64> {
        let sql = self.engine.pick(
            "select revision from sessions where tenant_id = $1 and id = $2",
            "select revision from sessions where tenant_id = $1 and id = $2 for no key update",
        );
        Ok(self.query_as::<(i64,)>(sql).bind(session.as_str()).fetch_one(self.on()).await?.0)
    }

    /// Keeps a revision and what it says of the transcript.
    pub async fn add_seal(&mut self, row: &SealRow, statement: &Statement, session: &SessionId) -> Result<()> {
        self.query(
            "insert into seals (tenant_id, session_id, revision, sealed_at, root, statement, signature, about) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(session.as_str())
        .bind(row.revision)
        .bind(row.sealed_at.0)
        .bind(row.root.as_str())
        .bind(row.seal.statement.as_str())
        .bind(row.seal.signature.as_str())
        .bind(row.about.as_deref())
        .execute(self.on())
        .await?;
        let completeness = if statement.outcome == Outcome::Complete { "complete" } else { "incomplete" };
        self.query(
            "update sessions set revision = $3, completeness = $4, reasons = $5 where tenant_id = $1 and id = $2",
        )
        .bind(session.as_str())
        .bind(row.revision)
        .bind(completeness)
        .bind(serde_json::to_string(&statement.reasons).map_err(unreadable)?)
        .execute(self.on())
        .await?;
        Ok(())
    }

    /// All revisions, in order.
    pub async fn seals(&mut self, session: &SessionId) -> Result<Vec<SealRow>> {
        let query = self.query_as::<(i64, i64, String, String, String, Option<String>)>(
            "select revision, sealed_at, root, statement, signature, about from seals \
             where tenant_id = $1 and session_id = $2 order by revision",
        );
        let rows = query.bind(session.as_str()).fetch_all(self.on()).await?;
        let row = |(revision, sealed_at, root, statement, signature, about)| SealRow {
            revision,
            sealed_at: Timestamp(sealed_at),
            root,
            seal: Seal { statement, signature },
            about,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Every row of the log: by writer, in the order of their ids' bytes, each in order.
    pub async fn evidence_rows(&mut self, session: &SessionId) -> Result<Vec<Row>> {
        type Columns = (String, i64, String, i64, String, Option<String>, String, i64, i64, String);
        let query = self.query_as::<Columns>(
            "select instance_id, seq, source, leg, kind, item_id, body, mono_ms, received_at, hash from log_rows \
             where tenant_id = $1 and session_id = $2 order by instance_id, seq",
        );
        let rows = query.bind(session.as_str()).fetch_all(self.on()).await?;
        let row = |(instance, seq, source, leg, kind, item, body, mono_ms, received_at, hash)| Row {
            instance,
            source,
            seq,
            leg,
            kind,
            item,
            mono_ms,
            received_at,
            hash,
            body,
        };
        let mut rows: Vec<Row> = rows.into_iter().map(row).collect();
        // Databases sort text in their own ways.
        rows.sort_by(|a, b| a.instance.as_bytes().cmp(b.instance.as_bytes()).then(a.seq.cmp(&b.seq)));
        Ok(rows)
    }

    /// How far each writer is.
    pub async fn cursors(&mut self, session: &SessionId) -> Result<Vec<CursorRow>> {
        let query = self
            .query_as("select instance_id, last_seq, head from log_cursors where tenant_id = $1 and session_id = $2");
        let mut rows: Vec<CursorRow> = query.bind(session.as_str()).fetch_all(self.on()).await?;
        rows.sort();
        Ok(rows)
    }

    /// Finished sessions that were never sealed.
    pub async fn unsealed_sessions(&mut self) -> Result<Vec<SessionId>> {
        let query = self.query_as::<(String,)>(
            "select id from sessions where tenant_id = $1 and state = 'finished' and revision = 0 order by id",
        );
        Ok(query.fetch_all(self.on()).await?.into_iter().map(|(id,)| SessionId::stored(id)).collect())
    }

    /// Waits no longer for the rest of the candidate's page; the first time counts. False: it was given up before.
    pub async fn write_off_page(&mut self, session: &SessionId, at: Timestamp) -> Result<bool> {
        let query = self.query(
            "update sessions set page_written_off_at = $3 \
             where tenant_id = $1 and id = $2 and page_written_off_at is null",
        );
        Ok(query.bind(session.as_str()).bind(at.0).execute(self.on()).await?.rows_affected() > 0)
    }

    /// When the wait for the rest of the candidate's page was given up.
    pub async fn page_written_off(&mut self, session: &SessionId) -> Result<Option<Timestamp>> {
        let query = self
            .query_as::<(Option<i64>,)>("select page_written_off_at from sessions where tenant_id = $1 and id = $2");
        Ok(query.bind(session.as_str()).fetch_one(self.on()).await?.0.map(Timestamp))
    }

    /// Finished sessions and what their newest seals say, newest first.
    pub async fn sealed_sessions(&mut self) -> Result<Vec<OddSession>> {
        type Columns = (String, String, Option<String>, Option<i64>, i64, Option<String>);
        let query = self.query_as::<Columns>(
            "select s.id, s.completeness, s.reasons, s.ended_at, s.revision, l.statement from sessions s \
             left join seals l on l.tenant_id = s.tenant_id and l.session_id = s.id and l.revision = s.revision \
             where s.tenant_id = $1 and s.state = 'finished' order by s.ended_at desc, s.id desc limit 500",
        );
        let rows = query.fetch_all(self.on()).await?;
        let row = |(id, completeness, reasons, ended_at, revision, statement): Columns| {
            Ok(OddSession {
                session: SessionId::stored(id),
                completeness,
                reasons: super::live::reasons(reasons.as_deref())?,
                ended_at: ended_at.map(Timestamp),
                revision,
                statement,
            })
        };
        rows.into_iter().map(row).collect()
    }
}
