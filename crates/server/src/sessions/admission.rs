//! Who may begin to talk, and until when.

use interview::Timestamp;

use crate::{
    clock::api_ms,
    config::ProviderKind,
    error::{Code, Error, Result},
    ids::InvitationId,
    notice,
    store::{ConsentRow, Db, InvitationRow, InvitationState, SessionRow},
};

/// A session that has begun can be resumed by its link for this long, also past the link's last day.
const RESUME_US: i64 = 24 * 3_600_000_000;

/// Whether the link lets its candidate in now. A talk that has begun is not cut off by the link's last day.
pub fn admit(invitation: &InvitationRow, session: Option<&SessionRow>, now: Timestamp) -> Result<()> {
    let started_at = session.and_then(|s| s.started_at);
    let may_resume = started_at.is_some_and(|at| at.0 + RESUME_US > now.0);
    match invitation.state(now) {
        InvitationState::Open | InvitationState::Finished => Ok(()),
        InvitationState::Expired if may_resume => Ok(()),
        InvitationState::Expired => {
            Err(Error::new(Code::InvitationExpired, "This invitation has expired. Ask for a new one.")
                .with("expired_at", api_ms(invitation.expires_at)))
        }
        InvitationState::Revoked => Err(Error::new(
            Code::InvitationRevoked,
            "This invitation was withdrawn. If you have a newer link, open that one.",
        )),
        InvitationState::NotYetOpen => Err(Error::new(Code::InvitationNotOpen, "This invitation opens later.")
            .with("opens_at", invitation.opens_at.map(api_ms))),
    }
}

/// The session of an invitation and what was agreed to, if a leg of it may begin now and this provider may carry it.
pub async fn may_talk(
    db: &mut Db,
    invitation: &InvitationId,
    provider: ProviderKind,
    now: Timestamp,
) -> Result<(SessionRow, ConsentRow)> {
    let invitation = db.invitation(invitation).await?;
    let session = db.session_of_invitation(&invitation.id).await?;
    admit(&invitation, session.as_ref(), now)?;
    let session = session.ok_or_else(no_consent)?;
    if session.state == "finished" {
        return Err(Error::new(Code::SessionOver, "This interview is over. Your answers are saved."));
    }
    let wanted = notice::version(provider, db.is_recorded(&invitation.application_id).await?);
    let consent = db.consent(&session.id).await?.filter(|consent| consent.version == wanted);
    let why = "What happens with your voice has changed. Reload the page, read the notice and agree first.";
    Ok((session, consent.ok_or_else(|| Error::new(Code::ConsentRequired, why))?))
}

/// Nobody has agreed to anything.
pub fn no_consent() -> Error {
    Error::new(Code::ConsentRequired, "Read the notice and agree first.")
}
