//! The only place that knows SQL: one query text for SQLite and PostgreSQL, the tenant in the type of the handle.
//!
//! Two doors: [`Store::tenant`] for everything that belongs to a company, [`Store::system`] for the few tables that
//! lead to one. Both run closures in one transaction; nothing is awaited in them but the database.
//!
//! Rules: no boolean columns or results (`case when .. then 1 else 0 end`); every aggregate `cast(.. as bigint)`;
//! `$1` is the tenant in every statement; every statement goes through [`Db::query`] or [`Db::query_as`].

mod audit;
pub mod budget;
mod candidates;
mod consents;
pub mod damage;
mod dialect;
mod doors;
mod errors;
mod handle;
mod invitations;
mod jobs;
mod lane;
mod legs;
pub mod live;
pub mod log;
mod members;
mod opening;
mod plans;
mod positions;
mod providers;
mod queue;
mod recordings;
mod renders;
mod scoped;
mod script;
mod seals;
mod sessions;
mod tenants;
mod turns;
mod tx;

pub use candidates::{ApplicationRow, NewCandidate, spoken_name};
pub use consents::ConsentRow;
pub use dialect::Engine;
pub use doors::{DoorKind, DoorTarget};
pub use handle::Store;
pub use invitations::{InvitationRow, InvitationState, NewInvitation};
pub use jobs::{JobRow, NewJob};
pub use legs::LegRow;
pub use members::MemberRow;
pub use plans::{PlanRow, PlanVersionRow};
pub use positions::PositionRow;
pub use providers::{ProviderRow, StoredKey};
pub use recordings::{EngineSegment, Keeping, Kept, NewChunk, Place, RecordingRow, Unclosed};
pub use scoped::{Db, System, SystemStore, TenantStore};
pub use seals::{CursorRow, OddSession, SealRow};
pub use sessions::{NewSession, SessionFilter, SessionRow};
pub use tenants::TenantRow;
pub use turns::TurnRow;

use crate::error::{Error, Result};
use sqlx::{AnyConnection, Connection};
use std::path::Path;

/// Applies the migrations over its own connection. On PostgreSQL: as the owning role and never through a transaction
/// pooler, because it takes a session lock.
pub async fn migrate(url: &str) -> Result<()> {
    sqlx::any::install_default_drivers();
    let engine = Engine::of(url).ok_or_else(errors::bad_url)?;
    let mut connection = AnyConnection::connect(url).await?;
    engine.prepare(&mut connection, false).await?;
    engine.migrator().run(&mut connection).await.map_err(errors::migration)?;
    connection.close().await?;
    Ok(())
}

/// Writes an SQLite database as it is now into a new file, while others read and write it, and checks the copy.
pub async fn snapshot(url: &str, to: &Path) -> Result<()> {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    let place = to.to_string_lossy().into_owned();
    sqlx::query("vacuum into $1").bind(&place).execute(&mut connection).await?;
    connection.close().await?;
    let mut copy = AnyConnection::connect(&format!("sqlite://{place}?mode=ro")).await?;
    let (verdict,): (String,) = sqlx::query_as("pragma integrity_check").fetch_one(&mut copy).await?;
    copy.close().await?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(Error::internal(anyhow::anyhow!("the copy of the database is damaged, and so may be the original: {verdict}")))
}

/// The one row, or "not found".
fn found<T>(row: Option<T>) -> Result<T> {
    row.ok_or_else(Error::not_found)
}

/// Refuses an update that met no row.
fn met(result: &sqlx::any::AnyQueryResult) -> Result<()> {
    if result.rows_affected() == 0 { Err(Error::not_found()) } else { Ok(()) }
}
