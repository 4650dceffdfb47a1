//! Our own engine's door for sound, in front of the simulator that plays the rest of it: a test says what it keeps.

use crate::sim::KEY;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use insights::{adapters::realtime::Endpoint, config::ProviderKind, recording::webm::read::Packet};
use realtime_api::sound::SoundLine;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::{Mutex, mpsc, watch},
};

/// One direction: packets with their numbers.
pub type Track = Vec<(u64, Packet)>;

/// What the engine keeps.
#[derive(Clone, Default)]
pub struct Kept {
    pub input: Track,
    pub output: Track,
    /// Whether the call is over.
    pub is_over: bool,
    /// Answers so instead.
    pub refuses: Option<(&'static str, &'static str)>,
}

/// What was asked for, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// A direction from a packet on.
    Asked(String, u64),
    /// Who asked has gone.
    Gone(String),
}

/// A running one.
pub struct Front {
    url: String,
    pub kept: watch::Sender<Kept>,
    noted: Mutex<mpsc::UnboundedReceiver<Noted>>,
}

impl Front {
    /// Passes everything but sound on to `behind`.
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    pub async fn start(behind: &str) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let behind = behind.strip_prefix("http://").unwrap().to_owned();
        let (kept, of) = watch::channel(Kept::default());
        let (tx, noted) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, behind.clone(), of.clone(), tx.clone()));
            }
        });
        Front { url, kept, noted: Mutex::new(noted) }
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint { url: self.url.clone(), key: KEY.into(), kind: ProviderKind::Own }
    }

    /// Changes what is kept; those who listen are told.
    pub fn keep(&self, change: impl FnOnce(&mut Kept)) {
        self.kept.send_modify(change);
    }

    /// The next thing that happens at the door.
    pub async fn noted(&self) -> Noted {
        let mut noted = self.noted.lock().await;
        tokio::time::timeout(std::time::Duration::from_secs(20), noted.recv()).await.unwrap().unwrap()
    }

    /// Waits until both directions were listened to until the listener left.
    pub async fn both_gone(&self) {
        let mut gone = 0;
        while gone < 2 {
            gone += usize::from(matches!(self.noted().await, Noted::Gone(_)));
        }
    }
}

async fn serve(
    mut stream: TcpStream,
    behind: String,
    kept: watch::Receiver<Kept>,
    noted: mpsc::UnboundedSender<Noted>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let text = String::from_utf8(head).unwrap();
    if let Some((_, query)) = text.lines().next().unwrap().split_once("/sound?side=") {
        let query = query.split(' ').next().unwrap();
        let (side, from) = query.split_once("&from=").unwrap();
        let _ = noted.send(Noted::Asked(side.to_owned(), from.parse().unwrap()));
        tell(&mut stream, kept, side, from.parse().unwrap()).await;
        let _ = noted.send(Noted::Gone(side.to_owned()));
        return;
    }
    let is_upgrade = text.to_lowercase().contains("upgrade: websocket");
    // A connection that is used again could be for sound.
    let head = if is_upgrade { text } else { text.replacen("\r\n", "\r\nconnection: close\r\n", 1) };
    let mut simulator = TcpStream::connect(behind).await.unwrap();
    simulator.write_all(head.as_bytes()).await.unwrap();
    let _ = copy_bidirectional(&mut stream, &mut simulator).await;
}

async fn tell(stream: &mut TcpStream, mut kept: watch::Receiver<Kept>, side: &str, mut next: u64) {
    if let Some((status, code)) = kept.borrow().refuses {
        let body = format!(r#"{{"error":{{"message":"","type":"x","code":"{code}"}}}}"#);
        let answer = format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        let _ = stream.try_write(answer.as_bytes());
        return;
    }
    let mut text = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".to_owned();
    line(&mut text, &SoundLine::Time { now_us: 0 });
    loop {
        let (packets, is_over) = {
            let kept = kept.borrow_and_update();
            (Arc::new(if side == "input" { kept.input.clone() } else { kept.output.clone() }), kept.is_over)
        };
        for (number, packet) in packets.iter().filter(|(number, _)| *number >= next) {
            let (at_us, opus) = (packet.at_us, STANDARD.encode(&packet.data));
            line(&mut text, &SoundLine::Packet { number: *number, at_us, opus });
        }
        next = packets.last().map_or(next, |(number, _)| next.max(number + 1));
        if is_over {
            line(&mut text, &SoundLine::Over { now_us: 1 });
        }
        if stream.write_all(std::mem::take(&mut text).as_bytes()).await.is_err() {
            return;
        }
        tokio::select! {
            changed = kept.changed(), if !is_over => if changed.is_err() { return },
            _ = stream.read_u8() => return,
        }
    }
}

fn line(text: &mut String, line: &SoundLine) {
    text.push_str(&serde_json::to_string(line).unwrap());
    text.push('\n');
}
