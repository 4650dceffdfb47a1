//! Extractors that refuse in our own words: JSON bodies name the field at fault, ids that cannot be are not found.

use crate::error::{Code, Error, Result};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    http::{StatusCode, header, request::Parts},
};
use serde::de::DeserializeOwned;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/json") {
            return Err(Error::new(Code::WrongContentType, "Send the body as application/json."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|e| too_large(&e))?;
        let mut reader = serde_json::Deserializer::from_slice(&bytes);
        let value = serde_path_to_error::deserialize(&mut reader).map_err(|e| {
            let path = e.path().to_string();
            let error =
                Error::new(Code::InvalidJson, format!("The body is not what this operation takes: {}", e.inner()));
            if path == "." { error } else { error.field(path) }
        })?;
        reader.end().map_err(|e| Error::new(Code::InvalidJson, format!("The body is not one JSON value: {e}")))?;
        Ok(Body(value))
    }
}

/// A body that could not be read: too large, or cut off.
pub fn too_large(e: &BytesRejection) -> Error {
    if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Code::TooLarge, "The body is larger than this operation takes.")
    } else {
        Error::new(Code::InvalidJson, "The body could not be read to its end.")
    }
}

/// Path parameters; what does not parse names nothing.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Path(value)).map_err(|_| Error::not_found())
    }
}

/// Query parameters.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query
            .map(|axum::extract::Query(value)| Query(value))
            .map_err(|e| Error::new(Code::Invalid, e.body_text()).field("query"))
    }
}

/// Checks a text field: trimmed, not empty, at most `most` characters, no NUL.
pub fn text(field: &str, value: &str, most: usize) -> Result<String> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Error::invalid(field, "This must not be empty."));
    }
    optional_text(field, value, most)
}

/// Checks a text field that may be empty.
pub fn optional_text(field: &str, value: &str, most: usize) -> Result<String> {
    let value = value.trim();
    let count = value.chars().count();
    if count > most {
        return Err(Error::invalid(field, format!("This has {count} characters; at most {most} are possible.")));
    }
    if value.contains('\0') {
        return Err(Error::invalid(field, "This holds a character that cannot be stored (NUL)."));
    }
    Ok(value.to_owned())
}
