//! What asks for a recruiter's attention.

use super::views::{CandidateRow, SessionRow};
use crate::caller::{Caller, Recruiter};
use crate::error::Result;
use crate::store::{InvitationState, SessionFilter};
use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// Four lists, newest first.
#[derive(Serialize, ToSchema)]
pub struct Home {
    /// Interviews under way or interrupted.
    live: Vec<SessionRow>,
    /// Interviews that are over and complete.
    needs_review: Vec<SessionRow>,
    /// Candidates who were invited and did not begin.
    waiting: Vec<CandidateRow>,
    /// Interviews that ended incomplete.
    failed: Vec<SessionRow>,
}

/// Gives the four lists.
#[utoipa::path(get, path = "/v1/home", tag = "sessions", responses((status = 200, body = Home)), security(("recruiter" = [])))]
pub async fn home(cx: Caller<Recruiter>) -> Result<Json<Home>> {
    let (sessions, applications) = cx
        .store
        .read(async |db| Ok((db.sessions(&SessionFilter::default()).await?, db.applications(None).await?)))
        .await?;
    let mut home = Home { live: vec![], needs_review: vec![], waiting: vec![], failed: vec![] };
    for row in sessions {
        let list = match (row.state.as_str(), row.completeness.as_str()) {
            ("live" | "interrupted", _) => &mut home.live,
            ("finished", "incomplete") => &mut home.failed,
            ("finished", _) => &mut home.needs_review,
            _ => continue,
        };
        list.push(row.into());
    }
    let is_waiting = |state| matches!(state, InvitationState::Open | InvitationState::NotYetOpen);
    let waiting = applications.into_iter().filter(|a| {
        let has_begun = a.session.as_ref().is_some_and(|s| s.state != "ready");
        !has_begun && a.invitation.as_ref().is_some_and(|i| is_waiting(i.state(cx.now)))
    });
    home.waiting = waiting.map(|a| CandidateRow::new(a, cx.now)).collect();
    Ok(Json(home))
}
