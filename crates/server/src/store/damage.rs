//! Whether the database's file is whole.

use super::{Db, Engine, errors};
use crate::{error::Result, ids::SessionId};
use sqlx::{AnyConnection, Connection};

/// Findings that are told one by one.
const MOST: usize = 20;

/// What SQLite finds broken in its file, in its own words; nothing: it is whole. PostgreSQL looks after its own files.
pub async fn findings(url: &str) -> Result<Vec<String>> {
    sqlx::any::install_default_drivers();
    let engine = Engine::of(url).ok_or_else(errors::bad_url)?;
    if engine == Engine::Postgres {
        return Ok(Vec::new());
    }
    let mut connection = AnyConnection::connect(url).await?;
    engine.prepare(&mut connection, true).await?;
    let sql = format!("pragma quick_check({MOST})");
    // The check itself stops at damage that is bad enough.
    let told = sqlx::query_as::<_, (String,)>(super::dialect::built(sql)).fetch_all(&mut connection).await;
    connection.close().await?;
    let lines = |(text,): (String,)| text.lines().map(str::to_owned).collect::<Vec<_>>();
    match told {
        Ok(rows) => Ok(rows.into_iter().flat_map(lines).filter(|line| line != "ok").collect()),
        Err(error) => Ok(vec![error.to_string()]),
    }
}

impl Db {
    /// Every session, oldest first.
    pub async fn session_ids(&mut self) -> Result<Vec<SessionId>> {
        let query = self.query_as::<(String,)>("select id from sessions where tenant_id = $1 order by id");
        Ok(query.fetch_all(self.on()).await?.into_iter().map(|(id,)| SessionId::stored(id)).collect())
    }
}
