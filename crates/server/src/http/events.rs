//! What happens in a session, as server-sent events: committed turns from the store, then live, without a gap and
//! without a repeat. The candidate's open stream is also the page's heartbeat.

use super::{
    candidate,
    extract::{Path, Query},
    views::TurnView,
};
use crate::app::App;
use crate::caller::{Caller, Candidate, Recruiter};
use crate::error::{Code, Error, Result};
use crate::ids::{AuditId, SessionId};
use crate::sessions::{
    self,
    hub::{Fanout, State},
};
use crate::store::{SessionRow, TenantStore, TurnRow};
use axum::{
    http::{HeaderMap, StatusCode},
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, stream};
use interview::{Phase, StageName, View};
use serde::{Deserialize, Serialize};
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use utoipa::IntoParams;

const PING: Duration = Duration::from_secs(15);

/// Where to go on.
#[derive(Deserialize, IntoParams)]
pub struct AfterQuery {
    /// The `seq` of the last turn that the watcher has. `Last-Event-ID` says the same.
    after: Option<i64>,
}

/// Streams a session to a recruiter: `state`, `caption`, `turn`, `ended`.
#[utoipa::path(get, path = "/v1/sessions/{id}/events", tag = "sessions", params(("id" = SessionId, Path), AfterQuery), responses((status = 200, content_type = "text/event-stream", body = String)), security(("recruiter" = [])))]
pub async fn watch_session(
    cx: Caller<Recruiter>,
    Path(id): Path<SessionId>,
    Query(query): Query<AfterQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    let feed = Feed::open(cx.app, cx.store, id, after(&query, &headers)?, None).await?;
    Ok(serve(feed))
}

/// Ends an interview: the interviewer says goodbye, then the session is sealed.
#[utoipa::path(post, path = "/v1/sessions/{id}/end", tag = "sessions", params(("id" = SessionId, Path)), responses((status = 202)), security(("recruiter" = [])))]
pub async fn end_session(cx: Caller<Recruiter>, Path(id): Path<SessionId>) -> Result<StatusCode> {
    sessions::end(&cx.app, &cx.store, &id).await?;
    let audit: AuditId = cx.id();
    let (actor, subject) = (cx.who.member.as_str(), id.as_str());
    cx.store
        .write(async |db| db.audit(&audit, cx.now, actor, "session_end", subject, &serde_json::json!({})).await)
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// Streams a session to its candidate: `state`, `caption`, `turn`, `taken_over`, `hand_over`, `ended`.
#[utoipa::path(get, path = "/v1/candidate/events", tag = "candidate", params(AfterQuery), responses((status = 200, content_type = "text/event-stream", body = String)), security(("candidate" = [])))]
pub async fn watch_own_session(
    cx: Caller<Candidate>,
    Query(query): Query<AfterQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = std::result::Result<Event, Infallible>>>> {
    let session = candidate::session(&cx).await?;
    let heartbeat = Heartbeat::start(cx.app.clone(), session.id.clone());
    let feed = Feed::open(cx.app, cx.store, session.id, after(&query, &headers)?, Some(heartbeat)).await?;
    Ok(serve(feed))
}

fn after(query: &AfterQuery, headers: &HeaderMap) -> Result<i64> {
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).and_then(|v| v.parse().ok());
    let after = last.or(query.after).unwrap_or(0);
    if after < 0 { Err(Error::new(Code::Invalid, "This must be 0 or more.").field("after")) } else { Ok(after) }
}

fn serve(feed: Feed) -> Sse<impl Stream<Item = std::result::Result<Event, Infallible>>> {
    let events = stream::unfold(feed, async |mut feed| feed.next().await.map(|event| (Ok(event), feed)));
    Sse::new(Box::pin(events)).keep_alive(KeepAlive::new().interval(PING))
}

/// The page is there for as long as this lives.
struct Heartbeat {
    app: Arc<App>,
    session: SessionId,
}

impl Heartbeat {
    fn start(app: Arc<App>, session: SessionId) -> Heartbeat {
        app.hub.page(&session, 1);
        Heartbeat { app, session }
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.app.hub.page(&self.session, -1);
    }
}

/// One watcher's place.
struct Feed {
    app: Arc<App>,
    store: TenantStore,
    session: SessionId,
    /// Until this is dropped.
    live: Option<Receiver<Fanout>>,
    last_seq: i64,
    waiting: VecDeque<Event>,
    heartbeat: Option<Heartbeat>,
}

impl Feed {
    async fn open(
        app: Arc<App>,
        store: TenantStore,
        session: SessionId,
        after: i64,
        heartbeat: Option<Heartbeat>,
    ) -> Result<Feed> {
        // First listen, then read: what is committed in between comes twice and is told once.
        let (live, state) = app.hub.subscribe(&session);
        let row = store.read(async |db| db.session(&session).await).await?;
        let mut feed =
            Feed { app, store, session, live: Some(live), last_seq: after, waiting: VecDeque::new(), heartbeat };
        feed.catch_up().await?;
        let state = state.unwrap_or_else(|| resting(&row));
        feed.waiting.push_back(event("state", &state));
        if row.state == "finished" {
            feed.waiting.push_back(ended(row.end_reason.as_deref().unwrap_or_default()));
        }
        Ok(feed)
    }

    /// Reads the turns that are committed and not told yet.
    async fn catch_up(&mut self) -> Result<()> {
        let rows = self.store.read(async |db| db.turns_after(&self.session, self.last_seq).await).await?;
        for row in rows {
            self.last_seq = row.seq;
            self.waiting.push_back(turn(row));
        }
        Ok(())
    }

    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.pop_front() {
                return Some(event);
            }
            let told = tokio::select! {
                told = self.live.as_mut()?.recv() => told,
                () = self.app.stop.cancelled() => return None,
            };
            match told {
                Ok(Fanout::Turn(row)) if row.seq <= self.last_seq => {}
                Ok(Fanout::Turn(row)) => {
                    self.last_seq = row.seq;
                    return Some(turn(*row));
                }
                Ok(Fanout::State(state)) => return Some(event("state", &*state)),
                Ok(Fanout::Caption(caption)) => return Some(event("caption", &caption)),
                Ok(Fanout::TakenOver(leg)) if self.heartbeat.is_some() => {
                    return Some(event("taken_over", &serde_json::json!({ "leg": leg })));
                }
                Ok(Fanout::HandOver) if self.heartbeat.is_some() => {
                    return Some(event("hand_over", &serde_json::json!({})));
                }
                Ok(Fanout::TakenOver(_) | Fanout::HandOver) => {}
                Ok(Fanout::Ended(reason)) => return Some(ended(&reason)),
                // Too slow: the store has what was missed. A store that fails ends the stream, and the watcher returns.
                Err(RecvError::Lagged(_)) => self.catch_up().await.ok()?,
                Err(RecvError::Closed) => return None,
            }
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        // The receiver must be gone before the room is looked at.
        self.live = None;
        self.app.hub.sweep(&self.session);
    }
}

/// The state of a session that does not run here.
fn resting(row: &SessionRow) -> State {
    let (stage, session_state) = match row.state.as_str() {
        "finished" => (StageName::Ended, "finished"),
        "live" | "interrupted" => (StageName::Interrupted, "interrupted"),
        _ => (StageName::Waiting, "ready"),
    };
    let elapsed_ms = row.started_at.zip(row.ended_at).map_or(0, |(from, to)| to.ms_since(from));
    let turns = u32::try_from(row.turns).unwrap_or(u32::MAX);
    let view = View {
        stage,
        question: None,
        phase: Phase::Reconnecting,
        speaker: None,
        elapsed_ms,
        question_left_ms: None,
        turns,
    };
    State { view, session_state, leg: 0, saved: row.turns }
}

fn ended(reason: &str) -> Event {
    event("ended", &serde_json::json!({ "reason": reason }))
}

fn turn(row: TurnRow) -> Event {
    let id = row.seq.to_string();
    event("turn", &TurnView::from(row)).id(id)
}

fn event<T: Serialize>(name: &str, data: &T) -> Event {
    // Our own types have JSON; line breaks are escaped in it.
    let data = serde_json::to_string(data).unwrap_or_default();
    Event::default().event(name).data(data)
}
