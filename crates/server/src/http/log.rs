//! The append protocol for pages: idempotent, in order, acknowledged only after the commit. Its key outlives cookie and
//! invitation: the right to save is longer than the right to talk.

use super::extract::{Body, Path};
use crate::caller::{Appender, Caller};
use crate::error::{Code, Error, Result};
use crate::ids::{AuditId, SessionId};
use crate::jobs::{self, seal_session::SealSession};
use crate::store::log::{Append, LogError, NewRow, Source};
use axum::Json;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// Events in one append.
const MOST_EVENTS: usize = 500;
/// Characters of one event's body.
const MOST_BODY: usize = 64 * 1024;

/// One event of a page.
#[derive(Deserialize, ToSchema)]
pub struct LogEvent {
    /// The event's type.
    kind: String,
    /// The leg in which it happened.
    leg: i64,
    /// By the page's own clock.
    at_ms: i64,
    /// The event as it was.
    #[schema(value_type = Object)]
    body: Box<RawValue>,
}

/// Events of one page, in order, without a gap to what it sent before.
#[derive(Deserialize, ToSchema)]
pub struct LogBody {
    /// The page's id of itself: 32 hexadecimal digits, made anew with each load.
    instance: String,
    /// The place of the first event; the first ever is 1.
    first_seq: i64,
    events: Vec<LogEvent>,
}

/// What is durable.
#[derive(Serialize, ToSchema)]
pub struct LogAck {
    /// Every event up to this place.
    acked: i64,
    /// The hash of that place.
    head: String,
}

/// Appends a page's events. Sending the same again is fine and acknowledged again.
#[utoipa::path(post, path = "/v1/s/{session}/log", tag = "log", params(("session" = SessionId, Path)), request_body = LogBody, responses((status = 200, body = LogAck)), security(("append" = [])))]
pub async fn append(
    cx: Caller<Appender>,
    Path(session): Path<SessionId>,
    Body(body): Body<LogBody>,
) -> Result<Json<LogAck>> {
    if session != cx.who.session {
        return Err(Error::not_found());
    }
    let append = Append {
        tenant: cx.store.tenant().clone(),
        session: session.clone(),
        source: Source::Page,
        epoch: None,
        first_seq: body.first_seq,
        rows: rows(&body)?,
        turns: Vec::new(),
        received_at: cx.now,
        late: Some(jobs::new(&cx.app, &SealSession { session: session.clone() }, cx.now)?),
        instance: body.instance,
    };
    #[cfg(feature = "mutants")]
    if let Some(ack) = spoiled(&cx, &append).await? {
        return Ok(Json(ack));
    }
    match cx.app.appender.try_append(append).await {
        Ok(acked) => Ok(Json(LogAck { acked: acked.seq(), head: acked.head().to_owned() })),
        Err(error) => Err(refuse(&cx, &session, error).await),
    }
}

/// What a fault that is seeded here makes of an append; `None`: nothing.
#[cfg(feature = "mutants")]
async fn spoiled(cx: &Caller<Appender>, append: &Append) -> Result<Option<LogAck>> {
    use crate::mutant::{self, Mutant};
    if mutant::is(Mutant::TokenBeforeAppend) {
        let may_talk = cx.store.read(async |db| {
            let row = db.session(&append.session).await?;
            let invitation = db.invitation(&row.invitation_id).await?;
            crate::sessions::admission::admit(&invitation, Some(&row), cx.now)
        });
        may_talk.await?;
    }
    if !mutant::is(Mutant::AckBeforeCommit) {
        return Ok(None);
    }
    let (app, late) = (cx.app.clone(), append.clone());
    cx.app.tasks.spawn(async move {
        // As if the disk were slow, and nobody listened.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        app.appender.append(late).await.ok()
    });
    Ok(Some(LogAck { acked: append.first_seq + append.rows.len() as i64 - 1, head: String::new() }))
}

fn rows(body: &LogBody) -> Result<Vec<NewRow>> {
    let is_hex = body.instance.len() == 32 && body.instance.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hex {
        return Err(Error::invalid("instance", "This must be 32 hexadecimal digits."));
    }
    if body.first_seq < 1 || body.first_seq > i64::MAX - MOST_EVENTS as i64 {
        return Err(Error::invalid("first_seq", "This must be 1 or more."));
    }
    if body.events.len() > MOST_EVENTS {
        return Err(Error::invalid("events", "At most 500 events fit into one append."));
    }
    body.events.iter().enumerate().map(|(at, event)| row(at, event)).collect()
}

fn row(at: usize, event: &LogEvent) -> Result<NewRow> {
    let body = event.body.get();
    if event.kind.is_empty() || event.kind.len() > 100 {
        return Err(Error::invalid(format!("events[{at}].kind"), "This must have 1 to 100 characters."));
    }
    if body.len() > MOST_BODY {
        return Err(Error::invalid(format!("events[{at}].body"), "This must not be longer than 64 KiB."));
    }
    Ok(NewRow { leg: event.leg, kind: event.kind.clone(), item: None, body: body.to_owned(), mono_ms: event.at_ms })
}

async fn refuse(cx: &Caller<Appender>, session: &SessionId, error: LogError) -> Error {
    match error {
        LogError::Gap { expected } => {
            Error::new(Code::Gap, format!("Events are missing before this: go on at {expected}."))
                .with("expected", expected)
        }
        LogError::Conflict { seq } => {
            let audit: AuditId = cx.id();
            let detail = serde_json::json!({ "seq": seq });
            let noted = cx
                .store
                .write(async |db| db.audit(&audit, cx.now, "page", "log_conflict", session.as_str(), &detail).await)
                .await;
            if let Err(error) = noted {
                tracing::error!(%session, %error, "a conflict in the log is not in the audit trail");
            }
            Error::new(Code::SeqConflict, format!("Place {seq} holds another event.")).with("seq", seq)
        }
        LogError::BadText => Error::invalid("events", "An event holds a character that cannot be stored (NUL)."),
        LogError::TooManyInstances => Error::new(Code::TooMany, "This session has too many pages.").retry_after(3600),
        LogError::Fenced(_) | LogError::Unclaimed => Error::new(Code::Fenced, "Another writer holds this instance."),
        LogError::Busy | LogError::Failed(_) => {
            Error::new(Code::DatabaseBusy, "This cannot be saved right now. Keep it and send it again.").retry_after(1)
        }
    }
}
