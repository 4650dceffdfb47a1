//! A scripted provider of the Realtime protocol: the HTTP doors and the control channel, without any sound. It plays
//! each utterance at once and says what the test tells it to say.

use axum::{
    Json, Router,
    extract::{
        Multipart, Path, Query, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use insights::{adapters::realtime::Endpoint, config::ProviderKind};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering},
    },
};
use tokio::sync::{broadcast, mpsc};

const KEY: &str = "key-of-the-test";

/// What happened at the provider, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// A call was made with this offer and session.
    Call { id: String, offer: Vec<u8>, session: Value },
    /// A control channel was opened.
    Attached(String),
    /// A model is to lead, by this request; the response is open.
    Led { call: String, response: String, request: Value },
    /// The client put this item into the conversation.
    Item { call: String, item: Value },
    /// A text is to be spoken.
    Said { call: String, text: String },
    /// Speech was to be stopped.
    Cleared(String),
    /// The client took the words being spoken as an answer.
    Committed(String),
    /// An item was removed from the conversation.
    Deleted(String),
    /// The session was configured.
    Configured(Value),
    /// A call was hung up.
    HungUp(String),
}

#[derive(Default)]
struct Calls {
    /// Frames to the control channels of each call; `None` once it is over.
    open: HashMap<String, Option<broadcast::Sender<Option<Value>>>>,
    /// The conversation of each call.
    items: HashMap<String, Vec<Value>>,
    sessions: HashMap<String, Value>,
}

pub struct Inner {
    calls: Mutex<Calls>,
    seen: mpsc::UnboundedSender<Seen>,
    count: AtomicU32,
    /// 503 for new calls.
    pub is_full: AtomicBool,
    /// Error details for the next `session.update`s, in order.
    pub refusals: Mutex<Vec<Value>>,
    /// Utterances play until they are stopped.
    pub plays_on: AtomicBool,
    /// 500 for hang-ups.
    pub keeps_calls: AtomicBool,
    /// The most calls that were up at once.
    pub most: AtomicUsize,
    /// What is said instead of the next text.
    pub says_instead: Mutex<Option<String>>,
    /// The response that a model is at.
    pub leading: Mutex<Option<String>>,
}

pub struct Provider {
    pub inner: Arc<Inner>,
    pub endpoint: Endpoint,
    seen: mpsc::UnboundedReceiver<Seen>,
}

impl Provider {
    pub async fn start() -> Provider {
        let (tx, seen) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            calls: Mutex::default(),
            seen: tx,
            count: AtomicU32::new(0),
            is_full: AtomicBool::new(false),
            refusals: Mutex::default(),
            plays_on: AtomicBool::new(false),
            keeps_calls: AtomicBool::new(false),
            most: AtomicUsize::new(0),
            says_instead: Mutex::default(),
            leading: Mutex::default(),
        });
        let router = Router::new()
            .route("/v1/realtime/calls", post(call))
            .route("/v1/realtime/calls/{id}/hangup", post(hang_up))
            .route("/v1/realtime", get(attach))
            .route("/v1/audio/transcriptions", post(transcribe))
            .with_state(inner.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "ends with the test")]
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Provider { inner, endpoint: Endpoint { url, key: KEY.into(), kind: ProviderKind::OpenAi }, seen }
    }

    /// The next thing that happens and that `pick` wants; waits at most 20 s.
    pub async fn until<T>(&mut self, pick: impl Fn(&Seen) -> Option<T>) -> T {
        let search = async {
            loop {
                let seen = self.seen.recv().await.unwrap();
                if let Some(found) = pick(&seen) {
                    return found;
                }
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), search).await.expect("it happens within 20 s")
    }

    /// The next text that is spoken, on whichever call.
    pub async fn said(&mut self) -> String {
        self.until(|seen| match seen {
            Seen::Said { text, .. } => Some(text.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until this text is spoken.
    pub async fn said_with(&mut self, part: &str) -> String {
        loop {
            let text = self.said().await;
            if text.contains(part) {
                return text;
            }
        }
    }
}

impl Inner {
    fn channel(&self, id: &str) -> Option<broadcast::Sender<Option<Value>>> {
        self.calls.lock().unwrap().open.get(id).cloned().flatten()
    }

    /// Calls that are up.
    pub fn open_calls(&self) -> usize {
        self.calls.lock().unwrap().open.values().flatten().count()
    }

    /// Calls that were ever made.
    pub fn all_calls(&self) -> usize {
        self.calls.lock().unwrap().open.len()
    }

    /// A response ended that used so many tokens of sound, half of what it heard seen before. False: the call is over.
    pub fn used(&self, id: &str, response: &str, audio_in: u64, audio_out: u64) -> bool {
        let cached = json!({"text_tokens": 0, "audio_tokens": audio_in / 2});
        let input = json!({"text_tokens": 0, "audio_tokens": audio_in, "cached_tokens": audio_in / 2, "cached_tokens_details": cached});
        let usage = json!({"total_tokens": audio_in + audio_out, "input_tokens": audio_in, "output_tokens": audio_out,
            "input_token_details": input, "output_token_details": {"text_tokens": 0, "audio_tokens": audio_out}});
        let done = json!({"id": response, "status": "completed", "output": [], "usage": usage});
        let event = json!({"type": "response.done", "response": done});
        self.channel(id).is_some_and(|channel| channel.send(Some(event)).is_ok())
    }

    /// How many control channels are open.
    pub fn listeners(&self, id: &str) -> usize {
        self.channel(id).map_or(0, |channel| channel.receiver_count())
    }

    /// Sends an event on the call's control channels.
    pub fn emit(&self, id: &str, event: Value) {
        self.channel(id).unwrap().send(Some(event)).unwrap();
    }

    /// Breaks the control channels; the call goes on.
    pub fn cut(&self, id: &str) {
        self.channel(id).unwrap().send(None).unwrap();
    }

    /// The candidate's media is gone: the call is over.
    pub fn end(&self, id: &str) {
        let open = self.calls.lock().unwrap().open.insert(id.to_owned(), None).flatten();
        drop(open);
    }

    /// The conversation of a call.
    pub fn conversation(&self, id: &str) -> Vec<Value> {
        self.calls.lock().unwrap().items.get(id).cloned().unwrap_or_default()
    }

    /// The session of a call as it was configured last.
    pub fn session(&self, id: &str) -> Value {
        self.calls.lock().unwrap().sessions[id].clone()
    }

    /// Puts an item at the end of the conversation; gives the one before it.
    pub fn push(&self, id: &str, item: Value) -> Value {
        let mut calls = self.calls.lock().unwrap();
        let items = calls.items.entry(id.to_owned()).or_default();
        let previous = items.last().map_or(Value::Null, |last| last["id"].clone());
        items.push(item);
        previous
    }

    /// Tells that an item entered the conversation.
    pub fn add(&self, id: &str, item: &Value) {
        let previous = self.push(id, item.clone());
        self.emit(id, json!({"type": "conversation.item.added", "previous_item_id": previous, "item": item}));
    }

    /// The candidate says something; its words follow with [`Inner::words`].
    pub fn speak(&self, id: &str, item: &str) {
        let previous = self.push(id, heard(item, None));
        self.emit(id, json!({"type": "input_audio_buffer.speech_started", "audio_start_ms": 0, "item_id": item}));
        self.emit(id, json!({"type": "input_audio_buffer.speech_stopped", "audio_end_ms": 900, "item_id": item}));
        self.emit(id, json!({"type": "input_audio_buffer.committed", "previous_item_id": previous, "item_id": item}));
    }

    /// The words of what the candidate said.
    pub fn words(&self, id: &str, item: &str, text: &str) {
        let kind = "conversation.item.input_audio_transcription.completed";
        self.emit(id, json!({"type": kind, "item_id": item, "content_index": 0, "transcript": text}));
    }

    pub fn note(&self, seen: Seen) {
        let _ = self.seen.send(seen);
    }
}

/// Something the candidate said aloud.
pub fn heard(item: &str, transcript: Option<&str>) -> Value {
    let content = json!([{"type": "input_audio", "transcript": transcript}]);
    json!({"id": item, "type": "message", "role": "user", "status": "completed", "content": content})
}

fn refused(status: StatusCode, code: &str) -> Response {
    let error = json!({"error": {"type": "invalid_request_error", "code": code, "message": "no", "param": null}});
    (status, Json(error)).into_response()
}

fn has_key(headers: &HeaderMap) -> bool {
    headers.get(header::AUTHORIZATION).is_some_and(|v| v == &format!("Bearer {KEY}"))
}

async fn call(State(inner): State<Arc<Inner>>, headers: HeaderMap, mut form: Multipart) -> Response {
    if !has_key(&headers) {
        return refused(StatusCode::UNAUTHORIZED, "invalid_api_key");
    }
    if inner.is_full.load(Ordering::SeqCst) {
        return ([("retry-after", "7")], refused(StatusCode::SERVICE_UNAVAILABLE, "full")).into_response();
    }
    let (mut offer, mut session) = (Vec::new(), Value::Null);
    while let Some(part) = form.next_field().await.unwrap() {
        assert_eq!(part.file_name(), None);
        let kind = part.content_type().unwrap().to_owned();
        match part.name().unwrap() {
            "sdp" => {
                assert_eq!(kind, "application/sdp");
                offer = part.bytes().await.unwrap().to_vec();
            }
            "session" => {
                assert_eq!(kind, "application/json");
                session = serde_json::from_slice(&part.bytes().await.unwrap()).unwrap();
            }
            other => panic!("an unknown part {other}"),
        }
    }
    let id = format!("rtc_{}", inner.count.fetch_add(1, Ordering::SeqCst) + 1);
    inner.calls.lock().unwrap().open.insert(id.clone(), Some(broadcast::channel(256).0));
    inner.most.fetch_max(inner.open_calls(), Ordering::SeqCst);
    let answer = String::from_utf8(offer.clone()).unwrap().replace("o=- 1 ", "o=- 2 ");
    inner.note(Seen::Call { id: id.clone(), offer, session });
    (StatusCode::CREATED, [(header::LOCATION, format!("/v1/realtime/calls/{id}"))], answer).into_response()
}

async fn hang_up(State(inner): State<Arc<Inner>>, Path(id): Path<String>) -> Response {
    if inner.channel(&id).is_none() {
        return refused(StatusCode::NOT_FOUND, "call_id_not_found");
    }
    if inner.keeps_calls.load(Ordering::SeqCst) {
        return refused(StatusCode::INTERNAL_SERVER_ERROR, "server_error");
    }
    inner.end(&id);
    inner.note(Seen::HungUp(id));
    StatusCode::OK.into_response()
}

async fn transcribe() -> Json<Value> {
    Json(json!({"text": " A sentence. "}))
}

async fn attach(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let id = query["call_id"].clone();
    let Some(channel) = inner.channel(&id).filter(|_| has_key(&headers)) else {
        return refused(StatusCode::NOT_FOUND, "call_id_not_found");
    };
    let frames = channel.subscribe();
    drop(channel);
    inner.note(Seen::Attached(id.clone()));
    upgrade.on_upgrade(move |socket| serve(inner, id, socket, frames))
}

async fn serve(inner: Arc<Inner>, id: String, mut socket: WebSocket, mut frames: broadcast::Receiver<Option<Value>>) {
    loop {
        tokio::select! {
            frame = frames.recv() => match frame {
                Ok(Some(event)) => if socket.send(Message::text(event.to_string())).await.is_err() { return },
                // Cut, or the call is over.
                Ok(None) | Err(_) => return,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => act(&inner, &id, &serde_json::from_str(&text).unwrap()),
                Some(Ok(_)) => {}
                _ => return,
            }
        }
    }
}

/// What the provider does with a client's event.
fn act(inner: &Inner, id: &str, event: &Value) {
    match event["type"].as_str().unwrap() {
        "session.update" => {
            assert_eq!(event["session"]["audio"]["input"]["turn_detection"]["create_response"], false);
            let refusal = inner.refusals.lock().unwrap().pop();
            if let Some(mut error) = refusal {
                // Such an error refuses the whole update.
                error["event_id"] = event["event_id"].clone();
                return inner.emit(id, json!({"type": "error", "event_id": "event_e", "error": error}));
            }
            inner.calls.lock().unwrap().sessions.insert(id.to_owned(), event["session"].clone());
            inner.note(Seen::Configured(event["session"].clone()));
            inner.emit(id, json!({"type": "session.updated", "session": event["session"]}));
        }
        "response.create" => say(inner, id, &event["response"]),
        "conversation.item.create" => {
            inner.add(id, &event["item"]);
            inner.note(Seen::Item { call: id.to_owned(), item: event["item"].clone() });
        }
        "conversation.item.delete" => {
            inner.calls.lock().unwrap().items.get_mut(id).unwrap().retain(|item| item["id"] != event["item_id"]);
            inner.emit(id, json!({"type": "conversation.item.deleted", "item_id": event["item_id"]}));
            inner.note(Seen::Deleted(event["item_id"].as_str().unwrap().to_owned()));
        }
        "conversation.item.retrieve" => {
            let calls = inner.calls.lock().unwrap();
            let item = calls.items.get(id).and_then(|items| items.iter().find(|item| item["id"] == event["item_id"]));
            let item = item.cloned();
            drop(calls);
            inner.emit(
                id,
                match item {
                    Some(item) => json!({"type": "conversation.item.retrieved", "item": item}),
                    None => json!({"type": "error", "error": {"type": "invalid_request_error",
                    "code": "item_retrieve_invalid_item_id", "message": "no", "event_id": null}}),
                },
            );
        }
        "response.cancel" => {
            let led = inner.leading.lock().unwrap().take();
            if let Some(response) = led {
                let done = json!({"id": response, "status": "cancelled", "output": []});
                inner.emit(id, json!({"type": "response.done", "response": done}));
            }
        }
        "output_audio_buffer.clear" => inner.note(Seen::Cleared(id.to_owned())),
        "input_audio_buffer.commit" => inner.note(Seen::Committed(id.to_owned())),
        _ => {}
    }
}

fn say(inner: &Inner, id: &str, request: &Value) {
    let n = inner.count.fetch_add(1, Ordering::SeqCst);
    let instructions = request["instructions"].as_str().unwrap();
    let Some(text) = realtime_api::instructions::parse_say_exactly(instructions) else {
        return inner.lead(id, &format!("resp_{n}"), request);
    };
    let (response, item) = (format!("resp_{n}"), format!("item_i{n}"));
    let status =
        |status: &str| json!({"id": response, "status": status, "output": [], "metadata": request["metadata"]});
    let message = json!({"id": item, "type": "message", "role": "assistant", "content": []});
    inner.emit(id, json!({"type": "response.created", "response": status("in_progress")}));
    inner.emit(
        id,
        json!({"type": "response.output_item.added", "response_id": response, "output_index": 0, "item": message}),
    );
    let spoken = json!([{"type": "output_audio", "transcript": text}]);
    let previous = inner.push(id, json!({"id": item, "type": "message", "role": "assistant", "content": spoken}));
    inner.emit(
        id,
        json!({"type": "conversation.item.added", "previous_item_id": previous,
        "item": {"id": item, "type": "message", "role": "assistant", "status": "in_progress", "content": []}}),
    );
    inner.emit(id, json!({"type": "output_audio_buffer.started", "response_id": response}));
    let instead = inner.says_instead.lock().unwrap().take();
    inner.emit(
        id,
        json!({"type": "response.output_audio_transcript.done", "response_id": response, "item_id": item,
            "output_index": 0, "content_index": 0, "transcript": instead.as_deref().unwrap_or(text)}),
    );
    inner.emit(id, json!({"type": "response.done", "response": status("completed")}));
    if !inner.plays_on.load(Ordering::SeqCst) {
        inner.emit(id, json!({"type": "output_audio_buffer.stopped", "response_id": response}));
    }
    inner.note(Seen::Said { call: id.to_owned(), text: text.to_owned() });
}
