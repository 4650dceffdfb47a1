//! Invitation links: made, mailed, withdrawn. The secret is in the link only.

use super::{
    extract::{Body, Path},
    views::Invitation,
};
use crate::caller::{Caller, Recruiter};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{ApplicationId, AuditId, InvitationId};
use crate::invite::{self, Terms};
use crate::jobs;
use axum::{Json, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DAY_US: i64 = 86_400_000_000;

/// On which terms.
#[derive(Deserialize, ToSchema)]
pub struct InvitationBody {
    /// 1 to 365; 14 if left out.
    expires_in_days: Option<i64>,
    /// Not before; ms since the epoch.
    opens_at: Option<i64>,
    /// Whether to mail the link.
    send_mail: Option<bool>,
}

/// An invitation with its link, shown this once.
#[derive(Serialize, ToSchema)]
pub struct InvitationLink {
    invitation: Invitation,
    link: String,
}

/// Invites a candidate; earlier links of the application that are still open are withdrawn.
#[utoipa::path(post, path = "/v1/applications/{id}/invitations", tag = "candidates", params(("id" = ApplicationId, Path)), request_body = InvitationBody, responses((status = 201, body = InvitationLink)), security(("recruiter" = [])))]
pub async fn invite(
    cx: Caller<Recruiter>,
    Path(id): Path<ApplicationId>,
    Body(body): Body<InvitationBody>,
) -> Result<(StatusCode, Json<InvitationLink>)> {
    let terms = terms(&body, cx.now)?;
    let audit: AuditId = cx.id();
    let (row, link) = cx
        .store
        .write(async |db| {
            let (row, link) = invite::invite(db, &cx.app, &id, &terms).await?;
            let detail = serde_json::json!({ "application": id.as_str(), "mailed": terms.send_mail });
            db.audit(&audit, cx.now, cx.who.member.as_str(), "invite", row.id.as_str(), &detail).await?;
            Ok((row, link))
        })
        .await?;
    jobs::wake(&cx.app);
    Ok((StatusCode::CREATED, Json(InvitationLink { invitation: Invitation::new(&row, cx.now), link })))
}

/// Withdraws an invitation. What was said by then is kept.
#[utoipa::path(post, path = "/v1/invitations/{id}/revoke", tag = "candidates", params(("id" = InvitationId, Path)), responses((status = 200, body = Invitation)), security(("recruiter" = [])))]
pub async fn revoke_invitation(cx: Caller<Recruiter>, Path(id): Path<InvitationId>) -> Result<Json<Invitation>> {
    let audit: AuditId = cx.id();
    let row = cx
        .store
        .write(async |db| {
            db.invitation(&id).await?;
            db.revoke_invitation(&id, cx.now).await?;
            let actor = cx.who.member.as_str();
            db.audit(&audit, cx.now, actor, "invitation_revoke", id.as_str(), &serde_json::json!({})).await?;
            db.invitation(&id).await
        })
        .await?;
    Ok(Json(Invitation::new(&row, cx.now)))
}

fn terms(body: &InvitationBody, now: Timestamp) -> Result<Terms> {
    let days = body.expires_in_days.unwrap_or(14);
    if !(1..=365).contains(&days) {
        return Err(Error::invalid("expires_in_days", "This must be 1 to 365 days."));
    }
    let expires_at = Timestamp(now.0 + days * DAY_US);
    let opens_at = body.opens_at.map(|ms| Timestamp(ms.saturating_mul(1000)));
    if opens_at.is_some_and(|at| at.0 >= expires_at.0 || at.0 < 0) {
        return Err(Error::invalid("opens_at", "This must be before the invitation expires."));
    }
    Ok(Terms { opens_at: opens_at.filter(|at| at.0 > now.0), expires_at, send_mail: body.send_mail.unwrap_or(false) })
}
