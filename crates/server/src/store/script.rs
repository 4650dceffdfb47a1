//! Several statements of one company, one after the other whatever each finds. On SQLite they run in one turn of the
//! connection's thread, together with those that open their transaction; on PostgreSQL each by itself.

use std::{borrow::Cow, fmt::Write as _};

use futures_util::TryStreamExt as _;
use sqlx::{Any, AnyConnection, Either, Executor as _, any::AnyArguments, any::AnyRow, query::Query};

use super::{
    Engine, dialect,
    opening::{Halted, Opening},
};

/// A parameter.
pub(super) enum Arg {
    Text(String),
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

/// What became of a statement.
#[derive(Default)]
pub(super) struct Ran {
    /// Rows that it changed.
    pub(super) changed: u64,
    /// Rows that it gave.
    pub(super) rows: Vec<AnyRow>,
}

/// The statements.
pub(super) struct Script {
    engine: Engine,
    /// Named prepared statements.
    named: bool,
    tenant: String,
    statements: Vec<(Cow<'static, str>, Vec<Arg>)>,
}

impl Script {
    /// None yet.
    pub(super) fn new(engine: Engine, named: bool, tenant: &str) -> Script {
        Script { engine, named, tenant: tenant.to_owned(), statements: Vec::new() }
    }

    /// Adds a statement whose `$1` is the tenant already. The text holds placeholders and constants, never data.
    pub(super) fn add(&mut self, sql: impl Into<Cow<'static, str>>, more: impl IntoIterator<Item = Arg>) {
        let args = std::iter::once(Arg::Text(self.tenant.clone())).chain(more).collect();
        self.statements.push((sql.into(), args));
    }

    /// Whose.
    pub(super) fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Runs them in a transaction that has begun, and in which the company's rows can be seen.
    pub(super) async fn run_in(&self, connection: &mut AnyConnection) -> sqlx::Result<Vec<Ran>> {
        self.run(connection, "").await.map_err(|halted| halted.error)
    }

    /// All in one text: the parameters of each follow those of the one before.
    async fn at_once(&self, connection: &mut AnyConnection, before: &'static str) -> Result<Vec<Ran>, Halted> {
        let (mut text, mut args) = (before.to_owned(), Vec::new());
        for (sql, own) in &self.statements {
            shift(&mut text, sql, args.len());
            text.push(';');
            args.extend(own);
        }
        let opening = before.split_terminator(';').count();
        let mut all = collect(connection, self.bound(text.into(), args))
            .await
            .map_err(|(error, done)| Halted { has_begun: done >= opening, error })?;
        Ok(all.split_off(opening.min(all.len())))
    }

    fn bound<'a>(&self, sql: Cow<'static, str>, args: Vec<&Arg>) -> Query<'a, Any, AnyArguments> {
        let query = sqlx::query(dialect::built(sql.into_owned())).persistent(self.named);
        args.into_iter().fold(query, |query, arg| match arg {
            Arg::Text(text) => query.bind(text.clone()),
            Arg::Number(number) => query.bind(*number),
        })
    }
}

impl Opening for Script {
    type Got = Vec<Ran>;

    async fn run(&self, connection: &mut AnyConnection, before: &'static str) -> Result<Vec<Ran>, Halted> {
        if self.engine == Engine::Sqlite {
            return self.at_once(connection, before).await;
        }
        let mut all = Vec::with_capacity(self.statements.len());
        for (sql, args) in &self.statements {
            let ran = collect(connection, self.bound(sql.clone(), args.iter().collect())).await;
            all.extend(ran.map_err(|(error, _)| Halted::within(error))?);
        }
        Ok(all)
    }
}

/// What became of each statement of a text; of one that fails, the error and how many were done before it.
async fn collect(
    connection: &mut AnyConnection,
    query: Query<'_, Any, AnyArguments>,
) -> Result<Vec<Ran>, (sqlx::Error, usize)> {
    let mut results = connection.fetch_many(query);
    let (mut all, mut current) = (Vec::new(), Ran::default());
    loop {
        match results.try_next().await {
            Ok(Some(Either::Right(row))) => current.rows.push(row),
            Ok(Some(Either::Left(done))) => {
                all.push(Ran { changed: done.rows_affected(), ..std::mem::take(&mut current) });
            }
            Ok(None) => return Ok(all),
            Err(error) => return Err((error, all.len())),
        }
    }
}

/// Adds a statement with each of its parameters `by` places later.
fn shift(text: &mut String, sql: &str, by: usize) {
    let mut pieces = sql.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (number, rest) = piece.split_at(piece.bytes().take_while(u8::is_ascii_digit).count());
        // Writing into a string cannot fail.
        let _ = match number.parse::<usize>() {
            Ok(number) => write!(text, "${}{rest}", number + by),
            Err(_) => write!(text, "${piece}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::shift;

    #[test]
    fn parameters_keep_their_order_behind_those_before() {
        let mut text = "begin;".to_owned();
        shift(&mut text, "select $1, '$', $12 from t where a = $2", 3);
        assert_eq!(text, "begin;select $4, '$', $15 from t where a = $5");
    }
}
