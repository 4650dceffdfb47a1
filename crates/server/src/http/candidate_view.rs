//! What the candidate's page is told of the interview.

use interview::plan;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::App,
    caller::append_key,
    clock::{Timestamp, api_ms},
    config::ProviderKind,
    error::Result,
    ids::SessionId,
    notice::{self, Notice},
    secrets,
    sessions::admission::admit,
    store::{Db, DoorKind, InvitationRow, SessionRow},
};

/// How far a candidate is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CandidateStatus {
    /// Has not agreed yet.
    Welcome,
    /// May begin.
    Ready,
    /// Talks.
    Live,
    /// Was cut off and may go on.
    Interrupted,
    /// Is done.
    Finished,
}

/// Everything the candidate's page needs.
#[derive(Serialize, ToSchema)]
pub struct CandidateView {
    status: CandidateStatus,
    company: String,
    position: String,
    candidate: String,
    /// About how long it takes.
    minutes: i64,
    questions: usize,
    expires_at: i64,
    language: String,
    notice: Notice,
    consented_at: Option<i64>,
    /// The server records both voices as long as a call lives, whatever the browser can.
    records_calls: bool,
    session_id: Option<SessionId>,
    /// Admits to appending to this session's log, and to nothing else.
    append_key: Option<String>,
    turns_saved: i64,
    end_reason: Option<String>,
    contact_email: String,
}

/// What the page is told, with a key to its session's log where there is a session. Refused where the link is no good.
pub async fn view(
    app: &App,
    db: &mut Db,
    invitation: &InvitationRow,
    cookie: &str,
    now: Timestamp,
) -> Result<CandidateView> {
    let session = db.session_of_invitation(&invitation.id).await?;
    admit(invitation, session.as_ref(), now)?;
    let application = db.application(&invitation.application_id).await?;
    let version = db.plan_version(&invitation.plan_version_id).await?;
    let tenant = db.own_tenant().await?;
    let provider = app.chosen_provider(db).await?;
    let shown = notice::notice(&tenant.name, &tenant.contact_email, provider, application.is_recorded);
    let mut consented_at = None;
    let mut key = None;
    if let Some(session) = &session {
        let consent = db.consent(&session.id).await?.filter(|consent| consent.version == shown.version);
        consented_at = consent.map(|consent| api_ms(consent.accepted_at));
        let append = append_key(cookie);
        db.add_door(DoorKind::Append, &secrets::hash(&append), session.id.as_str(), None).await?;
        key = Some(append);
    }
    Ok(CandidateView {
        status: status(invitation, session.as_ref(), consented_at.is_some()),
        records_calls: shown.is_recorded && provider == ProviderKind::Own,
        notice: shown,
        company: tenant.name,
        contact_email: tenant.contact_email,
        position: application.position_title,
        candidate: application.name,
        minutes: i64::from(plan::minutes(&version.plan)),
        questions: version.plan.questions.len(),
        language: version.plan.language,
        expires_at: api_ms(invitation.expires_at),
        consented_at,
        append_key: key,
        turns_saved: session.as_ref().map_or(0, |s| s.turns),
        end_reason: session.as_ref().and_then(|s| s.end_reason.clone()),
        session_id: session.map(|s| s.id),
    })
}

fn status(invitation: &InvitationRow, session: Option<&SessionRow>, has_agreed: bool) -> CandidateStatus {
    match session.map(|s| s.state.as_str()) {
        _ if invitation.finished_at.is_some() => CandidateStatus::Finished,
        None => CandidateStatus::Welcome,
        Some("live") => CandidateStatus::Live,
        Some("finished") => CandidateStatus::Finished,
        // To an older notice, perhaps: what is shown now must be agreed to before a word is said.
        _ if !has_agreed => CandidateStatus::Welcome,
        Some("interrupted") => CandidateStatus::Interrupted,
        Some(_) => CandidateStatus::Ready,
    }
}
