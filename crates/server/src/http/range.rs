//! A stored file as a response: whole, or one range of it (RFC 9110 §14).

use crate::caller::{Caller, Recruiter};
use crate::error::{Code, Error, Result};
use crate::ids::SessionId;
use crate::recording::{
    blobs::{BlobError, Blobs, Key},
    parts::Part,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use std::{ops::Range, sync::Arc};

/// So much is read at once.
const PIECE: u64 = 256 * 1024;

/// What of a file is asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Outside,
}

/// Answers with a file of a session.
pub async fn serve(cx: &Caller<Recruiter>, session: &SessionId, part: &Part, headers: &HeaderMap) -> Result<Response> {
    let length = part.bytes.unsigned_abs();
    let tag = format!("\"{}\"", part.sha256);
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    // Of another version of the file nothing is continued.
    let is_same = text(header::IF_RANGE).is_none_or(|known| known == tag);
    let asked = text(header::RANGE).filter(|_| is_same).map_or(Asked::Whole, |range| read(range, length));
    let (status, range) = match asked {
        Asked::Whole => (StatusCode::OK, 0..length),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Outside => return unsatisfiable(length),
    };
    let key = Key::part(cx.store.tenant(), session, &part.sha256);
    let blobs = cx.app.blobs.current();
    // A file that is gone is told before anything is promised.
    blobs.read(key.clone(), range.start..range.start).await.map_err(gone)?;
    let mut response = (status, body(blobs, key, range.clone())).into_response();
    let ending = if part.media_type == crate::recording::parts::MP4 { "m4a" } else { "webm" };
    let set = response.headers_mut();
    let mut put = |name: header::HeaderName, value: String| -> Result<()> {
        set.insert(name, HeaderValue::try_from(value).map_err(Error::internal)?);
        Ok(())
    };
    put(header::CONTENT_TYPE, part.media_type.clone())?;
    put(header::CONTENT_LENGTH, (range.end - range.start).to_string())?;
    put(header::ACCEPT_RANGES, "bytes".to_owned())?;
    put(header::ETAG, tag)?;
    let whose = if part.side.is_candidate() { "" } else { "-interviewer" };
    put(header::CONTENT_DISPOSITION, format!("inline; filename=\"recording-{session}{whose}.{ending}\""))?;
    if status == StatusCode::PARTIAL_CONTENT {
        put(header::CONTENT_RANGE, format!("bytes {}-{}/{length}", range.start, range.end - 1))?;
    }
    Ok(response)
}

fn unsatisfiable(length: u64) -> Result<Response> {
    let words = format!("The file has {length} bytes; none of the range is there.");
    let mut response = Error::new(Code::RangeNotSatisfiable, words).into_response();
    let value = HeaderValue::try_from(format!("bytes */{length}")).map_err(Error::internal)?;
    response.headers_mut().insert(header::CONTENT_RANGE, value);
    Ok(response)
}

fn gone(error: BlobError) -> Error {
    match error {
        BlobError::Missing => {
            tracing::error!("a recording's file is not where it was written");
            Error::new(Code::NotFound, "The recording's file is not in the storage any more.")
        }
        error => error.into(),
    }
}

/// Piece by piece, so that a listener's pace bounds what is in memory.
fn body(blobs: Arc<dyn Blobs>, key: Key, range: Range<u64>) -> Body {
    let pieces = stream::try_unfold(range.start, move |at| {
        let (blobs, key, end) = (blobs.clone(), key.clone(), range.end);
        async move {
            if at >= end {
                return Ok(None);
            }
            let next = (at + PIECE).min(end);
            let bytes = blobs.read(key, at..next).await.inspect_err(|error| {
                tracing::error!(%error, "a recording cannot be read");
            })?;
            Ok::<_, BlobError>(Some((bytes, next)))
        }
    });
    Body::from_stream(pieces)
}

/// Reads a `Range` header. Several ranges, other units and nonsense mean the whole, as RFC 9110 allows.
fn read(header: &str, length: u64) -> Asked {
    let Some((from, to)) = header.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Asked::Whole;
    };
    let number = |text: &str| text.parse::<u64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    match (from, to) {
        ("", suffix) => match number(suffix) {
            Some(0) => Asked::Outside,
            Some(_) if length == 0 => Asked::Outside,
            Some(n) => Asked::Part(length.saturating_sub(n)..length),
            None => Asked::Whole,
        },
        (from, to) => match (number(from), if to.is_empty() { Some(u64::MAX) } else { number(to) }) {
            (Some(from), Some(to)) if from > to => Asked::Whole,
            (Some(from), Some(_)) if from >= length => Asked::Outside,
            (Some(from), Some(to)) => Asked::Part(from..to.saturating_add(1).min(length)),
            _ => Asked::Whole,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        for (header, asked) in [
            ("bytes=0-", Asked::Part(0..100)),
            ("bytes=0-9", Asked::Part(0..10)),
            ("bytes=90-500", Asked::Part(90..100)),
            ("bytes=-10", Asked::Part(90..100)),
            ("bytes=-500", Asked::Part(0..100)),
            ("bytes=99-99", Asked::Part(99..100)),
            ("bytes=100-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=0-18446744073709551615", Asked::Part(0..100)),
            ("bytes=9-1", Asked::Whole),
            ("bytes=0-1,5-6", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=", Asked::Whole),
            ("items=0-1", Asked::Whole),
        ] {
            assert_eq!(read(header, 100), asked, "{header}");
        }
        assert_eq!(read("bytes=0-", 0), Asked::Outside);
    }
}
