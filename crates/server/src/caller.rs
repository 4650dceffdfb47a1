//! Who calls, as an argument: a handler that takes `Caller<Recruiter>` cannot be reached by anybody else.

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Code, Error, Result};
use crate::ids::{Id, InvitationId, MemberId, SessionId, TenantId};
use crate::secrets;
use crate::store::{DoorKind, DoorTarget, TenantStore};
use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// A caller with a known role and company.
pub struct Caller<R> {
    /// The server's parts.
    pub app: Arc<App>,
    /// The company's rows, and nobody else's.
    pub store: TenantStore,
    /// When the request came.
    pub now: Timestamp,
    /// Who it is.
    pub who: R,
    /// Where the request came from.
    pub address: IpAddr,
}

impl<R> Caller<R> {
    /// A new id of the wanted kind.
    pub fn id<T: Id>(&self) -> T {
        self.app.id()
    }
}

/// A signed-in member of the company.
#[derive(Clone, Debug)]
pub struct Recruiter {
    /// Who.
    pub member: MemberId,
    /// Hash of the cookie, to sign out by.
    pub cookie_hash: String,
}

/// A candidate who redeemed an invitation. Never a login.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// By which invitation.
    pub invitation: InvitationId,
    /// Its session; consent makes it.
    pub session: Option<SessionId>,
    /// The cookie, from which the append key is derived: see [`append_key`].
    pub cookie: String,
}

/// A page that may append to one session's log, and nothing else.
#[derive(Clone, Debug)]
pub struct Appender {
    /// Which session.
    pub session: SessionId,
}

/// Nobody in particular; the doors that take it are rate-limited.
pub struct Anyone {
    /// The server's parts.
    pub app: Arc<App>,
    /// When the request came.
    pub now: Timestamp,
    /// Where it came from.
    pub address: IpAddr,
}

/// The append key that goes with a candidate's cookie: the same cookie is always given the same key, and neither is stored.
pub fn append_key(cookie: &str) -> String {
    secrets::derive(cookie, "append")
}

/// A role that can be read off a request.
pub trait Role: Sized {
    /// Finds the company and the caller, or refuses.
    fn identify(
        app: &App,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> impl Future<Output = Result<(TenantId, Self)>> + Send;
}

impl<R: Role + Send> FromRequestParts<Arc<App>> for Caller<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        let now = app.now();
        let (tenant, who) = R::identify(app, &parts.headers, now).await?;
        Ok(Caller { store: app.store.tenant(&tenant), app: app.clone(), now, who, address: address(parts)? })
    }
}

impl FromRequestParts<Arc<App>> for Anyone {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self> {
        Ok(Anyone { app: app.clone(), now: app.now(), address: address(parts)? })
    }
}

fn address(parts: &Parts) -> Result<IpAddr> {
    let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    connected.map(|c| c.0.ip()).ok_or_else(|| Error::internal(anyhow::anyhow!("the router runs without connect info")))
}

impl Role for Recruiter {
    async fn identify(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<(TenantId, Self)> {
        let refused = || Error::new(Code::SignInRequired, "Sign in first.");
        let secret = cookie(headers, &cookie_name(app, CookieKind::Recruiter)).ok_or_else(refused)?;
        let cookie_hash = secrets::hash(&secret);
        let door = door(app, DoorKind::MemberSession, &cookie_hash, now).await?.ok_or_else(refused)?;
        let member = app
            .store
            .tenant(&door.tenant)
            .read_one(async |db| db.member_of_session(&cookie_hash, now).await)
            .await?
            .ok_or_else(refused)?;
        Ok((door.tenant, Recruiter { member: member.id, cookie_hash }))
    }
}

impl Role for Candidate {
    async fn identify(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<(TenantId, Self)> {
        let refused = || Error::new(Code::SignInRequired, "Open your invitation link again.");
        let secret = cookie(headers, &cookie_name(app, CookieKind::Candidate)).ok_or_else(refused)?;
        let hash = secrets::hash(&secret);
        let door = door(app, DoorKind::CandidateSession, &hash, now).await?.ok_or_else(refused)?;
        let store = app.store.tenant(&door.tenant);
        let known = store.read_one(async |db| db.invitation_of_cookie(&hash, now).await).await?;
        let (invitation, session) = known.ok_or_else(refused)?;
        Ok((door.tenant, Candidate { invitation, session, cookie: secret }))
    }
}

impl Role for Appender {
    async fn identify(app: &App, headers: &HeaderMap, now: Timestamp) -> Result<(TenantId, Self)> {
        let refused = || Error::new(Code::SignInRequired, "This needs the session's append key.");
        let header = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let key = header.strip_prefix("Bearer ").ok_or_else(refused)?;
        let hash = secrets::hash(key.trim());
        let door = match app.append_keys.find(&hash, now) {
            Some(door) => door,
            None => {
                let door = door(app, DoorKind::Append, &hash, now).await?.ok_or_else(refused)?;
                app.append_keys.keep(hash, door.clone(), now);
                door
            }
        };
        Ok((door.tenant, Appender { session: SessionId::stored(door.target) }))
    }
}

async fn door(app: &App, kind: DoorKind, hash: &str, now: Timestamp) -> Result<Option<DoorTarget>> {
    app.store.system("find the company of a request").read_one(async |db| db.door(kind, hash, now).await).await
}

/// Whose cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CookieKind {
    /// A member's.
    Recruiter,
    /// A candidate's.
    Candidate,
}

/// The cookie's name: `__Host-` on https, where browsers then hold it to this origin.
pub fn cookie_name(app: &App, kind: CookieKind) -> String {
    let name = match kind {
        CookieKind::Recruiter => "insights",
        CookieKind::Candidate => "candidate",
    };
    if app.config.is_https() { format!("__Host-{name}") } else { name.to_owned() }
}

/// The header that sets a cookie for `age_s` seconds; 0 removes it.
pub fn set_cookie(app: &App, kind: CookieKind, value: &str, age_s: u32) -> (header::HeaderName, HeaderValue) {
    let secure = if app.config.is_https() { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age_s}{secure}", cookie_name(app, kind));
    let value = HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
    (header::SET_COOKIE, value)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then(|| value.to_owned())
    })
}
