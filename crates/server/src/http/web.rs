//! The web app, out of the binary: `/i` is the candidate's page, everything else without a file is the recruiter's.

use crate::error::Error;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// Hashed names never change their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Pages are asked about each time, by their tag.
const ASK: &str = "no-cache";

/// Serves a file of the web app.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Error::not_found().into_response();
    }
    let path = uri.path().trim_start_matches('/');
    let (name, cache) = match path {
        "i" | "i/" => ("candidate.html", ASK),
        _ if path.starts_with("assets/") => (path, FOR_EVER),
        _ if Files::get(path).is_some() => (path, ASK),
        // The recruiter's app has its own addresses; a name with an ending is a file that is not there.
        _ if !path.rsplit('/').next().unwrap_or_default().contains('.') => ("index.html", ASK),
        _ => return Error::not_found().into_response(),
    };
    match Files::get(name) {
        Some(file) => respond(&file, cache, &headers),
        None if path.starts_with("assets/") => Error::not_found().into_response(),
        None => not_built(),
    }
}

fn respond(file: &EmbeddedFile, cache: &'static str, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", &crate::secrets::hex(&file.metadata.sha256_hash())[..32]);
    let is_known = headers.get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|v| v.contains(&tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data.to_vec()).into_response()
    };
    let set = response.headers_mut();
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        set.insert(header::ETAG, tag);
    }
    if let Ok(kind) = HeaderValue::try_from(with_charset(file.metadata.mimetype())) {
        set.insert(header::CONTENT_TYPE, kind);
    }
    response
}

fn with_charset(mime: &str) -> String {
    if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime.to_owned() }
}

fn not_built() -> Response {
    let text = "The web app is not part of this build. Run `make web` and build again; the API is at /openapi.json.\n";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
