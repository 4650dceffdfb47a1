//! What every request passes: an id, a log line, the origin check, security headers, limits, compression.

use super::respond;
use crate::app::App;
use crate::error::{Code, Error};
use crate::ids::RequestId;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use std::sync::Arc;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
};

/// The largest body, unless an operation says otherwise.
const MOST_BYTES: usize = 1024 * 1024;

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    media-src 'self' blob:; font-src 'self'; worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "microphone=(self), camera=(), display-capture=(), geolocation=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Wraps the routes.
pub fn wrap(router: Router, app: &Arc<App>) -> Router {
    let worth_it = DefaultPredicate::new().and(NotForContentType::const_new("audio/"));
    router
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            Error::internal(anyhow::anyhow!("a handler panicked")).into_response()
        }))
        .layer(CompressionLayer::new().compress_when(worth_it))
        .layer(middleware::from_fn_with_state(app.clone(), around))
}

/// Around each request: refuses foreign origins, names the request, writes errors and headers, logs.
async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let started = app.now();
    let id: RequestId = app.id();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = if is_foreign(&app, &method, request.headers()) {
        Error::new(Code::ForeignOrigin, "This request comes from a page of another origin.").into_response()
    } else {
        next.run(request).await
    };
    let mut response = respond::finish(response, id.as_str());
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if path.starts_with("/v1/") && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let ms = (app.now().0 - started.0) / 1000;
    tracing::debug!(request_id = id.as_str(), %method, path, status = response.status().as_u16(), ms, "request");
    response
}

/// Whether a request that may change something comes from a page of another origin. Browsers send `Origin` with
/// every such request; programs send none.
fn is_foreign(app: &App, method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let Ok(origin) = origin.to_str() else { return true };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let is_own =
        origin == app.config.public_url() || (authority.is_some() && authority == host && !app.config.is_https());
    !is_own
}
