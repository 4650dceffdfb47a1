//! The other end of a call: a WebRTC client that makes the offer, speaks like a microphone and listens with a clock.
//!
//! Rehearsals and tests use it in the place of a browser. Full ICE, its own socket and task; the offer names no
//! addresses, because an ICE-lite server learns them from the first packet.

mod task;

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::{Candidate, Rtc};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use super::PLAYED_RATE;
use super::rtc::RtcFactory;
use task::{Command, PeerTask};

/// Sample rate of what a peer speaks and hears, in Hz.
pub const PEER_RATE: u32 = PLAYED_RATE;
/// Label of the data channel that carries events.
pub const CHANNEL: &str = "oai-events";
/// From answer to connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(15);

/// Why a peer got no call.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// The exchange of offer and answer failed; the cause is the caller's own.
    #[error("the offer was not answered")]
    Exchange(#[source] Box<dyn Error + Send + Sync>),
    /// The answer cannot be used.
    #[error("the answer cannot be used: {0}")]
    Answer(String),
    /// No socket, or no route to the answering address.
    #[error("no way to the answering address")]
    Network(#[from] io::Error),
    /// The call was answered and then no connection came about.
    #[error("not connected within {} s: is the UDP address of the answer reachable?", CONNECT_LIMIT.as_secs())]
    NotConnected,
}

/// Which offer to make.
#[derive(Debug, Clone, Copy)]
pub struct PeerOptions {
    /// Whether the offer has a data channel.
    pub has_channel: bool,
}

impl Default for PeerOptions {
    fn default() -> Self {
        Self { has_channel: true }
    }
}

/// What a peer notices, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum PeerEvent {
    /// The data channel is open.
    ChannelOpen,
    /// One text message.
    Text(String),
    /// One packet of sound.
    Heard(Heard),
    /// The first frame of [`Peer::speak`] left.
    SpeechStarted {
        /// Which one, as returned by [`Peer::speak`].
        speech: u64,
        /// When it left.
        at: Instant,
    },
    /// The last frame of [`Peer::speak`] left and has had its time: the speaker has closed the mouth.
    SpeechEnded {
        /// Which one, as returned by [`Peer::speak`].
        speech: u64,
        /// When it ended.
        at: Instant,
    },
    /// The call is over; nothing follows.
    Closed,
}

/// One received packet of sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// When it arrived. A browser's jitter buffer plays it some 50–100 ms later.
    pub at: Instant,
    /// RTP time in 48 kHz ticks: what the jitter buffer goes by.
    pub rtp_time: u64,
    /// Samples at [`PEER_RATE`].
    pub pcm: Vec<f32>,
    /// Root mean square of the samples, 0..1.
    pub level: f32,
}

/// A connected client. Dropping it ends the call.
pub struct Peer {
    /// What the peer notices. Nothing is lost while nobody looks, so keep taking it.
    pub events: mpsc::UnboundedReceiver<PeerEvent>,
    commands: mpsc::UnboundedSender<Command>,
    spoken: u64,
}

impl Peer {
    /// Makes an offer, lets `exchange` bring it to the server and the answer back, and connects.
    pub async fn connect<E>(exchange: impl AsyncFnOnce(String) -> Result<String, E>) -> Result<Peer, PeerError>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        let caller = Caller::new(PeerOptions::default()).await?;
        let answer = exchange(caller.offer.clone()).await.map_err(|error| PeerError::Exchange(error.into()))?;
        caller.connect(&answer).await
    }

    /// Speaks these samples ([`PEER_RATE`], mono) after what is still being spoken; silence flows otherwise. Returns the
    /// number that `SpeechStarted` and `SpeechEnded` carry.
    pub fn speak(&mut self, pcm: Arc<[f32]>) -> u64 {
        self.spoken += 1;
        self.command(Command::Speak(self.spoken, pcm));
        self.spoken
    }

    /// Falls silent at once.
    pub fn hush(&self) {
        self.command(Command::Hush);
    }

    /// Writes a text to the data channel once it is open.
    pub fn send_text(&self, text: String) {
        self.command(Command::Text(text));
    }

    /// Ends the call in good order.
    pub fn close(&self) {
        self.command(Command::Close);
    }

    /// Ends the call without a word, as a killed tab does.
    pub fn vanish(self) {
        self.command(Command::Vanish);
    }

    fn command(&self, command: Command) {
        // An ended task means that the call is over, which the events tell.
        let _ = self.commands.send(command);
    }
}

/// A peer that has made its offer and waits for the answer.
pub struct Caller {
    /// The offer, SDP.
    pub offer: String,
    rtc: Rtc,
    mid: Mid,
    pending: SdpPendingOffer,
}

impl Caller {
    /// Makes an offer with one audio line, both ways.
    pub async fn new(options: PeerOptions) -> Result<Caller, PeerError> {
        let factory = tokio::task::spawn_blocking(RtcFactory::new).await.map_err(io::Error::other)??;
        let mut rtc = factory.caller(Instant::now());
        let mut changes = rtc.sdp_api();
        let mid = changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        if options.has_channel {
            changes.add_channel(CHANNEL.to_owned());
        }
        let (offer, pending) = changes.apply().ok_or_else(|| io::Error::other("an empty offer"))?;
        Ok(Caller { offer: offer.to_sdp_string(), rtc, mid, pending })
    }

    /// Takes the answer and waits until sound can flow.
    pub async fn connect(mut self, answer: &str) -> Result<Peer, PeerError> {
        let unusable = |why: &dyn ToString| PeerError::Answer(why.to_string());
        let server = dialed_address(answer).ok_or_else(|| unusable(&"it names no UDP address"))?;
        let answer = SdpAnswer::from_sdp_string(answer).map_err(|error| unusable(&error))?;
        let socket = UdpSocket::bind(SocketAddr::new(route_to(server)?, 0)).await?;
        let local = socket.local_addr()?;
        self.rtc.add_local_candidate(Candidate::host(local, "udp").map_err(|error| unusable(&error))?);
        self.rtc.sdp_api().accept_answer(self.pending, answer).map_err(|error| unusable(&error))?;
        let (to_peer, events) = mpsc::unbounded_channel();
        let (commands, from_peer) = mpsc::unbounded_channel();
        let (connected, is_connected) = tokio::sync::oneshot::channel();
        let task = PeerTask::new((self.rtc, self.mid), socket, local, to_peer, connected)
            .map_err(|error| PeerError::Network(io::Error::other(error)))?;
        tokio::spawn(task.run(from_peer));
        match tokio::time::timeout(CONNECT_LIMIT, is_connected).await {
            Ok(Ok(())) => Ok(Peer { events, commands, spoken: 0 }),
            _ => Err(PeerError::NotConnected),
        }
    }
}

/// The first UDP candidate of an answer.
fn dialed_address(answer: &str) -> Option<SocketAddr> {
    answer.lines().filter_map(|line| line.strip_prefix("a=candidate:")).find_map(|candidate| {
        let words: Vec<&str> = candidate.split(' ').collect();
        let [_, _, protocol, _, ip, port, ..] = words[..] else { return None };
        let address = SocketAddr::new(ip.parse().ok()?, port.parse().ok()?);
        protocol.eq_ignore_ascii_case("udp").then_some(address)
    })
}

/// The local address that packets to `server` leave from.
fn route_to(server: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if server.is_ipv4() { [0; 4].into() } else { [0; 16].into() };
    let probe = std::net::UdpSocket::bind(SocketAddr::new(any, 0))?;
    probe.connect(server)?;
    Ok(probe.local_addr()?.ip())
}
