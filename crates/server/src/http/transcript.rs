//! Transcripts to keep: by the recruiter as JSON, text or WebVTT, by the candidate as JSON or text.

use super::{
    candidate,
    extract::{Path, Query},
    views::{Items, TurnView},
};
use crate::caller::{Caller, Candidate, Recruiter};
use crate::error::{Error, Result};
use crate::ids::SessionId;
use crate::store::{TenantStore, TurnRow};
use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use interview::{Turn, export};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// How the transcript is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// `{"items": [TurnView]}`.
    Json,
    /// One line per turn.
    Text,
    /// Captions.
    Vtt,
}

/// Which format.
#[derive(Deserialize, IntoParams)]
pub struct FormatQuery {
    /// `json` if left out.
    #[param(inline)]
    format: Option<Format>,
}

/// Downloads a session's transcript.
#[utoipa::path(get, path = "/v1/sessions/{id}/transcript", tag = "sessions", params(("id" = SessionId, Path), FormatQuery), responses((status = 200, body = Items<TurnView>)), security(("recruiter" = [])))]
pub async fn download_transcript(
    cx: Caller<Recruiter>,
    Path(id): Path<SessionId>,
    Query(query): Query<FormatQuery>,
) -> Result<Response> {
    cx.store.read(async |db| db.session(&id).await).await?;
    write(&cx.store, &id, query.format.unwrap_or(Format::Json)).await
}

/// Downloads the candidate's own transcript.
#[utoipa::path(get, path = "/v1/candidate/transcript", tag = "candidate", params(FormatQuery), responses((status = 200, body = Items<TurnView>)), security(("candidate" = [])))]
pub async fn download_own_transcript(cx: Caller<Candidate>, Query(query): Query<FormatQuery>) -> Result<Response> {
    let format = query.format.unwrap_or(Format::Json);
    if format == Format::Vtt {
        return Err(Error::invalid("format", "This is json or text."));
    }
    let session = candidate::session(&cx).await?;
    write(&cx.store, &session.id, format).await
}

async fn write(store: &TenantStore, session: &SessionId, format: Format) -> Result<Response> {
    let rows = store.read(async |db| db.transcript(session).await).await?;
    let (ending, kind) = match format {
        Format::Json => ("json", "application/json"),
        Format::Text => ("txt", "text/plain; charset=utf-8"),
        Format::Vtt => ("vtt", "text/vtt; charset=utf-8"),
    };
    let name = format!("attachment; filename=\"transcript-{session}.{ending}\"");
    let name = HeaderValue::try_from(name).map_err(Error::internal)?;
    let turns = || rows.iter().map(|row| row.turn.clone()).collect::<Vec<Turn>>();
    let mut response = match format {
        Format::Json => Json(Items { items: views(&rows) }).into_response(),
        Format::Text => export::text(&turns()).into_response(),
        Format::Vtt => export::vtt(&turns()).into_response(),
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

fn views(rows: &[TurnRow]) -> Vec<TurnView> {
    rows.iter().cloned().map(TurnView::from).collect()
}
