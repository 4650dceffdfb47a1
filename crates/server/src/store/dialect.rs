//! Everything that differs between SQLite and PostgreSQL.

use crate::mutant::{self, Mutant};
use serde::Serialize;
use sqlx::{
    AnyConnection, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

/// A database that the store runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// One file on this machine.
    Sqlite,
    /// A server.
    Postgres,
}

const SHARED: &[(i64, &str, &str)] = &[
    (1, "people", include_str!("../../migrations/shared/0001_people.sql")),
    (2, "positions", include_str!("../../migrations/shared/0002_positions.sql")),
    (3, "invitations", include_str!("../../migrations/shared/0003_invitations.sql")),
    (4, "sessions", include_str!("../../migrations/shared/0004_sessions.sql")),
    (5, "jobs", include_str!("../../migrations/shared/0005_jobs.sql")),
    (7, "providers", include_str!("../../migrations/shared/0007_providers.sql")),
    (9, "budgets", include_str!("../../migrations/shared/0009_budgets.sql")),
    (13, "planned words", include_str!("../../migrations/shared/0013_planned_words.sql")),
    (20, "seals", include_str!("../../migrations/shared/0020_seals.sql")),
    (30, "recordings", include_str!("../../migrations/shared/0030_recordings.sql")),
    (32, "recording sides", include_str!("../../migrations/shared/0032_recording_sides.sql")),
    (33, "jobs by what they do", include_str!("../../migrations/shared/0033_jobs_of.sql")),
    (34, "indexes", include_str!("../../migrations/shared/0034_indexes.sql")),
];
const POSTGRES: &[(i64, &str, &str)] = &[
    (6, "row security", include_str!("../../migrations/postgres/0006_row_security.sql")),
    (8, "row security of providers", include_str!("../../migrations/postgres/0008_providers.sql")),
    (10, "row security of budgets", include_str!("../../migrations/postgres/0010_budgets_row_security.sql")),
    (21, "row security of seals", include_str!("../../migrations/postgres/0021_seals_row_security.sql")),
    (31, "row security of recordings", include_str!("../../migrations/postgres/0031_recordings_row_security.sql")),
];

impl Engine {
    /// Which engine a URL names.
    pub fn of(url: &str) -> Option<Engine> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Engine::Sqlite),
            "postgres" | "postgresql" => Some(Engine::Postgres),
            _ => None,
        }
    }

    /// One of two texts that mean the same, where only PostgreSQL knows (and needs) row locks.
    pub(super) fn pick(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Engine::Sqlite => sqlite,
            Engine::Postgres => postgres,
        }
    }

    /// Runs once on each new connection. `synchronous = full`: an acknowledged commit survives power loss.
    /// `temp_store`: what a savepoint would restore need not be on disk. `wal_autocheckpoint`: 16 MiB, as whoever commits
    /// waits while the log of changes is brought into the file.
    pub(super) async fn prepare(self, c: &mut AnyConnection, read_only: bool) -> sqlx::Result<()> {
        if self == Engine::Sqlite {
            sqlx::raw_sql(
                "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; \
                 pragma secure_delete = on; pragma temp_store = memory; pragma wal_autocheckpoint = 4000;",
            )
            .execute(&mut *c)
            .await?;
            if mutant::is(Mutant::NoFsync) {
                sqlx::raw_sql("pragma synchronous = off").execute(&mut *c).await?;
            }
            if read_only {
                // The system keeps the file's pages at hand; eight readers need not do it again.
                sqlx::raw_sql("pragma query_only = on; pragma cache_size = -256").execute(&mut *c).await?;
            }
        }
        Ok(())
    }

    /// The number of the newest migration.
    pub(super) fn newest(self) -> i64 {
        self.migrations().map(|(version, ..)| *version).max().unwrap_or(0)
    }

    pub(super) fn migrator(self) -> Migrator {
        let all = self
            .migrations()
            .map(|(v, what, sql)| Migration::new(*v, (*what).into(), MigrationType::Simple, sql.into_sql_str(), false));
        Migrator::with_migrations(all.collect())
    }

    fn migrations(self) -> impl Iterator<Item = &'static (i64, &'static str, &'static str)> {
        let own: &'static [_] = match self {
            Engine::Sqlite => &[],
            Engine::Postgres => POSTGRES,
        };
        SHARED.iter().chain(own)
    }
}

/// The only door for built SQL: the text holds placeholders and constants, never data.
pub(super) fn built(sql: String) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(sql)
}

/// A JSON array that is `$2`, as rows with a column `value`: one parameter however many rows.
pub(super) fn list(engine: Engine) -> &'static str {
    engine.pick("json_each($2) as list", "jsonb_array_elements(cast($2 as jsonb)) as list (value)")
}

/// The text of such an array.
pub(super) fn json(list: &impl Serialize) -> String {
    serde_json::to_string(list).unwrap_or_else(|e| unreachable!("texts and numbers are always JSON: {e}"))
}
