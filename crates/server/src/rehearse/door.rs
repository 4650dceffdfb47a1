//! The server's API as a rehearsal uses it: over HTTP, with a cookie, like a browser.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use reqwest::header::{CONTENT_TYPE, COOKIE, RETRY_AFTER, SET_COOKIE};
use reqwest::{Client, Method, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Anything but a stream answers within this time; synthesis of a long answer is the slowest.
const REQUEST_LIMIT: Duration = Duration::from_secs(120);
/// How often "too many requests" is waited out.
const PATIENCE: u32 = 20;

/// The HTTP client of a whole rehearsal.
pub fn client() -> Result<Client> {
    // A provider may be installed already, by the same process's own start: then that one serves.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Client::builder().connect_timeout(Duration::from_secs(10)).build().context("the HTTP client cannot start")
}

/// One visitor of the server: a base URL and a cookie.
#[derive(Debug, Clone)]
pub struct Door {
    http: Client,
    base: String,
    cookie: Option<String>,
}

impl Door {
    /// A visitor without a cookie.
    pub fn new(http: Client, base: &str) -> Self {
        Self { http, base: base.trim_end_matches('/').to_owned(), cookie: None }
    }

    /// The same client as a new visitor of another base URL.
    pub fn at(&self, base: &str) -> Door {
        Door::new(self.http.clone(), base)
    }

    /// Appends to a session's log with the session's own key.
    pub async fn append(&self, path: &str, key: &str, body: &Value) -> Result<()> {
        let request = self.http.post(format!("{}{path}", self.base)).timeout(REQUEST_LIMIT).bearer_auth(key).json(body);
        checked("POST", "/v1/s/…/log", request.send().await?).await.map(|_| ())
    }

    /// Sends JSON, gets JSON; keeps a cookie that comes along.
    pub async fn call<T: DeserializeOwned>(&mut self, method: Method, path: &str, body: Option<&Value>) -> Result<T> {
        let body = body.map(|body| ("application/json", body.to_string()));
        let response = self.send(method, path, body).await?;
        response.json().await.with_context(|| format!("{path}: the answer is not what the API says"))
    }

    /// Sends JSON, gets bytes.
    pub async fn bytes(&mut self, path: &str, body: &Value) -> Result<Vec<u8>> {
        let response = self.send(Method::POST, path, Some(("application/json", body.to_string()))).await?;
        Ok(response.bytes().await?.to_vec())
    }

    /// Brings an offer, gets the answer and the number of the leg.
    pub async fn exchange(&mut self, offer: String) -> Result<(String, i64)> {
        let response = self.send(Method::POST, "/v1/candidate/connect", Some(("application/sdp", offer))).await?;
        let leg = response.headers().get("leg").and_then(|leg| leg.to_str().ok()).and_then(|leg| leg.parse().ok());
        let leg = leg.ok_or_else(|| anyhow!("/v1/candidate/connect: the answer has no header Leg"))?;
        Ok((response.text().await?, leg))
    }

    /// Presses a button of the candidate's page.
    pub async fn control(&mut self, leg: i64, kind: &str) -> Result<()> {
        let body = serde_json::json!({ "leg": leg, "kind": kind }).to_string();
        self.send(Method::POST, "/v1/candidate/control", Some(("application/json", body))).await.map(|_| ())
    }

    /// Opens the candidate's event stream after the turn `after`.
    pub async fn events(&self, after: i64) -> Result<Response> {
        let path = format!("/v1/candidate/events?after={after}");
        let mut request = self.http.get(format!("{}{path}", self.base)).header("accept", "text/event-stream");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        checked("GET", &path, request.send().await?).await
    }

    async fn send(&mut self, method: Method, path: &str, body: Option<(&'static str, String)>) -> Result<Response> {
        for _ in 0..PATIENCE {
            let url = format!("{}{path}", self.base);
            let mut request = self.http.request(method.clone(), &url).timeout(REQUEST_LIMIT);
            if let Some(cookie) = &self.cookie {
                request = request.header(COOKIE, cookie);
            }
            if let Some((kind, body)) = &body {
                request = request.header(CONTENT_TYPE, *kind).body(body.clone());
            }
            let response = request
                .send()
                .await
                .with_context(|| format!("no answer from {}: is the server running?", self.base))?;
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(retry_after(&response)).await;
                continue;
            }
            let response = checked(method.as_str(), path, response).await?;
            self.keep_cookie(&response);
            return Ok(response);
        }
        bail!("{method} {path}: refused as too many requests again and again")
    }

    fn keep_cookie(&mut self, response: &Response) {
        let cookies = response.headers().get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
        if let Some(pair) = cookies.filter_map(|cookie| cookie.split(';').next()).next_back() {
            self.cookie = Some(pair.to_owned());
        }
    }
}

fn retry_after(response: &Response) -> Duration {
    let seconds = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(1).clamp(1, 60))
}

/// Turns the API's refusals into errors that say which.
async fn checked(method: &str, path: &str, response: Response) -> Result<Response> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let body: Value = response.json().await.unwrap_or_default();
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    bail!("{method} {path}: {} {}: {}", status.as_u16(), text("code"), text("message"))
}
