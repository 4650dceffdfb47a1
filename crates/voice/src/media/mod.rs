//! WebRTC calls: one UDP socket and one task carry all of them.
//!
//! [`Media::accept`] turns an SDP offer into an answer and a [`CallMedia`]: sound and text of that call as events, and
//! commands to play, stop, write and close. Sound is Opus on the wire and `f32` here. Nothing in this module recognizes,
//! synthesizes or decides anything, and its task must never wait for those who do: a session that does not keep up loses
//! its call, not the others'.

mod arrival;
mod call;
mod inbound;
mod mirror;
mod net;
mod offer;
pub mod opus;
pub mod peer;
mod playback;
mod rtc;
mod silent;
pub mod tape;
mod texts;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fmt, io};

use tokio::net::UdpSocket;
use tokio::sync::mpsc;

pub use offer::{MAX_OFFER_BYTES, OfferError};

use call::Call;
use net::{Command, ToLoop};
use rtc::RtcFactory;
use tape::Tape;

/// Sample rate of [`MediaEvent::Pcm`], in Hz.
pub const HEARD_RATE: u32 = 16_000;
/// Sample rate of what [`CallMedia::play`] takes, in Hz.
pub const PLAYED_RATE: u32 = 24_000;

/// How many events a call may have waiting before it counts as abandoned (about 20 s of sound).
const EVENTS: usize = 1_024;

/// Where calls arrive.
#[derive(Debug, Clone)]
pub struct MediaAddrs {
    /// Address of the one UDP socket; port 0 takes a free one.
    pub bind: SocketAddr,
    /// Addresses named in every answer, best first; port 0 means the bound port. Empty: the bound address itself,
    /// which must then not be `0.0.0.0` or `::`.
    pub public: Vec<SocketAddr>,
}

/// When a call is given up.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From answer to the first connection.
    pub connect: Duration,
    /// Without a single packet from the peer.
    pub silence: Duration,
    /// Whole length of a call.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            silence: Duration::from_secs(60),
            total: Duration::from_secs(4 * 60 * 60),
        }
    }
}

/// What of a call is kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The last minutes of its sound, both ways: see [`tape`].
    Sound,
}

/// Names one clip of a call; chosen by the caller of [`CallMedia::play`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlayId(pub u64);

impl fmt::Display for PlayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "play-{}", self.0)
    }
}

/// What happens on a call, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEvent {
    /// ICE and DTLS stand: sound flows both ways from here. Comes once.
    Connected,
    /// The peer's data channel is open; texts sent before are on their way now.
    ChannelOpen {
        /// Label that the peer gave it, `oai-events` by convention.
        label: String,
    },
    /// One text message of the data channel.
    ChannelText(String),
    /// The next stretch of the peer's sound, 16 kHz mono, without gaps: lost packets are concealed, longer pauses of the
    /// sender are silence. Count time in these samples, never by arrival.
    Pcm(Vec<f32>),
    /// The first frame of a clip is on its way.
    PlaybackStarted {
        /// The clip.
        id: PlayId,
    },
    /// The last frame of a clip has had its time.
    PlaybackEnded {
        /// The clip.
        id: PlayId,
    },
    /// A clip was cut by [`CallMedia::stop`] or by the end of the call.
    PlaybackStopped {
        /// The clip.
        id: PlayId,
        /// How much of it was sent, in ms; 0 when it was still waiting.
        played_ms: u64,
    },
    /// The call is over; nothing follows.
    Closed {
        /// Why.
        reason: CloseReason,
    },
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// [`CallMedia::close`] or [`Media::close`].
    Requested,
    /// The peer closed it in good order.
    PeerClosed,
    /// ICE lost the peer.
    Disconnected,
    /// Nothing at all came for [`Limits::silence`].
    Silent,
    /// [`Limits::total`] is over.
    TooLong,
    /// The peer never connected within [`Limits::connect`].
    NeverConnected,
    /// Events or texts piled up because nobody took them.
    NotKeepingUp,
    /// The protocol stack gave up; the log says why.
    Failed,
}

/// All calls of this process: one socket, one task.
pub struct Media {
    to_loop: mpsc::UnboundedSender<ToLoop>,
    factory: RtcFactory,
    addresses: Arc<[SocketAddr]>,
    limits: Limits,
    live: Arc<AtomicUsize>,
    next_call: AtomicUsize,
}

impl Media {
    /// Binds the socket and starts the task, with the usual [`Limits`].
    pub async fn bind(addrs: MediaAddrs) -> io::Result<Media> {
        Self::bind_with(addrs, Limits::default()).await
    }

    /// Binds the socket and starts the task. The crypto is warmed up here, not in the first call.
    pub async fn bind_with(addrs: MediaAddrs, limits: Limits) -> io::Result<Media> {
        let socket = UdpSocket::bind(addrs.bind).await?;
        let addresses = answer_addresses(&addrs, socket.local_addr()?)?;
        let factory = tokio::task::spawn_blocking(RtcFactory::new).await.map_err(io::Error::other)??;
        let (to_loop, commands) = mpsc::unbounded_channel();
        tokio::spawn(net::run(socket, Arc::clone(&addresses), commands));
        Ok(Media { to_loop, factory, addresses, limits, live: Arc::default(), next_call: AtomicUsize::new(1) })
    }

    /// Checks an offer, answers it and starts the call. The answer keeps the offer's m-lines and mids in order.
    pub async fn accept(&self, offer: &str) -> Result<(CallMedia, String), OfferError> {
        self.accept_keeping(offer, Keep::Nothing).await
    }

    /// As [`Media::accept`], and the call's sound may be kept.
    pub async fn accept_keeping(&self, offer: &str, keep: Keep) -> Result<(CallMedia, String), OfferError> {
        let now = Instant::now();
        let offer = offer::check(offer)?;
        let (rtc, answer) = self.factory.answer(offer, &self.addresses, now)?;
        let key = self.next_call.fetch_add(1, Ordering::Relaxed);
        let (to_session, events) = mpsc::channel(EVENTS);
        let call = Call::new(key, rtc, to_session, self.limits, Arc::clone(&self.live), now)
            .map_err(|why| OfferError::Malformed { line: None, why: why.to_string() })?;
        let tape = (keep == Keep::Sound).then(|| Arc::new(Tape::new(now)));
        let call = call.taped(tape.clone());
        // The task owns the call before the answer leaves: the peer's first packet finds it.
        let control = CallControl { key, to_loop: self.to_loop.clone() };
        self.to_loop
            .send(ToLoop::Add(Box::new(call)))
            .map_err(|_| OfferError::Malformed { line: None, why: "the media task has ended".into() })?;
        Ok((CallMedia { events, control, tape }, answer))
    }

    /// How many calls are alive, those not yet connected included.
    pub fn live_calls(&self) -> usize {
        self.live.load(Ordering::Acquire)
    }

    /// The addresses named in every answer.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Closes every call in good order; each says so by its `Closed` event.
    pub fn close(&self) {
        let _ = self.to_loop.send(ToLoop::CloseAll);
    }
}

/// How calls are carried.
pub(crate) enum Lines {
    /// By WebRTC.
    Rtc(Media),
    /// Not at all: a simulator's calls are connected at once, and clips only take their time.
    Silent,
}

impl Lines {
    /// Checks an offer, answers it and starts the call.
    pub(crate) async fn accept(&self, offer: &str, keep: Keep) -> Result<(CallMedia, String), OfferError> {
        match self {
            Self::Rtc(media) => media.accept_keeping(offer, keep).await,
            Self::Silent => silent::accept(offer),
        }
    }

    /// Closes every call in good order.
    pub(crate) fn close(&self) {
        if let Self::Rtc(media) = self {
            media.close();
        }
    }
}

/// One call: its events, and commands to it. Dropping `events` ends the call.
pub struct CallMedia {
    /// What happens on the call. Take them promptly: about 20 s of sound fit in.
    pub events: mpsc::Receiver<MediaEvent>,
    /// The call's sound, where it is kept.
    pub tape: Option<Arc<Tape>>,
    control: CallControl,
}

impl CallMedia {
    /// A second handle for commands, to use from another task than the one that takes the events.
    pub fn control(&self) -> CallControl {
        self.control.clone()
    }

    /// Plays a clip (24 kHz mono) after those that already wait; at once if none does.
    pub fn play<S>(&self, id: PlayId, clip: Arc<S>)
    where
        S: AsRef<[f32]> + Send + Sync + 'static,
    {
        self.control.play(id, clip);
    }

    /// Cuts what plays and forgets what waits; each is reported by `PlaybackStopped`.
    pub fn stop(&self) {
        self.control.stop();
    }

    /// Writes a text to the data channel, in order; waits inside until the channel is open and has room.
    pub fn send_text(&self, text: String) {
        self.control.send_text(text);
    }

    /// Ends the call in good order.
    pub fn close(&self) {
        self.control.close();
    }
}

/// Commands to one call; never blocks, and does nothing once the call is over.
#[derive(Clone)]
pub struct CallControl {
    key: usize,
    to_loop: mpsc::UnboundedSender<ToLoop>,
}

impl CallControl {
    /// See [`CallMedia::play`].
    pub fn play<S>(&self, id: PlayId, clip: Arc<S>)
    where
        S: AsRef<[f32]> + Send + Sync + 'static,
    {
        self.command(Command::Play(id, clip));
    }

    /// See [`CallMedia::stop`].
    pub fn stop(&self) {
        self.command(Command::Stop);
    }

    /// See [`CallMedia::send_text`].
    pub fn send_text(&self, text: String) {
        self.command(Command::SendText(text));
    }

    /// See [`CallMedia::close`].
    pub fn close(&self) {
        self.command(Command::Close);
    }

    fn command(&self, command: Command) {
        // An ended task means that every call is over: nothing is left to command.
        let _ = self.to_loop.send(ToLoop::Do(self.key, command));
    }
}

/// The addresses to answer on: those configured, or the bound one.
fn answer_addresses(addrs: &MediaAddrs, bound: SocketAddr) -> io::Result<Arc<[SocketAddr]>> {
    let mut public = addrs.public.clone();
    if public.is_empty() {
        public.push(bound);
    }
    for address in &mut public {
        if address.port() == 0 {
            address.set_port(bound.port());
        }
        if address.ip().is_unspecified() || address.is_ipv4() != bound.is_ipv4() {
            let why =
                format!("calls cannot be answered on {address}: name addresses that callers can reach at {bound}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
    }
    Ok(public.into())
}
