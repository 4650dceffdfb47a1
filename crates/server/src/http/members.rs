//! Signing in and out, and one's own account.

use super::extract::{Body, text};
use crate::adapters::mail::is_address;
use crate::app::App;
use crate::caller::{Anyone, Caller, CookieKind, Recruiter, set_cookie};
use crate::clock::Timestamp;
use crate::error::{Code, Error, Result};
use crate::ids::{AuditId, MemberId, TenantId};
use crate::limits::Door;
use crate::secrets;
use crate::store::{DoorKind, DoorTarget, MemberRow, TenantRow};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A sign-in lasts this long.
const SESSION_S: u32 = 7 * 24 * 3600;
const SHORTEST_PASSWORD: usize = 10;

/// The token of a sign-in link.
#[derive(Deserialize, ToSchema)]
pub struct LinkBody {
    token: String,
}

/// What one signs in with.
#[derive(Deserialize, ToSchema)]
pub struct SignInBody {
    email: String,
    password: String,
}

/// What changes about oneself; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct MePatch {
    name: Option<String>,
    email: Option<String>,
    /// At least 10 characters. Signs out everywhere else.
    password: Option<String>,
}

/// The caller and the company.
#[derive(Serialize, ToSchema)]
pub struct Me {
    member: Member,
    tenant: Tenant,
    /// Whether one can sign in by password.
    has_password: bool,
}

/// A person who works for the company.
#[derive(Serialize, ToSchema)]
pub struct Member {
    id: MemberId,
    email: String,
    name: String,
    role: String,
}

/// A company.
#[derive(Serialize, ToSchema)]
pub struct Tenant {
    id: TenantId,
    name: String,
}

fn me(member: MemberRow, tenant: TenantRow) -> Me {
    Me {
        has_password: member.password_hash.is_some(),
        member: Member { id: member.id, email: member.email, name: member.name, role: member.role },
        tenant: Tenant { id: tenant.id, name: tenant.name },
    }
}

/// Signs in by a one-time link, or by the operator's token from this machine.
#[utoipa::path(post, path = "/v1/sign-in/link", tag = "members", request_body = LinkBody, responses((status = 200, body = Me)))]
pub async fn sign_in_by_link(anyone: Anyone, Body(body): Body<LinkBody>) -> Result<Response> {
    anyone.app.limits.take(Door::SignIn, anyone.address, anyone.now)?;
    let (app, now) = (&anyone.app, anyone.now);
    let hash = secrets::hash(body.token.trim());
    let refused = || Error::new(Code::LinkInvalid, "This link was used already or is too old. Ask for a new one.");
    if anyone.address.to_canonical().is_loopback()
        && let Some(door) = door(app, DoorKind::Operator, &hash, now).await?
    {
        return enter(app, &door.tenant, &MemberId::stored(door.target), now).await;
    }
    let door = door(app, DoorKind::SignInLink, &hash, now).await?.ok_or_else(refused)?;
    let used = app.store.tenant(&door.tenant).write(async |db| db.use_sign_in_link(&hash, now).await).await?;
    enter(app, &door.tenant, &used.ok_or_else(refused)?, now).await
}

/// Signs in by e-mail and password.
#[utoipa::path(post, path = "/v1/sign-in", tag = "members", request_body = SignInBody, responses((status = 200, body = Me)))]
pub async fn sign_in(anyone: Anyone, Body(body): Body<SignInBody>) -> Result<Response> {
    anyone.app.limits.take(Door::SignIn, anyone.address, anyone.now)?;
    let (app, now) = (&anyone.app, anyone.now);
    let door = door(app, DoorKind::Email, &secrets::hash(&body.email.trim().to_lowercase()), now).await?;
    let stored = match &door {
        Some(door) => {
            app.store.tenant(&door.tenant).read(async |db| db.member(&door.target).await).await?.password_hash
        }
        None => None,
    };
    // Takes as long for an unknown address as for a wrong password.
    let is_right = app.passwords.check(body.password, stored).await;
    match door {
        Some(door) if is_right => enter(app, &door.tenant, &MemberId::stored(door.target), now).await,
        _ => Err(Error::new(Code::SignInWrong, "E-mail address and password do not match.")),
    }
}

/// Signs out.
#[utoipa::path(post, path = "/v1/sign-out", tag = "members", responses((status = 204)), security(("recruiter" = [])))]
pub async fn sign_out(cx: Caller<Recruiter>) -> Result<Response> {
    let hash = &cx.who.cookie_hash;
    cx.store
        .write(async |db| {
            db.end_member_session(hash, cx.now).await?;
            db.close_door(DoorKind::MemberSession, hash).await
        })
        .await?;
    Ok((StatusCode::NO_CONTENT, [set_cookie(&cx.app, CookieKind::Recruiter, "", 0)]).into_response())
}

/// Tells who is signed in.
#[utoipa::path(get, path = "/v1/me", tag = "members", responses((status = 200, body = Me)), security(("recruiter" = [])))]
pub async fn get_me(cx: Caller<Recruiter>) -> Result<Json<Me>> {
    let who = cx.who.member.as_str();
    let (member, tenant) = cx.store.read(async |db| Ok((db.member(who).await?, db.own_tenant().await?))).await?;
    Ok(Json(me(member, tenant)))
}

/// Changes one's own name, e-mail address or password.
#[utoipa::path(put, path = "/v1/me", tag = "members", request_body = MePatch, responses((status = 200, body = Me)), security(("recruiter" = [])))]
pub async fn put_me(cx: Caller<Recruiter>, Body(patch): Body<MePatch>) -> Result<Json<Me>> {
    let name = patch.name.map(|n| text("name", &n, 200)).transpose()?;
    let email = patch.email.map(|e| email_field(&e)).transpose()?;
    let password = match patch.password {
        Some(p) if p.chars().count() < SHORTEST_PASSWORD || p.len() > 1000 => {
            return Err(Error::invalid("password", format!("A password has {SHORTEST_PASSWORD} to 1,000 characters.")));
        }
        Some(p) => Some(cx.app.passwords.hash(p).await.map_err(Error::internal)?),
        None => None,
    };
    let (who, cookie) = (&cx.who.member, &cx.who.cookie_hash);
    let (member, tenant) = cx
        .store
        .write(async |db| {
            let mut member = db.member(who.as_str()).await?;
            if let Some(name) = name {
                member.name = name;
            }
            if let Some(email) = email {
                db.close_doors(DoorKind::Email, who.as_str()).await?;
                if !db.add_door(DoorKind::Email, &secrets::hash(&email.to_lowercase()), who.as_str(), None).await? {
                    return Err(Error::invalid("email", "Somebody else signs in with this e-mail address."));
                }
                member.email = email;
            }
            if password.is_some() {
                member.password_hash = password;
                db.end_other_member_sessions(who, cookie, cx.now).await?;
            }
            db.save_member(&member).await?;
            Ok((member, db.own_tenant().await?))
        })
        .await?;
    Ok(Json(me(member, tenant)))
}

/// Checks an e-mail address.
pub fn email_field(value: &str) -> Result<String> {
    let value = text("email", value, 254)?;
    if is_address(&value) { Ok(value) } else { Err(Error::invalid("email", "This is not an e-mail address.")) }
}

async fn door(app: &App, kind: DoorKind, hash: &str, now: Timestamp) -> Result<Option<DoorTarget>> {
    app.store.system("sign in").read(async |db| db.door(kind, hash, now).await).await
}

/// Makes the cookie and answers with the account.
async fn enter(app: &App, tenant: &TenantId, member: &MemberId, now: Timestamp) -> Result<Response> {
    let secret = secrets::new_secret();
    let hash = secrets::hash(&secret);
    let until = Timestamp(now.0 + i64::from(SESSION_S) * 1_000_000);
    let audit: AuditId = app.id();
    let (row, tenant) = app
        .store
        .tenant(tenant)
        .write(async |db| {
            db.add_member_session(&hash, member, now, until).await?;
            db.add_door(DoorKind::MemberSession, &hash, member.as_str(), Some(until)).await?;
            db.audit(&audit, now, member.as_str(), "sign_in", member.as_str(), &serde_json::json!({})).await?;
            Ok((db.member(member.as_str()).await?, db.own_tenant().await?))
        })
        .await?;
    Ok(([set_cookie(app, CookieKind::Recruiter, &secret, SESSION_S)], Json(me(row, tenant))).into_response())
}
