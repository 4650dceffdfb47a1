//! The sound of a call as the engine gives it out: both directions over the real door, with the real voice.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod engine_support;
#[expect(dead_code, reason = "these tests need only the folders")]
mod speech_support;

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine_support::{BEARER, KEY, LONG, at, call, call_asking, engine, open, send, until};
use realtime_api::instructions::say_exactly;
use realtime_api::sound::SoundLine;
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::time::timeout;
use voice::Engine;
use voice::media::opus::Decoder;
use voice::media::peer::{Peer, PeerEvent};

const RATE: usize = 16_000;
/// Louder than this is sound.
const LOUD: f32 = 0.02;

/// One answer of the door.
struct Listener {
    response: Response,
    text: String,
    /// The engine's time at the first line, and ours.
    clock: (i64, Instant),
}

/// One packet.
struct Packet {
    number: u64,
    at_us: i64,
    opus: Vec<u8>,
}

async fn ask(engine: &Engine, call: &str, query: &str, key: &str) -> Response {
    let url = at(engine, &format!("/v1/realtime/calls/{call}/sound?{query}"));
    Client::new().get(url).bearer_auth(key).send().await.unwrap()
}

impl Listener {
    async fn open(engine: &Engine, call: &str, side: &str, from: u64) -> Listener {
        let response = ask(engine, call, &format!("side={side}&from={from}"), KEY).await;
        assert_eq!(response.status().as_u16(), 200);
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        let mut listener = Listener { response, text: String::new(), clock: (0, Instant::now()) };
        let SoundLine::Time { now_us } = listener.line().await.unwrap() else { panic!("the time comes first") };
        listener.clock = (now_us, Instant::now());
        listener
    }

    async fn line(&mut self) -> Option<SoundLine> {
        loop {
            if let Some((line, rest)) = self.text.split_once('\n') {
                let read = serde_json::from_str(line).unwrap();
                self.text = rest.to_owned();
                return Some(read);
            }
            let bytes = timeout(LONG, self.response.chunk()).await.unwrap().unwrap()?;
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next packet; none: the call is over, and so is the answer.
    async fn packet(&mut self) -> Option<Packet> {
        loop {
            match self.line().await? {
                SoundLine::Packet { number, at_us, opus } => {
                    return Some(Packet { number, at_us, opus: STANDARD.decode(opus).unwrap() });
                }
                SoundLine::Time { .. } => {}
                SoundLine::Over { now_us } => {
                    assert!(now_us > 0 && self.line().await.is_none(), "nothing follows");
                    return None;
                }
            }
        }
    }

    async fn packets(&mut self, count: usize) -> Vec<Packet> {
        let mut all = Vec::new();
        while all.len() < count {
            all.push(self.packet().await.unwrap());
        }
        all
    }

    async fn rest(&mut self) -> Vec<Packet> {
        let mut all = Vec::new();
        while let Some(packet) = self.packet().await {
            all.push(packet);
        }
        all
    }

    /// What the engine's clock says at a moment of ours, in microseconds.
    fn engine_us(&self, at: Instant) -> i64 {
        let (now_us, seen) = self.clock;
        now_us + at.saturating_duration_since(seen).as_micros() as i64
            - seen.saturating_duration_since(at).as_micros() as i64
    }
}

/// When the first loud packet begins.
fn onset_us(packets: &[Packet]) -> i64 {
    let mut decoder = Decoder::new(RATE as u32).unwrap();
    let is_loud = |packet: &&Packet| decoder.decode(&packet.opus).unwrap().iter().any(|sample| sample.abs() > LOUD);
    packets.iter().find(is_loud).unwrap().at_us
}

fn assert_whole(packets: &[Packet]) {
    let numbers: Vec<u64> = packets.iter().map(|packet| packet.number).collect();
    assert_eq!(numbers, (0..packets.len() as u64).collect::<Vec<_>>());
    assert!(packets.windows(2).all(|pair| pair[0].at_us <= pair[1].at_us));
}

/// Lets the interviewer say something; gives when its first packet was heard.
async fn say(engine: &Engine, peer: &mut Peer, id: &str) -> Instant {
    let mut sideband = open(engine, &format!("/v1/realtime?call_id={id}"), &[BEARER]).await.unwrap();
    let text = "Hello Ann. Please tell me about your last project.";
    let response = json!({"instructions": say_exactly(text), "metadata": {"utterance": "1"}});
    send(&mut sideband, json!({"type": "response.create", "response": response})).await;
    until(&mut sideband, "output_audio_buffer.stopped").await;
    let mut first = None;
    while let Ok(event) = peer.events.try_recv() {
        if let PeerEvent::Heard(heard) = event {
            first = first.or((heard.level > LOUD).then_some(heard.at));
        }
    }
    first.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_told_as_they_were_on_the_wire_and_from_any_packet_on() {
    let engine = engine(|_| {}).await;
    let (mut peer, id) = call_asking(&engine, "?client_events=none&sound=keep").await;
    let (mut input, mut output) =
        (Listener::open(&engine, &id, "input", 0).await, Listener::open(&engine, &id, "output", 0).await);

    let first_heard = say(&engine, &mut peer, &id).await;
    let tone = (0..24_000).map(|n| (n as f32 * 440.0 * std::f32::consts::TAU / 24_000.0).sin() * 0.4);
    let speech = peer.speak(tone.collect::<Vec<_>>().into());
    let (mut began, mut has_ended) = (None, false);
    while !has_ended {
        match timeout(LONG, peer.events.recv()).await.unwrap().unwrap() {
            PeerEvent::SpeechStarted { speech: which, at } if which == speech => began = Some(at),
            PeerEvent::SpeechEnded { speech: which, .. } => has_ended = which == speech,
            _ => {}
        }
    }

    // A reader that goes away and comes back has everything once.
    let mut heard = input.packets(40).await;
    drop(input);
    let mut again = Listener::open(&engine, &id, "input", 40).await;
    let hang_up = Client::new().post(at(&engine, &format!("/v1/realtime/calls/{id}/hangup"))).bearer_auth(KEY);
    assert!(hang_up.send().await.unwrap().status().is_success());
    heard.extend(again.rest().await);
    let mut said = output.rest().await;
    // So has one that was away at the end.
    said.truncate(10);
    said.extend(Listener::open(&engine, &id, "output", 10).await.rest().await);
    assert_whole(&heard);
    assert_whole(&said);
    let grid = said.windows(2).filter(|pair| pair[1].at_us - pair[0].at_us == 20_000).count();
    assert!(grid > 50 && grid + 5 > said.len(), "{grid} of {} packets follow each other", said.len());

    let heard_late = onset_us(&heard) - again.engine_us(began.unwrap());
    let said_early = again.engine_us(first_heard) - onset_us(&said);
    println!("the peer's sound is told {heard_late} us after it left, ours {said_early} us before it came");
    assert!(heard_late.abs() < 80_000, "{heard_late} us");
    assert!((-20_000..80_000).contains(&said_early), "{said_early} us");
    engine.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_whoever_may_hears_it_and_only_of_calls_whose_sound_is_kept() {
    let engine = engine(|_| {}).await;
    let (_kept, kept) = call_asking(&engine, "?sound=keep").await;
    let (_other, other) = call(&engine).await;
    for (call, query, key, status, code) in [
        (kept.as_str(), "side=input", "sk-wrong", 401, "invalid_api_key"),
        (&kept, "side=both", KEY, 400, "invalid_value"),
        (&kept, "from=1", KEY, 400, "invalid_value"),
        (&other, "side=input", KEY, 404, "call_id_not_found"),
        ("rtc_none", "side=input", KEY, 404, "call_id_not_found"),
    ] {
        let response = ask(&engine, call, query, key).await;
        assert_eq!(response.status().as_u16(), status, "{query}");
        assert_eq!(response.json::<Value>().await.unwrap()["error"]["code"], code, "{query}");
    }
    let wrong = Client::new().post(at(&engine, "/v1/realtime/calls?sound=all")).bearer_auth(KEY);
    assert_eq!(wrong.send().await.unwrap().status().as_u16(), 400);
    // The engine ends its calls, and those who listen are told.
    let mut output = Listener::open(&engine, &kept, "output", 0).await;
    let (stopped, rest) = tokio::join!(timeout(Duration::from_secs(20), engine.stop()), output.rest());
    assert!(stopped.is_ok() && rest.is_empty());
}
