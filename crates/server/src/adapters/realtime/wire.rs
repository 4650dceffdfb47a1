//! Requests and answers as bytes: the form that carries an offer, and bodies that are read no further than they may be.

use bytes::{Bytes, BytesMut};
use reqwest::{
    Response,
    header::{HeaderMap, RETRY_AFTER},
};

use super::error::RealtimeError;
use crate::secrets;

/// The longest error answer that is read.
const MOST_OF_ERROR: usize = 64 * 1024;

/// A form of the two parts that make a call, in their order, byte for byte as the provider's own clients send it. No
/// part has a file name; the offer keeps its last line break.
pub(super) struct CallForm {
    /// With the boundary.
    pub content_type: String,
    /// All of it.
    pub body: Bytes,
}

impl CallForm {
    pub(super) fn new(offer: &[u8], session: &str) -> CallForm {
        // 128 random bits: nobody can write an offer that contains it.
        let boundary = secrets::hex(&secrets::random::<16>());
        let mut body = BytesMut::with_capacity(offer.len() + session.len() + 512);
        let parts = [("sdp", "application/sdp", offer), ("session", "application/json", session.as_bytes())];
        for (name, kind, content) in parts {
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        CallForm { content_type: format!("multipart/form-data; boundary={boundary}"), body: body.freeze() }
    }
}

/// Reads a body of at most `most` bytes; a longer one is not read to its end.
pub(super) async fn read(mut response: Response, most: usize) -> Result<Bytes, RealtimeError> {
    let too_long = || RealtimeError::BadAnswer(format!("an answer of more than {most} bytes"));
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_long());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Turns an error answer into its meaning.
pub(super) async fn checked(response: Response) -> Result<Response, RealtimeError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after_s = header(response.headers(), RETRY_AFTER.as_str()).and_then(|v| v.parse().ok());
    // What cannot be read says no more than the status.
    let body = read(response, MOST_OF_ERROR).await.unwrap_or_default();
    Err(RealtimeError::from_answer(status.as_u16(), retry_after_s, &body))
}

/// The provider's number of a request, for its support: letters, digits and dashes.
pub(super) fn request_id(headers: &HeaderMap) -> String {
    let text = header(headers, "x-request-id").or_else(|| header(headers, "apim-request-id")).unwrap_or_default();
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').take(64).collect()
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}
