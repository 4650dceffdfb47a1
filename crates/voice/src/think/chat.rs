//! The chat endpoint over HTTP: one streamed answer at a time. Dropping the future drops the request.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::{ChatStream, Failure, Request, Thought};

/// How long connecting may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// How long an answer may pause once it has begun.
const PAUSE: Duration = Duration::from_secs(8);
/// How long a whole answer may take.
const WHOLE_WITHIN: Duration = Duration::from_secs(60);

/// Where the model is and how it is asked.
#[derive(Debug, Clone)]
pub struct ChatConfig {
    /// `http(s)://host[:port]`, with or without a path; without, `/v1` is added.
    pub url: String,
    /// The model's name there.
    pub model: String,
    /// Bearer key; empty: none is sent.
    pub key: SecretString,
    /// How long a listener waits for the first words, or the first call.
    pub first_within: Duration,
    /// How freely the model chooses its words, 0–2.
    pub temperature: f64,
}

impl ChatConfig {
    /// The usual patience (4 s) and temperature (0.6), without a key.
    pub fn new(url: impl Into<String>, model: impl Into<String>) -> Self {
        let key = SecretString::from(String::new());
        Self { url: url.into(), model: model.into(), key, first_within: Duration::from_secs(4), temperature: 0.6 }
    }
}

/// Why there can be no client for a [`ChatConfig`].
#[derive(Debug, thiserror::Error)]
pub enum ChatConfigError {
    /// The address is none.
    #[error("the model's address is no http:// or https:// URL")]
    Url,
    /// The system has no certificates, or no TLS.
    #[error("no HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A chat endpoint. Cheap to clone; the key is in no `Debug` and no error.
#[derive(Debug, Clone)]
pub struct Chat {
    http: Client,
    base: String,
    config: ChatConfig,
}

impl Chat {
    /// A client for an endpoint; nothing is sent yet.
    pub fn new(config: ChatConfig) -> Result<Self, ChatConfigError> {
        // A second install is refused and harmless: the first one stays.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let url = reqwest::Url::parse(config.url.trim()).map_err(|_| ChatConfigError::Url)?;
        if !matches!(url.scheme(), "http" | "https") || url.cannot_be_a_base() {
            return Err(ChatConfigError::Url);
        }
        let path = url.path().trim_end_matches('/');
        let origin = config.url.trim().trim_end_matches('/');
        let base = if path.is_empty() { format!("{origin}/v1") } else { origin.to_owned() };
        // The model is a neighbor: no proxy of the environment stands in between.
        let http = Client::builder().connect_timeout(CONNECT_WITHIN).redirect(Policy::none()).no_proxy().build()?;
        Ok(Self { http, base, config })
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.config.model
    }

    /// Asks; nothing is sent before the first [`Answer::next`].
    pub fn ask(&self, request: Request) -> Answer {
        let since = Instant::now();
        Answer {
            chat: self.clone(),
            request,
            response: None,
            stream: ChatStream::default(),
            thoughts: VecDeque::new(),
            since,
            until: since + self.config.first_within,
            is_over: false,
        }
    }

    fn question(&self, request: &Request) -> RequestBuilder {
        let mut body = json!({
            "model": self.config.model,
            "stream": true,
            "stream_options": {"include_usage": true},
            "temperature": self.config.temperature,
        });
        if let (Value::Object(body), Ok(Value::Object(asked))) = (&mut body, serde_json::to_value(request)) {
            body.extend(asked);
        }
        self.signed(self.http.post(format!("{}/chat/completions", self.base)))
            .header(ACCEPT, "text/event-stream")
            .json(&body)
    }

    /// A request for a path below the base URL.
    pub(super) fn get(&self, path: &str) -> RequestBuilder {
        self.signed(self.http.get(format!("{}{path}", self.base)))
    }

    fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match self.config.key.expose_secret() {
            "" => request,
            key => request.bearer_auth(key),
        }
    }
}

/// An answer as it comes. Dropping it ends the request.
#[derive(Debug)]
pub struct Answer {
    chat: Chat,
    request: Request,
    response: Option<Response>,
    stream: ChatStream,
    thoughts: VecDeque<Thought>,
    since: Instant,
    until: Instant,
    is_over: bool,
}

impl Answer {
    /// The next piece; the last is a [`Thought::End`] or a [`Thought::Failed`], and then there is `None`.
    pub async fn next(&mut self) -> Option<Thought> {
        while self.thoughts.is_empty() && !self.is_over {
            match self.read().await {
                Ok(thoughts) => self.thoughts.extend(thoughts),
                Err(why) => self.thoughts.push_back(Thought::Failed(why)),
            }
        }
        let thought = self.thoughts.pop_front()?;
        match &thought {
            Thought::Text(_) | Thought::Call(_) => {
                self.until = (Instant::now() + PAUSE).min(self.since + WHOLE_WITHIN);
            }
            Thought::Usage(_) => {}
            Thought::End(_) => self.close(),
            Thought::Failed(why) => {
                let ms = self.since.elapsed().as_millis() as u64;
                tracing::warn!(
                    code = why.code(),
                    model = self.chat.config.model,
                    ms,
                    "the language model gave no whole answer"
                );
                self.close();
            }
        }
        Some(thought)
    }

    async fn read(&mut self) -> Result<Vec<Thought>, Failure> {
        let response = match &mut self.response {
            Some(response) => response,
            None => {
                let sent = timeout_at(self.until, self.chat.question(&self.request).send());
                let sent = sent.await.map_err(|_| Failure::Slow)?;
                self.response.insert(accepted(sent.map_err(|error| failure_of(&error))?)?)
            }
        };
        match timeout_at(self.until, response.chunk()).await.map_err(|_| Failure::Slow)? {
            Ok(Some(bytes)) => Ok(self.stream.push(&bytes)),
            Ok(None) => Ok(self.stream.finish()),
            Err(_) => Err(Failure::Garbled),
        }
    }

    fn close(&mut self) {
        self.is_over = true;
        self.response = None;
        self.thoughts.clear();
    }
}

/// A response whose status and type promise a stream.
fn accepted(response: Response) -> Result<Response, Failure> {
    match response.status() {
        StatusCode::OK => {}
        status => return Err(failure_of_status(status)),
    }
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    // Servers that leave the type away, or say it is plain text, are read all the same.
    let is_other = ["text/html", "application/json"].iter().any(|other| kind.starts_with(other));
    if is_other { Err(Failure::Garbled) } else { Ok(response) }
}

pub(super) fn failure_of_status(status: StatusCode) -> Failure {
    match status.as_u16() {
        401 | 403 => Failure::Key,
        404 => Failure::Model,
        429 => Failure::Busy,
        500..=599 => Failure::Broken,
        _ => Failure::Refused,
    }
}

pub(super) fn failure_of(error: &reqwest::Error) -> Failure {
    if error.is_connect() || error.is_timeout() || error.is_request() { Failure::Unreachable } else { Failure::Garbled }
}
