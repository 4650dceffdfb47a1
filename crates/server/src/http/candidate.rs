//! The candidate's doors: the link, the notice, the buttons. Never a login. What was said is saved whatever becomes of
//! the link or the cookie.

use super::candidate_view::{CandidateView, view};
use super::extract::{Body, text};
use crate::app::App;
use crate::caller::{Anyone, Caller, Candidate, CookieKind, set_cookie};
use crate::clock::Timestamp;
use crate::config::ProviderKind;
use crate::error::{Code, Error, Result};
use crate::ids::{ConsentId, InvitationId, SessionId};
use crate::limits::Door;
use crate::notice;
use crate::secrets;
use crate::sessions::{
    self,
    admission::{admit, no_consent},
    worker::Control,
};
use crate::store::{ConsentRow, Db, DoorKind, InvitationRow, NewSession, SessionRow};
use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
};
use interview::Request;
use serde::Deserialize;
use utoipa::ToSchema;

/// A candidate's cookie lives this long; the link makes a new one at any time.
const COOKIE_S: u32 = 24 * 3600;

/// The two parts of a link.
#[derive(Deserialize, ToSchema)]
pub struct RedeemBody {
    /// Before the dot.
    invitation_id: String,
    /// After the dot.
    secret: String,
}

/// Which notice was accepted.
#[derive(Deserialize, ToSchema)]
pub struct ConsentBody {
    /// Its version, as shown.
    version: String,
}

/// A button of the candidate's page.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ControlKind {
    /// Media is connected.
    Ready,
    /// Say the question again.
    Repeat,
    /// Time to think.
    Moment,
    /// Stop for a while.
    Pause,
    /// Go on.
    Resume,
    /// An answer in writing.
    Type,
    /// End the talk.
    End,
}

/// A button, from the page that holds a leg.
#[derive(Deserialize, ToSchema)]
pub struct ControlBody {
    leg: i64,
    kind: ControlKind,
    /// Of `type`: at most 10,000 characters.
    text: Option<String>,
}

/// Exchanges a link for a cookie. Changes nothing else, and can be repeated.
#[utoipa::path(post, path = "/v1/candidate/redeem", tag = "candidate", request_body = RedeemBody, responses((status = 200, body = CandidateView)))]
pub async fn redeem(
    anyone: Anyone,
    Body(body): Body<RedeemBody>,
) -> Result<([(HeaderName, HeaderValue); 1], Json<CandidateView>)> {
    let (app, now) = (&anyone.app, anyone.now);
    app.limits.take(Door::Redeem, anyone.address, now)?;
    let unknown =
        || Error::new(Code::InvitationUnknown, "This link is not known. Open it exactly as it is in your invitation.");
    let id = InvitationId::parse(&body.invitation_id).map_err(|_| unknown())?;
    let hash = secrets::hash(id.as_str());
    let door = app
        .store
        .system("find the company of a link")
        .read(async |db| db.door(DoorKind::Invitation, &hash, now).await)
        .await?;
    let store = app.store.tenant(&door.ok_or_else(unknown)?.tenant);
    let cookie = secrets::new_secret();
    let expires_at = now.plus_ms(i64::from(COOKIE_S) * 1000);
    let view = store
        .write(async |db| {
            let invitation = db.invitation(&id).await?;
            if !secrets::same(&secrets::hash(&body.secret), &invitation.secret_hash) {
                return Err(unknown());
            }
            let view = view(app, db, &invitation, &cookie, now).await?;
            let hash = secrets::hash(&cookie);
            db.add_candidate_session(&hash, &id, now, expires_at).await?;
            db.add_door(DoorKind::CandidateSession, &hash, id.as_str(), Some(expires_at)).await?;
            Ok(view)
        })
        .await?;
    Ok(([set_cookie(app, CookieKind::Candidate, &cookie, COOKIE_S)], Json(view)))
}

/// Gives what the candidate's page needs.
#[utoipa::path(get, path = "/v1/candidate", tag = "candidate", responses((status = 200, body = CandidateView)), security(("candidate" = [])))]
pub async fn get_candidate(cx: Caller<Candidate>) -> Result<Json<CandidateView>> {
    let view = cx
        .store
        .write(async |db| {
            let invitation = db.invitation(&cx.who.invitation).await?;
            view(&cx.app, db, &invitation, &cx.who.cookie, cx.now).await
        })
        .await?;
    Ok(Json(view))
}

/// Records the candidate's consent, with the text that was shown. Repeating it changes nothing.
#[utoipa::path(post, path = "/v1/candidate/consent", tag = "candidate", request_body = ConsentBody, responses((status = 200, body = CandidateView)), security(("candidate" = [])))]
pub async fn consent(cx: Caller<Candidate>, Body(body): Body<ConsentBody>) -> Result<Json<CandidateView>> {
    let (session, consent): (SessionId, ConsentId) = (cx.id(), cx.id());
    let view = cx
        .store
        .write(async |db| {
            let invitation = db.invitation(&cx.who.invitation).await?;
            let known = db.session_of_invitation(&invitation.id).await?;
            admit(&invitation, known.as_ref(), cx.now)?;
            let is_recorded = db.application(&invitation.application_id).await?.is_recorded;
            let version = notice::version(cx.app.chosen_provider(db).await?, is_recorded);
            if body.version != version {
                let changed = Error::new(Code::NoticeChanged, "The text has changed. Read it again, then agree.");
                return Err(changed.with("version", version));
            }
            agree(&cx.app, db, &invitation, (session, consent), cx.now).await?;
            view(&cx.app, db, &invitation, &cx.who.cookie, cx.now).await
        })
        .await?;
    warm(&cx);
    Ok(Json(view))
}

/// Has a connection to the provider open when the candidate, who now tries the microphone, begins to talk.
fn warm(cx: &Caller<Candidate>) {
    let (app, store) = (cx.app.clone(), cx.store.clone());
    cx.app.tasks.spawn(async move {
        // Whatever is wrong is told when the call is made.
        if let Ok(provider) = app.provider(&store).await
            && provider.kind != ProviderKind::Own
        {
            provider.realtime.warm().await;
        }
    });
}

/// Passes a button to the interview.
#[utoipa::path(post, path = "/v1/candidate/control", tag = "candidate", request_body = ControlBody, responses((status = 204)), security(("candidate" = [])))]
pub async fn control(cx: Caller<Candidate>, Body(body): Body<ControlBody>) -> Result<StatusCode> {
    let control = match body.kind {
        ControlKind::Ready => Control::Ready,
        ControlKind::Repeat => Control::Request(Request::Repeat),
        ControlKind::Moment => Control::Request(Request::Moment),
        ControlKind::Pause => Control::Request(Request::Pause),
        ControlKind::Resume => Control::Request(Request::Resume),
        ControlKind::Type => {
            Control::Request(Request::Type(text("text", body.text.as_deref().unwrap_or_default(), 10_000)?))
        }
        ControlKind::End => Control::Request(Request::End),
    };
    let session = session(&cx).await?;
    sessions::control(&cx.app, &session.id, body.leg, control).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's session; consent made it.
pub async fn session(cx: &Caller<Candidate>) -> Result<SessionRow> {
    let session = cx.store.read(async |db| db.session_of_invitation(&cx.who.invitation).await).await?;
    session.ok_or_else(no_consent)
}

/// Makes the session, if there is none, and records the consent, if the latest is not to this very notice.
async fn agree(
    app: &App,
    db: &mut Db,
    invitation: &InvitationRow,
    (id, consent): (SessionId, ConsentId),
    now: Timestamp,
) -> Result<()> {
    let (tenant, application) = (db.own_tenant().await?, db.application(&invitation.application_id).await?);
    let provider = app.chosen_provider(db).await?;
    let shown = notice::notice(&tenant.name, &tenant.contact_email, provider, application.is_recorded);
    if db.session_of_invitation(&invitation.id).await?.is_none() {
        let new = NewSession {
            id,
            application_id: invitation.application_id.clone(),
            invitation_id: invitation.id.clone(),
            plan_version_id: invitation.plan_version_id.clone(),
        };
        db.add_session(&new, now).await?;
    }
    // Two tabs may agree at once: the consent goes to the session that counts.
    let Some(session) = db.session_of_invitation(&invitation.id).await? else { return Err(Error::not_found()) };
    if db.consent(&session.id).await?.is_some_and(|known| known.version == shown.version) {
        return Ok(());
    }
    let notice = serde_json::to_string(&shown).map_err(|e| Error::internal(anyhow::Error::new(e)))?;
    let row = ConsentRow { version: shown.version.clone(), notice, accepted_at: now };
    db.add_consent(&consent, &session.id, &row).await
}
