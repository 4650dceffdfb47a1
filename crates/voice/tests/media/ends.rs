//! Both ends of a call, and how to listen to them.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use voice::media::peer::{Caller, Heard, Peer, PeerError, PeerEvent, PeerOptions};
use voice::media::{CallMedia, CloseReason, Limits, Media, MediaAddrs, MediaEvent, PlayId};

/// What any wait of these tests may take at most on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connected call.
pub struct Call {
    pub peer: Peer,
    pub media: CallMedia,
}

/// A socket on loopback.
pub async fn media(limits: Limits) -> Media {
    let addrs = MediaAddrs { bind: "127.0.0.1:0".parse().unwrap(), public: vec![] };
    Media::bind_with(addrs, limits).await.unwrap()
}

/// An offer as a browser makes it.
pub async fn offer(has_channel: bool) -> String {
    Caller::new(PeerOptions { has_channel }).await.unwrap().offer
}

impl Call {
    pub async fn start() -> Call {
        Call::on(&media(Limits::default()).await).await
    }

    pub async fn on(media: &Media) -> Call {
        let mut end = None;
        let peer = Peer::connect(async |offer: String| {
            let (call, answer) = media.accept(&offer).await?;
            end = Some(call);
            Ok::<_, voice::media::OfferError>(answer)
        })
        .await
        .unwrap();
        let mut call = Call { peer, media: end.unwrap() };
        assert_eq!(call.server_event().await, MediaEvent::Connected);
        assert_eq!(call.server_event().await, MediaEvent::ChannelOpen { label: "oai-events".into() });
        call
    }

    /// The answering end, and the calling end still on its way.
    pub async fn halves(limits: Limits) -> ((Media, CallMedia), JoinHandle<Result<Peer, PeerError>>) {
        let media = media(limits).await;
        let caller = Caller::new(PeerOptions::default()).await.unwrap();
        let (end, answer) = media.accept(&caller.offer).await.unwrap();
        ((media, end), tokio::spawn(async move { caller.connect(&answer).await }))
    }

    /// The server's next event that is not sound.
    pub async fn server_event(&mut self) -> MediaEvent {
        tokio::time::timeout(PATIENCE, async {
            loop {
                match self.media.events.recv().await.unwrap() {
                    MediaEvent::Pcm(_) => {}
                    event => return event,
                }
            }
        })
        .await
        .unwrap()
    }

    pub async fn server_closed(&mut self) -> CloseReason {
        closed(&mut self.media).await
    }

    /// So many samples of the peer's sound.
    pub async fn server_hears(&mut self, samples: usize) {
        let mut heard = 0;
        while heard < samples {
            if let MediaEvent::Pcm(pcm) = self.media.events.recv().await.unwrap() {
                heard += pcm.len();
            }
        }
    }

    /// What the server hears of what the peer speaks: from the first loud packet until 200 ms of silence after it.
    pub async fn server_hears_until_spoken(&mut self, speech: u64) -> Vec<f32> {
        while !matches!(self.peer.events.recv().await.unwrap(), PeerEvent::SpeechEnded { speech: done, .. } if done == speech)
        {
        }
        let mut pcm: Vec<f32> = Vec::new();
        let mut quiet = 0;
        while quiet < 10 {
            let MediaEvent::Pcm(more) = self.media.events.recv().await.unwrap() else { continue };
            let is_loud = level(&more) > 0.05;
            if is_loud || !pcm.is_empty() {
                quiet = if is_loud { 0 } else { quiet + 1 };
                pcm.extend(more);
            }
        }
        pcm.truncate(pcm.len() - 10 * 320);
        pcm
    }

    /// What the peer hears until the server says that the clip has ended.
    pub async fn peer_hears_until_played(&mut self, id: PlayId) -> Vec<Heard> {
        let mut heard = Vec::new();
        loop {
            tokio::select! {
                biased;
                event = self.peer.events.recv() => if let PeerEvent::Heard(packet) = event.unwrap() {
                    heard.push(packet);
                },
                event = self.media.events.recv() => if event.unwrap() == (MediaEvent::PlaybackEnded { id }) {
                    return heard;
                },
            }
        }
    }

    /// Lets the peer hear so much sound, in sample time.
    pub async fn peer_hears(&mut self, time: Duration) {
        let mut samples = 0;
        while samples < time.as_millis() as usize * 24 {
            if let PeerEvent::Heard(packet) = self.peer.events.recv().await.unwrap() {
                samples += packet.pcm.len();
            }
        }
    }

    /// The peer's next event that is not sound.
    pub async fn peer_event_but_sound(&mut self) -> PeerEvent {
        loop {
            match self.peer.events.recv().await.unwrap() {
                PeerEvent::Heard(_) | PeerEvent::ChannelOpen => {}
                event => return event,
            }
        }
    }
}

/// Waits for the end of a call.
pub async fn closed(end: &mut CallMedia) -> CloseReason {
    tokio::time::timeout(PATIENCE, async {
        loop {
            if let MediaEvent::Closed { reason } = end.events.recv().await.unwrap() {
                return reason;
            }
        }
    })
    .await
    .unwrap()
}

/// Waits until the task has let go of all calls.
pub async fn until_no_call(media: &Media) -> usize {
    let since = Instant::now();
    while media.live_calls() > 0 && since.elapsed() < PATIENCE {
        tokio::task::yield_now().await;
    }
    media.live_calls()
}

/// The next text that the peer gets.
pub async fn next_text(peer: &mut Peer) -> String {
    loop {
        if let PeerEvent::Text(text) = tokio::time::timeout(PATIENCE, peer.events.recv()).await.unwrap().unwrap() {
            return text;
        }
    }
}

/// When the peer last heard anything loud, watched until nothing loud came for `quiet`.
pub async fn silence_after(peer: &mut Peer, quiet: Duration) -> Option<Instant> {
    let mut last = None;
    while let Ok(Some(event)) = tokio::time::timeout(quiet, peer.events.recv()).await {
        if let PeerEvent::Heard(packet) = event
            && packet.level > 0.02
        {
            last = Some(packet.at);
        }
    }
    last
}

/// A tone of peak 0.4 at 24 kHz.
pub fn seconds_of_tone(hz: f32, seconds: f32) -> Vec<f32> {
    let sample = |i: usize| (i as f32 * hz * std::f32::consts::TAU / 24_000.0).sin() * 0.4;
    (0..(24_000.0 * seconds) as usize).map(sample).collect()
}

/// Pitch by zero crossings.
pub fn hz(pcm: &[f32], rate: f32) -> f32 {
    let crossings = pcm.windows(2).filter(|pair| (pair[0] >= 0.0) != (pair[1] >= 0.0)).count();
    crossings as f32 * rate / 2.0 / pcm.len() as f32
}

/// Root mean square.
pub fn level(pcm: &[f32]) -> f32 {
    (pcm.iter().map(|sample| sample * sample).sum::<f32>() / pcm.len().max(1) as f32).sqrt()
}
