//! What one company's appends write: lists as JSON, so that the same few statements with the same few parameters do for
//! every number of rows.

use std::sync::LazyLock;

use sqlx::FromRow as _;

use super::draft::Draft;
use crate::store::{
    Engine, Store, dialect,
    script::{Ran, Script},
    turns,
    tx::Tx,
};

/// A session that a page writes to: id, state, newest revision. On SQLite only those that are over.
pub(super) type Session = (String, String, i64);

/// The statements. `$1` is the company, `$2` a list.
struct Statements {
    /// `[session]`. Locked against being sealed until the transaction is over: a seal either covers the rows that are
    /// written, or is known here.
    sessions: String,
    /// `[session, instance, epoch, place and hash before, place and hash after]`: only from where it was believed to be.
    cursors: String,
    /// `[session, instance, seq, source, leg, kind, item, body, mono_ms, received_at, hash]`
    rows: String,
    /// See [`turns::rows`].
    turns: String,
}

impl Statements {
    fn new(engine: Engine) -> Statements {
        let list = dialect::list(engine);
        let locked = engine.pick(" and state = 'finished'", " order by id for no key update");
        Statements {
            sessions: format!(
                "select id, state, revision from sessions where tenant_id = $1 and id in (select value ->> 0 from {list}){locked}"
            ),
            // Materialized: otherwise SQLite reads the list for each of the company's cursors.
            cursors: format!(
                "with list as materialized (select value from {list}) \
                 update log_cursors set last_seq = cast(value ->> 5 as bigint), head = value ->> 6 from list \
                 where tenant_id = $1 and session_id = value ->> 0 and instance_id = value ->> 1 \
                 and epoch = cast(value ->> 2 as bigint) and last_seq = cast(value ->> 3 as bigint) and head = value ->> 4"
            ),
            rows: format!(
                "insert into log_rows (tenant_id, session_id, instance_id, seq, source, leg, kind, item_id, body, \
                 mono_ms, received_at, hash) select $1, value ->> 0, value ->> 1, cast(value ->> 2 as bigint), \
                 value ->> 3, cast(value ->> 4 as bigint), value ->> 5, value ->> 6, value ->> 7, \
                 cast(value ->> 8 as bigint), cast(value ->> 9 as bigint), value ->> 10 from {list}"
            ),
            turns: turns::upsert(list),
        }
    }

    fn of(engine: Engine) -> &'static Statements {
        static SQLITE: LazyLock<Statements> = LazyLock::new(|| Statements::new(Engine::Sqlite));
        static POSTGRES: LazyLock<Statements> = LazyLock::new(|| Statements::new(Engine::Postgres));
        match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        }
    }
}

/// What is to be written.
pub(super) struct Sheet {
    script: Script,
    has_pages: bool,
    /// How many cursors must move.
    moves: u64,
}

impl Sheet {
    /// Of a draft that has something to write.
    pub(super) fn new(store: &Store, draft: &Draft<'_>) -> Sheet {
        let all = Statements::of(store.engine());
        let mut script = Script::new(store.engine(), store.0.named, draft.tenant);
        let sessions = draft.sessions();
        if let Some(sessions) = &sessions {
            script.add(all.sessions.as_str(), [sessions.as_str().into()]);
        }
        let (moves, cursors) = draft.moved();
        script.add(all.cursors.as_str(), [cursors.into()]);
        script.add(all.rows.as_str(), [draft.rows().into()]);
        if let Some(turns) = draft.turns() {
            script.add(all.turns.as_str(), [turns.into()]);
        }
        Sheet { script, has_pages: sessions.is_some(), moves }
    }

    /// Begins a transaction with it. The sessions that pages write to.
    pub(super) async fn begin(&self, store: &Store) -> sqlx::Result<(Tx, Vec<Session>)> {
        let (tx, ran) = store.begin_with(&self.script).await?;
        Ok((tx, self.read(&ran)?))
    }

    /// Writes it in a transaction that has begun and entered the company.
    pub(super) async fn write(&self, tx: &mut Tx) -> sqlx::Result<Vec<Session>> {
        let ran = self.script.run_in(tx).await?;
        self.read(&ran)
    }

    fn read(&self, ran: &[Ran]) -> sqlx::Result<Vec<Session>> {
        let cursors = usize::from(self.has_pages);
        if ran.get(cursors).map(|ran| ran.changed) != Some(self.moves) {
            return Err(sqlx::Error::Protocol("a cursor is not where it was".into()));
        }
        let sessions = ran[..cursors].iter().flat_map(|ran| &ran.rows);
        sessions.map(Session::from_row).collect()
    }
}

/// Locks the sessions that pages write to on PostgreSQL. Before any cursor, everywhere: two nodes cannot deadlock.
pub(super) async fn lock_sessions(store: &Store, tx: &mut Tx, draft: &Draft<'_>) -> sqlx::Result<()> {
    if let (Engine::Postgres, Some(sessions)) = (store.engine(), draft.sessions()) {
        let mut script = Script::new(store.engine(), store.0.named, draft.tenant);
        script.add(Statements::of(store.engine()).sessions.as_str(), [sessions.into()]);
        script.run_in(tx).await?;
    }
    Ok(())
}
