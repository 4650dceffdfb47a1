//! Database errors as the server's errors: busy and full are told apart, the rest is a fault of ours.

use std::{borrow::Cow, fmt};

use sqlx::error::{DatabaseError, ErrorKind};

use crate::error::{Code, Error};

/// SQLite's primary result codes for "locked" and "full".
const SQLITE_BUSY: i64 = 5;
const SQLITE_LOCKED: i64 = 6;
const SQLITE_FULL: i64 = 13;
const SQLITE_CORRUPT: i64 = 11;
const SQLITE_NOTADB: i64 = 26;

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Self {
        let code = match &e {
            sqlx::Error::RowNotFound => return Error::not_found(),
            sqlx::Error::PoolTimedOut => Code::DatabaseBusy,
            sqlx::Error::Database(d) => code_of(d.code().as_deref().unwrap_or_default()),
            _ => Code::Internal,
        };
        match code {
            Code::DatabaseBusy => Error::new(code, "The database is busy or locked by another process. Try again.")
                .retry_after(2)
                .because(e),
            Code::DiskFull => Error::new(code, "The disk is full: nothing more can be saved until space is made.")
                .retry_after(30)
                .because(e),
            Code::DatabaseDamaged => Error::new(
                code,
                "This cannot be read: the database file is damaged. Whoever runs the server finds what to do with `insights doctor`.",
            )
            .because(e),
            _ => Error::internal(e),
        }
    }
}

fn code_of(code: &str) -> Code {
    match code.parse::<i64>().map(|n| n & 0xff) {
        Ok(SQLITE_BUSY | SQLITE_LOCKED) if code.len() <= 4 => Code::DatabaseBusy,
        Ok(SQLITE_FULL) if code.len() <= 4 => Code::DiskFull,
        Ok(SQLITE_CORRUPT | SQLITE_NOTADB) if code.len() <= 4 => Code::DatabaseDamaged,
        _ => match code {
            "53100" => Code::DiskFull,
            "53300" | "55P03" | "57P03" | "40001" | "40P01" => Code::DatabaseBusy,
            _ => Code::Internal,
        },
    }
}

/// Whether the next try would fail like this one, after as long a wait: locked by another process, full, overrun.
pub(super) fn is_stuck(e: &sqlx::Error) -> bool {
    let sqlx::Error::Database(d) = e else { return matches!(e, sqlx::Error::PoolTimedOut) };
    let code = d.code();
    let code = code.as_deref().unwrap_or_default();
    // PostgreSQL's deadlocks and serialization failures are over when they are told.
    !matches!(code, "40001" | "40P01") && matches!(code_of(code), Code::DatabaseBusy | Code::DiskFull)
}

/// Whether a statement failed because the row is there already.
pub(super) fn is_repeat(e: &sqlx::Error) -> bool {
    matches!(e, sqlx::Error::Database(d) if d.is_unique_violation())
}

/// A stored JSON text that does not read back is a fault of ours.
pub(super) fn unreadable(e: serde_json::Error) -> Error {
    Error::internal(anyhow::Error::new(e).context("a stored JSON text does not read back"))
}

pub(super) fn bad_url() -> Error {
    Error::internal(anyhow::anyhow!("the database URL must begin with sqlite: or postgres:"))
}

#[expect(clippy::needless_pass_by_value, reason = "given to map_err")]
pub(super) fn migration(e: sqlx::migrate::MigrateError) -> Error {
    let busy = matches!(&e, sqlx::migrate::MigrateError::Execute(sqlx::Error::Database(d))
        if code_of(d.code().as_deref().unwrap_or_default()) == Code::DatabaseBusy);
    let code = if busy { Code::DatabaseBusy } else { Code::Internal };
    Error::new(code, "The database could not be brought up to date.").because(anyhow::anyhow!(e.to_string()))
}

pub(super) fn schema(is: i64, wanted: i64) -> Error {
    let why = if is < wanted { "run `insights migrate` first" } else { "this program is older than the database" };
    Error::internal(anyhow::anyhow!("the database schema is {is}, this program needs {wanted}: {why}"))
}

/// A failed commit as each of those who shared it is told.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    code: Option<String>,
    text: String,
}

impl Failure {
    pub(super) fn of(error: &sqlx::Error) -> Failure {
        let code = error.as_database_error().and_then(DatabaseError::code).map(Cow::into_owned);
        Failure { code, text: error.to_string() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the shared commit failed: {}", self.text)
    }
}

impl std::error::Error for Failure {}

impl DatabaseError for Failure {
    fn message(&self) -> &str {
        &self.text
    }

    fn code(&self) -> Option<Cow<'_, str>> {
        self.code.as_deref().map(Cow::Borrowed)
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
