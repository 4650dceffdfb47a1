//! Sessions as a recruiter reads them. Everything here comes from committed rows, but the live view.

use super::{
    extract::{Path, Query},
    views::{Items, SessionHead, SessionRow, TurnView},
};
use crate::caller::{Caller, Recruiter};
use crate::clock::api_ms;
use crate::error::{Error, Result};
use crate::ids::SessionId;
use crate::store::{LegRow, SessionFilter};
use axum::Json;
use interview::{View, plan::Plan};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which sessions.
#[derive(Deserialize, IntoParams)]
pub struct SessionQuery {
    /// `ready`, `live`, `interrupted` or `finished`.
    state: Option<String>,
}

/// One call at the voice provider.
#[derive(Serialize, ToSchema)]
pub struct LegView {
    number: i64,
    started_at: i64,
    ended_at: Option<i64>,
    end_reason: Option<String>,
}

/// What the candidate agreed to.
#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    version: String,
    accepted_at: i64,
}

/// Something that somebody other than us did to a call, which was undone where it could be.
#[derive(Serialize, ToSchema)]
pub struct IntegrityEvent {
    at: i64,
    /// In words.
    what: String,
}

/// A session with its transcript.
#[derive(Serialize, ToSchema)]
pub struct Session {
    #[serde(flatten)]
    head: SessionHead,
    plan: Plan,
    /// The transcript, in order.
    turns: Vec<TurnView>,
    legs: Vec<LegView>,
    consent: Option<ConsentView>,
    /// Why the transcript is incomplete, in words; empty while it is open or complete.
    reasons: Vec<String>,
    /// What the candidate's page did to the calls beyond talking.
    integrity: Vec<IntegrityEvent>,
    /// Of the running interview, if it runs.
    view: Option<View>,
}

/// Lists sessions, newest first.
#[utoipa::path(get, path = "/v1/sessions", tag = "sessions", params(SessionQuery), responses((status = 200, body = Items<SessionRow>)), security(("recruiter" = [])))]
pub async fn list_sessions(
    cx: Caller<Recruiter>,
    Query(query): Query<SessionQuery>,
) -> Result<Json<Items<SessionRow>>> {
    if let Some(state) = &query.state
        && !["ready", "live", "interrupted", "finished"].contains(&state.as_str())
    {
        return Err(Error::invalid("state", "This is ready, live, interrupted or finished."));
    }
    let rows = cx.store.read(async |db| db.sessions(&SessionFilter { state: query.state }).await).await?;
    Ok(Json(Items { items: rows.into_iter().map(SessionRow::from).collect() }))
}

/// Gives one session with its transcript.
#[utoipa::path(get, path = "/v1/sessions/{id}", tag = "sessions", params(("id" = SessionId, Path)), responses((status = 200, body = Session)), security(("recruiter" = [])))]
pub async fn get_session(cx: Caller<Recruiter>, Path(id): Path<SessionId>) -> Result<Json<Session>> {
    let view = cx.app.hub.state(&id).map(|state| state.view);
    let session = cx
        .store
        .read(async |db| {
            let row = db.session(&id).await?;
            let plan = db.plan_version(&row.plan_version_id).await?.plan;
            let turns = db.transcript(&id).await?.into_iter().map(TurnView::from).collect();
            let legs = db.legs(&id).await?.into_iter().map(leg).collect();
            let consent = db.consent(&id).await?;
            let consent = consent.map(|c| ConsentView { version: c.version, accepted_at: api_ms(c.accepted_at) });
            let reasons = db.session_reasons(&id).await?.into_iter().map(|reason| reason.words).collect();
            let noted = db.logged_integrity(&id).await?.into_iter();
            let integrity = noted.map(|(at, what)| IntegrityEvent { at: api_ms(at), what }).collect();
            Ok(Session { head: row.into(), plan, turns, legs, consent, reasons, integrity, view })
        })
        .await?;
    Ok(Json(session))
}

fn leg(row: LegRow) -> LegView {
    LegView {
        number: row.number,
        started_at: api_ms(row.started_at),
        ended_at: row.ended_at.map(api_ms),
        end_reason: row.end_reason,
    }
}
