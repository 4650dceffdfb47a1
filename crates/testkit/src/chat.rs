//! A chat endpoint that answers from a script: the OpenAI-compatible `POST /v1/chat/completions` and `GET /v1/models`, as
//! strict about keys and messages as the strictest of real servers, and as unreliable as a test wants it.
//!
//! HTTP is written by hand here: a test must be able to break off in the middle of a chunk.

mod check;
mod stream;
mod wire;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinHandle,
    time::timeout,
};

use self::wire::Request;

/// How long [`FakeChat::hung_up`] waits.
const LONG: Duration = Duration::from_secs(20);

/// One piece of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// One chunk of text.
    Text(String),
    /// One function call, its arguments in two chunks.
    Call {
        /// The function.
        name: String,
        /// JSON text.
        arguments: String,
    },
    /// Nothing until [`FakeChat::go_on`].
    Gate,
    /// A line as it is, with its end.
    Raw(String),
}

/// What goes wrong after the pieces of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status and a JSON error instead of the pieces.
    Status(u16),
    /// 200 and a page of HTML instead of the pieces.
    Html,
    /// Nothing at all instead of the pieces, not even a status.
    Silence,
    /// Nothing more, for ever.
    Stall,
    /// The connection ends in the middle of a chunk.
    Disconnect,
    /// A line that is no JSON.
    Garbage,
    /// An error object in the stream, as servers send that run out of memory.
    Error,
}

/// One scripted answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// What is streamed.
    pub pieces: Vec<Piece>,
    /// What goes wrong then.
    pub fault: Option<Fault>,
    /// `finish_reason`; by default `stop`, or `tool_calls` if there are some.
    pub finish: Option<&'static str>,
}

impl Reply {
    /// Says a text in chunks of a word each.
    pub fn says(text: &str) -> Reply {
        Reply::default().and(text)
    }

    /// Says more.
    pub fn and(mut self, text: &str) -> Reply {
        let mut chunks: Vec<String> = Vec::new();
        for letter in text.chars() {
            match chunks.last_mut() {
                Some(chunk) if !letter.is_whitespace() => chunk.push(letter),
                _ => chunks.push(letter.to_string()),
            }
        }
        self.pieces.extend(chunks.into_iter().map(Piece::Text));
        self
    }

    /// Then calls a function.
    pub fn calls(mut self, name: &str, arguments: &Value) -> Reply {
        self.pieces.push(Piece::Call { name: name.to_owned(), arguments: arguments.to_string() });
        self
    }

    /// Then waits for [`FakeChat::go_on`].
    pub fn waits(mut self) -> Reply {
        self.pieces.push(Piece::Gate);
        self
    }

    /// Then something goes wrong.
    pub fn fails(mut self, fault: Fault) -> Reply {
        self.fault = Some(fault);
        self
    }
}

struct State {
    key: Option<String>,
    models: Vec<String>,
    replies: Mutex<VecDeque<Reply>>,
    asked: Mutex<Vec<Value>>,
    hung_up: watch::Sender<usize>,
    gate: Semaphore,
}

/// A running endpoint; it ends with the value.
pub struct FakeChat {
    base_url: String,
    state: Arc<State>,
    server: JoinHandle<()>,
}

impl Drop for FakeChat {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeChat {
    /// Starts an endpoint that has these models and, if given, wants this key.
    pub async fn start(models: &[&str], key: Option<&str>) -> FakeChat {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            key: key.map(str::to_owned),
            models: models.iter().map(|model| (*model).to_owned()).collect(),
            replies: Mutex::default(),
            asked: Mutex::default(),
            hung_up: watch::Sender::new(0),
            gate: Semaphore::new(0),
        });
        let shared = Arc::clone(&state);
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(Arc::clone(&shared), socket));
            }
        });
        FakeChat { base_url, state, server }
    }

    /// `http://host:port`, without a path.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Queues an answer. Without one the endpoint says "I see. Please go on."
    pub fn reply(&self, reply: Reply) {
        locked(&self.state.replies).push_back(reply);
    }

    /// Lets an answer go on that waits, or the next one that will.
    pub fn go_on(&self) {
        self.state.gate.add_permits(1);
    }

    /// The bodies of all questions so far.
    pub fn asked(&self) -> Vec<Value> {
        locked(&self.state.asked).clone()
    }

    /// Waits until so many clients have hung up in the middle of an answer.
    pub async fn hung_up(&self, times: usize) {
        let mut count = self.state.hung_up.subscribe();
        let waited = timeout(LONG, count.wait_for(|count| *count >= times)).await;
        assert!(waited.is_ok(), "nobody hung up");
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves one request; every connection is for one.
async fn serve(state: Arc<State>, socket: TcpStream) {
    let (reading, mut writing) = socket.into_split();
    let Some((request, mut reading)) = wire::read(reading).await else { return };
    let refusal = match answer_of(&state, &request) {
        Ok(Answer::Json(body)) => Some((200, body)),
        Ok(Answer::Stream(body, reply)) => {
            if stream::send(&mut reading, &mut writing, &body, (reply, &state.gate)).await == stream::Sent::HungUp {
                state.hung_up.send_modify(|count| *count += 1);
            }
            None
        }
        Err((status, message, code)) => {
            let error = json!({"message": message, "type": "invalid_request_error", "param": null, "code": code});
            Some((status, json!({"error": error})))
        }
    };
    if let Some((status, body)) = refusal {
        wire::json(&mut writing, status, &body).await;
    }
}

enum Answer {
    Json(Value),
    Stream(Value, Reply),
}

fn answer_of(state: &State, request: &Request) -> Result<Answer, (u16, String, &'static str)> {
    let expected = state.key.as_ref().map(|key| format!("Bearer {key}"));
    if expected.is_some() && request.header("authorization") != expected.as_deref() {
        return Err((401, "Incorrect API key provided.".to_owned(), "invalid_api_key"));
    }
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/v1/models") => {
            let model =
                |id: &String| json!({"id": id, "object": "model", "created": 1_700_000_000, "owned_by": "fake"});
            let data: Vec<Value> = state.models.iter().map(model).collect();
            Ok(Answer::Json(json!({"object": "list", "data": data})))
        }
        ("POST", "/v1/chat/completions") => {
            let body = check::question(request, &state.models)?;
            locked(&state.asked).push(body.clone());
            let reply = locked(&state.replies).pop_front().unwrap_or_else(|| Reply::says("I see. Please go on."));
            if body["stream"] == true || reply.fault.is_some() {
                return Ok(Answer::Stream(body, reply));
            }
            Ok(Answer::Json(stream::whole(&body, &reply)))
        }
        (method, path) => Err((404, format!("Invalid URL ({method} {path})"), "unknown_url")),
    }
}
