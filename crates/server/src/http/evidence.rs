//! What can be proven of a session: the report of its completeness, and the file that anybody can check.

use super::extract::Path;
use crate::caller::{Caller, Recruiter};
use crate::error::{Code, Error, Result};
use crate::evidence::{
    bundle::{self, Contents},
    recorded::as_sealed,
    recovered,
};
use crate::ids::{AuditId, SessionId};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// Downloads everything that was kept of a session, sealed and signed: `insights verify` checks it.
#[utoipa::path(get, path = "/v1/sessions/{id}/evidence", tag = "sessions", params(("id" = SessionId, Path)), responses((status = 200, content_type = "application/jsonl", body = String)), security(("recruiter" = [])))]
pub async fn download_evidence(cx: Caller<Recruiter>, Path(id): Path<SessionId>) -> Result<Response> {
    let contents = cx
        .store
        .read(async |db| {
            db.session(&id).await?;
            let seals = db.seals(&id).await?;
            let unsealed = || Error::new(Code::WrongState, "This interview is not sealed yet. Try again in a moment.");
            let about = seals.first().and_then(|seal| seal.about.clone()).ok_or_else(unsealed)?;
            let turns = db.transcript(&id).await?.into_iter().map(Into::into).collect();
            let (session, rows) = (id.to_string(), db.evidence_rows(&id).await?);
            let newest = seals.last().map(|row| row.seal.read()).transpose().map_err(Error::internal)?;
            let heads = newest.as_ref().map(|statement| statement.heads.as_slice()).unwrap_or_default();
            let (rows, turns) = recovered::as_sealed(rows, turns, heads);
            let sealed = newest.as_ref().and_then(|statement| statement.recording.as_ref());
            let segments = as_sealed(db.recording_segments(&id).await?, sealed);
            let seals = seals.into_iter().map(|row| row.seal).collect();
            Ok(Contents { session, about, rows, turns, segments, seals })
        })
        .await?;
    let audit: AuditId = cx.id();
    let (actor, subject) = (cx.who.member.as_str(), id.as_str());
    cx.store
        .write(async |db| db.audit(&audit, cx.now, actor, "evidence_export", subject, &serde_json::json!({})).await)
        .await?;
    let name = HeaderValue::try_from(format!("attachment; filename=\"evidence-{id}.jsonl\""));
    let mut response = bundle::write(contents).map_err(Error::internal)?.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name.map_err(Error::internal)?);
    Ok(response)
}
