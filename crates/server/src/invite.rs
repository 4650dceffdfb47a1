//! Making an invitation: row, door, rendering of the texts that name the candidate, mail; all in one transaction.

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error, Result};
use crate::ids::{ApplicationId, InvitationId};
use crate::jobs::{self, render_plan::RenderPlan, send_invitation::SendInvitation};
use crate::secrets;
use crate::store::{Db, DoorKind, InvitationRow, NewInvitation};
use interview::Script;

/// On which terms a candidate is invited.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Not before.
    pub opens_at: Option<Timestamp>,
    /// Not after.
    pub expires_at: Timestamp,
    /// Whether to mail the link.
    pub send_mail: bool,
}

/// Invites the application's candidate to the newest published plan and gives the link. Wake the queue after the commit.
pub async fn invite(db: &mut Db, app: &App, id: &ApplicationId, terms: &Terms) -> Result<(InvitationRow, String)> {
    let now = app.now();
    let application = db.application(id).await?;
    let version = db.newest_plan_version(&application.position_id).await?;
    let version =
        version.ok_or_else(|| Error::new(Code::PlanNotPublished, "Publish the position's plan first, then invite."))?;
    let secret = secrets::new_secret();
    let invitation: InvitationId = app.id();
    let new = NewInvitation {
        id: invitation.clone(),
        application_id: id.clone(),
        plan_version_id: version.id.clone(),
        secret_hash: secrets::hash(&secret),
        opens_at: terms.opens_at,
        expires_at: terms.expires_at,
    };
    db.add_invitation(&new, now).await?;
    db.add_door(DoorKind::Invitation, &secrets::hash(invitation.as_str()), invitation.as_str(), None).await?;

    let script = Script {
        plan: version.plan,
        company: db.own_tenant().await?.name,
        position: application.position_title.clone(),
        candidate: application.spoken_name().to_owned(),
    };
    let known = Script::plan_utterances(&script.plan, &script.company, &script.position);
    let named: Vec<String> =
        script.utterances().into_iter().filter(|line| !known.contains(line)).map(|line| line.text).collect();
    if !named.is_empty() {
        db.add_renders(invitation.as_str(), &version.voice, &named).await?;
        jobs::enqueue(db, app, &RenderPlan { owner: invitation.as_str().to_owned() }).await?;
    }
    let link = format!("{}/i#{invitation}.{secret}", app.config.public_url());
    if terms.send_mail {
        jobs::enqueue(db, app, &SendInvitation { invitation: invitation.clone(), link: link.clone() }).await?;
    }
    Ok((db.invitation(&invitation).await?, link))
}
