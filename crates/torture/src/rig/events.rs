//! The candidate's event stream: what the page is told, opened again wherever it breaks off.

use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::header::COOKIE;
use serde_json::Value;
use tokio::{sync::mpsc, task::JoinHandle};

use super::door::Door;

/// Before the stream is opened again.
const REOPEN_AFTER: Duration = Duration::from_millis(300);

/// An event: its name and its data.
pub type Told = (String, Value);

/// An open stream; dropped, it closes.
pub struct Stream {
    /// What comes.
    pub events: mpsc::UnboundedReceiver<Told>,
    task: JoinHandle<()>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Opens `path` with the visitor's cookie.
pub fn open(door: &Door, path: &'static str) -> Stream {
    let (to_page, events) = mpsc::unbounded_channel();
    let door = door.clone();
    let task = tokio::spawn(async move {
        let mut after = 0;
        while !to_page.is_closed() {
            read(&door, path, &mut after, &to_page).await;
            tokio::time::sleep(REOPEN_AFTER).await;
        }
    });
    Stream { events, task }
}

/// Passes events on until the stream breaks off.
async fn read(door: &Door, path: &str, after: &mut i64, to_page: &mpsc::UnboundedSender<Told>) {
    let mut request = door.http.get(format!("{}{path}?after={after}", door.base));
    if let Some(cookie) = &door.cookie {
        request = request.header(COOKIE, cookie);
    }
    let Ok(response) = request.send().await else { return };
    if !response.status().is_success() {
        return;
    }
    let (mut bytes, mut text) = (response.bytes_stream(), String::new());
    while let Some(Ok(piece)) = bytes.next().await {
        text.push_str(&String::from_utf8_lossy(&piece));
        while let Some((block, rest)) = text.split_once("\n\n") {
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            let told = field("event:").zip(field("data:"));
            let told = told.and_then(|(name, data)| Some((name.to_owned(), serde_json::from_str(data).ok()?)));
            if let Some(seq) = field("id:").and_then(|id| id.parse().ok()) {
                *after = seq;
            }
            text = rest.to_owned();
            if let Some(told) = told
                && to_page.send(told).is_err()
            {
                return;
            }
        }
    }
}
