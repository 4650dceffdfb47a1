//! Mails an invitation link. The link's secret is not stored, so it travels in the job and is gone when the job is.

use super::{Job, JobContext};
use crate::adapters::mail::Letter;
use crate::ids::InvitationId;
use crate::store::InvitationState;
use serde::{Deserialize, Serialize};

/// Mail this invitation.
#[derive(Serialize, Deserialize)]
pub struct SendInvitation {
    /// Which.
    pub invitation: InvitationId,
    /// The whole link.
    pub link: String,
}

impl Job for SendInvitation {
    const NAME: &'static str = "send_invitation";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        let now = cx.app.now();
        let id = self.invitation;
        let (invitation, application, tenant) = cx
            .store
            .read(async |db| {
                let invitation = db.invitation(&id).await?;
                let application = db.application(&invitation.application_id).await?;
                Ok((invitation, application, db.own_tenant().await?))
            })
            .await?;
        let is_due = matches!(invitation.state(now), InvitationState::Open | InvitationState::NotYetOpen);
        if invitation.sent_at.is_some() || !is_due {
            return Ok(());
        }
        let days = (invitation.expires_at.0 - now.0).div_euclid(86_400_000_000).max(1);
        let text = format!(
            "Hello {name},\n\n{company} invites you to an interview for the position \"{position}\".\n\n\
             You talk with an AI interviewer in your browser, whenever it suits you. Everything is explained before it begins.\n\n\
             {link}\n\nThe link is valid for {days} more day(s) and only for you. You can close the page and come back by the same link.\n\n\
             Questions: {contact}\n",
            name = application.name,
            company = tenant.name,
            position = application.position_title,
            link = self.link,
            contact = tenant.contact_email,
        );
        let subject = format!("Your interview with {}: {}", tenant.name, application.position_title);
        let letter = Letter { name: application.name, address: application.email, subject, text };
        // Only the outermost words of the error: the mail server's own can name the person.
        cx.app.mail.send(letter).await.map_err(|e| anyhow::anyhow!("{e}"))?;
        cx.store.write(async |db| db.invitation_sent(&id, now).await).await?;
        Ok(())
    }
}
