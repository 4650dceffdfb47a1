//! HTTP as a browser does it: a cookie, an address of one's own, and answers of any kind.

use std::{net::IpAddr, time::Duration};

use anyhow::{Context, Result, bail};
use reqwest::{
    Client, Method, Response,
    header::{CONTENT_TYPE, COOKIE, SET_COOKIE},
};
use serde_json::Value;

/// A request that gets no answer for so long is given up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client from this address of the machine.
///
/// # Errors
/// When the client cannot be built.
pub fn http(address: Option<IpAddr>) -> Result<Client> {
    // Whoever was first: one is enough.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let builder = Client::builder().tls_built_in_root_certs(false).local_address(address);
    builder.connect_timeout(Duration::from_secs(2)).build().context("the HTTP client")
}

/// A visitor of the server.
#[derive(Clone, Debug)]
pub struct Door {
    /// The client.
    pub http: Client,
    /// `http://host:port`.
    pub base: String,
    /// The cookie, once there is one.
    pub cookie: Option<String>,
}

/// Status and body of an answer.
#[derive(Debug)]
pub struct Answer {
    /// 0: none came.
    pub status: u16,
    /// JSON, if it was.
    pub body: Value,
    /// `Retry-After`, in seconds.
    pub retry_after_s: Option<i64>,
    /// The header `Leg`.
    pub leg: Option<i64>,
    /// The text.
    pub text: String,
}

impl Answer {
    /// No answer at all.
    pub fn none() -> Answer {
        Answer { status: 0, body: Value::Null, retry_after_s: None, leg: None, text: String::new() }
    }

    /// Whether it is one of success.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of a success.
    ///
    /// # Errors
    /// When it is none; says which.
    pub fn good(self, what: &str) -> Result<Value> {
        if self.is_good() {
            return Ok(self.body);
        }
        bail!("{what}: {} {}", self.status, self.text)
    }

    async fn read(response: Response) -> Answer {
        let status = response.status().as_u16();
        let number = |name: &str| response.headers().get(name)?.to_str().ok()?.parse().ok();
        let (retry_after_s, leg) = (number("retry-after"), number("leg"));
        match response.text().await {
            Ok(text) => {
                let body = serde_json::from_str(&text).unwrap_or_default();
                Answer { status, body, retry_after_s, leg, text }
            }
            // It broke off: what it was to say is not known.
            Err(_) => Answer::none(),
        }
    }
}

impl Door {
    /// A visitor without a cookie.
    pub fn new(http: Client, base: &str) -> Door {
        Door { http, base: base.to_owned(), cookie: None }
    }

    /// One request; no answer is an answer, too.
    pub async fn send(&mut self, method: Method, path: &str, body: Option<(&str, String)>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).timeout(PATIENCE);
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        if let Some((kind, body)) = body {
            request = request.header(CONTENT_TYPE, kind).body(body);
        }
        let Ok(response) = request.send().await else { return Answer::none() };
        let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        if let Some(pair) = cookies.filter_map(|cookie| cookie.split(';').next()).next_back() {
            self.cookie = Some(pair.to_owned());
        }
        Answer::read(response).await
    }

    /// Sends JSON.
    pub async fn json(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, Some(("application/json", body.to_string()))).await
    }

    /// Gets something.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Appends to a session's log with the session's own key.
    pub async fn append(&self, session: &str, key: &str, body: String) -> Answer {
        let request = self.http.post(format!("{}/v1/s/{session}/log", self.base)).timeout(PATIENCE).bearer_auth(key);
        match request.header(CONTENT_TYPE, "application/json").body(body).send().await {
            Ok(response) => Answer::read(response).await,
            Err(_) => Answer::none(),
        }
    }
}
