//! A provider that is only bytes: takes whole requests off the wire and answers with whatever a test says.

use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// `POST /v1/realtime/calls`
    pub line: String,
    /// Everything, head and body.
    pub bytes: Vec<u8>,
}

impl Request {
    /// The body.
    pub fn body(&self) -> &[u8] {
        let at = find(&self.bytes, b"\r\n\r\n").unwrap();
        &self.bytes[at + 4..]
    }

    /// Whether these bytes are in it.
    pub fn has(&self, part: &str) -> bool {
        find(&self.bytes, part.as_bytes()).is_some()
    }

    /// The offer in it, byte for byte: a part of the form, or the body itself.
    pub fn offer(&self) -> Vec<u8> {
        let body = self.body();
        let Some(start) = find(body, b"Content-Type: application/sdp\r\n\r\n") else { return body.to_vec() };
        let offer = &body[start + 33..];
        offer[..find(offer, b"\r\n--").unwrap()].to_vec()
    }
}

/// What it does with a request.
pub enum Reply {
    /// Answers with these bytes and closes.
    Bytes(Vec<u8>),
    /// Closes without a word.
    Close,
    /// Sends this head, then more and more of a body.
    Endless(String),
}

/// Where it listens, and what it got.
pub struct Wire {
    /// Base URL.
    pub url: String,
    got: mpsc::UnboundedReceiver<Request>,
}

impl Wire {
    /// Answers each request by `reply`.
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    pub async fn start(reply: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (tx, got) = mpsc::unbounded_channel();
        let reply = Arc::new(reply);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, tx.clone(), reply.clone()));
            }
        });
        Wire { url, got }
    }

    /// What came so far to doors other than the connection that is opened ahead.
    pub fn got(&mut self) -> Vec<Request> {
        let all = std::iter::from_fn(|| self.got.try_recv().ok());
        all.filter(|request| !request.line.starts_with("HEAD ")).collect()
    }
}

async fn serve(mut stream: TcpStream, got: mpsc::UnboundedSender<Request>, reply: Arc<impl Fn(&Request) -> Reply>) {
    let Some(request) = read(&mut stream).await else { return };
    let reply = reply(&request);
    let _ = got.send(request);
    match reply {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
        }
        Reply::Close => {}
        Reply::Endless(head) => {
            let _ = stream.write_all(head.as_bytes()).await;
            while stream.write_all(&[b'v'; 8192]).await.is_ok() {}
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return None,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
        }
        let Some(end) = find(&bytes, b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if bytes.len() >= end + 4 + length.unwrap_or(0) {
            let line = head_line(&bytes);
            return Some(Request { line, bytes });
        }
    }
}

fn head_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).into_owned();
    text.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

/// An answer with a length.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// An error answer as the provider writes them.
pub fn error(status: &str, code: &str) -> Reply {
    let body = format!(
        r#"{{"error":{{"message":"A sentence of the provider: canary.","type":"invalid_request_error","param":null,"code":"{code}"}}}}"#
    );
    let headers = "content-type: application/json\r\nx-request-id: req_of_the_provider\r\n";
    answer(status, headers, body.as_bytes())
}

/// A call that came up, with this answer.
pub fn created(sdp: &[u8]) -> Reply {
    answer("201 Created", "content-type: text/plain; charset=utf-8\r\nlocation: /v1/realtime/calls/rtc_w1\r\n", sdp)
}
