//! The control door: what [`Control`] does, as JSON over HTTP.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Duration, timeout};

use super::ledger::Entry;
use super::{Answer, Control, Fault, Script};

/// The longest wait for ledger entries, in milliseconds.
const LONGEST_WAIT_MS: u64 = 60_000;

/// All routes; `/sim` is in front of each.
pub(super) fn router(control: Control) -> Router {
    let sim = Router::new()
        .route("/script", put(set_script).post(set_script))
        .route("/faults", post(fail_next))
        .route("/recordings", post(add_recordings))
        .route("/recordings/faults", post(fail_next_recording))
        .route("/ledger", get(ledger))
        .route("/counts", get(counts))
        .route("/calls/{id}/fault", put(spoil))
        .route("/calls/{id}/speak", post(speak))
        .route("/calls/{id}/words", post(words))
        .route("/calls/{id}/emit", post(emit))
        .route("/calls/{id}/page", post(page))
        .route("/calls/{id}/pace", post(pace))
        .route("/calls/{id}/cut", post(cut))
        .route("/calls/{id}/expire", post(expire))
        .route("/calls/{id}/end", post(end));
    Router::new().nest("/sim", sim).with_state(control)
}

/// 204, or 404 where no such call runs.
fn done(is_known: bool) -> StatusCode {
    if is_known { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn set_script(State(control): State<Control>, Json(script): Json<Script>) -> StatusCode {
    control.set_script(script);
    done(true)
}

async fn fail_next(State(control): State<Control>, Json(fault): Json<Fault>) -> StatusCode {
    control.fail_next(fault);
    done(true)
}

#[derive(Debug, Deserialize)]
struct Recordings {
    texts: Vec<String>,
}

async fn add_recordings(State(control): State<Control>, Json(recordings): Json<Recordings>) -> StatusCode {
    control.add_recordings(recordings.texts.iter().map(String::as_str));
    done(true)
}

async fn fail_next_recording(State(control): State<Control>, Json(fault): Json<Fault>) -> StatusCode {
    control.fail_next_recording(fault);
    done(true)
}

#[derive(Debug, Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
    /// Waits so long for a first entry.
    #[serde(default)]
    wait_ms: u64,
}

async fn ledger(State(control): State<Control>, Query(query): Query<After>) -> Json<Value> {
    let patience = Duration::from_millis(query.wait_ms.min(LONGEST_WAIT_MS));
    // Whether something came or not, what there is is the answer.
    let _ = timeout(patience, control.grown_beyond(query.after)).await;
    let entries: Vec<Entry> = control.ledger_after(query.after);
    let last = entries.last().map_or(query.after, |entry| entry.seq);
    Json(json!({"entries": entries, "last": last}))
}

async fn counts(State(control): State<Control>) -> Json<Value> {
    let (client, server) = control.counts();
    Json(json!({"client_events": client, "server_events": server}))
}

async fn spoil(State(control): State<Control>, Path(id): Path<String>, Json(fault): Json<Option<Fault>>) -> StatusCode {
    done(control.spoil(&id, fault))
}

async fn speak(State(control): State<Control>, Path(id): Path<String>, Json(answer): Json<Answer>) -> StatusCode {
    done(control.speak(&id, answer))
}

#[derive(Debug, Deserialize)]
struct Words {
    item: String,
    text: String,
}

async fn words(State(control): State<Control>, Path(id): Path<String>, Json(words): Json<Words>) -> StatusCode {
    done(control.words(&id, &words.item, &words.text))
}

async fn emit(State(control): State<Control>, Path(id): Path<String>, Json(event): Json<Value>) -> StatusCode {
    done(control.emit(&id, event))
}

async fn page(State(control): State<Control>, Path(id): Path<String>, Json(event): Json<Value>) -> StatusCode {
    done(control.from_page(&id, &event))
}

#[derive(Debug, Deserialize)]
struct Pace {
    pace: f64,
}

async fn pace(State(control): State<Control>, Path(id): Path<String>, Json(to): Json<Pace>) -> StatusCode {
    done(control.set_pace(&id, to.pace))
}

#[derive(Debug, Deserialize)]
struct Cut {
    code: u16,
}

async fn cut(State(control): State<Control>, Path(id): Path<String>, Json(cut): Json<Cut>) -> StatusCode {
    done(control.cut(&id, cut.code))
}

async fn expire(State(control): State<Control>, Path(id): Path<String>) -> StatusCode {
    done(control.expire(&id))
}

async fn end(State(control): State<Control>, Path(id): Path<String>) -> StatusCode {
    done(control.end(&id))
}
